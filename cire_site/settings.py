"""The one settings file: read top to bottom, everything variable comes from the environment.

One's own machine needs `LOCAL=1` and nothing else (`make run` sets it), or `DEBUG=1` for technical error pages.
Production needs SECRET_KEY, SITE_URL and DATABASE_URL; see docs/deploying.md. A variable with a bad value stops the
start and is named.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from cire_site.environment import (
    Environment,
    boolean,
    contacts,
    database,
    days,
    folder,
    hosts,
    log_level,
    mail_address,
    mail_addresses,
    mail_server,
    months,
    site_address,
)

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ)

# --- Where and how this process runs ---------------------------------------------------------------------------

# DEBUG shows technical pages instead of ours; LOCAL is one's own machine, where nothing needs to be set.
DEBUG = env.read("DEBUG", boolean, default=False)
LOCAL = env.read("LOCAL", boolean, default=DEBUG)
DATA_DIR = env.read("DATA_DIR", folder, default=BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)

if LOCAL:
    SECRET_KEY = env.read("SECRET_KEY", default="local-development-only-" + "0" * 40)
    SITE_URL = env.read("SITE_URL", site_address, default="http://127.0.0.1:8000")
    ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", hosts, default=["127.0.0.1", "localhost", "[::1]"])
else:
    SECRET_KEY = env.required("SECRET_KEY", why="it signs sessions; make one with `openssl rand -base64 48`")
    SITE_URL = env.required("SITE_URL", site_address, why="canonical links and allowed hosts come from it")
    ALLOWED_HOSTS = env.read("ALLOWED_HOSTS", hosts, default=[urlsplit(SITE_URL).hostname])

HTTPS = SITE_URL.startswith("https://")

# Names under which the site is, or was, reached as well: they lead to SITE_URL, old addresses straight to the new ones.
_host = urlsplit(SITE_URL).hostname
_twin = _host.removeprefix("www.") if _host.startswith("www.") else f"www.{_host}"
_others = ["www.cire.be", "cire.be"] if LOCAL else [_twin]
OTHER_HOSTS = env.read("OTHER_HOSTS", hosts, default=[name for name in _others if name not in ALLOWED_HOSTS])
# Other sites that redirects may lead to.
REDIRECT_HOSTS = env.read("REDIRECT_HOSTS", hosts, default=[])
# Whether the worker asks other sites if our links to them still hold; never hosts inside our own network but these.
CHECK_EXTERNAL_LINKS = env.read("CHECK_EXTERNAL_LINKS", boolean, default=not LOCAL)
LINK_CHECK_PRIVATE_HOSTS = []

# Forwarded headers are believed only where a front server is known to set them, and to drop what clients send.
BEHIND_FRONT_SERVER = env.read("BEHIND_FRONT_SERVER", boolean, default=False)
if BEHIND_FRONT_SERVER:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What the house is made of ---------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Ours, top floor first: templates of a higher floor win.
    "cire_site",
    "api",
    "search",
    "orders",
    "publications",
    "networks",
    "groups",
    "addresses",
    "glossary",
    "pages",
    "organisations",
    "themes",
    "content",
    "links",
    "intake",
    "accounts",
    # Parts.
    "cire_site.apps.CireAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "js_asset",
    "parler",
    "reversion",
]

MIDDLEWARE = [
    "cire_site.headers.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "links.middleware.OneHomeMiddleware",
    "links.middleware.MissingAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cire_site.headers.AdminPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cire_site.compression.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "cire_site.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "accounts.middleware.StaffLanguageMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    # The innermost: asked before anybody else once there is no page.
    "links.middleware.OldAddressMiddleware",
]

ROOT_URLCONF = "cire_site.urls"
WSGI_APPLICATION = "cire_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.i18n",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cire_site.context.site",
            ],
        },
    },
]

# Templates of form fields are looked for where the others are.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# What happens when content is saved, in this order, however the change came in (admin, restore, sample loader,
# later import). Each entry is a function that takes the object; see content/saving.py.
CONTENT_STEPS = [
    "content.steps.clean_rich_text",
    "content.steps.fold_titles",
    "content.steps.note_changed_texts",
    "content.steps.render_text",
    "glossary.linking.mark_words",
    # Before the rows are written and after: what the object's addresses were, and what they are.
    "links.history.note_slugs",
    "content.steps.write_rows",
    "links.history.note_slugs",
    "links.references.note_links",
    "glossary.linking.note_mentions",
    "content.steps.make_renditions",
    "publications.files.follow_files",
    "addresses.steps.follow_address",
    "search.indexing.index_content",
    "content.kept_pages.note_change",
]

# What follows where something that stands with an object has changed without a save of it: a file was read, a category
# got another name. Functions that take the object; see `surroundings_changed` in content/saving.py.
CONTENT_CHANGED_STEPS = [
    "search.indexing.index_content",
    "content.kept_pages.note_change",
]

# What happens when content is deleted, in this order. Each entry is a function that takes the object, which is still
# stored; see content/saving.py.
CONTENT_GONE_STEPS = [
    "links.history.note_departure",
    "links.references.forget_links",
    "search.indexing.forget_content",
    "content.kept_pages.note_change",
]

# What `run_due` does every minute, in this order. Each entry is a function that takes the moment of this run and the
# moment of the last one in which it went well (None at first); see content/due.py.
DUE_STEPS = [
    "intake.outbox.send_due",
    "intake.outbox.delete_old",
    "intake.submissions.delete_old",
    "intake.limits.delete_old",
    "content.due.forget_finished_tasks",
    "accounts.second_factor.delete_old_sessions",
    "addresses.reporting.forget_old",
    "addresses.confirming.forget_old",
    "orders.erasing.anonymise_old",
    "addresses.booklet_making.renew",
    "api.download.renew",
    "glossary.linking.follow_clock",
    "links.references.follow_clock",
    "links.missing.forget_rare",
    "links.checking.ask_for_checks",
    "search.missed.delete_old",
    "search.indexing.fill_at_first",
    "search.indexing.ask_for_words",
]

# The sections of the site, which menus can lead to, and the function that returns the words in addresses that they
# take: no page may be named like one.
SECTIONS = "cire_site.sections.SECTIONS"
TAKEN_WORDS = "cire_site.sections.taken_words"

# Functions that return names which stand in texts and are never taken for a word of the glossary.
NAMES = ["glossary.linking.titles_of_content", "addresses.gazetteer.place_names"]

# How links, which stands beside content, knows what has an address and texts, and saves it.
LINKED_CONTENT = "content.models.Content"
SAVE_CONTENT = "content.saving.save_content"

# The links of a text in its three forms: functions of its HTML and its language that return HTML; see
# links/references.py.
TEXT_LINKS = {
    "stored": "links.references.stored",
    "shown": "links.references.shown",
    "edited": "links.references.edited",
}

# What staff are told about a text below its form: functions that take the object and the language of the text, and
# return what templates/content/admin/advice.html shows. Advice keeps nobody from saving.
ADMIN_ADVICE = ["links.advice.advice_on", "glossary.advice.advice_on"]

# --- Data ------------------------------------------------------------------------------------------------------

if LOCAL:
    DATABASES = {
        "default": env.read("DATABASE_URL", database, default=database(f"sqlite:///{DATA_DIR / 'db.sqlite3'}"))
    }
else:
    # No default: a misspelt variable would start a new, empty site.
    DATABASES = {
        "default": env.required("DATABASE_URL", database, why="postgres://… or, for a small site, sqlite:///…")
    }
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: two writers queue instead of failing half-way. FULL: what was acknowledged survives a power cut.
    # secure_delete: what was deleted is overwritten in the file; see orders/erasing.py.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
        ),
    }
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "default"},
    # Whole public pages, see content/kept_pages.py; some 10 MB a process at most.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 400},
    },
    # Whole lists as files, which are long and made from thousands of rows: some 20 MB a process at most.
    "files": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "files",
        "OPTIONS": {"MAX_ENTRIES": 8},
    },
}
KEEP_PAGES = not DEBUG  # somebody who works on a template wants to see it

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- E-mail ----------------------------------------------------------------------------------------------------

# Messages are rows first and are sent by the worker, see intake/outbox.py: a mail server that is down loses nothing.
_mail_server = env.read("EMAIL_URL", mail_server)
if LOCAL and not _mail_server:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
else:
    _mail_server = _mail_server or mail_server("smtp://localhost")
    EMAIL_BACKEND = "intake.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail_server["HOST"], _mail_server["PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail_server["HOST_USER"], _mail_server["HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_server["USE_TLS"], _mail_server["USE_SSL"]
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.read(
    "DEFAULT_FROM_EMAIL", mail_address, default=f"CIRÉ <no-reply@{urlsplit(SITE_URL).hostname}>"
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
if LOCAL:
    STAFF_EMAIL = env.read("STAFF_EMAIL", mail_addresses, default=["staff@example.org"])
else:
    STAFF_EMAIL = env.required("STAFF_EMAIL", mail_addresses, why="what readers report or order is told to these")
OUTBOX_KEEP_DAYS = env.read("OUTBOX_KEEP_DAYS", days, default=30)  # then a message is deleted, sent or given up

# --- Orders ----------------------------------------------------------------------------------------------------

# So many months after an order was sent or cancelled, who ordered it is forgotten; see orders/erasing.py.
ORDERS_KEEP_MONTHS = env.read("ORDERS_KEEP_MONTHS", months, default=12)

# --- Languages -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True

PARLER_LANGUAGES = {None: ({"code": "fr"}, {"code": "nl"}), "default": {"fallbacks": ["fr", "nl"]}}
# parler's own cache survives a rollback and an import preview: a text that was never saved would be shown.
PARLER_ENABLE_CACHING = False

# --- Files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "cire_site.stylesheet.StylesheetFinder",
]
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = LOCAL
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers look for at /favicon.ico and the like
PICTURE_MAX_BYTES = 25 * 1024 * 1024
PICTURE_MAX_PIXELS = 50_000_000
PDF_MAX_BYTES = 25 * 1024 * 1024
PDF_MAX_PAGES = 300
PDF_MAX_TEXT = 1_000_000  # characters of a PDF that the search reads
IMPORT_MAX_BYTES = 3 * 1024 * 1024  # of a sheet: it travels in the form of its preview, see DATA_UPLOAD_MAX_MEMORY_SIZE
IMPORT_MAX_ROWS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # of form fields; files are counted apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a network with many seats has ten fields a seat
FILE_UPLOAD_PERMISSIONS = 0o644

# --- Who asks --------------------------------------------------------------------------------------------------

# Where a request comes from, for those who count wrong passwords (axes) and forms (intake/limits.py).
CLIENT_ADDRESS = "accounts.client_address.client_address"

# --- Staff -----------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_AGE = 12 * 60 * 60

# Whoever has a right in one of these signs in with a second factor: orders hold personal data, and who manages
# accounts could give themselves the right to see them.
SECOND_FACTOR_APPS = ("orders", "accounts", "auth")
OTP_TOTP_ISSUER = f"CIRÉ ({urlsplit(SITE_URL).hostname})"  # what the app on the phone calls it
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = 1  # seconds to wait after a wrong code, doubled by each

# Counted in the database, so that all workers share the count; a name that has no account is locked like any other.
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "cire_site.errors.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = CLIENT_ADDRESS
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False  # a locked name opens by itself; see docs/deploying.md
AXES_DISABLE_ACCESS_LOG = True  # who signed in from where is kept by nobody
AXES_SENSITIVE_PARAMETERS = []

# Whom to tell about a hole in the site, for /.well-known/security.txt; the contact form where nothing is set.
SECURITY_CONTACT = env.read("SECURITY_CONTACT", contacts, default=[])

# --- Safety ----------------------------------------------------------------------------------------------------

# Public pages: nothing from anywhere but our own style sheets, pictures and scripts; no nonce, so pages are cacheable.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
# The admin: put on every page below /admin/ by cire_site/headers.py.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],  # the nonce is for the text editor's import map, which stands in the page
    # The text editor (Tiptap) writes one <style> into the page; this is its digest, which a browser test watches.
    "style-src": [SELF, "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "cire_site.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
PUBLIC_MAX_AGE = 60  # seconds a public page may be kept by any cache
FACETS_MAX_AGE = 60  # seconds that filter counts and the menu are kept by us

# --- Data for programs -----------------------------------------------------------------------------------------

# Read-only, for everybody: nobody signs in, nothing is sent, JSON is all that is spoken.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.AlwaysJson",
    "EXCEPTION_HANDLER": "api.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
}
# The description that programs read (OpenAPI), see api/description.py.
SPECTACULAR_SETTINGS = {
    "OAS_VERSION": "3.1.0",
    "TITLE": "CIRÉ, open data",
    "VERSION": "1",
    "DESCRIPTION": "All public content of the site of CIRÉ, read-only, in French and Dutch. The page “Open data” of "
    "the site tells the rules.",
    "LICENSE": {"name": "To be confirmed by CIRÉ"},
    "SERVERS": [{"url": SITE_URL}],
    "POSTPROCESSING_HOOKS": [],
}

# --- Logs ------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "logging.Formatter" if DEBUG else "cire_site.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.read("LOG_LEVEL", log_level, default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},  # its messages hold user names and addresses
    },
}
