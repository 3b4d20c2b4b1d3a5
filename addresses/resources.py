"""Useful addresses as rows of a sheet: with their telephones and the hours of their first desk."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from addresses import gazetteer
from addresses.hours import Week, Weekday, parse_times, write_times
from addresses.models import Access, Address, Audience, Category, Cost, Desk, HoursKind, Known, Papers, Phone
from addresses.steps import follow_address
from content.fields import Words
from content.folding import sort_key
from content.languages import CODES
from content.resources import ContentResource, SheetWords
from content.sheet_columns import (
    ChoiceColumn,
    Column,
    DayColumn,
    ListColumn,
    LongTextColumn,
    ManyRelatedColumn,
    NumberColumn,
    RelatedColumn,
    RichTextColumn,
    SameKindColumn,
    StateColumn,
    TextColumn,
    YesColumn,
    text_columns,
)
from organisations.models import Organisation

BETWEEN_PHONES = "; "
#: "02 000 00 00 (reception)"; what stands in brackets is no label where it is the 0 of "+32 (0)2".
PHONE_IN_CELL = re.compile(r"(?P<number>.*?)\s*(?:\((?P<label>[^()]*[^()0-9 ][^()]*)\))?")


class CommuneColumn(Column):
    """A commune by its name; its NIS code and its name in the other language are read too."""

    def export(self, instance, **kwargs):
        commune = instance.commune
        return commune.name_in(CODES[0]) if commune else ""

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        instance.commune_nis = self.read(row[self.column_name].strip(), resource)

    def read(self, cell, resource):
        if not cell or gazetteer.commune(cell):
            return cell
        found = [row for row in gazetteer.communes().values() if sort_key(cell) in map(sort_key, row.names.values())]
        if len(found) == 1:
            return found[0].nis
        words = _("Several communes are called “%(name)s”.") if found else _("No commune is called “%(name)s”.")
        raise ValidationError(words, params={"name": cell[:60]})


class PhonesColumn(Column):
    """All telephones of an address in one cell: "02 000 00 00 (reception); 02 000 00 01"."""

    prefetch = "phones"

    def export(self, instance, **kwargs):
        return BETWEEN_PHONES.join(self._text(phone) for phone in self._phones(instance))

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        stored = {phone.number: phone for phone in self._phones(instance)}
        parts = filter(None, (" ".join(part.split()) for part in row[self.column_name].split(";")))
        instance.phones_read = [self._phone(PHONE_IN_CELL.fullmatch(part), stored) for part in parts]

    def save_related(self, instance):
        phones = instance.__dict__.pop("phones_read", None)
        if phones is None:
            return
        instance.phones.exclude(pk__in=[phone.pk for phone in phones if phone.pk]).delete()
        for phone in phones:
            phone.address = instance
            phone.save()

    @staticmethod
    def _phones(instance):
        if "phones_read" in instance.__dict__:
            return instance.phones_read
        return instance.phones.all() if instance.pk else []

    @staticmethod
    def _label(phone):
        return phone.label.shown_in(CODES[0])[0].replace(";", ",").replace("(", "[").replace(")", "]")

    def _text(self, phone):
        label = self._label(phone)
        return f"{phone.number} ({label})" if label else phone.number

    def _phone(self, match, stored):
        """Return a telephone of a cell: one that is stored keeps its languages, and its label if that is the same."""
        phone = stored.pop(match["number"], None) or Phone(number=match["number"])
        if (match["label"] or "") != self._label(phone):
            phone.label = Words({CODES[0]: match["label"]} if match["label"] else {})
        phone.clean_fields(exclude=["address"])
        return phone


class DeskColumn(Column):
    """Something about the first desk of an address; one is made where there was none."""

    prefetch = "desks"

    def export(self, instance, **kwargs):
        desk = first_desk(instance)
        return self.text(desk) if desk else ""

    def save(self, instance, row, is_m2m=False, *, resource=None, **kwargs):
        value = self.read(row[self.column_name].strip(), resource)
        if "desk_read" not in instance.__dict__:
            instance.desk_read = first_desk(instance) or Desk()
        self.put(instance.desk_read, value)

    def save_related(self, instance):
        # The first column that comes along saves what all of them have read.
        desk = instance.__dict__.pop("desk_read", None)
        if desk is not None:
            desk.address = instance
            desk.full_clean()
            desk.save()

    def text(self, desk):
        return str(getattr(desk, self.attribute))

    def put(self, desk, value):
        setattr(desk, self.attribute, value)


class DeskChoiceColumn(DeskColumn, ChoiceColumn):
    """One of some TextChoices, about the first desk."""


class DayHoursColumn(DeskColumn):
    """The hours of the first desk on one day of the week."""

    def text(self, desk):
        return desk.week.get(self.attribute, "")

    def read(self, cell, resource):
        return write_times(parse_times(cell))

    def put(self, desk, value):
        desk.week = {day: times for day, times in {**desk.week, self.attribute: value}.items() if times}
        if desk.week:
            desk.hours_kind = HoursKind.WEEKLY
        elif desk.hours_kind == HoursKind.WEEKLY:
            desk.hours_kind = HoursKind.UNKNOWN


class OtherDesksColumn(Column):
    """The other desks in words: for information, never imported."""

    prefetch = "desks"

    def __init__(self, name):
        super().__init__(name)
        self.readonly = True

    def export(self, instance, **kwargs):
        others = list(instance.desks.all())[1:] if instance.pk else []
        return "\n".join(f"{desk}: {Week(desk.week).text or desk.get_hours_kind_display()}" for desk in others)


def first_desk(address):
    """Return the desk that a row of the sheet is about, as the file changes it; None where there is none."""
    if "desk_read" in address.__dict__:
        return address.desk_read
    return next(iter(address.desks.all()), None) if address.pk else None


class AddressResource(ContentResource):
    """Exports and imports useful addresses with their telephones and their first desk; checks are no part of it."""

    class Meta:
        model = Address

    words = SheetWords(
        import_title=gettext_lazy("Import addresses"),
        export_title=gettext_lazy("Export addresses"),
        listed=ngettext_lazy(
            "%(count)s address of the list, as it is filtered now.",
            "%(count)s addresses of the list, as it is filtered now.",
            "count",
        ),
        added=ngettext_lazy("%(count)d new address", "%(count)d new addresses", "count"),
        unknown_key=gettext_lazy("No address has the key “%(key)s”."),
        leave_key_blank=gettext_lazy("Leave the cell blank for a new address."),
        may_not_add=gettext_lazy("You may change addresses but not add new ones."),
        needs_title=gettext_lazy("A new address needs a name in at least one language."),
        key_hint=gettext_lazy("“key” says which address a row is about. Blank: a new one."),
        cells_hint=gettext_lazy(
            "Days: 2012-12-20. Several needs, situations or languages: with “|” between them. Telephones: "
            "02 000 00 00 (reception); 02 000 00 01. Hours of the first desk, “mo” to “su”: 9:00-12:00, 13:30-17:00."
        ),
    )

    def columns(self):
        return [
            ManyRelatedColumn("categories", Category, by="key", unknown=_("No need is called “%(slug)s”.")),
            RelatedColumn("organisation", Organisation, unknown=_("No organisation has the address “%(slug)s”.")),
            ChoiceColumn("papers", Papers),
            ListColumn("situations"),
            ChoiceColumn("cost", Cost),
            ListColumn("languages"),
            ChoiceColumn("interpreter", Known),
            Column("postcode"),
            CommuneColumn("commune"),
            ChoiceColumn("step_free", Known),
            *(NumberColumn(name) for name in ("latitude", "longitude")),
            PhonesColumn("phones"),
            *(Column(name) for name in ("email", "website")),
            DeskChoiceColumn("access", Access),
            DeskChoiceColumn("audience", Audience),
            *(DayHoursColumn(day.value) for day in Weekday),
            OtherDesksColumn("other_desks"),
            *(DayColumn(name) for name in ("valid_from", "valid_until")),
            SameKindColumn("moved_to"),
            YesColumn("is_sample"),
            *text_columns(
                title=TextColumn,
                slug=TextColumn,
                summary=LongTextColumn,
                street=TextColumn,
                getting_there=TextColumn,
                for_whom=TextColumn,
                bring=TextColumn,
                price_note=TextColumn,
                text=RichTextColumn,
                state=StateColumn,
            ),
        ]

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):
        errors = dict(import_validation_errors or {})
        desk = instance.__dict__.get("desk_read")
        if self.check and desk is not None:
            try:
                desk.full_clean(exclude=["address", *errors])
            except ValidationError as error:
                # The nights of a week overlap across its days: said where the week begins.
                renamed = {"week": Weekday.MONDAY.value}
                errors |= {renamed.get(name, name): reasons for name, reasons in error.error_dict.items()}
        try:
            super().validate_instance(instance, errors, validate_unique)
        except ValidationError as error:
            renamed = {"commune_nis": "commune"}
            raise ValidationError(
                {renamed.get(name, name): reasons for name, reasons in error.error_dict.items()}
            ) from None

    def save_instance(self, instance, is_create, row, **kwargs):
        super().save_instance(instance, is_create, row, **kwargs)
        if is_create and not kwargs["dry_run"]:
            # Its desk was saved after it: what follows from the hours follows here.
            follow_address(instance)
