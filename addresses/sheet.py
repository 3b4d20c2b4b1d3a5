"""The list of addresses as a table for spreadsheets, in the reader's language: one address a row."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from addresses.models import Cost, Known, Papers
from addresses.words import desk_dates, desk_names, remarks, special_line
from content.sheets import write_csv

BETWEEN = "; "


def csv_file(addresses):
    """Return the bytes of a CSV file of public addresses (`with_relations()`)."""
    return write_csv([str(heading) for heading, _cell in COLUMNS], rows(addresses), title="")


def rows(addresses):
    """Return one list of texts an address, in the order of COLUMNS."""
    return [[str(cell(address)) for _heading, cell in COLUMNS] for address in addresses]


def unless_unknown(address, name, unknown):
    """Return the words of a choice, "" for the one that says that nobody knows."""
    return "" if getattr(address, name) == unknown else getattr(address, f"get_{name}_display")()


# --- Cells -------------------------------------------------------------------------------------------------------


def remark(address):
    """Say what one must know before one relies on a row."""
    return BETWEEN.join(remarks(address))


def organisation(address):
    return address.organisation.shown.title if address.organisation else ""


def phones(address):
    return BETWEEN.join(
        f"{phone.number} ({words})" if words else phone.number
        for phone in address.phones.all()
        for words in [", ".join(filter(None, [phone.label.text, phone.languages_text]))]
    )


def languages(address):
    interpreter = address._meta.get_field("interpreter").verbose_name if address.interpreter == Known.YES else ""
    return BETWEEN.join(filter(None, [address.languages_text, str(interpreter)]))


def who_can_come(address):
    return BETWEEN.join(filter(None, [", ".join(address.situation_texts), address.shown.for_whom]))


def price(address):
    return BETWEEN.join(filter(None, [str(unless_unknown(address, "cost", Cost.UNKNOWN)), address.shown.price_note]))


def ways(address):
    """Return how one gets to speak to somebody, each way once."""
    return BETWEEN.join(dict.fromkeys(str(desk.get_access_display()) for desk in address.shown_desks))


def hours(address):
    """Return the hours in words, one line a desk, and a line for each special day to come."""
    return "\n".join([*map(desk_line, address.shown_desks), *map(special_line, address.special_days_ahead)])


def desk_line(desk):
    return ", ".join(filter(None, [*desk_names(desk), desk.hours_text, *desk_dates(desk), desk.note.text]))


def last_check(address):
    """Return the day on which somebody last found the address right, as spreadsheets sort it."""
    return timezone.localdate(address.confirmed_at).isoformat() if address.confirmed_at else ""


#: (heading, what stands below it for an address).
COLUMNS = (
    (_("Name"), lambda address: address.shown.title),
    (_("Remark"), remark),
    (_("Needs"), lambda address: BETWEEN.join(category.name.text for category in address.categories.all())),
    (_("Organisation"), organisation),
    (_("Street and number"), lambda address: address.shown.street),
    (_("Postcode"), lambda address: address.postcode),
    (_("Municipality"), lambda address: address.commune.name if address.commune else ""),
    (_("Phone"), phones),
    (_("E-mail"), lambda address: address.email),
    (_("Website"), lambda address: address.website),
    (_("Languages spoken"), languages),
    (_("Who can come"), who_can_come),
    (_("Residence papers"), lambda address: unless_unknown(address, "papers", Papers.UNKNOWN)),
    (_("What to bring"), lambda address: address.shown.bring),
    (_("Price"), price),
    (pgettext_lazy("heading of a column", "How"), ways),
    (_("Opening hours"), hours),
    (_("Step-free access"), lambda address: unless_unknown(address, "step_free", Known.UNKNOWN)),
    (_("Last check"), last_check),
    (_("State of the check"), lambda address: address.check_state.label),
    (_("Page"), lambda address: settings.SITE_URL + address.get_absolute_url()),
    (_("Language of the text"), lambda address: address.shown.language_name),
)
