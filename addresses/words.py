"""What is said of an address where its page is far away: in a table, in a message, in the address book of a phone."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from addresses.models import Audience


def remarks(address):
    """Return what one must know before one relies on an address, a text each; [] for nothing."""
    invented = _("Invented example") if address.is_sample else ""
    incomplete = _("Address and hours to be completed by CIRÉ") if address.is_incomplete else ""
    return [text for text in (invented, incomplete, address.stay_text) if text]


def desk_names(desk):
    """Return what tells a desk from the others."""
    return [text for text in (desk.label.text, audience(desk)) if text]


def audience(desk):
    return str(desk.get_audience_display()) if desk.audience != Audience.EVERYONE else ""


def desk_dates(desk):
    """Return from when and until when the hours of a desk hold, where that is not always."""
    return [
        f"{desk._meta.get_field(name).verbose_name} {date_format(date)}"
        for name, date in (("starts", desk.starts), ("ends", desk.ends))
        if date
    ]


def special_line(special):
    """Return a special day or closure: its days, whose it is, its hours, the reason."""
    days = " – ".join(dict.fromkeys(date_format(date) for date in (special.starts, special.ends)))
    times = special.hours_text or pgettext("an office", "closed")
    return ", ".join(
        filter(None, [days, *(desk_names(special.desk) if special.desk else []), times, special.reason.text])
    )
