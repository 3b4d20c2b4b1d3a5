"""An address as a few lines that fit into any message."""

from django.conf import settings
from django.utils.translation import gettext as _


def plain_text(address):
    """Return a public address as plain text: its name, where it is, how to call it, when it is open, its page."""
    row = address.shown
    lines = [
        row.title,
        # It is read far from the page that says so.
        *([_("Invented example")] if address.is_sample else []),
        *row.lines,
        *(phone.number for phone in address.phones.all()),
        *(_desk_line(desk) for desk in address.shown_desks if desk.has_hours),
        address.checked_text,
        settings.SITE_URL + address.get_absolute_url(),
    ]
    return "\n".join(lines)


def _desk_line(desk):
    if not desk.label.text:
        return desk.hours_text
    return _("%(label)s: %(hours)s") % {"label": desk.label.text, "hours": desk.hours_text}
