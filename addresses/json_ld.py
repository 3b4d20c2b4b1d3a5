"""An address as schema.org says it (https://schema.org/Place): what the page says, nothing more."""

from django.conf import settings

from addresses.hours import DAY, Week
from addresses.models import Cost, HoursKind, Known

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


def opening_hours(address):
    """Return the weekly hours of all desks; a closing time before the opening one means the next day, as there."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": DAYS[day.value],
            "opens": clock(period.opens),
            "closes": clock(period.closes),
            **({"validFrom": desk.starts.isoformat()} if desk.starts else {}),
            **({"validThrough": desk.ends.isoformat()} if desk.ends else {}),
        }
        for desk in address.shown_desks
        if desk.hours_kind == HoursKind.WEEKLY
        for day, periods in Week(desk.week).rows
        for period in periods
    ]


def clock(minutes):
    """Return minutes after midnight as schema.org's Time: "09:00"; midnight at the end of a day is 23:59."""
    hour, minute = divmod(minutes - DAY if minutes > DAY else minutes, 60)
    return "23:59" if minutes == DAY else f"{hour:02d}:{minute:02d}"
