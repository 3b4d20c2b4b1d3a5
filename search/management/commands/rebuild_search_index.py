"""Writes the index of the search anew: after an upgrade, and after rows were changed behind the site's back."""

from django.core.management.base import BaseCommand

from search.indexing import rebuild


class Command(BaseCommand):
    help = "Writes the whole index of the search anew; readers can go on searching meanwhile."

    def handle(self, **options):
        count = rebuild(self.progress)
        self.stdout.write(self.style.SUCCESS(f"{count} objects are in the index."))

    def progress(self, model, done, total):
        """Say how far it has come, one line for each kind of content."""
        self.stdout.write(f"\r{model._meta.label}: {done} of {total}", ending="\n" if done == total else "")
        self.stdout.flush()
