"""The pages on which members of staff set up their second factor, and get backup codes."""

from django.contrib import admin
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from django_otp import login
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.forms import BackupCodesForm, SetUpForm, in_words
from accounts.second_factor import (
    WrongCode,
    backup_codes_left,
    end_sessions,
    is_verified,
    key_as_text,
    make_backup_codes,
    new_key,
    phone_of,
    picture_of,
    set_up,
)

#: Where the session keeps the secret until the phone has proved that it has it: nobody else can get that phone in.
KEY = "second_factor_key"


class SecondFactorPage(RedirectURLMixin):
    """A page of the admin about one's own second factor."""

    title = _("Second factor")
    next_page = reverse_lazy("admin:index")

    def get_context_data(self, **kwargs):
        context = admin.site.each_context(self.request)
        return super().get_context_data(**{**context, "title": self.title, "next": self.get_redirect_url(), **kwargs})

    def show_codes(self, codes):
        """Answer with backup codes: this once, and kept nowhere."""
        shown = {"codes": codes, "go_on": self.get_success_url(), "title": _("Your backup codes")}
        context = {**admin.site.each_context(self.request), **shown}
        return render(self.request, "accounts/admin/backup_codes_shown.html", context)


class SecondFactorView(SecondFactorPage, TemplateView):
    """What somebody has set up; whoever has nothing yet is led to do so."""

    template_name = "accounts/admin/second_factor.html"

    def get(self, request, *args, **kwargs):
        if not is_verified(request.user):
            return HttpResponseRedirect(reverse("admin:second_factor_set_up"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(phone=phone_of(user), codes_left=backup_codes_left(user), **kwargs)


class SetUpView(SecondFactorPage, FormView):
    """A picture for the phone to read, and a field that proves that it did."""

    title = _("Set up your second factor")
    form_class = SetUpForm
    template_name = "accounts/admin/second_factor_set_up.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user, "key": self.key}

    def get_context_data(self, **kwargs):
        device = TOTPDevice(user=self.request.user, key=self.key)
        return super().get_context_data(
            picture=picture_of(device), key=key_as_text(device), address=device.config_url, **kwargs
        )

    def form_valid(self, form):
        user, session = self.request.user, self.request.session
        try:
            device = set_up(user, self.key, form.cleaned_data["code"])
        except WrongCode as error:
            # Its half minute has ended since the form was looked at.
            form.add_error("code", in_words(error))
            return self.form_invalid(form)
        login(self.request, device)
        del session[KEY]
        # What was signed in by a password alone, here or elsewhere, stays outside.
        session.cycle_key()
        end_sessions(user, but=session.session_key)
        return self.show_codes(make_backup_codes(user))

    @property
    def key(self):
        return self.request.session.setdefault(KEY, new_key())


class BackupCodesView(SecondFactorPage, FormView):
    """New backup codes in the place of the earlier ones."""

    title = _("New backup codes")
    form_class = BackupCodesForm
    template_name = "accounts/admin/backup_codes.html"

    def dispatch(self, request, *args, **kwargs):
        if not is_verified(request.user):
            return HttpResponseRedirect(reverse("admin:second_factor_set_up"))
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        return self.show_codes(make_backup_codes(self.request.user))
