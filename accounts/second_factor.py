"""The second factor: a code that an app on somebody's phone shows, asked for after the password.

Whoever loses the phone has backup codes, each good once; we keep only what proves them. django-otp counts wrong codes
(each doubles the wait), takes no code twice, and keeps in the session which device somebody signed in with.
"""

import re
import secrets
from base64 import b32encode
from binascii import unhexlify

import segno
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

PHONE, BACKUP = "phone", "backup codes"
BACKUP_CODES = 10
FEW_CODES = 2  # left: time to make new ones
#: Without what is easily taken for something else.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
PHONE_CODE = re.compile(r"\d{6}", re.ASCII)


class WrongCode(Exception):
    """The code is not the one of now, was used already, or is no backup code."""


class TooManyWrongCodes(Exception):
    """After wrong codes even the right one is not looked at for a while. `seconds`: how long still."""

    def __init__(self, seconds):
        super().__init__(seconds)
        self.seconds = seconds


# --- Who has one -----------------------------------------------------------------------------------------------


def is_verified(user):
    """Whether somebody signed in with a code, not with a password alone."""
    return getattr(user, "otp_device", None) is not None


def phone_of(user):
    """Return the device of the phone that somebody set up, None where there is none."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def has_second_factor(user):
    """Whether somebody has set one up: then their password alone opens nothing."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def backup_codes_left(user):
    """Return how many backup codes somebody has not used yet."""
    return StaticToken.objects.filter(device__user=user).count()


# --- Setting it up ---------------------------------------------------------------------------------------------


def new_key():
    """Return a secret for a phone, which somebody is shown before they prove that the phone has it."""
    return default_key()


def key_as_text(device):
    """Return the secret of a device in groups of four, to be typed where no camera reads it."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def picture_of(device):
    """Return the secret of a device as the address of a picture (QR code) that a phone reads."""
    return segno.make(device.config_url, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")


def phone_shows(key, code):
    """Whether a phone with this secret shows this code now; nothing is noted."""
    code = tidy(code)
    return bool(PHONE_CODE.fullmatch(code)) and TOTP(unhexlify(key)).verify(int(code), tolerance=1)


def set_up(user, key, code):
    """Make a phone the second factor of somebody, in the place of an earlier one, and return its device.

    `key`: as made by `new_key`; `code`: what the phone shows. Raises WrongCode, and then nothing has changed.
    """
    if not phone_shows(key, code):
        raise WrongCode
    with transaction.atomic():
        device = TOTPDevice.objects.create(user=user, name=PHONE, key=key)
        # Notes the code as used: it opens no second door within its half minute.
        device.verify_token(tidy(code))
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        log(user, _("A second factor was set up."), by=user)
    return device


def make_backup_codes(user):
    """Give somebody new backup codes in the place of all earlier ones, and return them: nobody can read them again."""
    codes = ["".join(secrets.choice(ALPHABET) for _position in range(8)) for _number in range(BACKUP_CODES)]
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name=BACKUP)
        StaticToken.objects.bulk_create(StaticToken(device=device, token=proof_of(user, code)) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def remove(user, *, by=None):
    """Take away a second factor that was lost, and end all sessions: whoever holds the phone may have an open one.

    `by`: who does it, None for a command on the server.
    """
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
        end_sessions(user)
        if by is not None:
            log(user, _("The second factor was taken away."), by=by)


# --- Signing in ------------------------------------------------------------------------------------------------


def check_code(user, typed):
    """Return the device whose code somebody typed: six digits from the phone, or a backup code.

    Raises WrongCode or TooManyWrongCodes; wrong codes are counted whatever the caller does then.
    """
    code = tidy(typed)
    model, token = (TOTPDevice, code) if PHONE_CODE.fullmatch(code) else (StaticDevice, proof_of(user, code))
    with transaction.atomic():
        # Held until it is noted as used: of two who bring one code at the same time, one gets in.
        device = model.objects.select_for_update().filter(user=user, confirmed=True).order_by("pk").first()
        allowed, reason = device.verify_is_allowed() if device else (True, None)
        right = bool(device and allowed and device.verify_token(token))
    if not allowed:
        raise TooManyWrongCodes(max(1, round((reason["locked_until"] - timezone.now()).total_seconds())))
    if not right:
        raise WrongCode
    return device


def tidy(code):
    """Return a code without what people put between its groups."""
    return re.sub(r"[\s\-–]", "", code).lower()


def proof_of(user, code):
    """Return what is kept of a backup code: with our secret key it proves the code, without it tells nothing."""
    return salted_hmac("accounts.backup_code", f"{user.pk} {code}", algorithm="sha256").hexdigest()[:16]


def end_sessions(user, but=""):
    """Sign somebody out everywhere, except in the session with the key `but`."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()


def delete_old_sessions(now, since):
    """Delete the sessions that are over, with the secrets of phones that nobody set up. A step of DUE_STEPS."""
    Session.objects.filter(expire_date__lt=now).delete()


def log(user, words, *, by):
    """Note in the admin's history of somebody's account what happened to their second factor."""
    LogEntry.objects.log_actions(by.pk, [user], CHANGE, words, single_object=True)
