"""Loads the sample addresses: real bodies with what is public knowledge, invented examples with everything."""

import datetime
from pathlib import Path

from django.utils import timezone

from addresses.models import Address, Category, Check, Desk, HoursKind, Phone, Report, SpecialDay
from content import sample
from content.fields import Words
from content.saving import save_content
from organisations.models import Organisation

ENTRIES = Path(__file__).with_name("addresses.yaml")
COLUMNS = (
    *("is_sample", "papers", "situations", "cost", "languages", "interpreter", "postcode", "commune_nis", "step_free"),
    *("email", "website", "valid_from", "valid_until"),
)


def load(report=None):
    """Create the sample addresses that are missing; returns how many were created."""
    entries = [with_dates(entry) for entry in sample.read(ENTRIES)]
    # Where an address moved to comes before the address that moved.
    entries.sort(key=lambda entry: "moved_to" in entry)
    return sample.load(Address, entries, columns=COLUMNS, complete=add_facts, report=report)


def with_dates(entry):
    """Return the entry with the dates that it counts from today."""
    today = timezone.localdate()
    dates = {}
    if "comes_in_days" in entry:
        dates["valid_from"] = today + datetime.timedelta(days=entry["comes_in_days"])
    if "gone_since_days" in entry:
        dates["valid_until"] = today - datetime.timedelta(days=entry["gone_since_days"])
    return {**entry, **dates}


def add_facts(address, entry):
    """Add what belongs to a sample address once it has been saved, and save it again so that its hours are found."""
    address.categories.set(Category.objects.filter(key__in=entry["categories"]))
    if "organisation" in entry:
        address.organisation = sample.find(Organisation, entry["organisation"])
    if "moved_to" in entry:
        address.moved_to = sample.find(Address, entry["moved_to"])
    for phone in entry.get("phones", []):
        add(Phone(address=address, **with_words(phone, "label")))
    for desk in entry.get("desks", []):
        add_desk(address, desk)
    for days in entry.get("special_days", []):
        add_special_days(address, days)
    for check in entry.get("checks", []):
        add(Check(address=address, made_at=days_ago(check["days_ago"]), how=check["how"], result=check["result"]))
    for report in entry.get("reports", []):
        columns = {name: report[name] for name in ("what", "language", "message")}
        add(Report(address=address, sent_at=days_ago(report["days_ago"]), **columns))
    address.full_clean()
    save_content(address)


def add_desk(address, columns):
    """Add one desk, with the days that are different for it alone."""
    columns = {"hours_kind": HoursKind.WEEKLY, **with_words(columns, "label", "note")}
    special_days = columns.pop("special_days", [])
    if "season" in columns:
        columns["starts"], columns["ends"] = next_days(*columns.pop("season"))
    desk = add(Desk(address=address, **columns))
    for days in special_days:
        add_special_days(address, days, desk)


def add_special_days(address, columns, desk=None):
    """Add days on which one desk, or the whole address, is closed or has other hours."""
    starts, ends = next_days(*columns["days"])
    reason = Words(columns["reason"])
    add(SpecialDay(address=address, desk=desk, starts=starts, ends=ends, times=columns.get("times", ""), reason=reason))


def add(row):
    """Check and save a row that belongs to an address; returns it."""
    row.full_clean()
    row.save()
    return row


def with_words(columns, *names):
    """Return the columns with `names` as Words."""
    return {**columns, **{name: Words(columns.get(name, {})) for name in names}}


def days_ago(number):
    """Return the moment so many days before now."""
    return timezone.now() - datetime.timedelta(days=number)


def next_days(first, last):
    """Return the dates of a yearly season ("12-24", "01-02") that goes on today or comes next."""
    ends = on_or_after(last, timezone.localdate())
    return on_or_after(first, ends - datetime.timedelta(days=364)), ends


def on_or_after(month_day, date):
    """Return the first date that is such a day of the year ("12-24"), `date` included."""
    month, day = map(int, month_day.split("-"))
    found = datetime.date(date.year, month, day)
    return found if found >= date else found.replace(year=date.year + 1)
