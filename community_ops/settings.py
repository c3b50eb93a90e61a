"""Settings, read from the environment by typed readers; the defaults run the product on one machine."""

import os
from pathlib import Path

from csp.constants import NONCE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from community_ops import log_lines
from community_ops.environment import BROKERS, WEB, Environment
from groups.rules.currency import UnknownCurrency, known

env = Environment(os.environ)
BASE_DIR = Path(__file__).resolve().parent.parent
LOCAL_DIR = Path(env.text("LOCAL_DIR", str(BASE_DIR / ".local")))

DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", example="$(python3 -c 'import secrets; print(secrets.token_urlsafe(50))')")
# Member identifiers and kept uploads are protected with keys of their own, so that SECRET_KEY may be rotated.
MEMBER_KEY = env.text("MEMBER_KEY", SECRET_KEY)
FILE_KEYS = env.keys("FILE_KEYS")
# The password of the demo's users, one per installation; without one the demo's users cannot log in.
DEMO_PASSWORD = env.text("DEMO_PASSWORD", "")
ALLOWED_HOSTS = env.names_of("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS", [])
# Off only for plain http on one's own machine; `manage.py serve` sets it by the address it serves.
SECURE_COOKIES = env.flag("SECURE_COOKIES", True)
PROXY_COUNT = env.number("PROXY_COUNT", 0)
# Where people open the product, for links in mails and staff chats.
SITE_URL = env.address("SITE_URL", "http://127.0.0.1:8000", WEB, example="https://ops.example.com")
# The mail server, as smtp+tls://user:password@host:587. Without one no mail is sent, and the pages say so.
vars().update(env.mail("EMAIL_URL", "consolemail://"))
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "community-ops@localhost")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "axes",
    "django_otp",
    "csp",
    "django_structlog",
    "community_ops",
    "groups",
    "assessments",
    "lifecycle",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "community_ops.watching.request_times.RequestTimesMiddleware",
    # Pages are packed too; every answer is padded by chance and every token masked anew, against BREACH.
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "community_ops.private_pages.PrivatePagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "community_ops.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "community_ops.session_limits.SessionLimitsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "community_ops.request_lines.RequestLinesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "community_ops.urls"
WSGI_APPLICATION = "community_ops.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "community_ops.preferences.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
FORM_RENDERER = "community_ops.drawn_controls.DrawnControls"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# A host that is cut off neither holds its locks for longer than this at the database, nor waits longer for an answer.
# Left alone, TCP gives up after a quarter of an hour, and after two where nothing is sent.
SILENT = env.number("DATABASE_SILENT_SECONDS", 60, least=6)
# The test plugin gives its own.
PG_TIMEOUTS = (
    "-c statement_timeout=30s -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    f" -c tcp_user_timeout={SILENT}s -c tcp_keepalives_idle={max(1, SILENT // 2)}"
    f" -c tcp_keepalives_interval={max(1, SILENT // 6)} -c tcp_keepalives_count=3"
)
GIVEN_DATABASE = env.database("DATABASE_URL", "postgres://app@127.0.0.1:5432/community_ops")
DATABASES = {
    "default": GIVEN_DATABASE
    | {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": GIVEN_DATABASE.get("OPTIONS", {})  # ?sslmode=verify-full and friends
        | {
            "connect_timeout": env.number("DATABASE_CONNECT_SECONDS", 5, least=1),
            "tcp_user_timeout": SILENT * 1000,
            "keepalives_idle": max(1, SILENT // 2),
            "keepalives_interval": max(1, SILENT // 6),
            "keepalives_count": 3,
            "options": env.text("PG_OPTIONS", PG_TIMEOUTS),
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "groups.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "community_ops.colleagues.ColleagueBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_IPWARE_PROXY_COUNT = PROXY_COUNT or None
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False  # no greeting at each start
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
PASSWORD_RESET_TIMEOUT = 24 * 3600  # a link that an administrator makes for somebody
# Managers and administrators must have a second step at sign-in; recommended wherever real people work.
REQUIRE_TWO_FACTOR = env.flag("REQUIRE_TWO_FACTOR", False)
# Single sign-on is off without an issuer; with one, the registration there is needed too.
OIDC_ISSUER = env.address("OIDC_ISSUER", "", WEB, example="https://sso.example.com")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", example="community-ops") if OIDC_ISSUER else ""
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", example="...") if OIDC_ISSUER else ""
OIDC_NAME = env.text("OIDC_NAME", "SSO")  # what people call it, on the button
OTP_TOTP_ISSUER = env.text("TWO_FACTOR_ISSUER", "Community Ops")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "community_ops" / "locale"]
FORMAT_MODULE_PATH = "community_ops.formats"
# The day of a stored date is computed in this zone, whatever the zone of the machine.
TIME_ZONE = env.zone("BUSINESS_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
CURRENCY = env.text("CURRENCY", "CNY")
try:
    CURRENCY = known(CURRENCY).code
except UnknownCurrency as unknown:
    env.refuse(str(unknown))

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(LOCAL_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.text("STATICFILES_BACKEND", "whitenoise.storage.CompressedManifestStaticFilesStorage")
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 5
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "community_ops.upload_limit.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_MAX_BYTES = env.number("UPLOAD_MAX_BYTES", 20 * 1024 * 1024, least=1)

SECURE_SSL_REDIRECT = SECURE_COOKIES
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_COOKIES else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_COOKIES
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_NAME = "__Host-session" if SECURE_COOKIES else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE_COOKIES else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "community_ops.failures.csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": [SELF],
    }
}

BROKER_URL = env.address(
    "BROKER_URL", "redis://127.0.0.1:6379/0", BROKERS, example="redis://:password@broker.example.com:6379/0"
)
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 1800,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 10,
    "socket_connect_timeout": 3,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "client_name": "community_ops",
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 2,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = CELERY_RESULT_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_RETRY_ON_WORKER_LOST = True
CELERY_TASK_ANNOTATIONS = {"*": {"max_retries": 5, "default_retry_delay": 10}}
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # kB
CELERY_WORKER_ETA_TASK_LIMIT = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_BEAT_MAX_LOOP_INTERVAL = 30
CELERY_BEAT_SCHEDULE_FILENAME = str(LOCAL_DIR / "beat-schedule")
CELERY_BEAT_ENABLE_REMOTE_CONTROL = True
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_QUEUES = (Queue("default"), Queue("sweep"), Queue("imports"), Queue("notify"))
CELERY_TASK_ROUTES = {
    "lifecycle.night_chunk": {"queue": "sweep"},
    "lifecycle.try_policy": {"queue": "sweep"},
    "lifecycle.read_import": {"queue": "imports"},
    "lifecycle.wecom_work": {"queue": "imports"},
    "lifecycle.work_on_orders": {"queue": "imports"},
    "groups.work_on_list": {"queue": "imports"},
    "groups.undo_change": {"queue": "imports"},
    "community_ops.work_on_sample": {"queue": "sweep"},  # the nights are held off meanwhile
    "community_ops.tell": {"queue": "notify"},
    "community_ops.say_alive": {"queue": "notify"},
}
# Ticks only: what is due when is data of ours. `expires` stops a pile-up after an outage.
CELERY_BEAT_SCHEDULE = {
    "ensure-nights": {"task": "lifecycle.ensure_nights", "schedule": 120.0, "options": {"expires": 110}},
    "drain-outbox": {"task": "lifecycle.drain_outbox", "schedule": 5.0, "options": {"expires": 30}},
    "enter-due-lines": {"task": "lifecycle.enter_due_lines", "schedule": 900.0, "options": {"expires": 890}},
    "learn": {"task": "community_ops.learn", "schedule": 3600.0, "options": {"expires": 3500}},
    "wecom-tick": {"task": "lifecycle.wecom_tick", "schedule": 30.0, "options": {"expires": 29}},
    "notices": {"task": "community_ops.tell", "schedule": 60.0, "options": {"expires": 55}},
    "say-alive": {"task": "community_ops.say_alive", "schedule": 60.0, "options": {"expires": 55}},
    "reap": {"task": "lifecycle.reap", "schedule": 300.0, "options": {"expires": 290}},
}
# Who watches from outside: a token for /metrics (without one only this machine may read it), and an address that is
# asked for every minute while all is well.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
ALIVE_URL = env.address("ALIVE_URL", "", WEB, example="https://hc.example.com/ping/...")
API_REQUESTS_A_MINUTE = env.number("API_REQUESTS_A_MINUTE", 120, least=1)  # of one token
# The night of day D may start at this hour of D+1, business time.
NIGHT_STARTS_AT_HOUR = env.number("NIGHT_STARTS_AT_HOUR", 2, most=23)
NIGHT_DAYS_BACK = env.number("NIGHT_DAYS_BACK", 35, least=1)  # nights missed longer ago than this are left to run_night
NIGHT_GROUPS_PER_ITEM = env.number("NIGHT_GROUPS_PER_ITEM", 8000, least=1)  # change it only while no night is open
NIGHT_DAYS_AT_ONCE = env.number("NIGHT_DAYS_AT_ONCE", 31, least=1)
NIGHT_PAST_GROUPS = env.number("NIGHT_PAST_GROUPS", 1000, least=1)
NIGHT_PAST_DAYS = env.number("NIGHT_PAST_DAYS", 366, least=1)
NIGHT_LEASE_SECONDS = env.seconds("NIGHT_LEASE_SECONDS", 60)
NIGHT_CHUNK_SECONDS = env.seconds("NIGHT_CHUNK_SECONDS", 8)
NIGHT_CREW = env.number("NIGHT_CREW", 4, least=1)  # chunk messages sent by a tick

# The connection to WeCom: where its API is, and the hour after which yesterday's figures are asked for, business time.
# Another host than the official one is refused unless WECOM_API_ANYWHERE allows it, which is for tests.
WECOM_API = env.address(
    "WECOM_API", "https://qyapi.weixin.qq.com/cgi-bin/", WEB, example="https://qyapi.weixin.qq.com/cgi-bin/"
)
WECOM_API_ANYWHERE = env.flag("WECOM_API_ANYWHERE", False)
WECOM_STARTS_AT_HOUR = env.number("WECOM_STARTS_AT_HOUR", 10, most=23)
WECOM_CHUNK_SECONDS = env.seconds("WECOM_CHUNK_SECONDS", 20)

LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = log_lines.logging_settings(
    env.one_of("LOG_LEVEL", "INFO", LOG_LEVELS), env.one_of("LOG_FORMAT", "json", ("json", "text"))
)

env.stop_if_wrong()
