"""Bring the interface texts in line with the sources: `make messages`."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cire_site import catalogues


class Command(BaseCommand):
    """Add new messages to every catalogue and remove those no longer used; nothing else in the files changes."""

    help = "Updates the catalogues in locale/ from the sources (needs GNU gettext)."
    requires_system_checks = ()

    def handle(self, *args, **options):
        languages = [code for code, _name in settings.LANGUAGES]
        for folder in settings.LOCALE_PATHS:
            catalogues.start_catalogues(folder, languages)
            try:
                changed = catalogues.update_catalogues(folder, settings.BASE_DIR)
            except catalogues.GettextMissing as error:
                raise CommandError(str(error)) from None
            for path in changed:
                self.stdout.write(f"Updated {path.relative_to(settings.BASE_DIR)}")
            if not changed:
                self.stdout.write("The catalogues are up to date.")
            if found := catalogues.problems(folder, languages):
                self.stdout.write(f"{len(found)} messages wait for a translator: make check lists them.")
