"""Content as rows of a sheet: what exporting one writes, and what importing one changes."""

import uuid
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource

from content.languages import CODES
from content.saving import loaded_translations, save_content, validate_content
from content.sheet_columns import Column
from content.sheets import CONTROL, OLD_ENCODING


@dataclass
class Change:
    """What a row changes in one column."""

    column: str
    language: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class SheetWords:
    """What the pages of an import say differently for each kind of content: whole sentences, lazily translated."""

    import_title: str
    export_title: str
    #: How many the export holds, and how many an import adds: by ngettext_lazy, with %(count)s.
    listed: str
    added: str
    #: With %(key)s.
    unknown_key: str
    leave_key_blank: str
    may_not_add: str
    needs_title: str
    #: How to fill in the column "key", and all others.
    key_hint: str
    cells_hint: str


class ContentResource(Resource):
    """Exports one kind of content, and imports it through `save_content`: everything or nothing.

    A cell that says what the export would say is left alone, and so is what has no column. A dry run writes nothing
    at all; without `check` it only says what would change. Each row of the result has `changes`, its `number` in the
    spreadsheet, and `twin`: whether a new object has the title of one that exists.

    Subclasses have `Meta.model`, `words` and `columns()`.
    """

    words = None  # SheetWords

    class Meta:
        import_id_fields = ("key",)
        instance_loader_class = BaseInstanceLoader  # get_instance does the work
        skip_diff = True  # ours says what changes, see Change
        store_instance = True
        use_transactions = True

    def __init__(self, *, numbers=(), is_lossy=False, may_add=True, check=True):
        super().__init__()
        self.model = self._meta.model
        self.check = check
        self.fields = {column.column_name: column for column in (Column("key", readonly=True), *self.columns())}
        self.numbers, self.is_lossy, self.may_add = numbers, is_lossy, may_add

    def columns(self):
        """Return the columns in the order of the sheet; "key" comes before them."""
        raise NotImplementedError

    @property
    def importable_columns(self):
        """The names of the columns that a file may change something by."""
        return [name for name, column in self.fields.items() if name == "key" or not column.readonly]

    def get_queryset(self):
        return self._with_related(self.model.objects.all())

    def iter_queryset(self, queryset):
        return self._with_related(queryset).iterator(chunk_size=500)

    def _with_related(self, queryset):
        return queryset.prefetch_related("translations", *filter(None, (c.prefetch for c in self.fields.values())))

    def number(self, row_number):
        """Return the number that a row of the dataset has in the spreadsheet."""
        return self.numbers[row_number - 1] if self.numbers else row_number + 1

    # --- What all rows need to know of each other

    def before_import(self, dataset, **kwargs):
        rows = dataset.dict
        keys = [as_key(row["key"]) for row in rows]
        found = self.get_queryset().filter(key__in=[key for key in keys if key])
        self.found = {obj.key: obj for obj in found}
        for name in set(dataset.headers) & set(self.fields):
            self.fields[name].load()
        # Where each key and each address stands first: the file may not give one to two objects.
        self.first_rows = {}
        for place, (row, key) in enumerate(zip(rows, keys, strict=True), 1):
            slugs = {row.get(f"slug_{code}", "").strip() for code in CODES}
            for name in filter(None, [key, *slugs]):
                self.first_rows.setdefault(name, place)
        new = [row for row, key in zip(rows, keys, strict=True) if not key]
        titles = {row.get(f"title_{code}", "").strip() for row in new for code in CODES} - {""}
        texts = self.model._parler_meta.root_model.objects
        self.titles_taken = set(texts.filter(title__in=titles).values_list("title", flat=True))

    def find(self, cell):
        """Return the object with the key in a cell; ValidationError where there is none."""
        key = as_key(cell)
        if key not in self.found:
            obj = self.get_queryset().filter(key=key).first() if key else None
            if obj is None:
                raise ValidationError(self.words.unknown_key, params={"key": cell[:60]})
            self.found[key] = obj
        return self.found[key]

    # --- One row

    def get_instance(self, instance_loader, row):
        self.changes = []
        if not row["key"].strip():
            return None
        try:
            return self.find(row["key"].strip())
        except ValidationError as error:
            raise ValidationError({"key": [*error.messages, self.words.leave_key_blank]}) from None

    def init_instance(self, row=None):
        return self.model()

    def after_init_instance(self, instance, new, row, **kwargs):
        if new and not self.may_add:
            raise ValidationError({"key": self.words.may_not_add})

    def import_instance(self, instance, row, **kwargs):
        new = instance._state.adding
        errors = self.row_errors(instance, row, kwargs["row_number"])
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

    def row_errors(self, instance, row, row_number):
        """Return {column: [reasons]} of what is wrong with a row beside what its cells hold."""
        errors = {}
        key = None if instance._state.adding else instance.key
        first = self.first_rows.get(key, row_number)
        if first != row_number:
            errors["key"] = [_("Row %(number)d has the same key.") % {"number": self.number(first)}]
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
            errors.setdefault(titles, [self.words.needs_title])
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
        if not is_create:
            self._save_related(instance)
        save_content(instance)
        if is_create:
            self._save_related(instance)

    def _save_related(self, instance):
        for column in self.fields.values():
            column.save_related(instance)

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
