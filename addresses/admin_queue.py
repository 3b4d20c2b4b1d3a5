"""Which addresses wait for a check, in which order: what readers reported, what nobody checked, what is overdue."""

import datetime

from django.db.models import Exists, F, Max, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from addresses.checking import CHECK_MONTHS, Check, CheckState, How, Report
from addresses.models import Address, Category, Phone
from content.partial_dates import months_later

SHOWN = 10
#: Whoever could not be reached is not called again tomorrow.
RESTING_DAYS = 7

DAY = datetime.timedelta(days=1)


# --- The states of CheckState.of, as conditions ------------------------------------------------------------------


def in_check_state(queryset, state, now=None):
    """Narrow addresses that come `with_checks()` to those in a CheckState."""
    return queryset.alias(months=Coalesce("check_months", CHECK_MONTHS)).filter(_conditions(now)[state])


def _conditions(now):
    """Return {CheckState: Q}; "months" is how often an address is checked."""
    confirmed, doubted = Q(confirmed_at__isnull=False), Q(doubted_at__isnull=False)
    certain = confirmed & ~doubted
    overdue = _overdue(timezone.localdate(now))
    return {
        CheckState.DOUBTED: doubted,
        CheckState.NEVER: ~confirmed & ~doubted,
        CheckState.DUE: certain & overdue,
        CheckState.FRESH: certain & ~overdue,
    }


def _overdue(today):
    condition = Q(pk__in=[])
    for months in {CHECK_MONTHS, *Category.objects.values_list("check_months", flat=True)}:
        morning_after = datetime.datetime.combine(_last_day_due(months, today) + DAY, datetime.time())
        condition |= Q(months=months, confirmed_at__lt=timezone.make_aware(morning_after))
    return condition


def _last_day_due(months, today):
    """Return the last day on which a confirmation is `months` old today; not every month has a 31st."""
    date = months_later(today, -months)
    while months_later(date + DAY, months) <= today:
        date += DAY
    return date


# --- The queue ---------------------------------------------------------------------------------------------------


def waiting(now=None):
    """Return the primary keys of all public addresses that wait for a check, the most urgent first (two queries).

    Reported ones (the oldest report first), those that a check found wrong, those never checked, the longest overdue;
    at the end those of which too little is known for a call or a visit.
    """
    now = now or timezone.now()
    columns = ("pk", "reported_at", "lacks_all", "confirmed_at", "doubted_at", "check_months")
    rows = _waiting(now).values_list(*columns)
    return [pk for pk, *_times in sorted(rows, key=lambda row: _urgency(*row, now))]


def _waiting(now):
    # What a service says of itself spares no call.
    by_staff = Check.objects.exclude(how=How.CONFIRMATION)
    checks = by_staff.filter(address=OuterRef("pk")).order_by().values("address")
    reports = Report.objects.filter(address=OuterRef("pk"), settled_at__isnull=True).order_by().values("address")
    addresses = (
        Address.objects.public_unordered()
        .current()
        .with_checks()
        .annotate(
            lacks_all=incomplete(),
            reported_at=Subquery(reports.annotate(at=Min("sent_at")).values("at")),
            last_reported_at=Subquery(reports.annotate(at=Max("sent_at")).values("at")),
            last_check_at=Subquery(checks.annotate(at=Max("made_at")).values("at")),
            months=Coalesce("check_months", CHECK_MONTHS),
        )
    )
    conditions = _conditions(now)
    rested = Q(last_check_at__isnull=True) | Q(last_check_at__lt=now - RESTING_DAYS * DAY)
    return addresses.filter(
        conditions[CheckState.DOUBTED] | conditions[CheckState.NEVER] | conditions[CheckState.DUE],
        rested | Q(last_reported_at__gt=F("last_check_at")),
    )


def _urgency(pk, reported_at, lacks_all, confirmed_at, doubted_at, check_months, now):
    if reported_at:
        return 0, reported_at
    if lacks_all:
        return 4, pk
    state = CheckState.of(confirmed_at, doubted_at, check_months, now)
    if state == CheckState.DOUBTED:
        return 1, doubted_at
    if state == CheckState.NEVER:
        return 2, pk
    return 3, CheckState.next_check(confirmed_at, doubted_at, check_months, now)


def incomplete():
    """The condition on addresses of Address.is_incomplete."""
    return ~Exists(Phone.objects.filter(address=OuterRef("pk"))) & Q(postcode="", email="")


def rows(keys):
    """Return the addresses with these primary keys, in this order, with what somebody who calls them needs."""
    addresses = (
        Address.objects.with_facts()
        .prefetch_related(
            "translations",
            Prefetch("checks", queryset=Check.objects.select_related("made_by")),
            Prefetch(
                "reports",
                queryset=Report.objects.filter(settled_at__isnull=True).order_by("-pk"),
                to_attr="open_reports",
            ),
        )
        .filter(pk__in=keys)
    )
    by_key = {address.pk: address for address in addresses}
    return [by_key[key] for key in keys if key in by_key]
