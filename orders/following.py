"""The link by which whoever ordered follows an order: signed, and for this one order only."""

import uuid

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from orders.models import Order

SIGNER = signing.Signer(salt="orders.following", sep=".")
LONGEST_TOKEN = 100


def token_of(order):
    """Return what stands in the address: the order's key and our signature, nothing about a person."""
    return SIGNER.sign(order.key.hex)


def order_of(token):
    """Return the order that a token opens, None for a token that is not ours and for an order made anonymous."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        key = uuid.UUID(SIGNER.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Order.objects.select_related("requester").filter(key=key, requester__isnull=False).first()


def link_of(order):
    """Return the whole address of the page on which an order is followed, in its language."""
    with override(order.language):
        return settings.SITE_URL + reverse("orders:follow", kwargs={"token": token_of(order)})
