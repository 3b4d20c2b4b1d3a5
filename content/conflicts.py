"""Two editors on one form: what the form was loaded with is compared, at the save, with what is stored by then."""

import datetime
import hashlib
import json

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from content.language_fields import LanguagesField
from content.pictures import picture_fields

#: Columns that a save computes; that they changed tells an editor nothing.
DERIVED = {
    "text_html",
    "notes",
    "title_key",
    "find_key",
    "fingerprint",
    "changed_at",
    "source_language",
    "source_fingerprint",
}


def _columns(row, skip=()):
    return [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in skip]


def _picture_sizes(model):
    """What picture fields write beside the picture itself."""
    return {name for field in picture_fields(model) for name in (field.width_field, field.height_field)}


def stored_state(obj, language, children=()):
    """Return {part: digest} of what the database holds of an object and of its text in `language`.

    A part is a column ("summary"), a relation ("themes") or the rows of `children` ("seats"). Texts in other
    languages do not count: two translators do not disturb each other.
    """
    model = type(obj)
    stored = model._base_manager.filter(pk=obj.pk).first()
    if stored is None:
        return {}
    parts = {field.name: _text_of(field, stored) for field in _columns(stored, skip=_picture_sizes(model))}
    row = stored.translations.filter(language_code=language).first()
    if row:
        parts.update({field.name: _text_of(field, row) for field in _columns(row, skip=DERIVED | {"master"})})
    for field in model._meta.many_to_many:
        parts[field.name] = sorted(getattr(stored, field.name).values_list("pk", flat=True))
    for name in children:
        rows = getattr(stored, name).order_by("pk")
        # Some rows hold what a task has found besides what an editor wrote: that disturbs nobody.
        parts[name] = getattr(rows.model, "edited_values", _values)(rows)
    return {name: _digest(value) for name, value in parts.items()}


def _values(rows):
    languages = [field.name for field in rows.model._meta.fields if isinstance(field, LanguagesField)]
    return [{**row, **{name: sorted(row[name]) for name in languages}} for row in rows.values()]


def _text_of(field, row):
    """A column as text, to the second: a form shows no more, and so a save would change it."""
    value = getattr(row, field.attname)
    if isinstance(field, LanguagesField):
        return sorted(value)  # a form gives them back in its own order
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=0).isoformat()
    return field.value_to_string(row)


def _digest(value):
    return hashlib.sha256(json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()[:12]


def changed_parts(loaded, stored):
    """Return the names of the parts that differ between two states, in the order of the stored one."""
    return [name for name in {**stored, **loaded} if loaded.get(name) != stored.get(name)]


def label_of(model, name):
    """Return the words under which editors know a part."""
    for holder in (model, model._parler_meta.root_model):
        names = {field.name: field for field in holder._meta.get_fields()}
        if name in names:
            field = names[name]
            if getattr(field, "verbose_name", None):
                return capfirst(str(field.verbose_name))
            return capfirst(str(field.related_model._meta.verbose_name_plural))
    return name


def stored_value(obj, language, name):
    """Return what the database holds of a part, as text, "" where it is not a simple column."""
    stored = type(obj)._base_manager.filter(pk=obj.pk).first()
    row = stored.translations.filter(language_code=language).first() if stored else None
    for holder in (row, stored):
        fields = {field.name: field for field in _columns(holder)} if holder is not None else {}
        if name in fields:
            value = getattr(holder, name)
            if hasattr(fields[name], "words_of"):
                return fields[name].words_of(value)
            if fields[name].choices:
                return str(getattr(holder, f"get_{name}_display")())
            if isinstance(value, datetime.datetime):
                return date_format(timezone.localtime(value), "DATETIME_FORMAT")
            return str(value or "")
    return ""
