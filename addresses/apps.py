"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AddressesConfig(AppConfig):
    name = "addresses"
    verbose_name = _("Useful addresses")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from addresses.models import Address
        from content.history import register

        # Checks, reports and confirmations are no part of it: bringing back an old text undoes no phone call.
        register(Address, ("phones", "desks", "special_days"))
