"""Reads the PDFs that no task has read: after a crash, or when the worker did not run."""

from django.core.management.base import BaseCommand

from publications.files import follow_edition, read_file
from publications.models import Edition, FileState


class Command(BaseCommand):
    help = "Reads every PDF that has not been read; with --failed also those that could not be read."

    def add_arguments(self, parser):
        parser.add_argument("--failed", action="store_true", help="try again those that could not be read")

    def handle(self, *args, failed, **options):
        states = {FileState.WAITING, *([FileState.FAILED] if failed else [])}
        editions = [edition for edition in Edition.objects.exclude(pdf="") if edition.file_state in states]
        for number, edition in enumerate(editions, start=1):
            read_file(edition)
            follow_edition(edition)
            edition.refresh_from_db()
            self.stdout.write(f"{number}/{len(editions)} {edition}: {edition.file_state.label}")
        self.stdout.write(f"{len(editions)} files read.")
