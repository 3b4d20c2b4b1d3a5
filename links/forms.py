"""Forms of the admin: where an old address leads, a file of many of them."""

import base64
import binascii
import zlib

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from links.models import LONGEST_TARGET, Departure, Redirect
from links.rules import check_redirect, check_target, stored_redirects
from links.targets import shown_target


class TargetForm(forms.ModelForm):
    """Asks for a target as an address that can be read, and keeps it as a reference where it is that of an object."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "target" in self.fields:
            self.fields["target"].widget = forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"})
            if self.instance.pk:
                self.initial["target"] = shown_target(self.instance)


class RedirectForm(TargetForm):
    """A redirect, checked as a whole."""

    class Meta:
        model = Redirect
        fields = ("path", "target", "note")

    def clean(self):
        cleaned = super().clean()
        if "path" in cleaned and "target" in cleaned:
            known = stored_redirects()
            known.pop(self.instance.path, None)
            try:
                rule = check_redirect(cleaned["path"], cleaned["target"], known)
            except ValidationError as error:
                self.add_error(None, error)
            else:
                cleaned |= {"path": rule.path, "target": rule.target}
                self.instance.language = rule.language
        return cleaned


class DepartureForm(TargetForm):
    """What readers of a deleted page are answered."""

    class Meta:
        model = Departure
        fields = ("target",)

    def clean_target(self):
        try:
            # In the language of whoever asked: the page was deleted in all of them.
            return check_target("", self.cleaned_data["target"], stored_redirects())[0]
        except ValidationError as error:
            raise ValidationError(error.messages) from error


GONE, OTHER = "gone", "other"


class MissingForm(forms.Form):
    """Where an address leads that nothing answers: to what may be meant, elsewhere, or nowhere."""

    choice = forms.ChoiceField(label=gettext_lazy("Lead readers to"), widget=forms.RadioSelect)
    other = forms.CharField(
        label=pgettext_lazy("web page", "Another address"),
        required=False,
        max_length=LONGEST_TARGET,
        widget=forms.TextInput(attrs={"class": "vLargeTextField", "autocomplete": "off"}),
        help_text=gettext_lazy("An address of this site, such as /fr/publications/, copied from the browser."),
    )

    def __init__(self, path, suggestions, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.path = path
        self.fields["choice"].choices = [
            *((address, f"{title} ({address})") for title, address in suggestions),
            (OTHER, _("Another address, below")),
            (GONE, _("Nowhere: the page is gone for good")),
        ]
        self.fields["choice"].initial = suggestions[0][1] if suggestions else OTHER

    def clean(self):
        cleaned = super().clean()
        choice = cleaned.get("choice")
        if choice == OTHER and not cleaned.get("other"):
            self.add_error("other", _("Write the address that readers are led to."))
        elif choice:
            new = {GONE: "", OTHER: cleaned.get("other", "")}.get(choice, choice)
            try:
                self.rule = check_redirect(self.path, new, stored_redirects())
            except ValidationError as error:
                self.add_error("other" if choice == OTHER else "choice", error.messages)
        return cleaned


class FileForm(forms.Form):
    """Asks for a file of redirects."""

    file = forms.FileField(label=gettext_lazy("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt"}))


class ConfirmForm(forms.Form):
    """Carries the file from the preview to its import: nothing of it is kept on the server in between."""

    held = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)

    def clean_held(self):
        """Unpack the file, never more than a file may hold."""
        try:
            packed = base64.urlsafe_b64decode(self.cleaned_data["held"])
            return zlib.decompressobj().decompress(packed, settings.IMPORT_MAX_BYTES + 1)
        except (ValueError, binascii.Error, zlib.error):
            raise ValidationError(_("The preview did not come back whole. Choose the file again.")) from None


def pack(data):
    """Return bytes as text that a form can carry, see ConfirmForm."""
    return base64.urlsafe_b64encode(zlib.compress(data)).decode()
