"""Correcting who an order is for: by whoever ordered and by staff, neither over the other's words."""

from django import forms
from django.utils.translation import gettext as _

from orders.forms import ContactFields
from orders.handling import digest_of


class CorrectionFields(ContactFields):
    """Who an order is for and where it goes, and what they were when the page was made."""

    #: See `digest_of`.
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["seen"] = digest_of(self.instance)
        if not self.by_post:
            for name in self.address_fields:
                del self.fields[name]

    @property
    def columns(self):
        """What a valid form says: {name of a column of Requester: value}."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def show_what_stands(self, requester):
        """Say what somebody else has corrected meanwhile; sent once more, the form has seen it."""
        lines = [*requester.address_lines, requester.email, requester.phone]
        told = _(
            "This was corrected while you were writing. It is now: %(lines)s. "
            "What you wrote is still here: send it once more if it is to replace that."
        )
        self.add_error(None, told % {"lines": ", ".join(filter(None, lines))})
        self.data = {**self.data.dict(), "seen": digest_of(requester)}
