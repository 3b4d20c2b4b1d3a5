"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NetworksConfig(AppConfig):
    name = "networks"
    verbose_name = _("Networks")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from networks.models import Network

        register(Network, ("seats", "figures"))
