"""Has all texts linked with the glossary anew: after an upgrade, as their notes hold words of the interface."""

from django.core.management.base import BaseCommand
from django.db import transaction

from glossary.linking import ask_for_linking


class Command(BaseCommand):
    help = "Has the worker link all texts with the glossary anew; to be called after each upgrade."

    @transaction.atomic
    def handle(self, **options):
        ask_for_linking()
        self.stdout.write("All texts will be linked anew by the worker.")
