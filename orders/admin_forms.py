"""The forms of the Orders desk: what leaves in a parcel, a person's orders, what came from the printer."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.correcting import CorrectionFields
from orders.offers import MOST_STOCK

COPIES_ERRORS = {
    "invalid": gettext_lazy("Write a whole number."),
    "min_value": gettext_lazy("Write 0 or more."),
    "max_value": gettext_lazy("No more than %(limit_value)s are left to send."),
}


class SendForm(forms.Form):
    """How many copies of each line leave now; filled in with all that is still to be sent."""

    #: How many copies had left when the page was made: see `after` of handling.send.
    after = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, lines, data=None):
        sent = sum(line.sent for line in lines)
        super().__init__(data, initial={"after": sent}, auto_id="%s")
        self.lines = [line for line in lines if line.to_send]
        for line in self.lines:
            self.fields[name_of(line)] = forms.IntegerField(
                label=line.title,
                min_value=0,
                max_value=line.to_send,
                initial=line.to_send,
                required=False,
                widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "parcel__copies"}),
                error_messages=COPIES_ERRORS,
            )

    def field_of(self, line):
        """Return the box of a line, None where all of it has left."""
        return self[name_of(line)] if name_of(line) in self.fields else None

    def clean(self):
        if not self.errors and not any(self.copies.values()):
            raise ValidationError(_("Write how many copies leave: one at least."))
        return self.cleaned_data

    @property
    def copies(self):
        """What leaves, as handling.send takes it: {primary key of a line: copies}."""
        return {line.pk: self.cleaned_data.get(name_of(line)) or 0 for line in self.lines}


def name_of(line):
    return f"line-{line.pk}"


class CorrectForm(CorrectionFields):
    """Who an order is for and where it goes, as whoever ordered says on the phone."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = ""  # it speaks to whoever orders, as these labels do
        self.fields["name"].label, self.fields["email"].label = _("name"), _("e-mail")


class FindForm(forms.Form):
    """What somebody on the phone says: a number, a name, an e-mail, a place."""

    words = forms.CharField(
        label=gettext_lazy("Number, name, e-mail or place"), max_length=100, widget=forms.TextInput(attrs={"size": 40})
    )


class Change(TextChoices):
    """Why the stock changes by hand."""

    RECEIVED = "received", gettext_lazy("copies came from the printer")
    COUNTED = "counted", gettext_lazy("I counted what lies on the shelf")


class StockForm(forms.Form):
    """What came, or what was counted."""

    change = forms.ChoiceField(
        label=gettext_lazy("What happened"), choices=Change, initial=Change.RECEIVED, widget=forms.RadioSelect
    )
    copies = forms.IntegerField(label=pgettext_lazy("how many", "Copies"), min_value=0, max_value=MOST_STOCK)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed after a count: damaged, given away, found… Without anybody’s name."),
    )
    #: What the page said was on hand: copies counted while others leave are no longer right.
    seen = forms.IntegerField(widget=forms.HiddenInput)
    #: The same page sent twice is one movement.
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("change") == Change.RECEIVED and cleaned.get("copies") == 0:
            self.add_error("copies", _("Write how many copies came: one at least."))
        if cleaned.get("change") == Change.COUNTED and not cleaned.get("why"):
            self.add_error("why", _("Say why there are more or fewer than we thought."))
        return cleaned
