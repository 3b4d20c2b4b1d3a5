"""Check that the interface texts are complete in every language."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cire_site import catalogues


class Command(BaseCommand):
    """List every message that is missing, fuzzy or broken, and fail where there is one."""

    help = "Checks the catalogues in locale/: nothing missing, fuzzy or broken; the same messages as the sources."
    requires_system_checks = ()

    def handle(self, *args, **options):
        languages = [code for code, _name in settings.LANGUAGES]
        found = []
        for folder in settings.LOCALE_PATHS:
            found += catalogues.problems(folder, languages)
            try:
                found += catalogues.source_problems(folder, settings.BASE_DIR)
            except catalogues.GettextMissing as error:
                self.stderr.write(f"The catalogues were not compared with the sources: {error}")
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"The catalogues have {len(found)} problems. New messages: make messages")
        self.stdout.write(f"The catalogues are complete: {', '.join(languages)}.")
