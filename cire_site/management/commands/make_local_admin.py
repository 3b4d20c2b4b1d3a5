"""An admin account for one's own machine, so that `make run` ends with something to log in with."""

import os
import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

USERNAME = "admin"
FILE_NAME = "local-admin.txt"


def local_admin():
    """Make the account where there is none; return its login as a line of text.

    The password is random, is kept beside the local database, and is never changed here: whoever changes it in the
    admin keeps the one they chose. Raises CommandError unless LOCAL is on.
    """
    if not settings.LOCAL:
        raise CommandError("A local admin is for one's own machine (LOCAL=1). On a server: manage.py createsuperuser")
    path = settings.DATA_DIR / FILE_NAME
    password = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    user = get_user_model().objects.filter(username=USERNAME).first()
    if user is None:
        if not password:
            password = secrets.token_urlsafe(12)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(password + "\n", encoding="utf-8")
        get_user_model().objects.create_superuser(USERNAME, password=password)
    elif not password or not user.check_password(password):
        return f"user {USERNAME}, with the password that was set since (lost: manage.py changepassword {USERNAME})"
    return f"user {USERNAME}, password {password} (kept in {os.path.relpath(path)})"


class Command(BaseCommand):
    """Print the login of the local admin, making the account the first time."""

    help = "Makes a superuser for this machine with a random password; later runs print the same. Needs LOCAL=1."

    def handle(self, *args, **options):
        self.stdout.write(local_admin())
