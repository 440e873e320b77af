"""Every setting: typed, with its environment name and what it is for. `parvis settings` prints them."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from parvis import __version__
from parvis.core import http
from parvis.core.secrets import KeyRing
from parvis.networks.registry import Config, networks


@dataclass(frozen=True)
class Setting:
    """One thing that whoever hosts Parvis may decide, from the environment."""

    env: str
    default: str
    why: str


T = TypeVar("T", int, float)
known: list[Setting] = []


def _read(env: str, default: str, why: str) -> str:
    known.append(Setting(env, default, why))
    return os.environ.get(env, default)


def _flag(env: str, default: bool, why: str) -> bool:
    return _read(env, "1" if default else "0", why).lower() in {"1", "true", "yes", "on"}


def _list(env: str, default: str, why: str) -> list[str]:
    return [part.strip() for part in _read(env, default, why).split(",") if part.strip()]


def _number(env: str, default: T, why: str, kind: Callable[[str], T]) -> T:
    return kind(_read(env, str(default), why))


def _once(path: Path, make: Callable[[], str]) -> str:
    """Return the text of a file that is made at the first start and readable by its owner alone."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _database(url: str, folder: Path) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            # Server-side prepared statements break behind a transaction pooler. A question of a page has many columns and few rows: where
            # the tables were never analysed, PostgreSQL would compile it for 200 ms each time, and answer it in one; a second process to
            # help with it comes later than the answer.
            "OPTIONS": {
                "prepare_threshold": None,
                "options": "-c lock_timeout=8000 -c statement_timeout=30000 -c jit=off -c max_parallel_workers_per_gather=0",
            },
        }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": parts.path if parts.scheme == "sqlite" else folder / "parvis.sqlite3",
        "CONN_MAX_AGE": None,
        # A file, because threads of the tests must share it.
        "TEST": {"NAME": str(folder / "test.sqlite3")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            # FULL: an attempt must be on the disk before the wire is touched, even if the power goes.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000; PRAGMA mmap_size=67108864;",
        },
    }


BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(_read("PARVIS_DATA", str(BASE_DIR.parent / "var"), "Folder of the database, the pictures and the keys."))
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds the people's sessions and addresses: nobody else's to read
DEMO = _flag("PARVIS_DEMO", False, "Open a living company on the sandbox; only for a first look on one's own machine.")
# Stands there while the demonstration is being made; what a stopped start left half made is made anew.
DEMO_BUILDING = DATA_DIR / "demonstration.building"
DEBUG = _flag("PARVIS_DEBUG", False, "Show technical details of errors in the browser. Never on a public address.")
PUBLIC_URL = _read("PARVIS_URL", "http://127.0.0.1:8000", "Address at which people reach this Parvis.").rstrip("/")
SECRET_KEY = os.environ.get("PARVIS_SECRET") or _once(DATA_DIR / "secret", lambda: secrets.token_urlsafe(50))
known.append(Setting("PARVIS_SECRET", "", "Signs the sessions; made in the data folder at the first start when empty."))
_keys = _read("PARVIS_KEYS", "", "Key ring that seals tokens: id:key pairs, newest first; else the file keys of the data folder.")
KEYS = KeyRing.parse(_keys) if _keys else KeyRing.in_file(DATA_DIR / "keys")

BUSY_SECONDS = _number("PARVIS_BUSY_SECONDS", 6.0, "How long a page waits for a locked database before it says so.", float)
DATABASES = {
    "default": _database(
        _read("PARVIS_DATABASE", "", "postgresql://user:password@host:port/name, or empty for SQLite in the data folder."), DATA_DIR
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ALLOWED_HOSTS = _list("PARVIS_HOSTS", f"{urlsplit(PUBLIC_URL).hostname},127.0.0.1,localhost", "Host names that are answered.")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_https = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---- the outside
SANDBOX: dict[str, str] = json.loads(
    _read("PARVIS_SANDBOX", "{}", "Addresses of the stand-ins of the demonstration, as JSON; `make run` sets it.")
)
# An account of nobody's on each stand-in of the demonstration, to try a connection with: its name there and its password.
SPARE_ACCOUNT = ("mon-entreprise", "un-essai-sans-risque")
# The two values of a developer application that every stand-in of the demonstration knows.
SPARE_APP = ("parvis-demo-app", "parvis-demo-secret")
PRIVATE_HOSTS = [urlsplit(url).netloc for url in SANDBOX.values()] + _list(
    "PARVIS_PRIVATE_HOSTS", "", "Hosts (or host:port) inside your own network that may be called, for an intranet's server."
)
GUARD = http.Guard(frozenset(PRIVATE_HOSTS))
ANSWER_SECONDS = _number("PARVIS_ANSWER_SECONDS", http.ANSWER_SECONDS, "How long a network may take for one whole answer.", float)
HTTP = http.Client(GUARD, agent=f"Parvis/{__version__} (+{PUBLIC_URL})", seconds=ANSWER_SECONDS)
BLUESKY_RESOLVER = _read("PARVIS_BLUESKY_RESOLVER", "https://public.api.bsky.app", "Server that turns a Bluesky handle into its identity.")
BLUESKY_PLC = _read("PARVIS_BLUESKY_PLC", "https://plc.directory", "Directory of Bluesky identities.")
BLUESKY_WEB = _read("PARVIS_BLUESKY_WEB", "https://bsky.app", "Where people read Bluesky.")
MASTODON_SCHEME = _read(
    "PARVIS_MASTODON_SCHEME",
    "http" if SANDBOX else "https",
    "How servers named in PARVIS_PRIVATE_HOSTS are called; http for tests and some intranets.",
)
FAKE_BASE = _read("PARVIS_FAKE", "", "Address of the fake network; tests and the chaos run only.")
_places: dict[str, dict[str, str]] = json.loads(
    _read("PARVIS_PLACES", "{}", "Addresses of networks that go before their own, as JSON: by network, then by name (`all`: every one).")
)
PLACES = {key: {"all": url} for key, url in SANDBOX.items()} | _places
NETWORKS = networks(Config(BLUESKY_RESOLVER, BLUESKY_PLC, BLUESKY_WEB, MASTODON_SCHEME, FAKE_BASE, SANDBOX.get("bluesky", ""), PLACES))

# ---- the worker
HANDS = _number("PARVIS_HANDS", 24, "Deliveries that one worker process makes at the same time.", int)
LEASE_SECONDS = _number("PARVIS_LEASE_SECONDS", 10.0, "How long a silent worker keeps a delivery.", float)
UNDO_SECONDS = _number("PARVIS_UNDO_SECONDS", 10.0, "How long an answer waits before it leaves, so that it can be taken back.", float)
SETTLE_FACTOR = _number(
    "PARVIS_SETTLE_FACTOR", 1.0, "Multiplies how long a reading that finds nothing is doubted; below 1 only in tests.", float
)

# ---- mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
_mail = urlsplit(
    _read("PARVIS_MAIL", "", "smtp://user:password@host:port (smtps for TLS, smtp+tls for STARTTLS); empty prints mail to the log.")
)
if _mail.scheme:
    EMAIL_HOST, EMAIL_PORT = _mail.hostname or "localhost", _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
else:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = _read("PARVIS_FROM", "Parvis <parvis@localhost>", "Sender of the mail.")

# ---- media
MEDIA_DIR = DATA_DIR / "media"
MEDIA_ADDRESS = _read("PARVIS_MEDIA_ADDRESS", PUBLIC_URL, "Address at which networks fetch pictures and videos.").rstrip("/")
ALLOWED_HOSTS = list(dict.fromkeys([*ALLOWED_HOSTS, *filter(None, [urlsplit(MEDIA_ADDRESS).hostname])]))
PICTURE_BYTES = _number("PARVIS_PICTURE_BYTES", 50_000_000, "Heaviest picture taken in, in bytes.", int)
PICTURE_PIXELS = _number("PARVIS_PICTURE_PIXELS", 80_000_000, "Largest picture taken in, in pixels.", int)
VIDEO_BYTES = _number("PARVIS_VIDEO_BYTES", 2_000_000_000, "Heaviest video taken in, in bytes.", int)
VIDEO_PIXELS = _number("PARVIS_VIDEO_PIXELS", 9_000_000, "Largest video taken in, in pixels of one of its frames.", int)
DOCUMENT_BYTES = _number("PARVIS_DOCUMENT_BYTES", 100_000_000, "Heaviest document taken in, in bytes.", int)
FILM_MEMORY = _number("PARVIS_FILM_MEMORY", 1_500_000_000, "Most memory, in bytes, for the process that reads one video.", int)
FILM_SECONDS = _number("PARVIS_FILM_SECONDS", 7_200, "How long one video may take to be made to fit a network.", int)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
# Never a folder that stands in memory: a video is heavier than many machines have of it.
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_HANDLERS = ["parvis.web.uploads.Bounded"]

INSTALLED_APPS = [
    "parvis",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "parvis.web.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "parvis.web.speech.Speech",
    "parvis.web.trouble.Trouble",
]
ROOT_URLCONF = "parvis.web.urls"
WSGI_APPLICATION = "parvis.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "parvis.web.chrome.chrome",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "parvis.web.tags"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

AUTH_USER_MODEL = "parvis.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if _mail.scheme else "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
OPEN_SIGNUP = _flag("PARVIS_OPEN_SIGNUP", True, "Let anybody open an account; 0 leaves only the first person and the invited.")
ACCOUNT_ADAPTER = "parvis.web.accounts.Accounts"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_FORMS = {"add_email": "parvis.web.entrance.NewAddress"}
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_EMAIL_NOTIFICATIONS = bool(_mail.scheme)
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
CSRF_FAILURE_VIEW = "parvis.web.trouble.stale"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Parvis"
MFA_ADAPTER = "parvis.web.accounts.SecondFactors"
MFA_PASSKEY_SIGNUP_ENABLED = False
# Without a mail server nobody can prove an address, and a second factor must still be had.
MFA_ALLOW_UNVERIFIED_EMAIL = not _mail.scheme
# Browsers allow passkeys on http only for localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Europe/Paris"
FORMAT_MODULE_PATH = ["parvis.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

LOG_LEVEL = _read("PARVIS_LOG", "INFO", "DEBUG, INFO, WARNING or ERROR.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"class": "parvis.core.secrets.Discreet", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # httpcore writes whole addresses, and an address may carry a code.
    "loggers": {"httpcore": {"level": "WARNING"}},
}
