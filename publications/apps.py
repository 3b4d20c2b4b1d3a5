"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "publications"
    verbose_name = _("Publications")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from publications.models import Publication

        register(Publication, ("editions",))
