"""The one way content reaches the database: the admin, a restore, the sample loader and imports all end here."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.module_loading import import_string


def save_content(obj, *, minor_change=False):
    """Save an object with all its loaded translations, and everything that follows from them.

    Walks `settings.CONTENT_STEPS`, top to bottom, in one transaction; each entry is called with the object.
    Set translations on the object before (`obj.set_current_language("nl", initialize=True); obj.title = …`).

    `minor_change`: the texts changed in this save say the same as before, so translations that were in step with
    them stay in step.
    """
    with transaction.atomic():
        obj.minor_change = minor_change
        walk(settings.CONTENT_STEPS, obj)
    # What was read before this save must not be shown after it.
    obj.__dict__.pop("public_translations", None)


def delete_content(obj):
    """Delete an object with all its translations, and what follows from them.

    Walks `settings.CONTENT_GONE_STEPS`, top to bottom, in one transaction; each entry is called with the object while
    it is still stored.
    """
    with transaction.atomic():
        walk(settings.CONTENT_GONE_STEPS, obj)
        obj.delete()


def surroundings_changed(obj):
    """Tell all who keep something made from an object that what stands with it has changed, without a save of it.

    Walks `settings.CONTENT_CHANGED_STEPS`. To be called in the transaction of the change.
    """
    walk(settings.CONTENT_CHANGED_STEPS, obj)


def walk(paths, obj):
    """Call the functions of a list of the settings, top to bottom, with an object."""
    for path in paths:
        import_string(path)(obj)


def validate_content(obj):
    """Check an object and all its translations; ValidationError naming the language where a text is wrong.

    For loaders and imports: `full_clean()` of the object alone does not look at its translations.
    """
    obj.full_clean()
    for row in loaded_translations(obj):
        try:
            row.full_clean(exclude=["master"])
        except ValidationError as error:
            raise ValidationError([f"{row.language_code}: {message}" for message in error.messages]) from error


def loaded_translations(obj):
    """Return every translation row of `obj`, those in memory as they are there, the others from the database."""
    cache = obj._translations_cache[obj._parler_meta.root_model]
    if obj.pk and not obj._state.adding:
        for row in obj.translations.all():
            if not cache.get(row.language_code):
                cache[row.language_code] = row
    return [row for row in cache.values() if row and hasattr(row, "language_code")]


def match_source(obj, language, source_language):
    """Record that the text in `language` now says what the text in `source_language` says (does not save)."""
    rows = {row.language_code: row for row in loaded_translations(obj)}
    row, source = rows[language], rows[source_language]
    row.source_language = source_language
    row.source_fingerprint = source.make_fingerprint()
    # A text cannot be the translation of its own translation.
    if source.source_language == language:
        source.source_language = source.source_fingerprint = ""
