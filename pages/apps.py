"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "pages"
    verbose_name = _("Pages and menu")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from pages.models import Page

        register(Page)
