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
from content.languages import language_name
from content.saving import loaded_translations, validate_content

FACTS = ("email", "website")
TEXTS = ("street", "getting_there", "for_whom", "bring", "price_note")
PHONES, WEEK = "phones", "week"
#: One proposal: neither holds without the other.
PLACE = ("postcode", "commune_nis")


@dataclass
class Proposal:
    """Some names that are decided together, with their values."""

    address: object
    values: dict
    language: str  # of the service: the words beside its telephones are in it

    @property
    def names(self):
        return list(self.values)

    @property
    def key(self):
        """What the form calls it."""
        return self.names[0]

    @property
    def kind(self):
        return self.key.partition(":")[0]

    @property
    def part(self):
        """The language of a text, the key of a desk; "" where there is neither."""
        return self.key.partition(":")[2]

    @property
    def value(self):
        return self.values[self.key]

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
        return self.kind in (*FACTS, *PLACE, PHONES) or bool(self._text or self._desk)

    @property
    def label(self):
        """What it is about, in the editor's words."""
        if self.kind in TEXTS:
            name = capfirst(str(type(self.address)._parler_meta.root_model._meta.get_field(self.kind).verbose_name))
            return f"{name} ({language_name(self.part)})"
        if self.kind == WEEK:
            return f"{_('Opening hours')}: {self._desk}" if self._desk else str(_("Opening hours"))
        if self.kind == PHONES:
            return str(capfirst(Phone._meta.verbose_name_plural))
        if self.kind in FACTS:
            return capfirst(str(self.address._meta.get_field(self.kind).verbose_name))
        return str(_("Postcode and commune")) if self.kind in PLACE else self.key

    @property
    def lang(self):
        """The language of its words, "" where they have none."""
        return self.part if self.kind in TEXTS else ""

    # --- In words

    @property
    def stored(self):
        """What the directory says now, as text."""
        if self.kind in PLACE:
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
        if self.kind in PLACE:
            postcode, nis = self._place()
            commune = gazetteer.commune(nis)
            return " ".join(filter(None, [postcode, commune.name if commune else ""]))
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
        if self.kind in TEXTS:
            setattr(self._text, self.kind, _one_line(self.value))
            self._text.clean_fields(exclude=_all_but(self._text, self.kind))
        elif self.kind == WEEK:
            self._put_week()
        elif self.kind == PHONES:
            self._new_phones = self._put_phones()
        else:
            columns = dict(zip(PLACE, self._place(), strict=True)) if self.kind in PLACE else {self.key: self.value}
            for name, value in columns.items():
                setattr(self.address, name, _one_line(value))
            self.address.clean_fields(exclude=_all_but(self.address, *columns))
            if self.kind in PLACE:
                self.address.clean()

    def _place(self):
        """Return (postcode, commune); a commune that does not have a new postcode is looked for anew."""
        postcode = self.values.get("postcode", self.address.postcode)
        nis = self.values.get("commune_nis")
        if nis is None:
            fitting = [row.nis for row in gazetteer.communes_with(postcode)]
            only = fitting[0] if len(fitting) == 1 else ""
            nis = self.address.commune_nis if self.address.commune_nis in fitting else only
        return postcode, nis

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
            phone = kept.pop(_one_line(number), None) or Phone(address=self.address, number=_one_line(number))
            phone.label = Words({**phone.label, self.language: _one_line(label)})
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


def proposals(address, values, language):
    """Return the Proposals among {name: value}."""
    place = {name: values[name] for name in PLACE if name in values}
    rest = [{name: value} for name, value in values.items() if name not in PLACE]
    return [Proposal(address, group, language) for group in ([place] if place else []) + rest]


def put_all(address, accepted):
    """Put accepted Proposals into an address in memory, and check it as a whole; ValidationError with the reason."""
    for proposal in accepted:
        if reason := proposal.problem():
            raise ValidationError(f"{proposal.label}: {reason}")
    validate_content(address)


def week_lines(week):
    """Return a week in words, a line a day."""
    return "\n".join(f"{capfirst(day.label)}: {words}" for day, words in Week(week or {}).texts) or str(_("no hours"))


def _phone_line(number, label):
    return f"{number} ({label})" if label else str(number)


def _one_line(value):
    return " ".join(str(value or "").split())


def _all_but(obj, *names):
    return {field.name for field in obj._meta.fields} - set(names)
