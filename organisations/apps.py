"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "organisations"
    verbose_name = _("Organisations")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from organisations.models import Organisation

        register(Organisation, keep=("is_site",))
