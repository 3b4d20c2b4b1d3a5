"""Publications as rows of a sheet: which columns there are, and what importing one changes."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from content.languages import CODES
from content.saving import loaded_translations, save_content, validate_content
from publications.models import Kind, Publication
from publications.sheet_columns import all_columns
from publications.sheets import CONTROL, OLD_ENCODING
from themes.models import Theme


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
    at all; without `check` it only says what would change. Each row of the result has `changes`, its `number` in the
    spreadsheet, and `twin`: whether a new publication has the title of one that exists.
    """

    class Meta:
        model = Publication
        import_id_fields = ("key",)
        instance_loader_class = BaseInstanceLoader  # get_instance does the work
        skip_diff = True  # ours says what changes, see Change
        store_instance = True
        use_transactions = True

    def __init__(self, *, numbers=(), is_lossy=False, may_add=True, check=True):
        super().__init__()
        self.check = check
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
        """What `validate_content` checks, with the column that each reason is about.

        Only of what the row changes: each constraint costs a query.
        """
        errors = dict(import_validation_errors or {})
        if self.check:
            self._check_facts(instance, errors)
            self._check_texts(instance, errors)
        if errors:
            raise ValidationError(errors)

    def _check_facts(self, instance, errors):
        if not instance._state.adding and all(change.language for change in self.changes):
            return
        try:
            instance.full_clean(exclude=set(errors))
        except ValidationError as error:
            for name, reasons in error.error_dict.items():
                errors.setdefault(name, reasons)

    def _check_texts(self, instance, errors):
        texts = loaded_translations(instance)
        if not texts:
            titles = ", ".join(f"title_{code}" for code in CODES)
            errors.setdefault(titles, [_("A new publication needs a title in at least one language.")])
        touched = {change.language for change in self.changes}
        for text in texts:
            if text.language_code not in touched and text.pk:
                continue
            columns = {column.name for column in self.fields.values() if column.language == text.language_code}
            others = {field.name for field in text._meta.get_fields()} - columns
            try:
                text.full_clean(exclude=others)
            except ValidationError as error:
                for name, reasons in error.error_dict.items():
                    errors.setdefault(f"{name}_{text.language_code}" if name in columns else NON_FIELD_ERRORS, reasons)

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
