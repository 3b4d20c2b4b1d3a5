"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ThemesConfig(AppConfig):
    name = "themes"
    verbose_name = _("Themes")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from themes.models import Theme

        register(Theme)
