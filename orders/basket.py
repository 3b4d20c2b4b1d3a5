"""The basket: a signed cookie with editions and numbers of copies, nothing about a person, and no row of ours."""

import datetime

from django.conf import settings
from django.core import signing

KEPT = datetime.timedelta(days=14)
#: More titles than that are a library's order, which deserves a word with us first.
MOST_TITLES = 30
SALT = "orders.basket"


def cookie_name():
    """Return the name of the cookie; the prefix has browsers refuse one that another host or path has set."""
    return "__Host-basket" if settings.HTTPS else "basket"


def read_basket(request):
    """Return {primary key of an offer: copies} in the order of putting in; {} for what is not ours or too old."""
    try:
        pairs = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        return {}
    return {pk: copies for pk, copies in pairs}


def keep_basket(response, basket):
    """Have the reader's browser keep a basket, or forget it where it is empty."""
    if not basket:
        # With the flags it was set with: browsers touch a name with that prefix for nothing less.
        response.delete_cookie(cookie_name(), samesite="Lax")
        return
    response.set_cookie(
        cookie_name(),
        signing.dumps(list(basket.items()), salt=SALT),
        max_age=KEPT,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
