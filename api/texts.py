"""What every object of the API has: its identifier, its addresses, and its texts in each language."""

from functools import cache

from django.urls import get_script_prefix, reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.fields import TextField, absolute
from content.languages import CODES
from content.models import address
from content.rich_text import LINK_TO_NOTE

INTERNAL = 'href="/'


def data_href(kind, key):
    """Return the address of an object in the API."""
    return absolute(reverse(f"api:{kind}-detail", kwargs={"key": key}))


def page_href(row):
    """Return the address of the page of a text, "" where no address can hold its slug."""
    path = address(row.master._meta.app_label, row.slug, row.language_code, get_script_prefix())
    return absolute(path) if path else ""


def whole_html(row):
    """Return the HTML of a text as it can stand anywhere: without marks of explained words, with whole addresses."""
    return LINK_TO_NOTE.sub(r"\1", row.text_html).replace(INTERNAL, f'href="{absolute("/")}')


class TextSerializer(serializers.Serializer):
    """The text of an object in one language."""

    page = serializers.SerializerMethodField(help_text="Where people read it.")
    title = serializers.CharField(help_text="The official name, in the language that it has.")
    title_language = serializers.CharField(source="title_lang", help_text="The language of the title (BCP 47).")
    name_explained = TextField(help_text="Our own translation of a name that has no official one.")
    summary = TextField()
    html = serializers.SerializerMethodField(
        help_text="The text: paragraphs, lists, headings, quotations, links; no scripts, no styles."
    )
    published_at = serializers.DateTimeField(source="publish_from")
    changed_at = serializers.DateTimeField(allow_null=True, help_text="When its words last changed.")
    older_than = serializers.SerializerMethodField(
        help_text="The language of the text that it was translated from, if that has changed since; else null."
    )

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, row):
        return page_href(row)

    def get_html(self, row) -> str:
        return whole_html(row)

    @extend_schema_field({"type": ["string", "null"], "enum": [*CODES, None]})
    def get_older_than(self, row):
        source = row.older_than
        return source.language_code if source else None


class ByLanguageSerializer(serializers.Serializer):
    """The public texts of an object by language; a language that has none is absent."""

    def to_representation(self, rows):
        by_language = {row.language_code: row for row in rows}
        return {code: self.fields[code].to_representation(by_language[code]) for code in CODES if code in by_language}


@cache
def by_language(text_serializer):
    """Return the shape of the texts in each language of a kind whose texts are written by `text_serializer`."""
    name = f"{text_serializer.__name__.removesuffix('Serializer')}sSerializer"
    fields = {code: text_serializer(required=False) for code in CODES}
    return type(name, (ByLanguageSerializer,), {"__doc__": ByLanguageSerializer.__doc__, **fields})


def texts(text_serializer):
    """Return the field `texts` of a kind of object."""
    return by_language(text_serializer)(source="public_translations")


class ReferenceSerializer(serializers.Serializer):
    """Another object: where it stands in the API, and its titles."""

    id = serializers.UUIDField(source="key")
    type = serializers.SerializerMethodField()
    href = serializers.SerializerMethodField()
    titles = serializers.SerializerMethodField()

    def get_type(self, obj) -> str:
        return obj._meta.model_name

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_href(self, obj):
        return data_href(obj._meta.app_label, obj.key)

    @extend_schema_field(
        {
            "type": "object",
            "properties": {code: {"type": "string"} for code in CODES},
            "minProperties": 1,
        }
    )
    def get_titles(self, obj):
        rows = {row.language_code: row.title for row in obj.public_translations}
        return {code: rows[code] for code in CODES if code in rows}


class ContentSerializer(serializers.Serializer):
    """What an object of any kind begins with."""

    id = serializers.UUIDField(source="key", help_text="The same for good, whatever its titles become.")
    type = serializers.SerializerMethodField()
    href = serializers.SerializerMethodField(help_text="This object in the API.")

    def get_type(self, obj) -> str:
        return obj._meta.model_name

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_href(self, obj):
        return data_href(obj._meta.app_label, obj.key)
