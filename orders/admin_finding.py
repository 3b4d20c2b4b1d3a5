"""Finding an order by what somebody says on the phone."""

from django.db.models import Q

from addresses.gazetteer import is_postcode
from orders.reference import read_reference

SHOWN = 50


def find(orders, words):
    """Return the orders that fit, the latest first, SHOWN at most.

    By the number, however it is read out; else by all of the words, each in a name, an e-mail, a place or a phone.
    """
    reference = read_reference(words)
    if reference:
        return list(orders.filter(reference=reference))
    found = orders.filter(requester__isnull=False)
    for word in words.split():
        found = found.filter(fits(word))
    return list(found.order_by("-created_at", "-pk")[:SHOWN])


def fits(word):
    """The condition "this word is said of whoever ordered"."""
    if is_postcode(word):
        return Q(requester__postcode=word)
    columns = ("organisation", "name", "email", "locality", "street", "phone")
    condition = Q(reference__contains=word)
    for column in columns:
        condition |= Q(**{f"requester__{column}__icontains": word})
    return condition
