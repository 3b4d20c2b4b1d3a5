"""The one place where stock changes: each change is a row, and one conditional update that the row count proves.

`select_for_update` does nothing on SQLite, and reading before writing loses copies on any database; so copies are
taken by an UPDATE that only finds the offer while it has them. Call everything here in a transaction, and, for
several offers, in the order of their primary keys: two orders of the same titles must not wait for each other.
"""

from django.db import transaction
from django.db.models import F, Sum

from content.kept_pages import note_change
from orders.offers import Mode, MovementKind, Offer, StockMovement


class NotEnough(Exception):
    """There are not so many copies."""


class Reason(ValueError):
    """A movement that cannot be: of no copies, or a correction without a reason."""


def reserve(offer_pk, copies, order):
    """Promise copies to an order; NotEnough where fewer are free or the edition is not on paper."""
    free = Offer.objects.filter(mode=Mode.ON_PAPER, on_hand__gte=F("reserved") + _some(copies))
    _move(free, offer_pk, MovementKind.RESERVED, reserved=copies, order=order)


def release(offer_pk, copies, order, *, by=None):
    """Take back a promise: the copies are free again."""
    promised = Offer.objects.filter(reserved__gte=_some(copies))
    _move(promised, offer_pk, MovementKind.RELEASED, reserved=-copies, order=order, by=by)


def send(offer_pk, copies, order, *, by=None):
    """Take promised copies from the shelf: they have left."""
    promised = Offer.objects.filter(reserved__gte=_some(copies))
    _move(promised, offer_pk, MovementKind.SENT, on_hand=-copies, reserved=-copies, order=order, by=by)


def receive(offer_pk, copies, *, by, why=""):
    """Put copies on the shelf that came from the printer."""
    _move(Offer.objects.all(), offer_pk, MovementKind.RECEIVED, on_hand=_some(copies), by=by, why=why)


def correct(offer_pk, difference, *, by, why):
    """Note that there are more or fewer copies than we thought.

    NotEnough where fewer would be left than are promised: orders are to be cancelled first.
    """
    if not difference or not why.strip():
        raise Reason("A correction has a difference and a reason.")
    kept = Offer.objects.filter(on_hand__gte=F("reserved") - difference)
    _move(kept, offer_pk, MovementKind.CORRECTED, on_hand=difference, by=by, why=why)


def _some(copies):
    if copies < 1:
        raise Reason("A movement is of one copy at least.")
    return copies


def _move(offers, offer_pk, kind, *, on_hand=0, reserved=0, **more):
    """Change the stock of an offer if it is among `offers`, and write down why; else NotEnough."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Stock moves inside the transaction of what moves it.")
    found = offers.filter(pk=offer_pk)
    if not found.update(on_hand=F("on_hand") + on_hand, reserved=F("reserved") + reserved):
        raise NotEnough
    StockMovement.objects.create(offer_id=offer_pk, kind=kind, on_hand=on_hand, reserved=reserved, **more)
    _tell_readers(offer_pk, on_hand, reserved)


def _tell_readers(offer_pk, on_hand, reserved):
    """Have public pages made anew where what they say about the edition has changed, and only then."""
    offer = Offer.objects.get(pk=offer_pk)
    now = offer.availability
    offer.on_hand -= on_hand
    offer.reserved -= reserved
    if offer.availability != now:
        # Not within the transaction: whoever waits for this one number while holding copies could wait for ever.
        # Robust: the order stands by then, and whoever placed it is told so; pages are made anew in a minute anyway.
        transaction.on_commit(note_change, robust=True)


def differences():
    """Return the offers whose figures are not what their movements add up to: [] as long as all is well.

    Each comes with `moved_on_hand` and `moved_reserved`, what the movements say.
    """
    offers = Offer.objects.annotate(
        moved_on_hand=Sum("movements__on_hand", default=0), moved_reserved=Sum("movements__reserved", default=0)
    )
    return list(offers.exclude(on_hand=F("moved_on_hand"), reserved=F("moved_reserved")).order_by("pk"))
