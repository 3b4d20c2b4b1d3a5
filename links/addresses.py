"""Addresses as text: which are ours, and how one is written so that two ways of writing it are the same."""

import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings

#: Parameters by which the old site named a page; all others (utm_…, fbclid, a filter) say nothing about which it is.
NAMING = ("p", "page_id", "attachment_id", "cat")
NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
#: What a server of the old site could be asked for in place of the folder itself.
INDEX = re.compile(r"/index\.(?:php|html?)$")
STAR = "/*"


def normal(path, query=""):
    """Return a path (without its escapes) and a query string as redirects are kept and looked up: "/a/b/", "/?p=1".

    In lower case, with a stroke at the end unless it names a file or ends in a star.
    """
    path = unicodedata.normalize("NFC", path).lower()
    path = INDEX.sub("/", re.sub(r"/{2,}", "/", f"/{path.strip().lstrip('/')}"))
    last = path.rpartition("/")[2]
    if last and last != "*" and "." not in last:
        path += "/"
    return path + naming_part(query)


def naming_part(query):
    """Return the parameter of a query string that names a page of the old site, as "?p=1"; "" where there is none."""
    found = dict(reversed(parse_qsl(query, max_num_fields=None)))
    for name in NAMING:
        if NUMBER.fullmatch(found.get(name, "")):
            return f"?{name}={found[name]}"
    return ""


def normal_address(text):
    """Return an old address as somebody writes or copies it, of whatever host of ours, as `normal` does."""
    text = text.strip()
    parts = urlsplit(text if "://" in text or text.startswith("/") else f"/{text}")
    return normal(unquote(parts.path), parts.query)


def with_stars(path):
    """Return the starred addresses that a normal path lies under, the closest one first: "/a/b/*", "/a/*"."""
    parts = path.partition("?")[0].strip("/").split("/")
    return [f"/{'/'.join(parts[:length])}{STAR}" for length in range(len(parts), 0, -1) if parts[0]]


def is_ours(parts):
    """Whether a split address is one of this site, by any name that it has or had."""
    site = urlsplit(settings.SITE_URL)
    if parts.hostname in settings.OTHER_HOSTS:
        return parts.port in (None, 80, 443)
    return (parts.hostname, parts.port) == (site.hostname, site.port)


def own_path(href):
    """Return (path without escapes, query, fragment) of a link that stays on this site, None for any other link."""
    try:
        parts = urlsplit(href)
        has_other_host = bool(parts.hostname) and not is_ours(parts)
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.hostname:
        if has_other_host:
            return None
    elif parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    return unquote(parts.path) or "/", parts.query, parts.fragment


def is_listed(href):
    """Whether a redirect may lead to this address elsewhere (settings.REDIRECT_HOSTS)."""
    try:
        parts = urlsplit(href)
        return parts.scheme in ("http", "https") and parts.hostname in settings.REDIRECT_HOSTS
    except ValueError:
        return False
