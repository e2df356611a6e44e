"""How REST framework and the API's description are set up; config.settings takes these over."""

from config.env import env_int

# Requests a minute for each token, and for each person's pages.
API_RATE_PER_MINUTE = env_int("API_RATE_PER_MINUTE", 30000)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "plans.org.api.tokens.TokenAuthentication",  # first: its WWW-Authenticate makes a refusal 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.api.permissions.SignedInWithScope"],
    "DEFAULT_THROTTLE_CLASSES": ["config.api.throttling.MinuteThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["config.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.api.pagination.KeysetPagination",
    "DEFAULT_FILTER_BACKENDS": ["config.api.filters.StrictFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.AutoSchema",
    "DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning",
    "DEFAULT_VERSION": "v1",
    "ALLOWED_VERSIONS": ["v1"],
    "EXCEPTION_HANDLER": "config.api.errors.exception_handler",
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNICODE_JSON": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "督查督办 API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # The contract is no secret: an integrator reads it before there is a token.
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": r"/api/v[0-9]+",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.examples.add_examples",
    ],
    # Names for the choices that several serializers share.
    "ENUM_NAME_OVERRIDES": {
        "PlanStatus": "plans.models.Plan.Status",
        "TaskStatus": "tasks.states.Status",
        "ItemKind": "plans.models.PlanItem.Kind",
        "EventKind": "tasks.models.TaskEvent.Kind",
        "Role": "plans.org.models.Role",
        "HelperRole": "tasks.models.Helper.Role",
        "Scope": "plans.org.models.ApiToken.Scope",
        "Light": "tasks.lights.Light",
        "Comparator": "plans.models.Target.Comparator",
        "ReportingCycle": "tasks.models.Task.Cycle",
        "ExtensionStatus": "tasks.models.Extension.Status",
        "RevisionStatus": "plans.models.PlanRevision.Status",
    },
}
