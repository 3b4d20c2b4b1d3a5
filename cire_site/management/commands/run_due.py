"""What has to happen as time passes: called every minute, by a timer on a server and by `make run` here."""

from django.core.management.base import BaseCommand, CommandError

from content.due import run_due


class Command(BaseCommand):
    """Run settings.DUE_STEPS; may be called at any time, and by two at once."""

    help = "Does what is due: sends mail that waits, deletes what is kept no longer, renews what the clock changed."

    def handle(self, *args, **options):
        failed = run_due()
        if failed:
            raise CommandError(f"Failed, see the log: {', '.join(failed)}")
