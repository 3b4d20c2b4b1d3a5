"""Forgetting who ordered: by itself some months after an order is closed, at once where a person asks for it.

What an order holds for the figures stays: titles, copies, prices, dates, commune, kind of requester, purpose. Whose it
was goes: the Requester's row, the e-mails, and the link by which the order was followed.
"""

import uuid
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from content.partial_dates import months_later
from intake.models import OutboxMessage
from intake.outbox import forget
from orders.handling import WrongState, cancel, finish, locked
from orders.models import CLOSED, MAIL_ABOUT, Order, Requester, Status, email_key

#: How long, in milliseconds, emptying the journal waits for those who are reading.
WIPE_WAITS = 2000


class StillOpen(Exception):
    """An order that is not closed needs to know whose it is."""


@dataclass
class Erased:
    """What was erased, by the references of the orders, and what could not be: those are still open."""

    references: list[str] = field(default_factory=list)
    #: How many e-mails went beside those of the orders.
    letters: int = 0
    open_references: list[str] = field(default_factory=list)


# --- One order -------------------------------------------------------------------------------------------------


def anonymise(order):
    """Forget whose order it is, and return it as it then stands; StillOpen for one that is not closed.

    Twice is no harm. Leaves deleted rows in SQLite's journal: whoever is done calls `wipe_journal`.
    """
    with locked(order) as current:
        if current.status not in CLOSED:
            raise StillOpen(current.reference)
        if current.anonymised_at is None:
            Requester.objects.filter(order=current).delete()
            forget(current.mail_about)
            current.anonymised_at = timezone.now()
            # The link in the requester's e-mails leads nowhere any more, and tells nothing to who finds it.
            current.key = uuid.uuid4()
            current.save(update_fields=["anonymised_at", "key"])
    return current


def wipe_journal():
    """Empty SQLite's journal, in which what was deleted stands until it is full; call it outside transactions.

    The database file itself is clean by then: see PRAGMA secure_delete in the settings. Returns False where somebody
    who was reading kept it from being emptied: the next one does it. On PostgreSQL there is nothing to do: a dump
    holds no deleted row, and autovacuum gives their room away.
    """
    if connection.vendor != "sqlite":
        return True
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        usual = pragma(cursor, "busy_timeout")[0]
        # Who writes waits for this, so this does not wait for long for those who read.
        pragma(cursor, f"busy_timeout = {WIPE_WAITS}")
        busy, *_pages = pragma(cursor, "wal_checkpoint(TRUNCATE)")
        pragma(cursor, f"busy_timeout = {usual}")
    return not busy


def pragma(cursor, words):
    cursor.execute(f"PRAGMA {words}")
    return cursor.fetchone()


# --- By itself -------------------------------------------------------------------------------------------------


def anonymise_old(now, since):
    """Forget whose orders those are that were closed long enough ago. A step of settings.DUE_STEPS."""
    for order in old_orders(now):
        anonymise(order)
    wipe_journal()


def old_orders(now, months=None):
    """Return the closed orders that are old enough to be made anonymous."""
    return closed_before(kept_since(now, months)).order_by("closed_at", "pk")


def closed_before(moment):
    return Order.objects.filter(status__in=CLOSED, closed_at__lt=moment, anonymised_at=None)


def forgotten_open(now, months=None):
    """Return the orders that are as old and were never closed: they are kept until somebody closes them."""
    return Order.objects.filter(created_at__lt=kept_since(now, months)).exclude(status__in=CLOSED)


def kept_since(now, months=None):
    """Return the moment before which nothing is kept: so many months ago, settings.ORDERS_KEEP_MONTHS by default."""
    return months_later(timezone.localtime(now), -(months or settings.ORDERS_KEEP_MONTHS))


# --- A person --------------------------------------------------------------------------------------------------


def orders_of(email):
    """Return the orders that were placed with an e-mail address, oldest first."""
    return Order.objects.filter(requester__email_key=email_key(email)).select_related("requester")


def letters_to(email):
    """Return the e-mails about orders that went to an address, or wait: also those about orders that are not theirs."""
    key = email_key(email)
    letters = OutboxMessage.objects.filter(about__startswith=MAIL_ABOUT)
    # The database knows no `email_key`, and what it calls the same without capitals is not.
    addresses = letters.order_by().values_list("to", flat=True).distinct()
    return letters.filter(to__in=[address for address in addresses if email_key(address) == key])


def erase_person(email, *, by, log, end_open=False):
    """Forget somebody at once and return what was Erased.

    `by`: who of the staff does it. `log`: called with each order that was erased, and with None for e-mails beside
    them, in the transaction that erases: what was done stands in the log, or was not done. `end_open`: also end what
    is open, of which nothing more is then sent; otherwise those orders stay as they are, with their e-mails.
    """
    erased, kept = Erased(), []
    for order in orders_of(email):
        if not order.is_closed and not end_open:
            kept.append(order)
            continue
        try:
            with transaction.atomic():
                if not order.is_closed:
                    end(order, by)
                log(anonymise(order))
        except (StillOpen, WrongState):  # a colleague is dealing with it at this very moment
            kept.append(order)
        else:
            erased.references.append(order.reference)
    erased.open_references = [order.reference for order in kept]
    # What is left are e-mails about orders that are gone, or whose address was corrected.
    with transaction.atomic():
        letters = letters_to(email).exclude(about__in=[order.mail_about for order in kept])
        erased.letters, _rows = letters.delete()
        if erased.letters:
            log(None)
    wipe_journal()
    return erased


def end(order, by):
    """Close an order that somebody does not want any more, or of whom we shall know nothing: the rest stays here."""
    if order.status == Status.PARTLY_SENT:
        finish(order, by=by)
    else:
        cancel(order, by=by)


def export_person(email):
    """Return all that we hold about whoever orders with an e-mail address, ready for JSON."""
    orders = list(orders_of(email).prefetch_related("lines", "changes"))
    letters = letters_to(email)
    return {
        "email": email.strip(),
        "exported_at": timezone.now(),
        "orders": [order_as_data(order, letters.filter(about=order.mail_about)) for order in orders],
        "other_emails": letters_as_data(letters.exclude(about__in=[order.mail_about for order in orders])),
    }


def order_as_data(order, letters):
    """Return an order with its requester, lines, changes and these e-mails."""
    # The log of an order names our staff, who are nobody's business: only what happened, and when.
    changes = [{"status": change.status, "at": change.at, "copies": change.copies} for change in order.changes.all()]
    return {
        **columns(order, leave_out={"id", "key"}),
        "requester": columns(order.requester, leave_out={"order", "email_key"}),
        "lines": [columns(line, leave_out={"id", "order", "offer"}) for line in order.lines.all()],
        "changes": changes,
        "emails": letters_as_data(letters),
    }


def letters_as_data(letters):
    """Return e-mails as whoever got them knows them."""
    return list(letters.order_by("pk").values("to", "subject", "text", "created_at", "sent_at"))


def columns(obj, leave_out):
    """Return {name: value} of the columns of a row."""
    names = [column.name for column in obj._meta.concrete_fields if column.name not in leave_out]
    return {name: getattr(obj, name) for name in names}
