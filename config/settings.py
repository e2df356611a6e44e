"""All settings, read from the environment (see .env.example). Without DATABASE_URL: the embedded servers."""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from config import embedded
from config.api.settings import API_RATE_PER_MINUTE, REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401
from config.env import env_bool, env_choice, env_int, env_list, env_networks, env_pairs, env_str, env_time
from config.signin import settings as signin
from config.signin.settings import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = embedded.home()

# A DATABASE_URL makes it production: nothing embedded starts, and a missing secret is a refusal to start.
PRODUCTION = bool(env_str("DATABASE_URL", ""))
EMBEDDED = not PRODUCTION

SECRET_KEY = env_str("SECRET_KEY", None if PRODUCTION else embedded.secret_key())
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", [])
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", None if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
# The address that links in messages point to.
BASE_URL = env_str("BASE_URL", "http://localhost:8000")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "pgtrigger",
    "csp",
    "django_htmx",
    *signin.APPS,
    "config",
    "plans.org",
    "plans",
    "tasks",
    "reports",
]
AUTH_USER_MODEL = "org.User"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.unsent.unsent_forms",
    "config.signin.second_factor.SecondFactorFirst",
    "config.api.throttling.rate_headers",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it answers in place of a view that met somebody locked out
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "reports.context.frame",
            ]
        },
    }
]

# Database: PostgreSQL only. The pool replaces persistent connections (CONN_MAX_AGE stays 0).
DATABASES = {
    "default": dj_database_url.parse(env_str("DATABASE_URL")) if PRODUCTION else embedded.postgres_settings()
}
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
    "min_size": 1,
    "max_size": env_int("DATABASE_POOL", 8),
}
# Who forgets an open transaction holds up the feed for everyone: PostgreSQL ends it.
DATABASES["default"]["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=30s"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Only for the statements of config.postgres.frozen; off for a pooler that gives each transaction another
# connection and does not know prepared statements.
DATABASES["default"]["OPTIONS"]["prepare_threshold"] = 0 if env_bool("DATABASE_PREPARED", True) else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Broker and jobs (HOUSE rules: late acknowledgement, idempotent jobs, rows before messages).
REDIS_URL = env_str("REDIS_URL", None if PRODUCTION else embedded.valkey_url())
EMBEDDED_BROKER = EMBEDDED and not env_str("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # there are none, so nothing to clean up daily
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_TIME_LIMIT = 600
# Visible again later than the longest job takes, or the broker hands a running job to a second worker.
# A broker behind a firewall that swallows packets is given up after two seconds (two tries), not 130.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900, "socket_connect_timeout": 1}
# With the broker down a request must not hang: one quick retry, then the sweeper takes over.
CELERY_TASK_PUBLISH_RETRY_POLICY = dict(max_retries=1, interval_start=0, interval_step=0.1, interval_max=0.2)
CELERY_TIMEZONE = "Asia/Shanghai"

# Chinese unless somebody switches; see config.language.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
# Collected for production only; else files are found where they lie.
STATIC_ROOT = None if EMBEDDED else Path(env_str("STATIC_ROOT", str(VAR / "static")))
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = EMBEDDED
MEDIA_ROOT = Path(env_str("MEDIA_ROOT", str(VAR / "media")))
# Plans: DESIGN §7. Larger ones than the second figure are read by a job.
PLAN_MAX_BYTES = 20 * 1024 * 1024
PLAN_READ_AT_ONCE_BYTES = 1024 * 1024
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
# In memory until known not to be classified: Django writes larger uploads to a temporary file.
FILE_UPLOAD_MAX_MEMORY_SIZE = max(PLAN_MAX_BYTES, ATTACHMENT_MAX_BYTES) + 1

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]

HTTPS = env_bool("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", 31536000 if HTTPS else 0)
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *signin.FORM_TARGETS],
        "frame-ancestors": [NONE],
    }
}

# Workflow rules that a bureau may set otherwise (DESIGN §6).
DECLINE_WORKING_DAYS = env_int("DECLINE_WORKING_DAYS", 5)
SUBMIT_NEEDS_HEAD = env_bool("SUBMIT_NEEDS_HEAD", False)
EXTENSION_WORKING_DAYS = env_int("EXTENSION_WORKING_DAYS", 3)
EXTENSIONS_PER_TASK = env_int("EXTENSIONS_PER_TASK", 1)
# By which day of the month, or of a quarter's last month, reports are due.
REPORT_DAY = env_int("REPORT_DAY", 25, within=range(1, 32))

# From when on working days each person's reminders go out, in one message.
DIGEST_AT = env_time("DIGEST_AT", "08:30")

# Inner networks that webhooks may call, over http too; beyond them the open Internet by https.
WEBHOOK_NETWORKS = env_networks("WEBHOOK_NETWORKS")

# E-mail goes out where there is a server; robots of these sorts, by other hosts where they are our own.
EMAIL_HOST = env_str("EMAIL_HOST", "")
EMAIL_SECURITY = env_choice("EMAIL_SECURITY", ["none", "starttls", "ssl"])
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_SECURITY == "starttls", EMAIL_SECURITY == "ssl"
EMAIL_PORT = env_int("EMAIL_PORT", {"none": 25, "starttls": 587, "ssl": 465}[EMAIL_SECURITY])
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env_str("EMAIL_USER", ""), env_str("EMAIL_PASSWORD", "")
DEFAULT_FROM_EMAIL = env_str("EMAIL_FROM", None if EMAIL_HOST else "ducha@localhost")
EMAIL_TIMEOUT = 10
BOT_SCHEMES = env_list("BOT_SCHEMES", ["wecombot", "dingtalk", "feishu", "lark"])
BOT_HOSTS = env_pairs("BOT_HOSTS")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}
    },
    "loggers": {"apprise": {"level": "CRITICAL"}},  # its lines hold robots' keys
    "root": {"handlers": ["stdout"], "level": env_str("LOG_LEVEL", "WARNING")},
}
