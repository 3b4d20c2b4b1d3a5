"""The columns of a sheet of content: how each thing is written into a cell, and read from one."""

import datetime
import re
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from import_export.fields import Field

from content import rich_text
from content.languages import CODES
from content.partial_dates import PartialDate
from content.saving import loaded_translations

YES = {"yes", "oui", "ja", "true", "vrai", "waar", "1", "x"}
NO = {"", "no", "non", "nee", "neen", "false", "faux", "onwaar", "0"}
NUMBER = re.compile(r"-?[0-9]{1,20}([.,][0-9]{1,20})?")
SEPARATOR = " | "


class Column(Field):
    """One line of text in a column of the model. Others say how a thing is written into a cell, and read from one."""

    #: The language of what stands in it; "" where it is the same in every language.
    language = ""
    #: What `export` needs of other tables, as prefetch_related takes it; "" for nothing.
    prefetch = ""

    def __init__(self, name, **kwargs):
        super().__init__(attribute=name, column_name=name, **kwargs)

    def export(self, instance, **kwargs):
        return str(getattr(instance, self.attribute))

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        setattr(instance, self.attribute, self.read(row[self.column_name].strip(), resource))

    def read(self, cell, resource):
        """Return the value that a cell means; ValidationError with the reason where it means none."""
        return " ".join(cell.split())

    def load(self):
        """Fetch, once for a whole file, what `read` needs of the database."""

    def save_related(self, instance):
        """Write what stands in other tables than that of the object, which has been saved before."""


class DateColumn(Column):
    """A date of which the month, or the day, may be unknown."""

    def read(self, cell, resource):
        return PartialDate.parse(cell)


class DayColumn(Column):
    """A day, or none."""

    def export(self, instance, **kwargs):
        day = getattr(instance, self.attribute)
        return day.isoformat() if day else ""

    def read(self, cell, resource):
        try:
            return datetime.date.fromisoformat(cell) if cell else None
        except ValueError:
            raise ValidationError(
                _("“%(value)s” is not a day. Write it as in 2012-12-20."), params={"value": cell[:60]}
            ) from None


class NumberColumn(Column):
    """A number with decimals, or none; a comma is taken as well."""

    def export(self, instance, **kwargs):
        number = getattr(instance, self.attribute)
        return "" if number is None else f"{number.normalize():f}"

    def read(self, cell, resource):
        if cell and not NUMBER.fullmatch(cell):
            raise ValidationError(_("“%(value)s” is not a number."), params={"value": cell[:60]})
        return Decimal(cell.replace(",", ".")) if cell else None


class YesColumn(Column):
    """Blank is no."""

    def export(self, instance, **kwargs):
        return "yes" if getattr(instance, self.attribute) else ""

    def read(self, cell, resource):
        if cell.lower() not in YES | NO:
            raise ValidationError(_("Write “yes”, or leave the cell blank for “no”."))
        return cell.lower() in YES


class ChoiceColumn(Column):
    """One of some TextChoices, by its value."""

    def __init__(self, name, choices):
        super().__init__(name)
        self.choices = choices

    def read(self, cell, resource):
        if cell and cell.lower() not in self.choices.values:
            raise ValidationError(
                _("“%(value)s” is not known here. Write one of: %(choices)s."),
                params={"value": cell[:60], "choices": ", ".join(self.choices.values)},
            )
        return cell.lower()


class ListColumn(Column):
    """Several words in one column of the model, such as the codes of languages; the model says which it takes."""

    def export(self, instance, **kwargs):
        return SEPARATOR.join(getattr(instance, self.attribute))

    def read(self, cell, resource):
        return words_in(cell)


class SameKindColumn(Column):
    """Another object of the kind that the sheet is about, by its key."""

    @property
    def prefetch(self):
        return self.attribute

    def export(self, instance, **kwargs):
        other = getattr(instance, self.attribute)
        return str(other.key) if other else ""

    def read(self, cell, resource):
        return resource.find(cell) if cell else None


class RelatedColumn(Column):
    """A row of another kind: content by its address in any language, anything else by what its column `by` holds.

    `unknown`: the words for a cell that leads nowhere, with %(slug)s.
    """

    def __init__(self, name, model, *, unknown, by=""):
        super().__init__(name)
        self.model, self.unknown, self.by = model, unknown, by

    @property
    def prefetch(self):
        return self.attribute if self.by else f"{self.attribute}__translations"

    def load(self):
        if self.by:
            self.related = {getattr(row, self.by): row for row in self.model.objects.all()}
        else:
            rows = self.model.objects.prefetch_related("translations")
            self.related = {text.slug: row for row in rows for text in row.translations.all()}

    def word(self, row):
        """Return what stands in a cell for a row."""
        return str(getattr(row, self.by)) if self.by else first_slug(row)

    def row(self, word):
        """Return the row that a word in a cell stands for."""
        if word not in self.related:
            raise ValidationError(self.unknown, params={"slug": word[:100]})
        return self.related[word]

    def export(self, instance, **kwargs):
        row = getattr(instance, self.attribute)
        return self.word(row) if row else ""

    def read(self, cell, resource):
        return self.row(cell) if cell else None


class ManyRelatedColumn(RelatedColumn):
    """Several rows of another kind, many-to-many."""

    def export(self, instance, **kwargs):
        rows = self._pending(instance).get(self.attribute)
        if rows is None:
            rows = getattr(instance, self.attribute).all() if instance.pk else []
        return SEPARATOR.join(sorted(self.word(row) for row in rows))

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        self._pending(instance)[self.attribute] = self.read(row[self.column_name], resource)

    def save_related(self, instance):
        rows = self._pending(instance).pop(self.attribute, None)
        if rows is not None:
            getattr(instance, self.attribute).set(rows)

    def read(self, cell, resource):
        return list({row.pk: row for row in map(self.row, words_in(cell))}.values())

    @staticmethod
    def _pending(instance):
        """{name: [rows]} of what the file says, until it is saved."""
        return instance.__dict__.setdefault("related_pending", {})


class TextColumn(Column):
    """Something written in one language."""

    def __init__(self, name, language):
        super().__init__(f"{name}_{language}")
        self.name, self.language = name, language

    def export(self, instance, **kwargs):
        row = text_in(instance, self.language)
        return str(getattr(row, self.name)) if row else ""

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        value = self.read(row[self.column_name].strip(), resource)
        text = text_in(instance, self.language)
        if not value and (text is None or self.name == "slug"):
            return  # an address that readers have is never taken away by a blank cell
        if text is None:
            current = instance.get_current_language()
            instance.set_current_language(self.language, initialize=True)
            instance.set_current_language(current)
            text = text_in(instance, self.language)
        setattr(text, self.name, value)


class LongTextColumn(TextColumn):
    """Several lines, kept as they are."""

    def read(self, cell, resource):
        return cell


class RichTextColumn(TextColumn):
    """HTML, as the editor writes it; words without any mark-up become paragraphs."""

    def read(self, cell, resource):
        html = cell if "<" in cell or not cell else linebreaks(cell, autoescape=True)
        return rich_text.as_stored(html, self.language)


class StateColumn(TextColumn):
    """Whether readers see the text: for information, never imported."""

    def __init__(self, name, language):
        super().__init__(name, language)
        self.readonly = True

    def export(self, instance, **kwargs):
        row = text_in(instance, self.language)
        return str(row.state.value) if row else ""


def text_in(obj, language):
    """Return the text in a language, None where there is none."""
    return next((row for row in loaded_translations(obj) if row.language_code == language), None)


def first_slug(obj):
    """Return the address of an object in the first of the site's languages that it has."""
    slugs = {row.language_code: row.slug for row in obj.translations.all()}
    return next((slugs[code] for code in CODES if code in slugs), "")


def words_in(cell):
    """Return the words of a cell that holds several."""
    return [word for word in (part.strip() for part in cell.split(SEPARATOR.strip())) if word]


def text_columns(**kinds):
    """Return the columns of what is written in each language, in the order given: {name: class}."""
    return [kind(name, code) for name, kind in kinds.items() for code in CODES]
