"""The columns of the sheet of publications: how each thing is written into a cell, and read from one."""

from django.core.exceptions import ValidationError
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from import_export.fields import Field

from content import rich_text
from content.languages import CODES
from content.partial_dates import PartialDate
from content.saving import loaded_translations
from publications.models import Kind, Level, Outcome

YES = {"yes", "oui", "ja", "true", "vrai", "waar", "1", "x"}
NO = {"", "no", "non", "nee", "neen", "false", "faux", "onwaar", "0"}
SEPARATOR = " | "


class Column(Field):
    """How one thing about a publication is written into a cell, and read from one."""

    #: The language of what stands in it; "" where it is the same in every language.
    language = ""

    def __init__(self, name, **kwargs):
        super().__init__(attribute=name, column_name=name, **kwargs)

    def export(self, instance, **kwargs):
        return str(getattr(instance, self.attribute))

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        setattr(instance, self.attribute, self.read(row[self.column_name].strip(), resource))

    def read(self, cell, resource):
        """Return the value that a cell means; ValidationError with the reason where it means none."""
        return " ".join(cell.split())


class DateColumn(Column):
    def read(self, cell, resource):
        return PartialDate.parse(cell)


class YesColumn(Column):
    """Blank is no."""

    def export(self, instance, **kwargs):
        return "yes" if getattr(instance, self.attribute) else ""

    def read(self, cell, resource):
        if cell.lower() not in YES | NO:
            raise ValidationError(_("Write “yes”, or leave the cell blank for “no”."))
        return cell.lower() in YES


class ChoiceColumn(Column):
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


class SuccessorColumn(Column):
    """The key of the publication that supersedes this one."""

    def export(self, instance, **kwargs):
        return str(instance.superseded_by.key) if instance.superseded_by else ""

    def read(self, cell, resource):
        return resource.publication(cell) if cell else None


class ThemesColumn(Column):
    """The addresses of the themes."""

    def export(self, instance, **kwargs):
        if (themes := instance.__dict__.get("themes_read")) is None:
            themes = instance.themes.all() if instance.pk else []
        return SEPARATOR.join(sorted(theme_slug(theme) for theme in themes))

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        # Written after the publication itself, see PublicationResource.save_instance.
        instance.themes_read = self.read(row[self.column_name], resource)

    def read(self, cell, resource):
        slugs = list(filter(None, (slug.strip() for slug in cell.split("|"))))
        unknown = [slug for slug in slugs if slug not in resource.themes]
        if unknown:
            raise ValidationError(_("No theme has the address “%(slug)s”."), params={"slug": unknown[0][:100]})
        return list({resource.themes[slug].pk: resource.themes[slug] for slug in slugs}.values())


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


class SummaryColumn(TextColumn):
    def read(self, cell, resource):
        return cell


class RichTextColumn(TextColumn):
    """HTML, as the editor writes it; words without any mark-up become paragraphs."""

    def read(self, cell, resource):
        return rich_text.clean(cell if "<" in cell or not cell else linebreaks(cell, autoescape=True))


class StateColumn(TextColumn):
    """Whether readers see the text: for information, never imported."""

    def __init__(self, name, language):
        super().__init__(name, language)
        self.readonly = True

    def export(self, instance, **kwargs):
        row = text_in(instance, self.language)
        return str(row.state.value) if row else ""


def text_in(publication, language):
    """Return the text in a language, None where there is none."""
    return next((row for row in loaded_translations(publication) if row.language_code == language), None)


def theme_slug(theme):
    """Return the address of a theme in the first of the site's languages that it has."""
    slugs = {row.language_code: row.slug for row in theme.translations.all()}
    return next((slugs[code] for code in CODES if code in slugs), "")


def all_columns():
    """Return the columns in the order of the sheet."""
    texts = {
        **dict.fromkeys(("title", "subtitle", "series", "slug"), TextColumn),
        **{"summary": SummaryColumn, "text": RichTextColumn, "state": StateColumn},
    }
    return [
        Column("key", readonly=True),
        ChoiceColumn("kind", Kind),
        DateColumn("published_on"),
        DateColumn("law_as_of"),
        YesColumn("under_revision"),
        YesColumn("no_longer_valid"),
        SuccessorColumn("superseded_by"),
        ChoiceColumn("level", Level),
        ChoiceColumn("outcome", Outcome),
        *(DateColumn(name) for name in ("outcome_on", "campaign_from", "campaign_until")),
        *(Column(name) for name in ("responsible_editor", "legal_deposit")),
        ThemesColumn("themes"),
        *(column(name, code) for name, column in texts.items() for code in CODES),
    ]
