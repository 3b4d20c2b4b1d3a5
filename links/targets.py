"""Where an address leads, as it is stored: a reference to an object, a path of this site, an address elsewhere."""

import re
import uuid

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _

from links.addresses import is_listed, own_path
from links.history import known_by
from links.objects import linked_models, match_of, owners, place_at, public_objects, rows_of

REFERENCE = re.compile(
    r"ref:(?P<label>[a-z_]+\.[a-z_]+)/(?P<key>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?P<rest>[?#].*)?"
)
#: Parameters by which others count who came from where.
COUNTS_VISITORS = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)(?:=|$)")
ADMIN = "/admin/"
#: Pages of the admin whose address staff copy for that of the object.
ADMIN_PAGES = ("change", "preview", "history")


def reference_to(obj, rest=""):
    """Return the reference to an object; `rest`: the query and the fragment of the link."""
    return f"ref:{obj._meta.label_lower}/{obj.key}{rest}"


def reference_for(href):
    """Return the reference to the object that an address of this site leads to, "" for any other address."""
    own = own_path(href)
    obj = object_at(own[0]) if own else None
    if obj is None:
        return ""
    path, query, fragment = own
    return reference_to(obj, "" if path.startswith(ADMIN) else rest_of(query, fragment))


def rest_of(query, fragment):
    """Return what follows the path of a link, without what only counts visitors."""
    kept = "&".join(part for part in query.split("&") if part and not COUNTS_VISITORS.match(part))
    return (f"?{kept}" if kept else "") + (f"#{fragment}" if fragment else "")


def read(reference):
    """Return (model, key, rest) of a reference, None for any other text, and for a kind that does not exist."""
    match = REFERENCE.fullmatch(reference)
    if match is None:
        return None
    try:
        model = apps.get_model(match["label"])
    except LookupError:
        return None
    return (model, uuid.UUID(match["key"]), match["rest"] or "") if model in linked_models() else None


def object_at(path):
    """Return the object that a path of this site is, or was, the address of, public or not; None where there is none.

    Also that of a page of the admin, which staff copy as well.
    """
    if path.startswith(ADMIN):
        return _object_in_admin(path)
    place = place_at(path)
    if place is None:
        return None
    keys = owners(place) or known_by(place)
    found = {obj.pk: obj for obj in place.model.objects.filter(pk__in=keys)}
    return next((found[key] for key in keys if key in found), None)


def _object_in_admin(path):
    match = match_of(path)
    for model in linked_models() if match else ():
        pages = [f"{model._meta.app_label}_{model._meta.model_name}_{page}" for page in ADMIN_PAGES]
        number = match.kwargs.get("object_id", "")
        if match.url_name in pages and number.isascii() and number.isdigit() and len(number) < 19:
            return model.objects.filter(pk=number).first()
    return None


def read_address(text):
    """Return (target, language) of an address as somebody writes or copies it; ValidationError where it cannot be one.

    The address of an object becomes a reference: it holds when the object's slug changes.
    """
    text = text.strip()
    if not text:
        return "", ""
    if read(text):
        return text, settings.LANGUAGE_CODE
    if text.startswith(("//", "/\\")) or any(ord(letter) < 32 for letter in text):
        raise ValidationError(_("This is no address of this site."))
    own = own_path(text)
    if own is None:
        if is_listed(text):
            return text, ""
        raise ValidationError(_not_ours(text))
    path, query, fragment = own
    if reference := reference_for(text):
        return reference, get_language_from_path(path) or settings.LANGUAGE_CODE
    if match_of(path) is None and match_of(f"{path}/"):
        path = f"{path}/"
    return path + rest_of(query, fragment), ""


def _not_ours(text):
    if "://" in text:
        hosts = ", ".join(settings.REDIRECT_HOSTS) or "–"
        return _("“%(address)s” is on another site. Redirects lead there only from a list: %(hosts)s.") % {
            "address": Truncator(text).chars(100),
            "hosts": hosts,
        }
    return _("“%(address)s” is no address of this site: it begins with a stroke, as in /fr/publications/.") % {
        "address": Truncator(text).chars(100)
    }


def public_address(target, language):
    """Return the address that readers of a language get for a reference; "" while nothing public is behind it."""
    found = read(target)
    if found is None:
        return ""
    model, key, rest = found
    obj = next(iter(public_objects(model, model.objects.filter(key=key).values("pk")).values()), None)
    address = obj.get_absolute_url(language) if obj else ""
    return address and address + rest


def staff_address(reference, language):
    """Return the address that a reference stands for, public or not, for staff; the reference where nothing is left."""
    model, key, rest = read(reference) or (None, None, "")
    rows = dict(rows_of(model).filter(master__key=key).values_list("language_code", "slug")) if model else {}
    if not rows:
        return reference
    slug = rows.get(language) or next(iter(rows.values()))
    with override(language):
        return reverse(f"{model._meta.app_label}:detail", kwargs={"slug": slug}) + rest


def shown_target(stored):
    """Return where a stored target leads as an address that staff can read."""
    if read(stored.target):
        return staff_address(stored.target, stored.language or settings.LANGUAGE_CODE)
    return stored.target
