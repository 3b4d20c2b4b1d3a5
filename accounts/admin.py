"""The admin of staff users, for those who sign in with their second factor."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin_access import VerifiedMixin
from accounts.models import User
from accounts.second_factor import phone_of, remove


class LanguagesField(forms.MultipleChoiceField):
    """The languages somebody writes in, as tick boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(choices=settings.LANGUAGES, required=False, **kwargs)


class StaffChangeForm(UserChangeForm):
    languages = LanguagesField(label=_("writes in"), help_text=User._meta.get_field("languages").help_text)


class StaffCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User


@admin.register(User)
class StaffAdmin(VerifiedMixin, UserAdmin):
    """Stock Django's user admin, with the two language settings and the second factor."""

    form = StaffChangeForm
    add_form = StaffCreationForm
    list_display = ("username", "first_name", "last_name", "language", "is_staff", "is_active")
    readonly_fields = ("second_factor", "second_factor_and_way")
    fieldsets = (
        (None, {"fields": (*UserAdmin.fieldsets[0][1]["fields"], *readonly_fields)}),
        UserAdmin.fieldsets[1],
        (_("Languages"), {"fields": ("language", "languages")}),
        *UserAdmin.fieldsets[2:],
    )

    def get_fieldsets(self, request, obj=None):
        # The way is open to superusers only.
        hidden = "second_factor" if request.user.is_superuser else "second_factor_and_way"
        return [
            (name, {**options, "fields": [field for field in options["fields"] if field != hidden]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_urls(self):
        address = path(
            "<int:pk>/second-factor/",
            self.admin_site.admin_view(self.second_factor_view),
            name="accounts_user_second_factor",
        )
        return [address, *super().get_urls()]

    @admin.display(description=_("second factor"))
    def second_factor(self, user):
        """Whether and since when."""
        phone = phone_of(user)
        if phone is None:
            return gettext("none")
        return gettext("set up on %(when)s") % {"when": date_format(localtime(phone.created_at), "DATE_FORMAT")}

    @admin.display(description=_("second factor"))
    def second_factor_and_way(self, user):
        """The same, with the way to take it away."""
        if phone_of(user) is None:
            return self.second_factor(user)
        href = reverse("admin:accounts_user_second_factor", args=[user.pk])
        words = gettext("The phone is lost: take it away")
        return format_html('{} – <a href="{}">{}</a>', self.second_factor(user), href, words)

    def second_factor_view(self, request, pk):
        """Take away the second factor of somebody who has lost it, after asking once more."""
        user = self.get_object(request, str(pk))
        if not (request.user.is_superuser and self.has_change_permission(request, user)):
            raise PermissionDenied
        if user is None or phone_of(user) is None:
            raise Http404
        if request.method == "POST":
            remove(user, by=request.user)
            told = gettext("%(name)s has no second factor any more, and is signed out everywhere.")
            self.message_user(request, told % {"name": user.get_username()}, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[user.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take the second factor away?"),
            "original": user,
            "opts": self.opts,
        }
        return render(request, "accounts/admin/second_factor_remove.html", context)


admin.site.unregister(Group)


@admin.register(Group)
class StaffGroupAdmin(VerifiedMixin, GroupAdmin):
    """Stock Django's groups: whoever fills them could give themselves any right."""
