"""The words in which the desk speaks of an order: how long it waits, where it goes, who did what."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from addresses.gazetteer import commune
from orders.models import Delivery, Status

#: An order that waits for longer is shown as late.
LATE = datetime.timedelta(days=5)
TITLES_SHOWN = 3


def age_text(order, now=None):
    """Say for how long an open order has been waiting, or when a closed one was closed: "6 days", "23/11/2026"."""
    if order.is_closed:
        return date_format(timezone.localtime(order.closed_at), "SHORT_DATE_FORMAT")
    days = days_since(order, now)
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": days} if days else _("today")


def age_sentence(order):
    """Say the same in a sentence of its own: "waits for 6 days"."""
    if order.is_closed:
        return _("closed on %(date)s") % {"date": age_text(order)}
    days = days_since(order)
    if not days:
        return _("came in today")
    return ngettext("waits for %(count)s day", "waits for %(count)s days", days) % {"count": days}


def days_since(order, now=None):
    """Return how many midnights an order has seen."""
    return (timezone.localdate(now) - timezone.localdate(order.created_at)).days


def is_late(order, now=None):
    """Whether an open order has been waiting for too long."""
    return not order.is_closed and (now or timezone.now()) - order.created_at > LATE


def place_name(order):
    """Return the commune that an order goes to, "" where it is not known."""
    found = commune(order.commune)
    return found.name if found else ""


def way_text(order):
    """Say where the copies go: to a commune, or over the counter."""
    return order.get_delivery_display() if order.delivery == Delivery.PICK_UP else place_name(order) or "–"


def titles_text(order):
    """Say what was ordered, a title a line; of many, the first ones."""
    lines = [f"{line.copies} × {line.title}" for line in order.lines.all()]
    more = len(lines) - TITLES_SHOWN
    if more > 0:
        lines = [*lines[:TITLES_SHOWN], ngettext("%(n)s more", "%(n)s more", more) % {"n": more}]
    return "\n".join(lines)


def who_did(change):
    """Say who brought an order to a state."""
    if change.by:
        return change.by.get_full_name() or change.by.get_username()
    return pgettext("who did it", "whoever ordered") if change.status in (Status.NEW, Status.CANCELLED) else "–"
