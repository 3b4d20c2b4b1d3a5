"""Reading an app's sample content: it creates what is missing and never changes what is there."""

import datetime
import uuid

import reversion
import yaml
from django.utils import timezone
from reversion.models import Version

from content.languages import CODES
from content.publication import State
from content.saving import loaded_translations, match_source, save_content, surroundings_changed, validate_content

NAMESPACE = uuid.UUID("5c1e7a52-0f4b-4c36-9d0e-3b7f0a1d9e10")
SCHEDULED_IN = datetime.timedelta(days=90)


def read(path):
    """Return the entries of a sample file."""
    return yaml.safe_load(path.read_text())


def sample_key(model, name):
    """Return the key of a sample object: always the same, so that a second run finds it."""
    return uuid.uuid5(NAMESPACE, f"{model._meta.label_lower}:{name}")


def find(model, name):
    """Return a sample object that was loaded before, or None (staff may have deleted it)."""
    return model.objects.filter(key=sample_key(model, name)).first()


def load(model, entries, *, columns=(), complete=None, report=None):
    """Create the objects of `entries` that neither exist nor were deleted by staff.

    `columns`: names of columns to copy. `complete(obj, entry)`: adds what belongs to a saved object.
    `report(entry)`: called after each entry. Returns how many were created.
    """
    known = set(model.objects.values_list("key", flat=True))
    known |= {uuid.UUID(str(version.field_dict["key"])) for version in Version.objects.get_deleted(model)}
    created = 0
    for entry in entries:
        if sample_key(model, entry["key"]) not in known:
            with reversion.create_revision(atomic=True):
                reversion.set_comment("Sample content")
                obj = _create(model, entry, columns)
                if complete:
                    complete(obj, entry)
                    surroundings_changed(obj)
            created += 1
        if report:
            report(entry)
    return created


def _create(model, entry, columns):
    obj = model(key=sample_key(model, entry["key"]), **{name: entry[name] for name in columns if name in entry})
    for language, words in entry["texts"].items():
        words = dict(words)
        obj.set_current_language(language, initialize=True)
        obj.publish_from = _publish_from(State(words.pop("state")))
        for name, value in words.items():
            setattr(obj, name, value)
    match_texts(obj)
    validate_content(obj)
    save_content(obj)
    rows = loaded_translations(obj)
    if any(row.is_older_than(row.source_among(rows)) for row in rows):
        # A save makes references of addresses in the texts: a translation was made from what stands there now.
        match_texts(obj)
        save_content(obj)
    return obj


def match_texts(obj):
    """Record that all texts of an object were made from the first of them."""
    languages = {row.language_code for row in loaded_translations(obj)}
    made_first, *made_later = (code for code in CODES if code in languages)
    for language in made_later:
        match_source(obj, language, made_first)


def _publish_from(state):
    if state == State.DRAFT:
        return None
    return timezone.now() + (SCHEDULED_IN if state == State.SCHEDULED else datetime.timedelta())
