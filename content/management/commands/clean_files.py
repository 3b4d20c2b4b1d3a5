"""Deletes uploaded files that nothing uses any more: replaced pictures and PDFs, and their renditions."""

import datetime
from pathlib import PurePosixPath

from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from reversion.models import Version

from content.pictures import stem

KEEP_DAYS = 90


class Command(BaseCommand):
    help = "Deletes files that no page uses, unless a version of the last days still needs them. --dry-run only lists."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="list the files, delete nothing")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=KEEP_DAYS,
            help=f"keep what versions of the last days hold, so that they can be brought back ({KEEP_DAYS})",
        )

    def handle(self, *args, dry_run, keep_days, **options):
        since = timezone.now() - datetime.timedelta(days=keep_days)
        used = {stem(name) for name in names_in_use() | names_in_versions(since)}
        count = size = 0
        for name in stored_files():
            # A file that was just uploaded may belong to a save that is still going on.
            if stem(name) in used or default_storage.get_modified_time(name) > since:
                continue
            count, size = count + 1, size + default_storage.size(name)
            self.stdout.write(name)
            if not dry_run:
                default_storage.delete(name)
        what = "would be deleted" if dry_run else "deleted"
        self.stdout.write(f"{count} files, {filesizeformat(size)}, {what}.")


def file_fields():
    """Return all file fields of all models, pictures included."""
    return [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, models.FileField)]


def names_in_use():
    """Return the names of the files that rows hold now."""
    names = set()
    for field in file_fields():
        names |= set(field.model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True))
    return names


def names_in_versions(since):
    """Return the names of the files that versions saved after `since` hold."""
    names = set()
    fields = {}
    for field in file_fields():
        fields.setdefault(field.model, []).append(field.name)
    for version in Version.objects.filter(revision__date_created__gte=since).iterator():
        for name in fields.get(version._model, ()):
            value = version.field_dict.get(name)
            if value:
                names.add(str(value))
    return names


def stored_files(folder=""):
    """Yield the names of all files below a folder of the storage."""
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield str(PurePosixPath(folder) / name)
    for name in folders:
        yield from stored_files(str(PurePosixPath(folder) / name))
