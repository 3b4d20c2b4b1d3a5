"""What a service proposes to change about its address: what is stored, what would be, whether that can be.

A Confirmation holds {name: value}: "street:fr", "postcode", "phones", "week:<pk of the desk>"…
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from addresses import gazetteer
from addresses.hours import Week
from addresses.models import Desk, HoursKind, Phone
from content.fields import Words
from content.folding import one_line
from content.languages import language_name
from content.saving import loaded_translations, validate_content

REMARK = "remark"
FACTS = ("email", "website")
TEXTS = ("street", "getting_there", "for_whom", "bring", "price_note")
PHONES, WEEK = "phones", "week"
#: Which commune it is follows from the postcode; where several have it, it is proposed and decided on with it.
PLACE, COMMUNE = "postcode", "commune_nis"


@dataclass
class Proposal:
    """A name, by which the form calls it too, with the value that is proposed."""

    address: object
    key: str
    value: object
    language: str  # of the service: the words beside its telephones are in it
    commune_nis: str = ""  # the one that a service chose among those that share its postcode

    @property
    def names(self):
        """The names by which the Confirmation keeps what is decided on here."""
        return [self.key, COMMUNE] if self.kind == PLACE and self.commune_nis else [self.key]

    @property
    def kind(self):
        return self.key.partition(":")[0]

    @property
    def part(self):
        """The language of a text, the key of a desk; "" where there is neither."""
        return self.key.partition(":")[2]

    @property
    def is_remark(self):
        """Whether it is what the service wrote to staff, who do with it what they find right."""
        return self.kind == REMARK

    @cached_property
    def _text(self):
        if self.kind not in TEXTS:
            return None
        return next((row for row in loaded_translations(self.address) if row.language_code == self.part), None)

    @cached_property
    def _desk(self):
        if self.kind != WEEK:
            return None
        return next((desk for desk in self.address.desks.all() if str(desk.pk) == self.part), None)

    @property
    def is_known(self):
        """Whether what it is about still exists."""
        return self.kind in (*FACTS, PLACE, PHONES, REMARK) or bool(self._text or self._desk)

    @property
    def label(self):
        """What it is about, in the editor's words."""
        if self.is_remark:
            return str(_("Remark"))
        if self.kind in TEXTS:
            name = capfirst(str(type(self.address)._parler_meta.root_model._meta.get_field(self.kind).verbose_name))
            return f"{name} ({language_name(self.part)})"
        if self.kind == WEEK:
            return _("Opening hours: %(desk)s") % {"desk": self._desk} if self._desk else _("Opening hours")
        if self.kind == PHONES:
            return str(capfirst(Phone._meta.verbose_name_plural))
        if self.kind in FACTS:
            return capfirst(str(self.address._meta.get_field(self.kind).verbose_name))
        return str(_("Postcode and commune")) if self.kind == PLACE else self.key

    @property
    def lang(self):
        """The language of its words, "" where they have none."""
        return self.part if self.kind in TEXTS else ""

    # --- In words

    @property
    def stored(self):
        """What the directory says now, as text."""
        if self.kind == PLACE:
            return self.address.place_text
        if self.kind == PHONES:
            return "\n".join(_phone_line(phone.number, phone.label.get(self.language)) for phone in self._phones)
        if self.kind == WEEK:
            return week_lines(self._desk.week) if self._desk else ""
        if self.kind in TEXTS:
            return getattr(self._text, self.kind) if self._text else ""
        return str(getattr(self.address, self.kind, ""))

    @property
    def proposed(self):
        """What the service says, as text; as it was sent where it cannot be read."""
        try:
            return self._proposed()
        except (ValidationError, ValueError, TypeError, AttributeError):
            return str(self.value)

    def _proposed(self):
        if self.kind == PLACE:
            commune = gazetteer.commune(self._commune_nis())
            return " ".join(filter(None, [self.value, commune.name if commune else ""]))
        if self.kind == PHONES:
            return "\n".join(_phone_line(number, label) for number, label in self.value)
        if self.kind == WEEK:
            return week_lines(Week.parse(self.value))
        return str(self.value)

    # --- Done

    def problem(self):
        """Return why it cannot be accepted, "" where it can; the address is left with it in memory."""
        if not self.is_known:
            return _("What it is about is no longer there.")
        try:
            self.put()
        except ValidationError as error:
            return " ".join(error.messages)
        except (ValueError, TypeError, AttributeError):
            return _("This cannot be read.")
        return ""

    def put(self):
        """Put it into the address in memory; ValidationError with the reason where it does not fit."""
        if self.is_remark:
            return
        if self.kind in TEXTS:
            setattr(self._text, self.kind, one_line(self.value))
            self._text.clean_fields(exclude=_all_but(self._text, self.kind))
        elif self.kind == WEEK:
            self._put_week()
        elif self.kind == PHONES:
            self._new_phones = self._put_phones()
        else:
            setattr(self.address, self.key, one_line(self.value))
            if self.kind == PLACE:
                self.address.commune_nis = self._commune_nis()
            self.address.clean_fields(exclude=_all_but(self.address, self.key))
            if self.kind == PLACE:
                self.address.clean()

    def _commune_nis(self):
        """Return the commune of the postcode: the first that fits of proposed, stored and only one, else none."""
        fitting = [row.nis for row in gazetteer.communes_with(self.value)]
        if self.commune_nis in fitting:
            return self.commune_nis
        only = fitting[0] if len(fitting) == 1 else ""
        return self.address.commune_nis if self.address.commune_nis in fitting else only

    def _put_week(self):
        self._desk.week = Week.parse(self.value)
        if self._desk.week:
            self._desk.hours_kind = HoursKind.WEEKLY
        elif self._desk.hours_kind == HoursKind.WEEKLY:
            self._desk.hours_kind = HoursKind.UNKNOWN
        self._desk.full_clean()

    @property
    def _phones(self):
        return list(self.address.phones.all())

    def _put_phones(self):
        """Return the telephones as they would be: those that stay keep their languages and their other words."""
        kept = {phone.number: phone for phone in self._phones}
        phones = []
        for number, label in self.value:
            phone = kept.pop(one_line(number), None) or Phone(address=self.address, number=one_line(number))
            phone.label = Words({**phone.label, self.language: one_line(label)})
            if not phone.label[self.language]:
                del phone.label[self.language]
            phone.full_clean()
            phones.append(phone)
        return phones

    def save_rows(self):
        """Save the desk or the telephones that it changed; its columns and texts are saved with the address."""
        if self.kind == WEEK:
            Desk.objects.filter(pk=self._desk.pk).update(week=self._desk.week, hours_kind=self._desk.hours_kind)
        elif self.kind == PHONES:
            self.address.phones.exclude(pk__in=[phone.pk for phone in self._new_phones if phone.pk]).delete()
            for phone in self._new_phones:
                phone.save()


def waiting_values(confirmation):
    """Return {name: value} of what nobody has decided on yet; what the service wrote to staff is one of them."""
    is_read = REMARK in (*confirmation.accepted, *confirmation.refused)
    waiting = {name: value for name, value in confirmation.waiting.items() if name != COMMUNE}
    return waiting | ({REMARK: confirmation.remark} if confirmation.remark and not is_read else {})


def proposals(address, confirmation, names):
    """Return the Proposals of a Confirmation that have these names, for an address in memory."""
    values = waiting_values(confirmation)
    commune = confirmation.proposed.get(COMMUNE, "")
    return [Proposal(address, name, values[name], confirmation.language, commune) for name in names]


def put_all(address, accepted):
    """Put accepted Proposals into an address in memory, and check it as a whole; ValidationError with the reason."""
    for proposal in accepted:
        if reason := proposal.problem():
            raise ValidationError(_("%(label)s: %(error)s") % {"label": proposal.label, "error": reason})
    validate_content(address)


def week_lines(week):
    """Return a week in words, a line a day."""
    lines = (
        _("%(label)s: %(hours)s") % {"label": capfirst(day.label), "hours": words}
        for day, words in Week(week or {}).texts
    )
    return "\n".join(lines) or _("no hours")


def _phone_line(number, label):
    return f"{number} ({label})" if label else str(number)


def _all_but(obj, *names):
    return {field.name for field in obj._meta.fields} - set(names)
