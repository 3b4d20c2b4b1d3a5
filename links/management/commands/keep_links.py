"""Writes down the addresses and the links of all content: once, after the upgrade that brought lasting links."""

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.module_loading import import_string

from links.objects import linked_models


class Command(BaseCommand):
    help = "Saves all content anew, so that its addresses are remembered and its links become references."

    def handle(self, **options):
        save_content = import_string(settings.SAVE_CONTENT)
        for model in linked_models():
            keys = list(model.objects.order_by("pk").values_list("pk", flat=True))
            for key in keys:
                with transaction.atomic():
                    # Locked: nobody saves the object between our reading and our writing.
                    obj = model.objects.select_for_update().filter(pk=key).first()
                    if obj is not None:
                        save_content(obj, minor_change=True)
            self.stdout.write(f"{model._meta.label}: {len(keys)}")
