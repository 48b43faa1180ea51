"""Django settings: the composition of all apps. What varies comes from ``platform.environment``."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from p2psandbox.enum_names import ENUM_NAMES
from p2psandbox.platform import environment, logging
from p2psandbox.platform.databases import catalogue_settings, library_settings
from p2psandbox.platform.files.origins import s3_client_settings, storage_origins
from p2psandbox.platform.mail.transport import backend_settings

BASE_DIR = Path(__file__).resolve().parents[1]
ENV = environment.load()
VERSION = "0.1.0"

# -- Who and where ----------------------------------------------------------------------------------------

SECRET_KEY = ENV.secret_key
SECRET_KEY_FALLBACKS = ENV.SECRET_KEY_FALLBACKS
DEBUG = ENV.DEBUG
LOCAL = ENV.is_local
SITE_URL = ENV.site_url
ALLOWED_HOSTS = ENV.ALLOWED_HOSTS or ["*" if LOCAL else "localhost"]
INTERNAL_IPS = ["127.0.0.1"] if LOCAL else []
VAR_DIRECTORY = ENV.VAR_DIRECTORY

INSTALLED_APPS = [
    "p2psandbox.platform.apps.PlatformConfig",
    "organizations.apps.OrganizationsConfig",
    "accounts.apps.AccountsConfig",
    "messaging.apps.MessagingConfig",
    "usecases.apps.UseCasesConfig",
    "forums.apps.ForumsConfig",
    "dashboard.apps.DashboardConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "corsheaders",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_prose_editor",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "lucide",
    "rest_framework",
]

MIDDLEWARE = [
    "p2psandbox.platform.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "p2psandbox.platform.web.middleware.SecurityHeaders",
    "dashboard.updates.UnchangedUpdates",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "p2psandbox.platform.web.csp.ContentSecurityPolicy",
    "p2psandbox.platform.logging.RequestLog",
    "corsheaders.middleware.CorsMiddleware",
    "p2psandbox.platform.web.middleware.BodyLimit",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.time_zone.ReadersTimeZone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SessionLimits",
    "django_htmx.middleware.HtmxMiddleware",
    "p2psandbox.platform.web.middleware.ActorMiddleware",
    "p2psandbox.platform.web.errors.ProductErrorMiddleware",
]

ROOT_URLCONF = "p2psandbox.urls"
WSGI_APPLICATION = "p2psandbox.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Stores -----------------------------------------------------------------------------------------------

DATABASES = {
    "default": catalogue_settings(ENV.DATABASE_URL, pool_size=ENV.DATABASE_POOL_SIZE),
    "documents": library_settings(ENV.DOCUMENTS_URL, timeout_ms=ENV.DOCUMENTS_TIMEOUT_MS),
}
DATABASE_ROUTERS = ["p2psandbox.platform.databases.CatalogueAndLibrary"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "p2psandbox.platform.guards.cache.Cache",
        "LOCATION": f"{ENV.REDIS_URL.rstrip('/')}/0",
        "KEY_PREFIX": "p2p",
        "TIMEOUT": 3600,
        "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 2, "IGNORE_EXCEPTIONS": True},
    }
}

STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL or ENV.PROFILE is environment.Profile.TEST
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
if ENV.S3_BUCKET:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": ENV.S3_BUCKET,
            "endpoint_url": ENV.S3_ENDPOINT_URL or None,
            "region_name": ENV.S3_REGION,
            "access_key": ENV.S3_ACCESS_KEY_ID or None,
            "secret_key": ENV.S3_SECRET_ACCESS_KEY.get_secret_value() or None,
            "default_acl": "private",
            "client_config": s3_client_settings(ENV.S3_ENDPOINT_URL),
        },
    }
MEDIA_ROOT = VAR_DIRECTORY / "media"
FILES_PART_BYTES = ENV.UPLOAD_PART_MB * 1024**2
FILES_QUOTA_BYTES = ENV.ORGANIZATION_QUOTA_MB * 1024**2
FILES_URL_SECONDS = 300
FILES_PART_URL_SECONDS = 3600
FILES_UPLOAD_HOURS = 24  # an unfinished upload is given up then
FILES_INLINE_BYTES = 64 * 1024**2  # larger files are checked in the background
FILES_PICTURE_SECONDS = 20  # of a core, for reading one picture
FILES_VIDEO_SECONDS = 120  # of a core, for reading one video
FILES_PUBLIC_URL = ENV.S3_PUBLIC_URL.rstrip("/")
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL  # what changes on disk shows at once
WHITENOISE_MAX_AGE = 0 if LOCAL else 3600

# -- Sign-in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
PASSWORD_HASHERS = [
    "p2psandbox.platform.passwords.TunedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "p2psandbox.platform.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.signing_in.SignInForm",
    "add_email": "accounts.forms.signing_in.NewAddressForm",
    "change_password": "accounts.forms.signing_in.PasswordChangeForm",
    "reset_password": "accounts.forms.signing_in.PasswordResetForm",
    "reset_password_from_key": "accounts.forms.signing_in.NewPasswordForm",
    "reauthenticate": "accounts.forms.signing_in.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"  # unverified people sign in and see their settings only
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS = 3
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 2
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail for each change of password, address or second factor
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/15m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/3m/key",
    "resend_verification": "10/m/ip",
    "manage_email": "10/m/user",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "invite": "30/m/user",
    "invitation": "30/m/ip",
}
UNCONFIRMED_SIGN_UP_DAYS = ENV.UNCONFIRMED_SIGN_UP_DAYS
LIMIT_NEWCOMERS = ENV.LIMIT_NEWCOMERS
LOAD_CITIES = ENV.LOAD_CITIES
INVITATION_DAYS = 7
INVITATIONS_PER_DAY = 500  # addresses an organization may mail within 24 hours
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.TRUSTED_PROXY_COUNT
HEADLESS_ONLY = False
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.sessions.LimitedSessionTokens"  # noqa: S105  # a class, no secret
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.signing_in.SecondFactorForm",
    "reauthenticate": "accounts.forms.signing_in.SecondFactorAgainForm",
    "activate_totp": "accounts.forms.signing_in.ActivateAppForm",
    "add_webauthn": "accounts.forms.signing_in.AddPasskeyForm",
    "edit_webauthn": "accounts.forms.signing_in.RenamePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "P2P Sandbox"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL or ENV.PROFILE is environment.Profile.TEST
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_AGE = int(timedelta(days=ENV.SESSION_REMEMBER_DAYS).total_seconds())
SESSION_IDLE_SECONDS = int(timedelta(hours=ENV.SESSION_IDLE_HOURS).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "p2psandbox.platform.web.errors.csrf_failure"

# -- Transport and headers --------------------------------------------------------------------------------

_HTTPS = SITE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health(/detailed)?$"]
if ENV.TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [*ENV.CORS_ALLOWED_ORIGINS]
CORS_ALLOWED_ORIGINS = ENV.CORS_ALLOWED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_URLS_REGEX = r"^/(api/v1|_allauth)/.*$"
CORS_ALLOW_HEADERS = [
    *("accept", "content-type", "idempotency-key", "if-none-match"),
    *("x-csrftoken", "x-request-id", "x-session-token"),
]
CORS_EXPOSE_HEADERS = ["X-Request-ID", "ETag", "Retry-After"]

_FILE_ORIGINS = storage_origins(
    bucket=ENV.S3_BUCKET, endpoint=ENV.S3_ENDPOINT_URL, region=ENV.S3_REGION, public=ENV.S3_PUBLIC_URL
)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *_FILE_ORIGINS],
        "font-src": [SELF],
        "connect-src": [SELF, *_FILE_ORIGINS],
        "media-src": [SELF, *_FILE_ORIGINS],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

#: Largest request body outside file uploads, in bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
#: Largest form with files, for browsers without JavaScript, in bytes; others send parts.
FORM_UPLOAD_MAX_SIZE = 64 * 1024 * 1024

# -- JSON API ---------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "p2psandbox.platform.api.authentication.SessionAuthentication",
        "p2psandbox.platform.api.authentication.SessionTokenAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["p2psandbox.platform.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "p2psandbox.platform.api.pagination.NumberedPages",
    "DEFAULT_SCHEMA_CLASS": "p2psandbox.platform.api.schema.HouseSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "1200/min"},
    "NUM_PROXIES": ENV.TRUSTED_PROXY_COUNT,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "p2psandbox.platform.api.errors.ExceptionHandler",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "P2P Sandbox",
    "DESCRIPTION": "The JSON API behind the pages of P2P Sandbox.",
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
}

# -- Language and time ------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Mail and background work -----------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.DEFAULT_FROM_EMAIL
MAIL_DIRECTORY = VAR_DIRECTORY / "mail"
globals().update(backend_settings(ENV.EMAIL_URL, directory=MAIL_DIRECTORY))

CELERY_BROKER_URL = f"{ENV.REDIS_URL.rstrip('/')}/1"
CELERY_TASK_ALWAYS_EAGER = ENV.PROFILE is environment.Profile.TEST
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = 600
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "global_keyprefix": "p2p-",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1}
CELERY_TIMEZONE = "UTC"

# -- Logs and health --------------------------------------------------------------------------------------

LOGGING = logging.configure(level=ENV.LOG_LEVEL, output=ENV.log_format)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = False
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10
HEALTH_TOKEN = ENV.HEALTH_TOKEN.get_secret_value()
