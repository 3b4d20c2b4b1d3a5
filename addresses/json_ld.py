"""An address as schema.org says it (https://schema.org/Place): what the page says, nothing more."""

import datetime
from itertools import groupby

from django.conf import settings
from django.utils import timezone

from addresses.hours import DAY, Period, Week, overlap
from addresses.models import Access, Audience, Cost, Known

#: A day on which it is closed, as search engines want it.
CLOSED = Period(0, 0)
ONE_DAY = datetime.timedelta(days=1)
#: How far ahead days that are different are told.
MOST_DAYS_AHEAD = 366

DAYS = {
    "mo": "Monday",
    "tu": "Tuesday",
    "we": "Wednesday",
    "th": "Thursday",
    "fr": "Friday",
    "sa": "Saturday",
    "su": "Sunday",
}


def place(address):
    """Return a node for a public address; None for an invented example, which no machine should take for real."""
    if address.is_sample:
        return None
    row = address.shown
    phones = [phone.href.removeprefix("tel:") for phone in address.phones.all()]
    node = {
        "@type": "Place",
        "@id": settings.SITE_URL + address.get_absolute_url(row.language_code),
        "name": row.title,
        "description": row.summary,
        "url": address.website,
        "telephone": phones,
        "address": postal_address(address),
        "geo": point(address),
        "openingHoursSpecification": opening_hours(address),
        "specialOpeningHoursSpecification": special_hours(address),
        "isAccessibleForFree": True if address.cost == Cost.FREE else None,
        "amenityFeature": {"@type": "LocationFeatureSpecification", "name": "step-free access", "value": True}
        if address.step_free == Known.YES
        else None,
    }
    return {key: value for key, value in node.items() if value}


def postal_address(address):
    """Return a PostalAddress, None where no street is known."""
    row, commune = address.shown, address.commune
    if not row.street or not commune:
        return None
    return {
        "@type": "PostalAddress",
        "streetAddress": row.street,
        "postalCode": address.postcode,
        "addressLocality": commune.name_in(row.language_code),
        "addressCountry": "BE",
    }


def point(address):
    """Return GeoCoordinates, None where there is no point."""
    if not address.has_point:
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": float(address.latitude),
        "longitude": float(address.longitude),
    }


def open_desks(address):
    """Return the desks whose hours are those of the door: everybody can walk in; none where nobody is any more."""
    return [
        desk
        for desk in address.shown_desks
        if not address.has_gone
        and not address.is_closed
        and desk.has_hours
        and desk.access == Access.WALK_IN
        and desk.audience == Audience.EVERYONE
    ]


def opening_hours(address):
    """Return the weekly hours; a closing time before the opening one means the next day, as there."""
    found = []
    for desk in open_desks(address):
        first, last = overlap((desk.starts, desk.ends), (address.valid_from, address.valid_until))
        found += [
            specification(period, first, last, dayOfWeek=DAYS[day.value])
            for day, periods in Week(desk.week).rows
            for period in periods
            if not (first and last and first > last)
        ]
    return found


def special_hours(address):
    """Return the hours of the days ahead that are different, of all desks together; days that are alike in one."""
    desks = open_desks(address)
    hours_of = {
        date: sorted({period for desk in desks for period in desk.schedule.periods_on(date)})
        for date in special_dates(address, desks)
    }
    # Days in a row have one and the same distance from their place in the list.
    runs = groupby(enumerate(hours_of), key=lambda entry: (entry[1] - entry[0] * ONE_DAY, hours_of[entry[1]]))
    found = []
    for (_start, periods), run in runs:
        dates = [date for _number, date in run]
        found += [specification(period, dates[0], dates[-1]) for period in periods or [CLOSED]]
    return found


def special_dates(address, desks):
    """Return the dates ahead, in order, on which one of these desks has other hours than in its week."""
    today = timezone.localdate()
    window = overlap((address.valid_from, address.valid_until), (today, today + MOST_DAYS_AHEAD * ONE_DAY))
    dates = set()
    for special in address.special_days_ahead:
        if any(special.desk_id in (None, desk.pk) for desk in desks):
            first, last = overlap((special.starts, special.ends), window)
            dates |= {first + number * ONE_DAY for number in range((last - first).days + 1)}
    return sorted(dates)


def specification(period, first, last, **more):
    return {
        "@type": "OpeningHoursSpecification",
        **more,
        "opens": clock(period.opens),
        "closes": clock(period.closes),
        **({"validFrom": first.isoformat()} if first else {}),
        **({"validThrough": last.isoformat()} if last else {}),
    }


def clock(minutes):
    """Return minutes after midnight as schema.org's Time: "09:00"; midnight at the end of a day is 23:59."""
    hour, minute = divmod(minutes - DAY if minutes > DAY else minutes, 60)
    return "23:59" if minutes == DAY else f"{hour:02d}:{minute:02d}"
