"""International Standard Book Numbers (ISO 2108): ISBN-13, and ISBN-10 for older books."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def check_isbn(value):
    """Refuse a number whose check digit is wrong; hyphens and spaces do not count."""
    digits = value.replace("-", "").replace(" ", "").upper()
    if not (digits.isascii() and (_is_isbn_13(digits) or _is_isbn_10(digits))):
        raise ValidationError(
            _("“%(value)s” is not an ISBN: it has 13 digits (older ones 10), and the last one checks the others."),
            code="invalid_isbn",
            params={"value": value},
        )


def _is_isbn_13(digits):
    if len(digits) != 13 or not digits.isdigit() or digits[:3] not in ("978", "979"):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _is_isbn_10(digits):
    if len(digits) != 10 or not digits[:9].isdigit() or not (digits[9].isdigit() or digits[9] == "X"):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(value * (10 - place) for place, value in enumerate(values)) % 11 == 0
