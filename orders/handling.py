"""What happens to an order after it was placed: each step once, whoever presses the button twice or at the same time.

Every function takes an order, works in a transaction of its own on the order as it stands in the database by then,
and returns that.
"""

import contextlib
import uuid

from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from orders import letters, stock
from orders.models import CLOSED, CONTACT, MAY_CANCEL, MAY_CORRECT, NEXT, Offer, Order, Status, StatusChange, email_key
from orders.placing import CannotOrder, over_limit


class WrongState(Exception):
    """The order has moved on: what was asked for is not possible any more. `order`: as it stands."""

    def __init__(self, order):
        super().__init__(order.reference)
        self.order = order


class CorrectedMeanwhile(Exception):
    """Somebody else has corrected who an order is for since the page was made. `requester`: as it stands."""

    def __init__(self, requester):
        super().__init__(requester.order.reference)
        self.requester = requester


class WrongCopies(ValueError):
    """More copies than are still to be sent, fewer than none, or none at all."""


@contextlib.contextmanager
def locked(order):
    """Hold an order: on PostgreSQL by its row, on SQLite by the transaction itself, which only one can have."""
    with transaction.atomic():
        yield Order.objects.select_for_update().get(pk=order.pk)


def confirm(order, *, by):
    """Tell whoever ordered that it is all right."""
    with locked(order) as current:
        _go_to(current, Status.CONFIRMED, by)
        letters.order_confirmed(current)
    return current


def prepare(order, *, by):
    """Note that somebody is packing it."""
    with locked(order) as current:
        _go_to(current, Status.PREPARING, by)
    return current


def send(order, copies, *, by, after=None):
    """Note what was sent, which may be a part: the rest stays reserved.

    `copies`: {primary key of a line: copies}. `after`: how many copies of the order had been sent as far as whoever
    says this knows; the same half said twice, by a double tap or two people, is sent once. Raises WrongCopies.
    """
    with locked(order) as current:
        lines = list(current.lines.order_by("offer_id"))
        if current.is_closed or after not in (None, sum(line.sent for line in lines)):
            raise WrongState(current)
        parcel = [(line, copies.get(line.pk, 0)) for line in lines]
        if any(not 0 <= number <= line.to_send for line, number in parcel) or not any(copies.values()):
            raise WrongCopies
        if set(copies) - {line.pk for line in lines}:
            raise WrongCopies
        for line, number in parcel:
            if number:
                stock.send(line.offer_id, number, current, by=by)
                line.sent += number
                line.save(update_fields=["sent"])
        complete = not any(line.to_send for line in lines)
        _go_to(current, Status.SENT if complete else Status.PARTLY_SENT, by, copies=sum(copies.values()))
        letters.order_sent(current, [(line, number) for line, number in parcel if number], lines)
    return current


def finish(order, *, by):
    """Close an order of which a part was sent: the rest will not come, and its copies are free again."""
    with locked(order) as current:
        if current.status != Status.PARTLY_SENT:
            raise WrongState(current)
        _drop_rest(current, by)
        _go_to(current, Status.SENT, by)
        letters.order_finished(current)
    return current


def cancel(order, *, by=None):
    """Cancel an order of which nothing was sent; its copies are free again. `by`: None for whoever ordered."""
    with locked(order) as current:
        if by is None and current.status not in MAY_CANCEL:
            raise WrongState(current)
        _go_to(current, Status.CANCELLED, by)
        _drop_rest(current, by)
        letters.order_cancelled(current, by_staff=by is not None)
    return current


def digest_of(requester):
    """Return what tells whether somebody has corrected a Requester since."""
    return salted_hmac("orders.contact", repr(model_to_dict(requester, CONTACT)), algorithm="sha256").hexdigest()


def correct_contact(order, columns, *, by=None, seen=None):
    """Change who an order is for, or where it goes: whoever ordered while it is new, staff while anything may leave.

    `columns`: {name of a column of Requester: value}. `by`: None for whoever ordered. `seen`: the `digest_of` what
    whoever says this has read; raises CorrectedMeanwhile where something else stands by now.

    Whoever ordered is held to what one person may order: CannotOrder. With another e-mail the order has another link:
    the one that went to the earlier address opens nothing any more.
    """
    with locked(order) as current:
        too_late = current.status not in MAY_CORRECT if by is None else current.is_closed
        if too_late or current.contact is None:
            raise WrongState(current)
        requester = current.requester
        if seen not in (None, digest_of(requester)):
            if columns == model_to_dict(requester, columns):
                return current  # the button was pressed twice
            raise CorrectedMeanwhile(requester)
        before, key_before = requester.email, requester.email_key
        for name, value in columns.items():
            setattr(requester, name, value)
        is_moved = email_key(requester.email) != key_before
        if is_moved and by is None:
            _check_limits(current, email_key(requester.email))
        requester.save()
        if is_moved:
            current.key = uuid.uuid4()
            letters.email_changed(current, before)
        current.commune = requester.commune
        current.save(update_fields=["commune", "key"])
        letters.contact_corrected(current, by_staff=by is not None)
    return current


def _check_limits(order, key):
    """Raise CannotOrder where an order would be too much for whoever has another e-mail; before it is theirs."""
    lines = list(order.lines.order_by("offer_id"))
    # Whoever takes copies of an offer at the same time has ended once these are held, and is counted.
    held = Offer.objects.select_for_update().filter(pk__in=[line.offer_id for line in lines]).order_by("pk")
    offers = {offer.pk: offer for offer in held}
    now = timezone.now()
    found = {line.offer_id: over_limit(offers[line.offer_id], line.copies, key, now) for line in lines}
    problems = {pk: words for pk, words in found.items() if words}
    if problems:
        raise CannotOrder(problems)


def _drop_rest(order, by):
    """Give back what was not sent."""
    for line in order.lines.order_by("offer_id"):
        rest = line.to_send
        if rest:
            stock.release(line.offer_id, rest, order, by=by)
            line.dropped += rest
            line.save(update_fields=["dropped"])


def _go_to(order, status, by, copies=0):
    if status not in NEXT[Status(order.status)]:
        raise WrongState(order)
    now = timezone.now()
    order.status = status
    order.closed_at = now if status in CLOSED else None
    order.save(update_fields=["status", "closed_at"])
    StatusChange.objects.create(order=order, status=status, at=now, by=by, copies=copies)
