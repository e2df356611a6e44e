"""How people sign in: lock-out (django-axes), second factor and single sign-on (django-allauth).

config.settings takes these over. What stands here of a variable is in .env.example and docs/operations.md.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from config.env import EnvironmentInvalid, env_bool, env_choice, env_int, env_list, env_str

APPS = [
    "axes",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: who is locked out is not asked for a password
    "django.contrib.auth.backends.ModelBackend",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "workbench"
LOGOUT_REDIRECT_URL = "login"

# Lock-out, by name and address together; see config.signin.lockout for an address alone.
AXES_FAILURE_LIMIT = env_int("AXES_FAILURE_LIMIT", 5, within=range(1, 101))
AXES_COOLOFF_TIME = timedelta(minutes=env_int("AXES_COOLOFF_MINUTES", 15, within=range(1, 1441)))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "ip_address"]
AXES_HANDLER = "config.signin.lockout.LockOut"
AXES_USERNAME_CALLABLE = "config.signin.lockout.name_of"
AXES_LOCKOUT_CALLABLE = "config.signin.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
# Who tries again while locked out does not wait longer for it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_SENSITIVE_PARAMETERS = [
    *("username", "ip_address", "code", "csrfmiddlewaretoken"),
    *("old_password", "new_password1", "new_password2"),
]
AXES_ENABLE_ADMIN = False  # plans.org.admin has them, read-only
AXES_VERBOSE = False
# The address that connects; behind a proxy the last one of X-Forwarded-For, which our proxy saw. What stands
# before that anybody can write.
ALLAUTH_TRUSTED_PROXY_COUNT = int(env_bool("BEHIND_PROXY", False))
AXES_CLIENT_IP_CALLABLE = "allauth.core.internal.httpkit.get_client_ip"

# Accounts are made by the administrator. Failures are counted by axes, codes included (config.signin.codes).
ACCOUNT_ADAPTER = "config.signin.adapters.Accounts"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {
    # Of one person's codes, from all addresses together: only who knows the password gets as far.
    "login_failed": "20/15m/key",
    "unsent": "120/10m/ip",  # config.unsent
}

# Second factor.
MFA_REQUIRED = env_choice("MFA_REQUIRED", ["none", "staff", "all"])
MFA_ADAPTER = "config.signin.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "config.signin.codes.SignInCode",
    "reauthenticate": "config.signin.codes.AgainCode",
}
MFA_TOTP_ISSUER = "督查督办"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are half a minute off

# Single sign-on, when there is an issuer.
OIDC_ISSUER = env_str("OIDC_ISSUER", "")
OIDC_NAME = env_str("OIDC_NAME", "统一身份认证")
OIDC_MATCH = env_choice("OIDC_MATCH", ["preferred_username", "email", "sub"])
SOCIALACCOUNT_ADAPTER = "config.signin.adapters.SingleSignOn"
SOCIALACCOUNT_PROVIDERS = {}


def origin_of(address: str) -> str:
    """Raises EnvironmentInvalid: over http anybody on the way could say who signs in."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise EnvironmentInvalid(f"OIDC_ISSUER={address!r}: expected an address that begins with https://.")
    return f"{parts.scheme}://{parts.netloc}"


def providers(issuer: str, client_id: str, secret: str) -> dict[str, dict]:
    app = {
        "provider_id": "oidc",
        "name": OIDC_NAME,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer.rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


# Where a form of ours may lead on to: browsers hold a redirect after a form to form-action.
FORM_TARGETS: list[str] = []
if OIDC_ISSUER:
    FORM_TARGETS = [origin_of(OIDC_ISSUER), *env_list("OIDC_ORIGINS", [])]
    SOCIALACCOUNT_PROVIDERS = providers(OIDC_ISSUER, env_str("OIDC_CLIENT_ID"), env_str("OIDC_CLIENT_SECRET"))

CSRF_FAILURE_VIEW = "config.unsent.csrf_failure"
