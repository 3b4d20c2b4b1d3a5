"""An address as a few lines that fit into any message."""

from django.conf import settings
from django.utils.translation import gettext as _

from addresses.models import Access
from addresses.words import desk_dates, desk_names, remarks, special_line


def plain_text(address):
    """Return a public address as plain text: where it is, how to call it, when it is open, its page.

    It is read far from the page: what one must know before one relies on it comes first.
    """
    row = address.shown
    lines = [
        *remarks(address),
        row.title,
        *row.lines,
        *(phone.number for phone in address.phones.all()),
        *(_successor(address) if address.has_gone else _hours(address)),
        address.checked_text,
        settings.SITE_URL + address.get_absolute_url(),
    ]
    return "\n".join(lines)


def _successor(address):
    """Return where to go instead of an address that has gone."""
    instead = address.successor
    if instead is None:
        return []
    return [f"{_('Go here instead:')} {instead.shown.title} {settings.SITE_URL}{instead.get_absolute_url()}"]


def _hours(address):
    """Return a line for each desk whose hours are known, and for each special day ahead; none of what has closed."""
    if address.is_closed:
        return []
    desks = [desk for desk in address.shown_desks if desk.has_hours]
    return [*map(_desk_line, desks), *(map(special_line, address.special_days_ahead) if desks else [])]


def _desk_line(desk):
    access = str(desk.get_access_display()) if desk.access != Access.WALK_IN else ""
    label = ", ".join(filter(None, [*desk_names(desk), access, *desk_dates(desk)]))
    return _("%(label)s: %(hours)s") % {"label": label, "hours": desk.hours_text} if label else desk.hours_text
