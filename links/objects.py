"""Objects of the rooms above, known only by what all content has: a key, texts with slugs and windows, an address."""

from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language_from_path, override


@dataclass(frozen=True)
class Place:
    """The address of the page of one object: its kind, the slug asked for and the language of the address."""

    model: type
    slug: str
    language: str


@lru_cache(maxsize=1)
def linked_models():
    """Return every kind of object that has a page of its own (settings.LINKED_CONTENT)."""
    base = import_string(settings.LINKED_CONTENT)
    return [model for model in apps.get_models() if issubclass(model, base)]


def rows_of(model):
    """Return all texts of one kind of object."""
    return model._parler_meta.root_model.objects.all()


def match_of(path):
    """Return what the site's addresses say of a path, in the language that it begins with; None where nothing fits."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path)
        except Resolver404:
            return None


def place_at(path):
    """Return the Place that a path is the address of, with or without the stroke at its end; None for other paths."""
    language = get_language_from_path(path)
    match = match_of(path if path.endswith("/") else f"{path}/") if language else None
    model = getattr(getattr(match and match.func, "view_class", None), "model", None)
    if model in linked_models() and match.url_name == "detail" and "slug" in match.kwargs:
        return Place(model, match.kwargs["slug"], language)
    return None


def owners(place):
    """Return the keys of the objects that have the slug of a place now, public or not, its own language first."""
    return _masters(rows_of(place.model).filter(slug=place.slug), place)


def begun_owners(place):
    """Return those of the owners of a place whose text with that slug readers can find, or could: it was published."""
    return _masters(rows_of(place.model).filter(slug=place.slug, publish_from__lte=timezone.now()), place)


def _masters(rows, place):
    found = rows.values_list("language_code", "master_id")
    return [master for _other, master in sorted((language != place.language, master) for language, master in found)]


def public_objects(model, keys):
    """Return {primary key: object} of those objects that readers may see now, with their public texts."""
    return {obj.pk: obj for obj in model.objects.public_unordered().filter(pk__in=keys)}


def passed_since(model, since, now):
    """Return the primary keys of the objects of which a publication began or ended after `since`, and by `now`.

    Of all that ever began, where `since` is None.
    """
    passed = Q()
    for column in ("publish_from", "publish_until"):
        after = {f"{column}__gt": since} if since else {}
        passed |= Q(**{f"{column}__lte": now}, **after)
    return set(rows_of(model).filter(passed).values_list("master_id", flat=True))
