"""Django settings; what a city may choose is read by `lifang.config`."""

from urllib.parse import unquote, urlsplit

from lifang import config as _config
from lifang.server import embedded as _embedded

CONFIG = _config.read()
BASE_DIR = _config.ROOT
DATA_DIR = CONFIG.data

SECRET_KEY = _config.kept_secret(DATA_DIR, "secret_key")
DEBUG = CONFIG.debug
ALLOWED_HOSTS = CONFIG.hosts
CSRF_TRUSTED_ORIGINS = [CONFIG.origin] if CONFIG.origin else []
ORIGIN = CONFIG.origin or f"http://127.0.0.1:{CONFIG.port}"

INSTALLED_APPS = [
    "lifang.server",
    "lifang.ground.access",
    "lifang.ground.trail",
    "lifang.ground.areas",
    "lifang.ground.notices",
    "lifang.ground.jobs",
    "lifang.blocks.packs",
    "lifang.blocks.cases",
    "lifang.blocks.forms",
    "lifang.blocks.matters",
    "lifang.blocks.ledger",
    "lifang.blocks.registry",
    "lifang.blocks.privacy",
    "lifang.blocks.exchange",
    "lifang.blocks.dwellings",
    "lifang.blocks.registers",
    "lifang.blocks.lists",
    "lifang.blocks.indicators",
    "lifang.domains.gate",
    "lifang.domains.guidance",
    "lifang.domains.meter",
    "lifang.domains.grid",
    "lifang.domains.care",
    "lifang.domains.experts",
    "lifang.domains.certificates",
    "lifang.domains.counter",
    "lifang.faces",
    "lifang.faces.api",
    "lifang.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "lifang.faces.headers.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "lifang.faces.readable.ReadableRequests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lifang.faces.errors.spoken",
    "lifang.ground.access.doors.ClosedByDefault",
]

ROOT_URLCONF = "lifang.urls"
WSGI_APPLICATION = "lifang.wsgi.application"
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "lifang.faces.controls.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("lifang.faces.folding.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lifang.faces.context.shell",
            ],
        },
    }
]


def _database(user: str, password: str) -> dict[str, object]:
    base: dict[str, object] = {
        "ENGINE": "lifang.server.postgresql",
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
        "OPTIONS": {"application_name": "lifang", "prepare_threshold": 5},
    }
    if CONFIG.database_url:
        url, options = urlsplit(str(CONFIG.database_url)), dict(CONFIG.database_url.query_params())
        host = options.pop("host", "")
        return base | {
            "OPTIONS": {"application_name": "lifang", "prepare_threshold": 5, **options},
            "NAME": unquote(url.path.lstrip("/")),
            "HOST": host or url.hostname or "",
            "PORT": str(url.port or ""),
            "USER": user or unquote(url.username or ""),
            "PASSWORD": password or unquote(url.password or ""),
        }
    return base | {
        "NAME": "lifang",
        "HOST": str(_embedded.socket_dir(DATA_DIR)),
        "USER": user or _embedded.OWNER,
        "PASSWORD": "",
    }


APP_ROLE = "lifang_app"
APP_PASSWORD = _config.kept_secret(DATA_DIR, "app_password")
DATABASES = {"default": _database(APP_ROLE, APP_PASSWORD)}
if not CONFIG.serving:
    DATABASES["owner"] = _database("", "")
DATABASE_ROUTERS = ["lifang.server.router.OwnerMigrates"]

AUTHENTICATION_BACKENDS = ["lifang.ground.access.sessions.People"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/start/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lifang.ground.access.signin.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = ORIGIN.startswith("http://127.0.0.1")
MFA_TOTP_ISSUER = "Lifang"

SESSION_ENGINE = "lifang.ground.access.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ORIGIN.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
CSRF_FAILURE_VIEW = "lifang.faces.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "lifang" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"

STATICFILES_DIRS = [BASE_DIR / "lifang" / "faces" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "lifang.faces.assets.Versioned"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 400

PROCRASTINATE_ON_APP_READY = None
LIMITS_FILE = DATA_DIR / "limits"
# Only sign-in attempts are counted here; every web process must see the same count.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": DATA_DIR / "cache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}, "django.request": {"level": "ERROR"}},
}
