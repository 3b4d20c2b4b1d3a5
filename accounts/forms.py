"""The forms that staff sign in with: a name and a password, then the code where somebody has a second factor."""

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.second_factor import TooManyWrongCodes, WrongCode, check_code, has_second_factor, phone_shows

#: How long after the password somebody may look for their phone, in seconds.
CODE_WITHIN = 300
SIGNER = signing.TimestampSigner(salt="accounts.password_was_right")
TICKET = "ticket"


def login_form(request=None, *args, **kwargs):
    """Return the form of the step of signing in that a request is at."""
    data = kwargs.get("data") or {}
    return (CodeForm if TICKET in data else StaffLoginForm)(request, *args, **kwargs)


class StaffLoginForm(AdminAuthenticationForm):
    """Asks for a name and a password; a name that is too long for any account is a wrong one like others."""

    #: The form to go on with, once the password was right and a code is needed.
    next_form = None

    def clean(self):
        # The count of wrong passwords keeps the name: PostgreSQL breaks on one that does not fit.
        if len(self.cleaned_data.get("username") or "") > self.username_field.max_length:
            raise self.get_invalid_login_error()
        cleaned = super().clean()
        user = self.get_user()
        if user is not None and has_second_factor(user):
            # Nobody is signed in yet: there is no session that a password alone would open.
            self.next_form = CodeForm(self.request, initial={TICKET: ticket_for(user)})
            raise ValidationError("", code="code_needed")
        return cleaned


class CodeInput(forms.TextInput):
    """Comes back empty: a wrong code is not mended, the next one is typed."""

    def get_context(self, name, value, attrs):
        return super().get_context(name, None, attrs)


class CodeField(forms.CharField):
    """A code from the phone, or a backup code."""

    widget = CodeInput

    def __init__(self, **kwargs):
        super().__init__(**{"label": _("Code"), "max_length": 40, **kwargs})
        self.widget.attrs |= {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}


class CodeForm(forms.Form):
    """Asks for the code after a password that was right; `ticket` proves that it was, for some minutes."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=600)
    code = CodeField(
        help_text=_(
            "The six digits that the app on your phone shows now. Without your phone: one of your backup codes."
        )
    )

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = None
        self.fields["code"].widget.attrs["autofocus"] = True

    def clean(self):
        user = user_of(self.cleaned_data.get(TICKET, ""))
        if user is None:
            raise ValidationError(_("That took too long. Please sign in again, from the start."), code="start_again")
        if self.cleaned_data.get("code"):
            user.otp_device = check_field(self, "code", user)
            self.user = user
        return self.cleaned_data

    def get_user(self):
        """Return who signed in, with the device that proved it."""
        return self.user

    @property
    def must_start_again(self):
        return self.has_error("__all__", "start_again")


class SetUpForm(forms.Form):
    """Proves that the phone has the secret; where there is a second factor already, that one is asked for too."""

    old_code = CodeField(
        label=_("Code from the phone you used until now, or a backup code"),
        help_text=_("Without it, somebody at your desk could put their phone in the place of yours."),
    )
    code = CodeField(label=_("Code that the app shows now"), help_text=_("Six digits, new ones every half minute."))

    def __init__(self, *args, user, key, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.key = user, key
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        if not has_second_factor(user):
            del self.fields["old_code"]

    def clean(self):
        code, old_code = self.cleaned_data.get("code"), self.cleaned_data.get("old_code")
        if code and not phone_shows(self.key, code):
            self.add_error("code", in_words(WrongCode()))
        # Last of all: a backup code that is looked at is used up.
        if old_code and not self.errors:
            check_field(self, "old_code", self.user)
        return self.cleaned_data


class BackupCodesForm(forms.Form):
    """Asks for a code before new backup codes are made."""

    code = CodeField(help_text=_("The six digits that the app on your phone shows now, or a backup code."))

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        if self.cleaned_data.get("code"):
            check_field(self, "code", self.user)
        return self.cleaned_data


def check_field(form, name, user):
    """Return the device whose code stands in a field; None, and an error beside the field, where it is none."""
    try:
        return check_code(user, form.cleaned_data[name])
    except (WrongCode, TooManyWrongCodes) as error:
        form.add_error(name, in_words(error))
        return None


def ticket_for(user):
    """Return what proves, for some minutes, that somebody's password was right."""
    return SIGNER.sign_object([user.pk, user.get_session_auth_hash()])


def user_of(ticket):
    """Return whose ticket it is; None for one that is not ours, too old, or from before another password."""
    try:
        pk, password_hash = SIGNER.unsign_object(ticket, max_age=CODE_WITHIN)
    except signing.BadSignature:
        return None
    user = get_user_model().objects.filter(pk=pk, is_active=True, is_staff=True).first()
    if user is None or user.get_session_auth_hash() != password_hash:
        return None
    # By whom the password was found right: django.contrib.auth.login asks.
    user.backend = "django.contrib.auth.backends.ModelBackend"
    return user


def in_words(error):
    """Return what somebody is told about a code that was not taken."""
    if isinstance(error, TooManyWrongCodes):
        return ngettext(
            "Too many wrong codes. Wait %(count)s second, then type a new one.",
            "Too many wrong codes. Wait %(count)s seconds, then type a new one.",
            error.seconds,
        ) % {"count": error.seconds}
    return _("This code is not right, or was used already. Wait for the next one and try again.")
