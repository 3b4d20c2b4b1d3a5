"""What happens to an order after it was placed: each step once, whoever presses the button twice or at the same time.

Every function takes an order, works in a transaction of its own on the order as it stands in the database by then,
and returns that.
"""

import contextlib

from django.db import transaction
from django.utils import timezone

from orders import letters, stock
from orders.models import CLOSED, NEXT, Order, Status, StatusChange


class WrongState(Exception):
    """The order has moved on: what was asked for is not possible any more. `order`: as it stands."""

    def __init__(self, order):
        super().__init__(order.reference)
        self.order = order


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
        if by is None and current.status not in (Status.NEW, Status.CONFIRMED):
            raise WrongState(current)
        _go_to(current, Status.CANCELLED, by)
        _drop_rest(current, by)
        letters.order_cancelled(current, by_staff=by is not None)
    return current


def correct_contact(order, columns, *, by=None):
    """Change who an order is for, or where it goes: whoever ordered while it is new, staff while anything may leave.

    `columns`: {name of a column of Requester: value}. `by`: None for whoever ordered.
    """
    with locked(order) as current:
        too_late = current.status != Status.NEW if by is None else current.is_closed
        if too_late or current.contact is None:
            raise WrongState(current)
        requester = current.requester
        for name, value in columns.items():
            setattr(requester, name, value)
        requester.save()
        current.commune = requester.commune
        current.save(update_fields=["commune"])
        letters.contact_corrected(current, by_staff=by is not None)
    return current


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
