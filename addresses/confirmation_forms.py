"""The two answers of a service: "everything is right", and what should change.

Each carries, signed, what the page said: a service confirms what it has seen, and nothing that staff changed since.
"""

import hashlib
from itertools import chain, count, takewhile

from django import forms
from django.core import signing
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import gazetteer
from addresses.hours import Week, Weekday
from addresses.hours_fields import WeekFormField, WeekWidget
from addresses.models import PHONE, Address, AddressTranslation, Phone
from content.folding import one_line
from content.languages import current_language
from intake.forms import MessageField, ProtectedForm

#: How many telephone numbers there is room for; an address that has more shows them all.
PHONES = 3
#: The columns of the text that a service may correct.
TEXTS = ("street", "getting_there", "for_whom", "bring", "price_note")
SALT = "addresses.shown"
#: Under this name a form carries the digest of the whole page; under those of its inputs, what stood in them.
WHOLE = ""


def digest(text):
    """Return a short digest of what somebody saw, white space in one."""
    return hashlib.sha256(one_line(text).encode()).hexdigest()[:16]


class AnswerForm(ProtectedForm):
    """An answer to what the page says (`facts`: its HTML); it is held back where that was changed meanwhile."""

    shown_field = "shown"

    def __init__(self, *args, facts, **kwargs):
        super().__init__(*args, **kwargs)
        self.facts = facts
        #: {name of an input: digest} of the page that was answered.
        self.seen = self._read_seen() if self.is_bound else {}

    def _read_seen(self):
        try:
            return signing.Signer(salt=SALT).unsign_object(self.data.get(self.shown_field, ""))
        except signing.BadSignature:
            return {}

    @property
    def is_outdated(self):
        """Whether what is stored is no longer what the service had before it."""
        return self.is_bound and self.seen.get(WHOLE) != digest(self.facts)

    @property
    def stored(self):
        """{name of an input: text} of what the form says now."""
        return {}

    @property
    def shown(self):
        """What the form carries about the page that it stands on."""
        texts = {WHOLE: self.facts, **self.stored}
        return signing.Signer(salt=SALT).sign_object({name: digest(text) for name, text in texts.items()})

    def full_clean(self):
        super().full_clean()
        if self.is_outdated:
            self.hold_back(
                _(
                    "What we say about you was changed meanwhile, so nothing was sent. Look at it again, then answer. "
                    "All you wrote is still here."
                )
            )


class RightForm(AnswerForm):
    """The button “Everything is right”."""


class OneLineField(forms.CharField):
    """Words without line breaks, as the directory keeps them."""

    def to_python(self, value):
        return one_line(super().to_python(value))


def phone_inputs(number):
    """Return the names of the two inputs of a telephone, counted from 1."""
    return f"phone_{number}", f"phone_for_{number}"


class WeekLines(WeekWidget):
    """A line for each day of the week, under one legend."""

    template_name = "addresses/week_lines.html"
    use_fieldset = True


def text_field(name):
    """Return a field for a column of the text of an address."""
    column = AddressTranslation._meta.get_field(name)
    return OneLineField(label=capfirst(column.verbose_name), max_length=column.max_length, required=False)


class ChangesForm(AnswerForm):
    """What we say about a service, for it to correct; the texts are those of the reader's language.

    What it changes is a proposal under the name that Confirmation keeps it by; what it leaves alone, or was not on
    the page that it had before it, is none.
    """

    street = text_field("street")
    getting_there = text_field("getting_there")
    postcode = OneLineField(label=capfirst(gettext_lazy("postcode")), max_length=4, required=False)
    email = forms.EmailField(label=capfirst(gettext_lazy("e-mail")), max_length=254, required=False)
    website = forms.URLField(
        label=capfirst(gettext_lazy("website")), max_length=200, required=False, assume_scheme="https"
    )
    for_whom = text_field("for_whom")
    bring = text_field("bring")
    price_note = text_field("price_note")
    has_closed = forms.BooleanField(label=gettext_lazy("We have closed"), required=False)
    has_moved = forms.BooleanField(label=gettext_lazy("We have moved"), required=False)
    remark = MessageField(
        label=gettext_lazy("Anything else"),
        required=False,
        max_length=900,  # beside it stands what was ticked
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("What else should change? Colleagues read it; it is not published."),
    )

    def __init__(self, *args, address, **kwargs):
        super().__init__(*args, **kwargs)
        self.address, self.text = address, address.shown
        self.desks = [desk for desk in address.shown_desks if desk.has_hours]
        self.phones = [[phone.number, phone.label.get(current_language(), "")] for phone in address.phones.all()]
        # Of a form that does not say what it was made from nothing can be told: it stays as it was filled in.
        is_to_merge = self.is_outdated and self.seen
        rows = self._rows_merged() if is_to_merge else self.phones
        self._add_phones(max(PHONES, len(self.phones), len(rows), len(self._rows_seen)))
        self._add_weeks()
        for name in TEXTS:
            self.initial[name] = getattr(self.text, name)
            self.fields[name].widget.attrs["lang"] = self.text.language_code
        for name in ("postcode", "email", "website"):
            self.initial[name] = getattr(address, name)
        phones = chain.from_iterable(self.phone_names)
        last = [name for name in self.fields if name.startswith("week_")]
        first = ("street", "getting_there", "postcode", "commune_nis")
        if is_to_merge:
            self._take_over(rows)
        self._add_commune()
        ticks = ("has_closed", "has_moved")
        self.order_fields([*first, *phones, "email", "website", *TEXTS[2:], *last, *ticks, "remark"])

    def _add_phones(self, room):
        """Add the telephones, each with what it is for."""
        self.phone_names = [phone_inputs(number) for number in range(1, room + 1)]
        blank = [["", ""]] * (room - len(self.phones))
        for number, (names, known) in enumerate(zip(self.phone_names, self.phones + blank, strict=True), start=1):
            self.initial.update(zip(names, known, strict=True))
            self.fields[names[0]] = forms.RegexField(
                PHONE,
                label=_("Phone %(number)d") % {"number": number},
                max_length=Phone._meta.get_field("number").max_length,
                required=False,
                strip=True,
                error_messages={"invalid": _("Only digits, spaces and + . / ( ) -, for example 02 000 00 00.")},
                widget=forms.TextInput({"type": "tel", "autocomplete": "off"}),
            )
            self.fields[names[1]] = OneLineField(
                label=_("Phone %(number)d, what it is for") % {"number": number},
                max_length=Phone._meta.get_field("label").max_words,
                required=False,
            )

    def _add_weeks(self):
        """Add the hours of each desk that has the same ones every week."""
        for desk in self.desks:
            self.fields[f"week_{desk.pk}"] = WeekFormField(
                label=_("Opening hours: %(desk)s") % {"desk": desk}, required=False, widget=WeekLines
            )
            self.initial[f"week_{desk.pk}"] = desk.week

    def _add_commune(self):
        """Add the municipality, where several have the postcode: the one that was sent, else the stored one."""
        postcode = one_line(self.data.get("postcode", "")) if self.is_bound else self.address.postcode
        communes = gazetteer.communes_with(postcode)
        # Nothing is asked where the postcode tells.
        if len(communes) > 1:
            self.initial["commune_nis"] = self.address.commune_nis
            self.fields["commune_nis"] = forms.ChoiceField(
                label=Address._meta.get_field("commune_nis").verbose_name,
                choices=[(commune.nis, commune.name) for commune in communes],
                widget=forms.RadioSelect,
                required=False,
            )

    def clean_postcode(self):
        """A postcode that exists; which commune it is follows from it where only one has it."""
        postcode = self.cleaned_data["postcode"]
        if postcode and not gazetteer.communes_with(postcode):
            raise forms.ValidationError(_("No commune has the postcode %(code)s.") % {"code": postcode})
        return postcode

    def clean(self):
        """Refuse words without a number beside them, and an answer that says nothing."""
        super().clean()
        for number, label in self.phone_names:
            if self.cleaned_data.get(label) and self.cleaned_data.get(number) == "":
                self.add_error(number, _("Write the number too."))
        if "commune_nis" in self.fields and self._is_moved and not self.cleaned_data.get("commune_nis"):
            words = _("Several municipalities have the postcode %(code)s: choose yours.")
            self.add_error("commune_nis", words % {"code": self.cleaned_data["postcode"]})
        if not (self.is_outdated or self.errors or self.proposals or self.remark_said):
            raise forms.ValidationError(_("You have changed nothing. If everything is right, use the button above."))

    # --- What was changed while the service wrote

    @property
    def stored(self):
        texts = {name: self.initial[name] for name in (*TEXTS, "postcode", "email", "website")}
        texts["commune_nis"] = self.address.commune_nis
        texts |= {name: self.initial[name] for name in chain.from_iterable(self.phone_names)}
        for desk in self.desks:
            texts |= {f"week_{desk.pk}_{day.value}": desk.week.get(day.value, "") for day in Weekday}
        return texts

    def _is_typed(self, name):
        """Whether the service wrote something into an input that it had before it."""
        return name in self.data and digest(self.data[name]) != self.seen.get(name)

    @property
    def _rows_seen(self):
        """The names of the inputs of each telephone that the page had room for."""
        return list(takewhile(lambda names: names[0] in self.seen, map(phone_inputs, count(1))))

    def _rows_merged(self):
        """Return the telephones to show: as they are stored now, with what the service typed in its rows."""
        shown = self._rows_seen
        if not any(map(self._is_typed, chain.from_iterable(shown))):
            return self.phones
        before = {tuple(self.seen[name] for name in names) for names in shown}
        now = {tuple(map(digest, phone)) for phone in self.phones}
        rows = [
            [self.data.get(name, "") for name in names]
            for names in shown
            if any(map(self._is_typed, names)) or tuple(self.seen[name] for name in names) in now
        ]
        return rows + [phone for phone in self.phones if tuple(map(digest, phone)) not in before]

    def _take_over(self, rows):
        """Show what is stored now in each input that the service left as it was, what it typed in the others."""
        phones = dict(zip(chain.from_iterable(self.phone_names), chain.from_iterable(rows), strict=False))
        data, stored = self.data.copy(), self.stored
        for name, text in stored.items():
            if name.startswith("phone_"):
                data[name] = phones.get(name, "")
            elif not self._is_typed(name):
                data[name] = text
        # The hours of a desk that is gone have no place but the remark.
        lost = [
            _("%(label)s: %(hours)s") % {"label": Weekday(name[-2:]).label, "hours": data[name]}
            for name in self.seen
            if name.startswith("week_") and name not in stored and self._is_typed(name)
        ]
        data["remark"] = "\n".join(filter(None, [data.get("remark", ""), *lost]))
        self.data = data

    # --- What it proposes

    @property
    def proposals(self):
        """{name: value} of what differs from what we say, as Confirmation keeps it."""
        found = {
            (f"{name}:{self.text.language_code}" if name in TEXTS else name): self.cleaned_data[name]
            for name in (*TEXTS, "email", "website")
            if self._is_sent(name) and self.cleaned_data[name] != one_line(self.initial[name])
        }
        found |= self._place_said()
        if self._is_sent(self.phone_names[0][0]) and self._phones_said() != self.phones:
            found["phones"] = self._phones_said()
        for desk in self.desks:
            name = f"week_{desk.pk}"
            if self._is_sent(name) and self.cleaned_data[name] != Week(desk.week):
                found[f"week:{desk.pk}"] = self.cleaned_data[name]
        return found

    @property
    def remark_said(self):
        """What the service writes to staff, beginning with what it ticked."""
        ticked = [f"{self.fields[name].label}." for name in ("has_closed", "has_moved") if self.cleaned_data[name]]
        return "\n".join(filter(None, [*ticked, self.cleaned_data["remark"]]))

    @property
    def _is_moved(self):
        """Whether the service wrote another postcode."""
        return self._is_sent("postcode") and self.cleaned_data.get("postcode", "") != self.address.postcode

    def _place_said(self):
        """The postcode, with the municipality where several have it: staff decide on both at once."""
        commune = self.cleaned_data.get("commune_nis")
        if commune and commune != self.address.commune_nis:
            return {"postcode": self.cleaned_data["postcode"], "commune_nis": commune}
        return {"postcode": self.cleaned_data["postcode"]} if self._is_moved else {}

    def _phones_said(self):
        """[[number, what it is for], …] without the rows that were left empty."""
        said = [[self.cleaned_data[number], self.cleaned_data[label]] for number, label in self.phone_names]
        return [phone for phone in said if phone[0]]

    def _is_sent(self, name):
        """Whether a field was on the page that comes back."""
        widget = self.fields[name].widget
        return not widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
