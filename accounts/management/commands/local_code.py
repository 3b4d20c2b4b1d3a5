"""The code of a second factor, on one's own machine and without a phone."""

import time
from base64 import b32decode
from binascii import Error, unhexlify

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django_otp.oath import TOTP

from accounts.second_factor import phone_of


class Command(BaseCommand):
    help = "Prints the code that somebody's phone would show now. For one's own machine: needs LOCAL=1."

    def add_arguments(self, parser):
        parser.add_argument("--user", default="admin", help="whose code (admin)")
        parser.add_argument("--key", default="", help="the key that the page of setting up shows, before it is set up")

    def handle(self, *args, user, key, **options):
        if not settings.LOCAL:
            raise CommandError("Codes are told on one's own machine only (LOCAL=1). Lost: remove_second_factor")
        secret, last_step = self.given(key) if key else self.kept(user)
        totp = TOTP(secret)
        totp.time = time.time()
        left = 30 - int(totp.time) % 30
        if totp.t() <= last_step:
            # The one of now was used; the next is taken already.
            totp.time += 30
            left += 30
        self.stdout.write(f"{totp.token():06}  (good for {left} seconds)")

    def given(self, key):
        """Return the secret that a key in letters stands for, used by nobody yet."""
        try:
            return b32decode("".join(key.split()).upper()), -1
        except (Error, ValueError):
            raise CommandError("This is not the key that stands below the picture.") from None

    def kept(self, username):
        """Return the secret of somebody's phone, and the step of its last code."""
        user = get_user_model().objects.filter(username=username).first()
        phone = phone_of(user) if user else None
        if phone is None:
            raise CommandError(f"{username!r} has no second factor. To set it up: --key, with the key on the page.")
        return unhexlify(phone.key), phone.last_t
