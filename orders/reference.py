"""The number of an order, made to be read over the phone: "2648-1909".

Six digits by chance and two that prove them, the way Belgian numbers do (the rest of a division by 97): whoever
mishears one digit, or swaps two, has no other order's number.
"""

import re
import secrets

MODULUS = 97
DIGITS = re.compile(r"\d{8}", re.ASCII)


def check_digits(number):
    """Return the two digits that prove six digits."""
    return f"{int(number) % MODULUS or MODULUS:02}"


def new_reference():
    """Return a reference that is well made; whether it is free, the database knows."""
    number = f"{100_000 + secrets.randbelow(900_000)}"
    return written(number + check_digits(number))


def written(digits):
    """Return eight digits as they are written: two groups of four."""
    return f"{digits[:4]}-{digits[4:]}"


def read_reference(text):
    """Return the reference that somebody typed, with or without spaces, dots or dashes; "" where it is none."""
    digits = re.sub(r"[\s.\-–/]", "", text)
    if not DIGITS.fullmatch(digits) or check_digits(digits[:6]) != digits[6:]:
        return ""
    return written(digits)
