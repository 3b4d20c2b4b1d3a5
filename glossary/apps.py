"""The app's name in the admin, and its history."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    name = "glossary"
    verbose_name = _("Glossary")

    def ready(self):
        # Loaded here and not in the admin: commands keep versions too.
        from content.history import register
        from glossary.models import Term

        register(Term, ("all_words",))
