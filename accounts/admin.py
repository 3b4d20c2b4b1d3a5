"""The admin of staff users."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from accounts.models import User


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
class StaffAdmin(UserAdmin):
    """Stock Django's user admin, with the two language settings."""

    form = StaffChangeForm
    add_form = StaffCreationForm
    list_display = ("username", "first_name", "last_name", "language", "is_staff", "is_active")
    fieldsets = (
        *UserAdmin.fieldsets[:2],
        (_("Languages"), {"fields": ("language", "languages")}),
        *UserAdmin.fieldsets[2:],
    )
