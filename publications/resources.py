"""Publications as rows of a sheet: which columns there are, and what importing one changes."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from content import rich_text
from content.languages import CODES, language_name
from content.partial_dates import PartialDate
from content.saving import loaded_translations, save_content, validate_content
from publications.models import Kind, Level, Outcome, Publication
from publications.sheets import CONTROL, OLD_ENCODING
from themes.models import Theme

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


@dataclass
class Change:
    """What a row changes in one column."""

    column: str
    language: str
    before: str
    after: str


class PublicationResource(Resource):
    """Exports publications, and imports them through `save_content`: everything or nothing.

    A cell that says what the export would say is left alone, and so is what has no column. A dry run writes nothing
    at all. Each row of the result has `changes`, its `number` in the spreadsheet, and `twin`: whether a new
    publication has the title of one that exists.
    """

    class Meta:
        model = Publication
        import_id_fields = ("key",)
        instance_loader_class = BaseInstanceLoader  # get_instance does the work
        skip_diff = True  # ours says what changes, see Change
        store_instance = True
        use_transactions = True

    def __init__(self, *, numbers=(), is_lossy=False, may_add=True):
        super().__init__()
        self.fields = {column.column_name: column for column in all_columns()}
        self.numbers, self.is_lossy, self.may_add = numbers, is_lossy, may_add

    def get_queryset(self):
        return Publication.objects.prefetch_related("translations", "themes__translations", "superseded_by")

    def iter_queryset(self, queryset):
        queryset = queryset.prefetch_related("translations", "themes__translations", "superseded_by")
        return queryset.iterator(chunk_size=500)

    def number(self, row_number):
        """Return the number that a row of the dataset has in the spreadsheet."""
        return self.numbers[row_number - 1] if self.numbers else row_number + 1

    # --- What all rows need to know of each other

    def before_import(self, dataset, **kwargs):
        rows = dataset.dict
        keys = [as_key(row["key"]) for row in rows]
        found = self.get_queryset().filter(key__in=[key for key in keys if key])
        self.publications = {publication.key: publication for publication in found}
        themes = Theme.objects.prefetch_related("translations")
        self.themes = {row.slug: theme for theme in themes for row in theme.translations.all()}
        # Where each key and each address stands first: the file may not give one to two publications.
        self.first_rows = {}
        for place, (row, key) in enumerate(zip(rows, keys, strict=True), 1):
            slugs = {row.get(f"slug_{code}", "").strip() for code in CODES}
            for name in filter(None, [key, *slugs]):
                self.first_rows.setdefault(name, place)
        self.successors = dict(
            Publication.objects.exclude(superseded_by=None).values_list("key", "superseded_by__key")
        ) | {key: as_key(row["superseded_by"]) for row, key in zip(rows, keys, strict=True) if "superseded_by" in row}
        new = [row for row, key in zip(rows, keys, strict=True) if not key]
        titles = {row.get(f"title_{code}", "").strip() for row in new for code in CODES} - {""}
        model = Publication._parler_meta.root_model
        self.titles_taken = set(model.objects.filter(title__in=titles).values_list("title", flat=True))

    def publication(self, cell):
        """Return the publication with the key in a cell; ValidationError where there is none."""
        key = as_key(cell)
        if key not in self.publications:
            found = self.get_queryset().filter(key=key).first() if key else None
            if found is None:
                raise ValidationError(_("No publication has the key “%(key)s”."), params={"key": cell[:60]})
            self.publications[key] = found
        return self.publications[key]

    def makes_circle(self, key):
        """Whether the file makes a publication supersede itself in the end."""
        seen, successor = set(), self.successors.get(key)
        while successor and successor != key and successor not in seen:
            seen.add(successor)
            successor = self.successors.get(successor)
        return successor == key

    # --- One row

    def get_instance(self, instance_loader, row):
        self.changes = []
        if not row["key"].strip():
            return None
        try:
            return self.publication(row["key"].strip())
        except ValidationError as error:
            raise ValidationError(
                {"key": [*error.messages, _("Leave the cell blank for a new publication.")]}
            ) from None

    def init_instance(self, row=None):
        return Publication()

    def after_init_instance(self, instance, new, row, **kwargs):
        if new and not self.may_add:
            raise ValidationError({"key": _("You may change publications but not add new ones.")})

    def import_instance(self, instance, row, **kwargs):
        new = instance._state.adding
        errors = self._errors_among_rows(instance, row, kwargs["row_number"])
        if new and not row.get("kind", "").strip():
            errors["kind"] = [_("A new publication needs a kind: %(choices)s.") % {"choices": ", ".join(Kind.values)}]
        for column in self.fields.values():
            name, cell = column.column_name, row.get(column.column_name)
            if cell is None or column.readonly:
                continue
            before = "" if new else column.export(instance)
            if self._says(cell, before):
                continue
            try:
                if CONTROL.search(cell):
                    raise ValidationError(_("The cell holds an invisible control character. Type its words anew."))
                column.save(instance, row, resource=self)
            except ValidationError as error:
                errors[name] = error.messages
                continue
            after = column.export(instance)
            if after != before:
                self.changes.append(Change(name, column.language, before, after))
        if errors:
            raise ValidationError(errors)

    def _says(self, cell, exported):
        """Whether a cell is what the export would write there."""
        cell, exported = (" ".join(text.splitlines()).strip() for text in (cell, CONTROL.sub("", exported)))
        if self.is_lossy and cell == exported.encode(OLD_ENCODING, "replace").decode(OLD_ENCODING):
            return True
        return cell == exported

    def _errors_among_rows(self, instance, row, row_number):
        errors = {}
        key = None if instance._state.adding else instance.key
        first = self.first_rows.get(key, row_number)
        if first != row_number:
            errors["key"] = [_("Row %(number)d has the same key.") % {"number": self.number(first)}]
        if key and "superseded_by" in row and self.makes_circle(key):
            errors["superseded_by"] = [_("With this file, the publication would be superseded by itself in the end.")]
        for code in CODES:
            first = self.first_rows.get(row.get(f"slug_{code}", "").strip(), row_number)
            if first != row_number:
                errors[f"slug_{code}"] = [_("Row %(number)d has the same address.") % {"number": self.number(first)}]
        return errors

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return not (self.changes or import_validation_errors or instance._state.adding)

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        """What `validate_content` checks, with the column that each reason is about."""
        errors = dict(import_validation_errors or {})
        try:
            instance.full_clean(exclude=set(errors))
        except ValidationError as error:
            for name, reasons in error.error_dict.items():
                errors.setdefault(name, reasons)
        texts = loaded_translations(instance)
        if not texts:
            titles = ", ".join(f"title_{code}" for code in CODES)
            errors.setdefault(titles, [_("A new publication needs a title in at least one language.")])
        for text in texts:
            try:
                text.full_clean(exclude=["master"])
            except ValidationError as error:
                for name, reasons in error.error_dict.items():
                    column = f"{name}_{text.language_code}"
                    if column in self.fields:
                        errors.setdefault(column, reasons)
                    else:
                        messages = " ".join(ValidationError(reasons).messages)
                        told = f"{language_name(text.language_code)}: {messages}"
                        errors.setdefault(NON_FIELD_ERRORS, []).append(ValidationError(told))
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance, is_create, row, **kwargs):
        if kwargs["dry_run"]:
            return
        validate_content(instance)
        themes = instance.__dict__.pop("themes_read", None)
        if themes is not None and not is_create:
            instance.themes.set(themes)
        save_content(instance)
        if themes and is_create:
            instance.themes.set(themes)

    def save_m2m(self, instance, row, **kwargs):
        """Nothing is left to do, see save_instance."""

    def after_import_row(self, row, row_result, **kwargs):
        row_result.number = self.number(kwargs["row_number"])
        row_result.changes = self.changes
        row_result.twin = row_result.is_new() and any(
            change.after in self.titles_taken for change in self.changes if change.column.startswith("title_")
        )


def as_key(cell):
    """Return the UUID in a cell, None where there is none."""
    try:
        return uuid.UUID(cell.strip())
    except ValueError:
        return None
