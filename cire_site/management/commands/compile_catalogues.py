"""Compile the interface texts: needed before a server starts, and after every change of a .po file."""

from django.conf import settings
from django.core.management.base import BaseCommand

from cire_site.catalogues import compile_catalogues


class Command(BaseCommand):
    """Compile what has changed; says nothing when there is nothing to do."""

    help = "Compiles the catalogues in locale/ that have changed (no GNU gettext needed)."
    requires_system_checks = ()

    def handle(self, *args, **options):
        for folder in settings.LOCALE_PATHS:
            for path in compile_catalogues(folder):
                self.stdout.write(f"Compiled {path.relative_to(settings.BASE_DIR)}")
