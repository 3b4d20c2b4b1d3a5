"""What a redirect may be: from an address that nothing answers, to one that something does, never in a circle."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from links.addresses import STAR, is_ours, normal, normal_address, with_stars
from links.models import LONGEST_PATH, LONGEST_TARGET, Redirect
from links.objects import match_of, owners, place_at, public_objects
from links.targets import object_at, read, read_address


@dataclass(frozen=True)
class Rule:
    """A redirect that may be: from a path to a target, see links/targets.py."""

    path: str
    target: str
    language: str


def check_redirect(old, new, known):
    """Return the Rule that leads from an old address to a new one, both as somebody writes them.

    `known`: {path: target} of the redirects that there will be beside it. ValidationError with the reasons, by "path"
    and "target", where it may not be.
    """
    path = check_path(old)
    target, language = check_target(path, new, known)
    return Rule(path, target, language)


def stored_redirects():
    """Return {path: target} of all redirects."""
    return dict(Redirect.objects.values_list("path", "target"))


def check_path(old):
    """Return the old address as it is kept; ValidationError where readers cannot be led away from it."""
    try:
        parts = urlsplit(old.strip())
        has_other_host = "://" in old and not is_ours(parts)
        path = normal_address(old)
    except ValueError:
        raise _wrong("path", _("This is no address.")) from None
    if has_other_host:
        host = Truncator(parts.hostname or "").chars(60)
        raise _wrong("path", _("“%(host)s” is not one of the names of this site.") % {"host": host})
    if any(ord(letter) < 32 for letter in path) or "*" in path.removesuffix(STAR):
        raise _wrong("path", _("A star stands only at the end, after a stroke: /tag/*"))
    if len(path) > LONGEST_PATH:
        raise _wrong("path", _("An address has at most %(limit)d characters.") % {"limit": LONGEST_PATH})
    if path in ("/", STAR) or path.startswith(("/admin/", "/static/", "/media/")) or is_page(path):
        raise _wrong("path", _("There is a page of the site at this address: nobody can be led away from it."))
    return path


def is_page(path):
    """Whether readers find a page at a normal path now."""
    if "?" in path or path.endswith(STAR):
        return False
    place = place_at(path)
    if place:
        return bool(public_objects(place.model, owners(place)))
    return match_of(path) is not None


def check_target(path, new, known):
    """Return (target, language) of the address that a path shall lead to; ValidationError where it cannot."""
    try:
        target, language = read_address(new)
    except ValidationError as error:
        raise ValidationError({"target": error.messages}) from error
    if len(target) > LONGEST_TARGET:
        raise _wrong("target", _("An address has at most %(limit)d characters.") % {"limit": LONGEST_TARGET})
    if not target or read(target) or not target.startswith("/"):
        return target, language
    if target.endswith(STAR):
        if not path.endswith(STAR):
            raise _wrong("target", _("A star here stands for what the star of the old address stands for."))
        if target.lower().startswith(path.removesuffix("*")):
            raise _wrong("target", _("This address would lead to itself."))
        return target, language
    refuse_circle(path, target, known)
    if not leads_to_something(target, known):
        raise _wrong("target", _("There is no page at %(address)s.") % {"address": Truncator(target).chars(100)})
    return target, language


def refuse_circle(path, target, known):
    """Raise ValidationError where an address leads back to itself, over however many others."""
    way = [path]
    while target.startswith("/") and not target.endswith(STAR):
        step = _key(target)
        way.append(step)
        if step == path:
            if len(way) == 2:
                raise _wrong("target", _("This address would lead to itself."))
            raise _wrong("target", _("These addresses would lead in a circle: %(way)s") % {"way": " → ".join(way)})
        if step in way[:-1]:
            return  # a circle of others: told where it is made
        target = _next(step, known)


def _next(step, known):
    return next((known[key] for key in (step, *with_stars(step)) if key in known), "")


def _key(address):
    path, _mark, query = address.partition("#")[0].partition("?")
    return normal(path, query)


def leads_to_something(target, known):
    """Whether there is a page at a path of this site, an object that may become public, or a redirect from it."""
    path = target.partition("#")[0].partition("?")[0]
    if place_at(path):
        return object_at(path) is not None or bool(_is_known(target, known))
    return match_of(path) is not None or _is_known(target, known)


def _is_known(target, known):
    step = _key(target)
    return any(key in known for key in (step, *with_stars(step)))


def _wrong(field, words):
    return ValidationError({field: words})
