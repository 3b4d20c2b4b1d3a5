"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    name = "groups"
    verbose_name = _("Groups")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from groups.models import Group

        register(Group, ("seats", "figures"))
