"""How single values stand in the API: words in each language, choices with their words, dates that know how much."""

from functools import cache

from django.conf import settings
from django.utils.translation import override
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from content.languages import CODES

PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"


def absolute(path):
    """Return the whole address of a path of this site; what is whole already stays."""
    return settings.SITE_URL + path if path.startswith("/") else path


@extend_schema_field(
    {
        "type": "object",
        "properties": {code: {"type": "string"} for code in CODES},
        "description": "The same words in each language that has them.",
    }
)
class WordsField(serializers.Field):
    """A content.fields.Words: {"fr": …, "nl": …}, without the languages that have no words."""

    def to_representation(self, value):
        return {code: value[code] for code in CODES if value.get(code)}


@cache
def words_of(choice):
    """Return the words of a TextChoices' member in each language."""
    words = {}
    for code in CODES:
        with override(code):
            words[code] = str(choice.label)
    return words


class ChoiceField(serializers.Field):
    """A code, which never changes, with its words in each language; null where nothing was chosen."""

    def __init__(self, choices, **kwargs):
        self.choices = choices
        kwargs.setdefault("allow_null", True)
        super().__init__(**kwargs)
        set_override(self, "field", choice_schema(choices))

    def get_attribute(self, instance):
        # null, and not "", says that nothing was chosen.
        return super().get_attribute(instance) or None

    def to_representation(self, value):
        return {"code": str(value), "words": words_of(self.choices(value))}


def choice_schema(choices):
    return {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": list(choices.values)},
            "words": {
                "type": "object",
                "properties": {code: {"type": "string"} for code in CODES},
                "required": CODES,
            },
        },
        "required": ["code", "words"],
    }


@extend_schema_field(
    {
        "type": ["string", "null"],
        "pattern": PARTIAL_DATE,
        "description": "A year, a month or a day (ISO 8601): as much as is known.",
        "examples": ["1989", "2018-12", "2012-12-20"],
    }
)
class PartialDateField(serializers.Field):
    """A content.partial_dates.PartialDate; null where it is not known."""

    def get_attribute(self, instance):
        return super().get_attribute(instance) or None

    def to_representation(self, value):
        return str(value)


@extend_schema_field({"type": "array", "items": {"type": "string", "pattern": "^[a-z]{2,3}$"}})
class LanguagesField(serializers.Field):
    """A list of ISO 639 codes, the main language first."""

    def to_representation(self, value):
        return list(value)


class TextField(serializers.CharField):
    """A text that may be "" where nothing was written."""

    def __init__(self, **kwargs):
        super().__init__(allow_blank=True, **kwargs)


class FileSerializer(serializers.Serializer):
    """A file: its address, and how large it is."""

    href = serializers.URLField()
    bytes = serializers.IntegerField(allow_null=True, min_value=0)


class PictureSerializer(serializers.Serializer):
    """A picture: its address and its size in pixels."""

    href = serializers.URLField()
    width = serializers.IntegerField(allow_null=True, min_value=1)
    height = serializers.IntegerField(allow_null=True, min_value=1)
