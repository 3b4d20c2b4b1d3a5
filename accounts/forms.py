"""The form that staff sign in with."""

from django.contrib.admin.forms import AdminAuthenticationForm


class StaffLoginForm(AdminAuthenticationForm):
    """Asks for a name and a password; a name that is too long for any account is a wrong one like others."""

    def clean(self):
        # The count of wrong passwords keeps the name: PostgreSQL breaks on one that does not fit.
        if len(self.cleaned_data.get("username") or "") > self.username_field.max_length:
            raise self.get_invalid_login_error()
        return super().clean()
