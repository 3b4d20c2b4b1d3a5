"""The two answers of a service: "everything is right", and what should change."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import gazetteer
from addresses.hours import Week
from addresses.hours_fields import WeekFormField, WeekWidget
from addresses.models import PHONE, AddressTranslation, Phone
from addresses.report_forms import MessageField
from content.languages import current_language
from intake.forms import ProtectedForm

#: How many telephone numbers there is room for; an address that has more shows them all.
PHONES = 3
#: The columns of the text that a service may correct.
TEXTS = ("street", "for_whom", "bring", "price_note")


class RightForm(ProtectedForm):
    """The button “Everything is right”."""


class OneLineField(forms.CharField):
    """Words without line breaks, as the directory keeps them."""

    def to_python(self, value):
        return one_line(super().to_python(value))


def one_line(text):
    """Return a text with single spaces between its words."""
    return " ".join(text.split())


class WeekLines(WeekWidget):
    """A line for each day of the week, under one legend."""

    template_name = "addresses/week_lines.html"
    use_fieldset = True


def text_field(name):
    """Return a field for a column of the text of an address."""
    column = AddressTranslation._meta.get_field(name)
    return OneLineField(label=capfirst(column.verbose_name), max_length=column.max_length, required=False)


class ChangesForm(ProtectedForm):
    """What we say about a service, for it to correct; the texts are those of the reader's language.

    What it changes is a proposal under the name that Confirmation keeps it by; what it leaves alone, or was not on
    the page that it had before it, is none.
    """

    street = text_field("street")
    postcode = OneLineField(label=capfirst(gettext_lazy("postcode")), max_length=4, required=False)
    email = forms.EmailField(label=capfirst(gettext_lazy("e-mail")), max_length=254, required=False)
    website = forms.URLField(
        label=capfirst(gettext_lazy("website")), max_length=200, required=False, assume_scheme="https"
    )
    for_whom = text_field("for_whom")
    bring = text_field("bring")
    price_note = text_field("price_note")
    remark = MessageField(
        label=gettext_lazy("Anything else"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("What else should change? Colleagues read it; it is not published."),
    )

    def __init__(self, *args, address, **kwargs):
        super().__init__(*args, **kwargs)
        self.address, self.text = address, address.shown
        self.desks = [desk for desk in address.shown_desks if desk.has_hours]
        self.phones = [[phone.number, phone.label.get(current_language(), "")] for phone in address.phones.all()]
        self._add_phones()
        self._add_weeks()
        for name in TEXTS:
            self.initial[name] = getattr(self.text, name)
            self.fields[name].widget.attrs["lang"] = self.text.language_code
        for name in ("postcode", "email", "website"):
            self.initial[name] = getattr(address, name)
        phones = [name for pair in self.phone_names for name in pair]
        last = [name for name in self.fields if name.startswith("week_")]
        self.order_fields(["street", "postcode", *phones, "email", "website", *TEXTS[1:], *last, "remark"])

    def _add_phones(self):
        """Add the telephones, each with what it is for."""
        count = max(PHONES, len(self.phones))
        self.phone_names = [(f"phone_{number}", f"phone_for_{number}") for number in range(1, count + 1)]
        blank = [["", ""]] * (count - len(self.phones))
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

    def clean_postcode(self):
        """A postcode that exists; which commune it is follows from it."""
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
        if not self.errors and not self.proposals and not self.cleaned_data["remark"]:
            raise forms.ValidationError(_("You have changed nothing. If everything is right, use the button above."))

    @property
    def proposals(self):
        """{name: value} of what differs from what we say, as Confirmation keeps it."""
        found = {
            (f"{name}:{self.text.language_code}" if name in TEXTS else name): self.cleaned_data[name]
            for name in (*TEXTS, "postcode", "email", "website")
            if self._is_sent(name) and self.cleaned_data[name] != one_line(self.initial[name])
        }
        if self._is_sent(self.phone_names[0][0]) and self._phones_said() != self.phones:
            found["phones"] = self._phones_said()
        for desk in self.desks:
            name = f"week_{desk.pk}"
            if self._is_sent(name) and self.cleaned_data[name] != Week(desk.week):
                found[f"week:{desk.pk}"] = self.cleaned_data[name]
        return found

    def _phones_said(self):
        """[[number, what it is for], …] without the rows that were left empty."""
        said = [[self.cleaned_data[number], self.cleaned_data[label]] for number, label in self.phone_names]
        return [phone for phone in said if phone[0]]

    def _is_sent(self, name):
        """Whether a field was on the page that comes back."""
        widget = self.fields[name].widget
        return not widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))
