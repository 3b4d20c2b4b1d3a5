"""What somebody may have meant who asked for an address that nothing answers: the pages whose slugs are most alike."""

from difflib import SequenceMatcher, get_close_matches

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language_from_path

from links.objects import linked_models, public_objects, rows_of

MOST = 5
#: How much alike two slugs must be, from 0 to 1.
ALIKE = 0.6


def suggest(path):
    """Return [(title, address)] of the public pages that an old path may have been, the likeliest first."""
    word = slugify(path.partition("?")[0].strip("/*").rpartition("/")[2].partition(".")[0])
    if len(word) < 3:
        return []
    wanted = get_language_from_path(path) or settings.LANGUAGE_CODE
    owners = {}
    for model in linked_models():
        for slug, language, key in public_slugs(model):
            found = owners.setdefault(slug, {})
            # Of a slug that is the same in several languages, the one that was asked for.
            if language == wanted or (model, key) not in found:
                found[model, key] = language
    # A slug that holds the word, or is held by it, has only more or fewer words.
    held = [slug for slug in owners if f"-{word}-" in f"-{slug}-" or f"-{slug}-" in f"-{word}-"]
    close = get_close_matches(word, owners, n=MOST, cutoff=ALIKE)
    slugs = sorted({*held, *close}, key=lambda slug: -SequenceMatcher(None, word, slug).ratio())[:MOST]
    found = []
    for slug in slugs:
        for (model, key), language in owners[slug].items():
            obj = public_objects(model, [key]).get(key)
            if obj is not None:
                found.append((obj.translation_shown_in(language).title, obj.get_absolute_url(language)))
    return list(dict.fromkeys(found))[:MOST]


def public_slugs(model):
    """Return (slug, language, primary key of the object) of the texts of one kind that are public now."""
    now = timezone.now()
    public = rows_of(model).filter(Q(publish_until=None) | Q(publish_until__gt=now), publish_from__lte=now)
    return public.values_list("slug", "language_code", "master_id")
