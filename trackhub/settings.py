"""Settings of the site, all from the environment; docs/deploy.md lists every variable.

Two environments: ``local`` (the default) answers only to loopback host names and keeps its data and its
generated secret in ``var/``; ``production`` has no default for anything that must be secret or public.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env.str("TRACKHUB_ENV", "local")
if ENVIRONMENT not in ("local", "production"):
    raise ImproperlyConfigured(f"TRACKHUB_ENV is {ENVIRONMENT!r}: say 'local' or 'production'.")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False

VAR_DIR = Path(env.str("TRACKHUB_VAR", str(BASE_DIR / "var")))
QUEUE_DIR = VAR_DIR / "queue"
VAR_DIR.mkdir(parents=True, exist_ok=True)


def _local_secret() -> str:
    """A secret of this checkout, made once, so that sessions outlive a restart. Of processes that start at once the
    first one's counts, and none reads half of it."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        with NamedTemporaryFile("w", dir=VAR_DIR, prefix="secret_key.") as draft:
            draft.write(secrets.token_urlsafe(50))
            draft.flush()
            with suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", "") or _local_secret()
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is shorter than 50 characters: make a long random one.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS") if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [f"https://{host.lstrip('.')}" for host in ALLOWED_HOSTS] if PRODUCTION else []

INSTALLED_APPS = [
    "trackhub",
    "trackhub.clubs",
    "records",
    "federations",
    "trackhub.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "rules",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "trackhub.headers.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "trackhub.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trackhub.clubs.middleware.IdleMiddleware",
    "trackhub.clubs.middleware.SecondFactorMiddleware",
    "trackhub.clubs.middleware.ClubContextMiddleware",
]

ROOT_URLCONF = "trackhub.urls"
WSGI_APPLICATION = "trackhub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "clubs.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"

# Locally mail is kept as files, to be read there.
vars().update(env.email_url("EMAIL_URL", "smtp://localhost:25" if PRODUCTION else f"filemail:///{VAR_DIR / 'mail'}"))
# What links in mails begin with that nobody's request leads to: the weekly digest.
SITE_ADDRESS = env.str(
    "SITE_ADDRESS", f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION else "http://localhost:8000"
).rstrip("/")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", f"TrackHub <noreply@{ALLOWED_HOSTS[0].lstrip('.')}>")

ACCOUNT_ADAPTER = "trackhub.clubs.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "trackhub.clubs.adapters.SocialAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_FORMS = {"login": "trackhub.clubs.adapters.EMailLoginForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "trackhub.clubs.forms.NameForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True  # sign-up answers alike for a known address, and writes to its owner
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "TrackHub: "
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True  # how long a session lives is decided by the idle limits below
# Requests per time and address ("ip"), person ("user") or e-mail ("key"). Failed logins and codes are counted in a
# table instead (trackhub/clubs/actions/locking.py), which a restart doesn't empty.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": None,
    "signup": "20/m/ip",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/3m/key",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "trackhub.clubs.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION  # passkeys on http://localhost
MFA_TOTP_ISSUER = "TrackHub"
MFA_FORMS = {
    "authenticate": "trackhub.clubs.adapters.CodeForm",
    "reauthenticate": "trackhub.clubs.adapters.ConfirmingCodeForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "10/m/ip"}
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", PRODUCTION)
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", "")
SOCIALACCOUNT_PROVIDERS = {
    "google": {
        "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": env.str("GOOGLE_CLIENT_SECRET")}]
        if GOOGLE_CLIENT_ID
        else [],
        "OAUTH_PKCE_ENABLED": True,
    }
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address alone opens no account: its owner logs in and connects
USERSESSIONS_TRACK_ACTIVITY = True
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", 30)  # registrars, officials, site administrators
MEMBER_IDLE_DAYS = env.int("MEMBER_IDLE_DAYS", 30)  # everybody else
SESSION_COOKIE_AGE = MEMBER_IDLE_DAYS * 86_400
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "trackhub.clubs.adapters.RotatingTokens"  # noqa: S105  # the name of a class
HEADLESS_JWT_ALGORITHM = "HS256"  # with SECRET_KEY: the site signs for itself alone
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = 300
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = 30 * 86_400
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True  # an access token ends with its session
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True

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
                "django.template.context_processors.i18n",
            ],
            "builtins": ["trackhub.templatetags.marks", "trackhub.templatetags.lines"],
        },
    },
]

_database: dict[str, Any] = env.db("DATABASE_URL", f"sqlite:///{VAR_DIR / 'trackhub.sqlite3'}")
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # A write transaction takes its lock at the start: waiting in line beats failing in the middle. Sorts spill to
    # disk (temp_store stays as it is), so that memory doesn't grow with a file.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
        "PRAGMA cache_size=-20000; PRAGMA foreign_keys=ON;",
    }
elif _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must start with sqlite:// or postgres://.")
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}
if PRODUCTION and not env.str("DATABASE_URL", ""):
    raise ImproperlyConfigured("DATABASE_URL is not set: name the PostgreSQL database.")

REDIS_URL = env.str("REDIS_URL", "")
# Limits are counted here, so every process must see the same cache. Without Redis it is a folder: a table of the
# SQLite file would make every counted request wait for a running import.
# Pages are kept by each process for itself (trackhub/clubs/pages.py); addresses may be thought up without end.
CACHES = {
    "default": env.cache_url("REDIS_URL", f"filecache://{VAR_DIR / 'cache'}?max_entries=2000&timeout=3600"),
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
else:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.2,
    }
    for _folder in ("messages", "control"):
        (QUEUE_DIR / _folder).mkdir(parents=True, exist_ok=True)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
JOB_STALE_SECONDS = env.int("JOB_STALE_SECONDS", 60)
CELERY_BEAT_SCHEDULE = {
    "take-up-stalled-jobs": {"task": "clubs.take_up_stalled_jobs", "schedule": max(5, JOB_STALE_SECONDS // 2)},
    # A message that no worker took in time has been followed by the next, which does the same.
    "deliver-events": {"task": "clubs.deliver_events", "schedule": 10, "options": {"expires": 10}},
    "tidy": {"task": "trackhub.tidy", "schedule": crontab(hour=3, minute=40)},
    "announce-news": {"task": "federations.announce_news", "schedule": 60, "options": {"expires": 60}},
    "send-digests": {"task": "federations.send_digests", "schedule": crontab(day_of_week="mon", hour=6, minute=10)},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")

WEBHOOK_ALLOW_LOOPBACK = env.bool("WEBHOOK_ALLOW_LOOPBACK", False)
"""Webhooks may lead to this machine, over plain HTTP: for whoever builds a receiver."""
if PRODUCTION and WEBHOOK_ALLOW_LOOPBACK:
    raise ImproperlyConfigured("WEBHOOK_ALLOW_LOOPBACK is set: in production a club could reach the machine's inside.")

# Days after which `manage.py tidy` takes rows away; docs/privacy.md says from when each clock runs.
RETENTION_DAYS = {
    "login_failures": 30,
    "sessions": 0,
    "invitations": 90,
    "tokens": 90,
    "deliveries": 90,
    "jobs": 90,
    "events": 730,
    "audit": 3650,
    "import_files": 400,
    "import_rows": 400,
    "unconfirmed_digests": 7,
}

IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 128 * 1024 * 1024)
# Gets each uploaded file on its standard input, as in `clamdscan --no-summary -`; empty: nothing is scanned.
UPLOAD_SCAN_COMMAND = env.str("UPLOAD_SCAN_COMMAND", "")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español"), ("pt", "Português")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["trackhub.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    WHITENOISE_KEEP_ONLY_HASHED_FILES = True
else:
    WHITENOISE_USE_FINDERS = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "trackhub.clubs.rest.authentication.BearerAuthentication",
        "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["trackhub.clubs.rest.permissions.WithinScope"],
    "DEFAULT_THROTTLE_CLASSES": ["trackhub.clubs.rest.limits.Limit"],
    "DEFAULT_PAGINATION_CLASS": "trackhub.clubs.rest.pagination.Cursor",
    "DEFAULT_RENDERER_CLASSES": ["trackhub.clubs.rest.renderers.FastJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["trackhub.clubs.rest.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "trackhub.clubs.rest.schema.HouseSchema",
    "EXCEPTION_HANDLER": "trackhub.clubs.rest.errors.handle_exception",
}
# (requests, seconds) for an address without a login, and for a person or a token.
_more = env.int("API_LIMIT_FACTOR", 1)
API_LIMITS = {
    "read": {"anonymous": (120 * _more, 60), "known": (600 * _more, 60)},
    "write": {"anonymous": (20 * _more, 60), "known": (120 * _more, 60)},
    "import": {"anonymous": (1 * _more, 60), "known": (30 * _more, 3600)},
    "export": {"anonymous": (10 * _more, 60), "known": (60 * _more, 60)},
}
# (mails, seconds) with invitations: from one club, and to one address whoever sends them.
INVITATION_LIMITS = {"club": (50, 3600), "address": (5, 86_400)}
# (mails, seconds) with links to begin the digest: asked for from one network address, and to one mailbox.
DIGEST_LIMITS = {"visitor": (20, 3600), "address": (3, 86_400)}
CEREMONY_MAIL_LIMITS = {"club": (300, 3600), "address": (5, 86_400)}  # the same for invitations to ceremonies
SPECTACULAR_SETTINGS = {
    "TITLE": "TrackHub",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "/static/img/mark.svg",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "trackhub.clubs.rest.schema.describe_refusals",
    ],
    "SERVE_AUTHENTICATION": [],
    # Two sets of choices have one name; each is called by what it is of.
    "ENUM_NAME_OVERRIDES": {
        "EvidenceKindEnum": "records.api.evidence.KINDS",
        "ImportKindEnum": "records.api.serializers.IMPORT_KINDS",
    },
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Logging in with Google begins with a form that leads there.
        "form-action": [SELF, "https://accounts.google.com"] if GOOGLE_CLIENT_ID else [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$"]
if env.bool("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "WARNING")},
}
