"""The form with which a reader reports an error."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses.checking import Report
from intake.forms import MessageField, ProtectedForm


class ReportForm(ProtectedForm):
    """What is wrong, in the reader's words too, and where to ask back if the reader wants that."""

    what = forms.ChoiceField(label=gettext_lazy("What is wrong"), choices=Report.What, widget=forms.RadioSelect)
    message = MessageField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("What is different there? Write nothing private: only the address is to be corrected."),
    )
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy("You need not give it. We write only if we have a question."),
    )

    def clean(self):
        """“Something else” says nothing by itself."""
        super().clean()
        is_silent = "message" not in self.errors and not self.cleaned_data.get("message")
        if is_silent and self.cleaned_data.get("what") == Report.What.OTHER:
            self.add_error("message", _("Say in a few words what is wrong."))
