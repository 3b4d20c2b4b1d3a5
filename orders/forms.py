"""The forms of ordering: how many copies, who orders them and where they go."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses.gazetteer import communes_with, find_place
from addresses.phones import PHONE
from content.folding import one_line
from intake.forms import MessageField, ProtectedForm
from orders.basket import MOST_TITLES
from orders.catalogue import limits_text, offer_title
from orders.models import CONTACT, MOST_COPIES, Delivery, Purpose, Requester, RequesterKind, email_key
from orders.placing import problem_with

LONGEST_NUMBER = 20  # digits that are read
COUNTRY = re.compile(r"^BE?-", re.IGNORECASE)  # as written on letters from abroad
COPIES = re.compile(r"copies-([1-9]\d{0,17})", re.ASCII)


# Control characters, halves of characters, and code points that Unicode keeps free for ever. Not all that Python does
# not know: emoji are younger than it.
UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17))
    + "]"
)


def copies_name(pk):
    """Return the name of the field that holds how many copies of an offer somebody wants."""
    return f"copies-{pk}"


def out_name(pk):
    """Return the name of the box that takes an offer out of an order."""
    return f"out-{pk}"


def posted_pks(data):
    """Return the primary keys of the offers that a form came with; no form of ours has more than a basket holds."""
    return [int(match[1]) for match in map(COPIES.fullmatch, data) if match][:MOST_TITLES]


class CopiesField(forms.Field):
    """A number of copies, in whatever digits the reader writes: 1 or more, None where nothing or 0 is written."""

    default_error_messages = {
        "required": gettext_lazy("Write how many copies, or take it out."),
        "invalid": gettext_lazy("Write a whole number: 1 or more."),
    }
    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "num"})

    def to_python(self, value):
        text = one_line(value)
        if not text:
            return None
        if not text.isdecimal():
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        # Whoever writes thirty digits is told the limit like anybody else.
        return min(int(text[:LONGEST_NUMBER]), MOST_COPIES + 1)

    def validate(self, value):
        # In a basket, none is no mistake: it takes the title out.
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")


class CopiesForm(forms.Form):
    """A form with a field for the copies of each of some offers; `basket`: {primary key of an offer: copies}."""

    copies_required = False

    def __init__(self, *args, offers, basket, **kwargs):
        super().__init__(*args, **kwargs)
        self.offers, self.basket = offers, basket
        for pk, offer in offers.items():
            self.fields[copies_name(pk)] = CopiesField(
                label=offer_title(offer),
                required=self.copies_required,
                initial=basket.get(pk),
                help_text=limits_text(offer) if offer.can_be_ordered else "",
            )

    @property
    def copies(self):
        """What a valid form asks for: {primary key of an offer: copies, or None}."""
        return {pk: self.cleaned_data.get(copies_name(pk)) for pk in self.offers}

    @property
    def lines(self):
        """[(offer, bound field)] for a template."""
        return [(offer, self[copies_name(pk)]) for pk, offer in self.offers.items()]


class BasketForm(CopiesForm):
    """The boxes of the order page: what they hold becomes what the basket holds of these titles."""

    def clean(self):
        super().clean()
        for pk, copies in self.copies.items():
            problem = copies and problem_with(self.offers[pk], copies)
            if problem:
                self.add_error(copies_name(pk), problem)
        if not self.errors and not self.result:
            raise ValidationError(_("Write beside a title how many copies you want."))
        if len(self.result) > MOST_TITLES:
            raise ValidationError(
                _("A basket holds %(count)s titles. Order these first, or write to us about a larger order.")
                % {"count": MOST_TITLES}
            )

    @property
    def result(self):
        """The basket as this form makes it; a title whose box the page did not have yet stays as it is."""
        boxes = {pk: copies for pk, copies in self.copies.items() if copies_name(pk) in self.data}
        return {pk: copies for pk, copies in {**self.basket, **boxes}.items() if copies}


def place_with(postcode):
    """Return the name of the place that a postcode stands for, the most likely one."""
    place = find_place(postcode)
    return (place.locality or place.communes[0]).name


def lies_elsewhere(name, communes):
    """Whether a name is that of a place in Belgium, and in none of these communes; one that we do not know may be."""
    place = find_place(name)
    return place is not None and not set(place.communes) & set(communes)


class ContactFields(forms.ModelForm):
    """Who orders and where it goes: what may be corrected later too, by whoever ordered and by staff."""

    class Meta:
        model = Requester
        fields = CONTACT
        help_texts = {
            "email": gettext_lazy("To confirm the order and to tell you when it leaves. Nothing else."),
            "phone": gettext_lazy("Only if we may call about the delivery."),
            "locality": gettext_lazy("Leave it empty and we take it from the postcode."),
        }
        widgets = {
            "organisation": forms.TextInput({"autocomplete": "organization"}),
            "name": forms.TextInput({"autocomplete": "name"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "phone": forms.TextInput({"type": "tel", "autocomplete": "tel"}),
            "street": forms.TextInput({"autocomplete": "street-address"}),
            "locality": forms.TextInput({"autocomplete": "address-level2"}),
        }

    postcode = forms.CharField(
        label=gettext_lazy("postcode"),
        required=False,
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "postal-code"}),
    )

    address_fields = ("street", "postcode", "locality")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(
            RegexValidator(PHONE, _("Only digits, spaces and + . / ( ) -, for example 02 000 00 00."))
        )
        for name in ("street", "postcode"):
            self.fields[name].required = self.by_post

    @property
    def by_post(self):
        """Whether the copies are sent, and an address needed."""
        return self.instance.order.delivery == Delivery.POST

    def clean_postcode(self):
        """Return the four digits of "B-1050" or "１０５０"; what is none stays as it is."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["postcode"])
        return COUNTRY.sub("", text.replace(" ", "")) if text else ""

    def clean_email(self):
        """Refuse an address that no e-mail of ours reaches: its name is not ASCII, or DNS has no such domain."""
        email = self.cleaned_data["email"]
        if not email.rpartition("@")[0].isascii():
            raise ValidationError(_("Write what stands before the @ without accents or special letters."))
        key = email_key(email)
        if not key.isascii() or len(key) > Requester._meta.get_field("email_key").max_length:
            raise ValidationError(_("This e-mail address is too long. Write another one."))
        return email

    def clean(self):
        super().clean()
        for name in {"organisation", "name", "street", "locality"} & set(self.fields):
            self._clean_line(name)
        if self.by_post:
            self._clean_address()
        else:
            self._forget_address()

    def _clean_line(self, name):
        """Put the white space of a line in one: a line break in it would begin a new line on a label."""
        text = one_line(self.cleaned_data.get(name))
        if UNREADABLE.search(text):
            self.add_error(name, unreadable())
        elif name in self.cleaned_data:
            self.cleaned_data[name] = text

    def _clean_address(self):
        """Refuse a postcode that is not Belgian, and take the place from it where none is written, or an old one."""
        postcode = self.cleaned_data.get("postcode")
        if postcode is None:
            return
        communes, written = communes_with(postcode), self.cleaned_data.get("locality")
        if not communes:
            self.add_error("postcode", _("Write a Belgian postcode: four digits, for example 1050."))
        elif "locality" in self.errors:
            return
        elif not written or self._has_moved(postcode, written):
            self.cleaned_data["locality"] = place_with(postcode)
        elif lies_elsewhere(written, communes):
            self.add_error(
                "locality",
                _("%(postcode)s is the postcode of %(place)s. Correct one of the two.")
                % {"postcode": postcode, "place": place_with(postcode)},
            )

    def _has_moved(self, postcode, written):
        """Whether only the postcode was corrected: the place of the old one stands beside it."""
        return self.initial.get("postcode", postcode) != postcode and self.initial.get("locality") == written

    def _forget_address(self):
        """What is picked up needs no address: none is kept, whatever was written before the choice changed."""
        for name in set(self.address_fields) & set(self.fields):
            self.errors.pop(name, None)
            self.cleaned_data[name] = ""


def unreadable():
    """Return the error of a text with a character that is none."""
    return ValidationError(_("A character in this text cannot be read. Write it again."))


class ContactForm(ProtectedForm, ContactFields):
    """The same, held off from machines."""


class OrderForm(CopiesForm, ContactForm):
    """The whole order: its lines, who orders, where it goes, what for.

    Whether so many copies are there is not looked at here but when the order is placed: of two taps on the button the
    second must not be told that the first has taken the last copy.
    """

    copies_required = True

    requester_kind = forms.ChoiceField(label=gettext_lazy("you are"), choices=RequesterKind, widget=forms.RadioSelect)
    purpose = forms.ChoiceField(label=gettext_lazy("what they are for"), choices=Purpose, widget=forms.RadioSelect)
    delivery = forms.ChoiceField(
        label=gettext_lazy("how you get them"), choices=Delivery, widget=forms.RadioSelect, initial=Delivery.POST
    )
    note = MessageField(
        label=gettext_lazy("a remark for us"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    #: The totals that the page showed, in euro: nobody owes an amount that they have not seen.
    agreed = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)

    #: The fields of the part of the form that says who orders.
    who = ("requester_kind", "organisation", "name", "email", "phone", "purpose")

    class Meta(ContactFields.Meta):
        fields = (*CONTACT, "note")

    def __init__(self, *args, is_changed=False, **kwargs):
        super().__init__(*args, **kwargs)
        #: Whether a title that the form came with does not exist any more.
        self.is_changed = is_changed
        for pk in self.offers:
            self.fields[out_name(pk)] = forms.BooleanField(label=gettext_lazy("Take it out"), required=False)
        # As the page shows them: its list of errors follows.
        lines = [name for pk in self.offers for name in (copies_name(pk), out_name(pk))]
        self.order_fields([*lines, *self.who, "delivery", *self.address_fields])

    @property
    def by_post(self):
        return self.data.get("delivery") != Delivery.PICK_UP

    @property
    def copies(self):
        """What is ordered: {primary key of an offer: copies}, without what was taken out."""
        return {pk: copies for pk, copies in super().copies.items() if not self.cleaned_data.get(out_name(pk))}

    def clean_note(self):
        if UNREADABLE.search(self.cleaned_data["note"]):
            raise unreadable()
        return self.cleaned_data["note"]

    def clean(self):
        super().clean()
        for pk in self.offers:
            if self.cleaned_data.get(out_name(pk)):
                self.errors.pop(copies_name(pk), None)
        if self.is_changed:
            raise ValidationError(_("A title of your basket is no longer offered. Look at the rest and send it again."))
        if not self.copies:
            raise ValidationError(_("You have taken everything out: nothing is left to order."))

    def add_problems(self, problems):
        """Say beside each line why it cannot be had: {primary key of an offer: words}."""
        for pk, words in problems.items():
            if copies_name(pk) not in self.errors:
                self.add_error(copies_name(pk), words)

    def wishes(self):
        """Return [(offer, copies)] as far as the boxes can be read."""
        return [(self.offers[pk], copies) for pk, copies in self.copies.items() if copies]

    def has_seen(self, total):
        """Whether the page showed this total, in euro, when the form was sent."""
        return f"{total:.2f}" in self.cleaned_data["agreed"].split()

    def line_fields(self):
        """Return [(offer, box of the copies, box to take it out)] for a template."""
        return [(offer, self[copies_name(pk)], self[out_name(pk)]) for pk, offer in self.offers.items()]
