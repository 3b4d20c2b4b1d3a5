"""What was sent, counted: by title, month, commune, kind of requester and purpose, without anybody’s name.

Everything is counted from the movements of stock and from what an order keeps: forgetting who ordered changes nothing.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from addresses.gazetteer import commune
from content.partial_dates import months_later
from orders.models import MovementKind, Offer, Order, Purpose, RequesterKind, Status, StockMovement


@dataclass(frozen=True)
class Row:
    """Some copies, and what they have in common."""

    label: str
    copies: int
    lang: str = ""


@dataclass(frozen=True)
class Chart:
    """Copies by one of their facts."""

    title: str
    heading: str
    rows: list

    @property
    def bars(self):
        """The rows with the length of their bar, in percent of the longest, and their part of all copies."""
        longest = max((row.copies for row in self.rows), default=0)
        total = sum(row.copies for row in self.rows)
        return [(row, 100 * row.copies / longest, 100 * row.copies / total) for row in self.rows if longest]


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both included."""

    since: datetime.date
    until: datetime.date

    @classmethod
    def default(cls):
        """Return the last twelve months, whole but for this one."""
        today = timezone.localdate()
        return cls(months_later(today.replace(day=1), -11), today)

    def of(self, column):
        """The condition that a moment lies within."""
        first = timezone.make_aware(datetime.datetime.combine(self.since, datetime.time()))
        after = timezone.make_aware(datetime.datetime.combine(self.until + datetime.timedelta(days=1), datetime.time()))
        return Q(**{f"{column}__gte": first, f"{column}__lt": after})


def totals(period):
    """Return what happened to orders in a period: [(words, number)]."""
    placed = Order.objects.filter(period.of("created_at"))
    counts = placed.aggregate(
        orders=Count("pk"), copies=Sum("copies", default=0), cancelled=Count("pk", filter=Q(status=Status.CANCELLED))
    )
    sent = -sent_in(period).aggregate(sent=Sum("on_hand", default=0))["sent"]
    return [
        (_("Orders that came in"), counts["orders"]),
        (_("Copies ordered"), counts["copies"]),
        (_("Orders cancelled"), counts["cancelled"]),
        (_("Copies sent"), sent),
    ]


def sent_in(period):
    """Return the movements by which copies left in a period."""
    return StockMovement.objects.filter(period.of("at"), kind=MovementKind.SENT).order_by()


def charts(period):
    """Return the Charts of a period."""
    sent = sent_in(period)
    return [
        Chart(_("Copies by title"), _("Title"), _by_title(sent)),
        Chart(_("Copies by month"), _("Month"), _by_month(sent)),
        Chart(_("Copies by commune"), _("Commune"), _by_commune(sent)),
        Chart(_("Copies by who ordered"), _("Who orders"), _by_choice(sent, "order__requester_kind", RequesterKind)),
        Chart(_("Copies by purpose"), _("What for"), _by_choice(sent, "order__purpose", Purpose)),
    ]


def _counted(sent, column):
    """Return {value: copies}, the most first."""
    counted = {value: -copies for value, copies in sent.values_list(column).annotate(Sum("on_hand"))}
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def _by_title(sent):
    counted = _counted(sent, "offer")
    offers = Offer.objects.select_related("edition").in_bulk(list(counted))
    return [Row(str(offers[pk]), copies, offers[pk].edition.lang) for pk, copies in counted.items()]


def _by_month(sent):
    """Return one row a month, also for those without any between the first and the last."""
    counted = {month.date(): copies for month, copies in _counted(sent, TruncMonth("at")).items()}
    if not counted:
        return []
    first, month, rows = min(counted), max(counted), []
    while month >= first:
        rows.append(Row(capfirst(date_format(month, "YEAR_MONTH_FORMAT")), counted.get(month, 0)))
        month = months_later(month, -1)
    return rows[::-1]


def _by_commune(sent):
    rows = []
    for nis, copies in _counted(sent, "order__commune").items():
        found = commune(nis)
        rows.append(Row(found.name if found else _("not known, or picked up"), copies))
    return rows


def _by_choice(sent, column, choices):
    return [Row(capfirst(choices(value).label), copies) for value, copies in _counted(sent, column).items()]
