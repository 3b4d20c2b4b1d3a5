"""Loads the sample content of every room, bottom up."""

from importlib import import_module

from django.core.management.base import BaseCommand

#: Each has a `sample.loader` with `load(report)`; a room comes after those that it stands on.
ROOMS = (
    *("themes", "organisations", "glossary", "networks", "groups", "publications", "addresses", "pages", "orders"),
    "links",
)


class Command(BaseCommand):
    help = "Creates the sample content that is missing; changes nothing that exists, brings back nothing deleted."

    def handle(self, *args, **options):
        for room in ROOMS:
            self.done = 0
            created = import_module(f"{room}.sample.loader").load(lambda entry, room=room: self.progress(room, entry))
            self.stdout.write(f"\r{room}: {self.done} in the sample, {created} created" + " " * 20)

    def progress(self, room, entry):
        """Say which entry was just dealt with, on a line that the next one overwrites."""
        self.done += 1
        if self.stdout.isatty():
            self.stdout.write(f"\r{room}: {self.done} {entry['key'][:30]:30}", ending="")
            self.stdout.flush()
