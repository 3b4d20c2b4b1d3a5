"""Reading environment variables: a bad one stops the start and is named."""

import os
import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:]+")  # a name, or an IPv6 address out of its brackets
ALLOWED_HOST = re.compile(r"\*|\.?[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9a-fA-F:]+\]")
#: How a mail server is spoken to: (its usual port, STARTTLS, TLS from the first byte).
MAIL_SCHEMES = {"smtp": (25, False, False), "smtp+tls": (587, True, False), "smtps": (465, False, True)}
BOOLEANS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


def boolean(value):
    """Read "1/true/yes/on" or "0/false/no/off"; anything else is a ValueError, never a silent False."""
    try:
        return BOOLEANS[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"{value!r} is neither true nor false (write 1 or 0)") from None


class Environment:
    """The environment variables of this process, read one at a time."""

    def __init__(self, variables):
        self.variables = variables

    def read(self, name, cast=str, default=None):
        """Return variable `name` through `cast`; `default` where it is absent or empty.

        Raises ImproperlyConfigured naming the variable where `cast` refuses its value.
        """
        value = self.variables.get(name, "").strip()
        if not value:
            return default
        try:
            return cast(value)
        except (ValueError, TypeError, KeyError, ImproperlyConfigured) as error:
            raise ImproperlyConfigured(f"Environment variable {name}: {error}") from error

    def required(self, name, cast=str, why=""):
        """Like `read`, but an absent or empty variable is an error that says why it is needed."""
        value = self.read(name, cast)
        if value is None:
            raise ImproperlyConfigured(f"Environment variable {name} is missing: {why}")
        return value


def database(url):
    """Read DATABASE_URL with django-environ; only the two databases we test on are taken."""
    config = environ.Env.db_url_config(url)
    engine = config.get("ENGINE", "")
    if not engine.endswith(("sqlite3", "postgresql")):
        raise ValueError("the address must start with sqlite:// or postgres://")
    if not config.get("NAME"):
        raise ValueError("the address names no database")
    return config


def site_address(url):
    """Check SITE_URL: scheme and host, no path; returned without a final slash."""
    parts = urlsplit(url.rstrip("/"))
    wrong = ValueError(f"{url!r} must look like https://www.example.org, without a path")
    try:
        valid = parts.scheme in ("http", "https") and HOST.fullmatch(parts.hostname or "") and parts.port != 0
    except ValueError:  # a port that is no number
        raise wrong from None
    if not valid or parts.username or parts.path or parts.query or parts.fragment:
        raise wrong
    return f"{parts.scheme}://{parts.netloc}"


def folder(path):
    """Return the path of a folder that we can write to, made where it was missing."""
    path = Path(path).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(f"the folder cannot be made: {error}") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError(f"{path} cannot be written to")
    return path


def hosts(value):
    """Split a comma-separated list of host names; each without scheme, port and path."""
    names = [item.strip() for item in value.split(",") if item.strip()]
    if not names or not all(ALLOWED_HOST.fullmatch(name) for name in names):
        raise ValueError(f"{value!r} must be host names such as www.example.org,example.org")
    return names


def mail_server(url):
    """Read EMAIL_URL (smtp, smtp+tls or smtps) into Django's e-mail settings, by their names without "EMAIL_".

    An error never repeats the address, which may hold a password.
    """
    wrong = ValueError("the address must look like smtp+tls://user:password@host:587 (or smtp://, smtps://)")
    try:
        parts = urlsplit(url)
        port, tls, ssl = MAIL_SCHEMES[parts.scheme]
        port = parts.port or port
    except (KeyError, ValueError):
        raise wrong from None
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise wrong
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return {
        "HOST": parts.hostname,
        "PORT": port,
        "HOST_USER": user,
        "HOST_PASSWORD": password,
        "USE_TLS": tls,
        "USE_SSL": ssl,
    }


def mail_address(value):
    """Check an e-mail address, which may have a name before it: "CIRÉ <site@example.org>"."""
    try:
        validate_email(parseaddr(value)[1])
    except ValidationError:
        raise ValueError(f"{value!r} is no e-mail address") from None
    if not value.isprintable():
        raise ValueError(f"{value!r} is more than one line")
    return value


def mail_addresses(value):
    """Split a comma-separated list of e-mail addresses, without names."""
    found = [item.strip() for item in value.split(",") if item.strip()]
    if not found or any(parseaddr(mail_address(item))[1] != item for item in found):
        raise ValueError(f"{value!r} must be e-mail addresses such as a@example.org,b@example.org")
    return found


def contacts(value):
    """Split a comma-separated list of e-mail addresses and https:// links; return them as links."""
    found = [item.strip() for item in value.split(",") if item.strip()]
    links = [item if item.startswith("https://") else f"mailto:{mail_addresses(item)[0]}" for item in found]
    if not links or not all(item.isprintable() and " " not in item for item in links):
        raise ValueError(f"{value!r} must be e-mail addresses or https:// links")
    return links


def days(value):
    """Read a whole number of days, one at least."""
    return whole_number(value, "days", 3650)


def months(value):
    """Read a whole number of months, one at least."""
    return whole_number(value, "months", 120)


def whole_number(value, of_what, most):
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
        raise ValueError(f"{value!r} is no number of {of_what} between 1 and {most}")
    return int(value)


def log_level(name):
    """Check the name of a level of Python's logging."""
    if name.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
        raise ValueError(f"{name!r} is no log level (DEBUG, INFO, WARNING, ERROR, CRITICAL)")
    return name.upper()
