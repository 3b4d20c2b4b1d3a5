"""Column types that every app uses: partial dates, words in each language, keys that sort alike everywhere."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from content.languages import CODES, current_language, fallback_chain, language_name
from content.partial_dates import PartialDate


class AsciiOrderField(models.CharField):
    """A text column compared by its bytes on every database.

    PostgreSQL would otherwise order and compare by the rules of the server's language, SQLite by bytes.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        parameters["collation"] = "C" if connection.vendor == "postgresql" else "BINARY"
        return parameters


class ValueAttribute(models.query_utils.DeferredAttribute):
    """Makes whatever is assigned a `value_class` of its field, so that unsaved objects read like saved ones."""

    def __set__(self, instance, value):
        wanted = self.field.value_class
        if isinstance(value, wanted.__base__) and not isinstance(value, wanted):
            value = wanted(value)
        instance.__dict__[self.field.attname] = value


class PartialDateField(AsciiOrderField):
    """A year, a month or a day; see content/partial_dates.py. Blank where it is not known."""

    description = "ISO 8601 date of reduced precision"
    value_class = PartialDate
    descriptor_class = ValueAttribute

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return value if value is None else PartialDate(value)

    def to_python(self, value):
        # A value in memory is a PartialDate whatever it says (see ValueAttribute): it is read again here.
        return PartialDate.parse(value)

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": PartialDateFormField, **kwargs})


class PartialDateFormField(forms.CharField):
    """Takes 1989, 2018-12, 2012-12-20 and the Belgian 12/2018 and 20/12/2012."""

    def __init__(self, **kwargs):
        kwargs["max_length"] = 30
        kwargs.setdefault("help_text", _("A year (1989), a month (2018-12) or a day (2012-12-20). Blank: not known."))
        super().__init__(**kwargs)
        self.widget.attrs.update({"size": 12, "autocomplete": "off"})

    def to_python(self, value):
        return PartialDate.parse(super().to_python(value))

    def has_changed(self, initial, data):
        try:
            return PartialDate.parse(initial) != PartialDate.parse(data)
        except ValidationError:
            return True


class Words(dict):
    """The same few words in each language they exist in: {"fr": "membres", "nl": "leden"}."""

    def shown_in(self, language):
        """Return (words, language code) for a reader of `language`; ("", language) where there are none."""
        for code in fallback_chain(language):
            if self.get(code):
                return self[code], code
        return "", language

    @property
    def text(self):
        """The words for this reader."""
        return self.shown_in(current_language())[0]

    @property
    def lang(self):
        """The language of `text`."""
        return self.shown_in(current_language())[1]

    def __str__(self):
        return self.text


class WordsField(models.JSONField):
    """A label or short note per language, in one column.

    For words that have no publication of their own (the label of a figure, the note on a seat): they are public
    with the thing they stand on. Texts have a translation row, see ContentTranslation.
    """

    description = "Words per language"
    value_class = Words
    descriptor_class = ValueAttribute

    def __init__(self, *args, max_length=200, **kwargs):
        self.max_words = max_length
        kwargs.setdefault("default", dict)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["max_length"] = self.max_words
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        value = super().from_db_value(value, expression, connection)
        return value if value is None else Words(value)

    def to_python(self, value):
        return value if value is None else Words(value)

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        for code, words in (value or {}).items():
            if code not in CODES or not isinstance(words, str):
                raise ValidationError(_("Words must be written in one of the site’s languages."))
            if len(words) > self.max_words:
                raise ValidationError(
                    _("%(language)s: at most %(limit)d characters (there are %(length)d)."),
                    params={"language": language_name(code), "limit": self.max_words, "length": len(words)},
                )

    def formfield(self, **kwargs):
        # A column whose default is a callable would get its words a second time, as a hidden field of one line.
        kwargs = {"form_class": WordsFormField, "max_length": self.max_words, "show_hidden_initial": False, **kwargs}
        # JSONField.formfield adds encoder and decoder, which a field of plain words has no use for.
        return models.Field.formfield(self, **kwargs)


class WordsWidget(forms.MultiWidget):
    """One line per language, side by side, each with its language's name."""

    template_name = "content/words_widget.html"

    def __init__(self, attrs=None):
        super().__init__({code: forms.TextInput({"lang": code}) for code in CODES}, attrs)

    def decompress(self, value):
        return [(value or {}).get(code, "") for code in CODES]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for code, part in zip(CODES, context["widget"]["subwidgets"], strict=True):
            part["language"] = language_name(code)
        return context


class WordsFormField(forms.MultiValueField):
    """Reads a WordsWidget into {"fr": …, "nl": …}, leaving out the languages that have no words."""

    widget = WordsWidget

    def __init__(self, *, max_length=200, **kwargs):
        fields = [forms.CharField(max_length=max_length, required=False) for _code in CODES]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, values):
        return Words({code: words for code, words in zip(CODES, values, strict=False) if words})

    def has_changed(self, initial, data):
        return self.compress(self.widget.decompress(initial)) != self.compress(
            [(value or "").strip() for value in data or []]
        )
