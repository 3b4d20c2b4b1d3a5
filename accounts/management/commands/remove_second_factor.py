"""Takes away the second factor of somebody who lost it, where no colleague can do so in the admin."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from accounts.second_factor import has_second_factor, remove


class Command(BaseCommand):
    help = "Takes away somebody's second factor and backup codes, and signs them out everywhere."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *args, username, **options):
        user = get_user_model().objects.filter(username=username).first()
        if user is None or not has_second_factor(user):
            raise CommandError(f"{username!r} has no account here, or no second factor.")
        remove(user)
        self.stdout.write(f"{username} has no second factor any more, and sets one up at the next login.")
