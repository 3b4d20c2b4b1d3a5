"""Orders as a table for spreadsheets: one line of an order a row, with or without who ordered."""

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from addresses.gazetteer import province_of
from orders.desk_words import place_name


def day(moment):
    """Return a day as spreadsheets sort it."""
    return timezone.localdate(moment).isoformat() if moment else ""


def of_contact(name):
    """Return a function that reads a column of whoever ordered, "" once that was erased."""
    return lambda order, line: getattr(order.contact, name) if order.contact else ""


#: (heading, what stands below it for a line of an order).
COLUMNS = (
    (pgettext_lazy("order", "Number"), lambda order, line: order.reference),
    (_("Ordered on"), lambda order, line: day(order.created_at)),
    (_("State"), lambda order, line: capfirst(order.get_status_display())),
    (_("Closed on"), lambda order, line: day(order.closed_at)),
    (_("Language"), lambda order, line: order.language),
    (_("Who orders"), lambda order, line: capfirst(order.get_requester_kind_display())),
    (_("What for"), lambda order, line: capfirst(order.get_purpose_display())),
    (_("Delivery"), lambda order, line: capfirst(order.get_delivery_display())),
    (_("Commune"), lambda order, line: place_name(order)),
    (_("Province"), lambda order, line: province_of(order.commune)),
    (_("Title"), lambda order, line: line.title),
    (_("Languages"), lambda order, line: line.language_text),
    (_("Ordered"), lambda order, line: line.copies),
    (pgettext_lazy("copies", "Sent"), lambda order, line: line.sent),
    (pgettext_lazy("copies", "Will not come"), lambda order, line: line.dropped),
    (_("Price of a copy"), lambda order, line: line.price_each),
    (_("Price of the line, as ordered"), lambda order, line: line.price),
    (_("Postage of the whole order, as ordered"), lambda order, line: order.postage),
    # As things stand: without what will not come, nothing for what is cancelled.
    (_("To be paid for the line"), lambda order, line: line.due),
    (_("To be paid for the whole order"), lambda order, line: order.due),
)
#: Personal data: only in the file that says so.
CONTACT = (
    (_("Organisation or school"), of_contact("organisation")),
    (_("Name"), of_contact("name")),
    (_("E-mail"), of_contact("email")),
    (_("Phone"), of_contact("phone")),
    (_("Street and number"), of_contact("street")),
    (_("Postcode"), of_contact("postcode")),
    (_("Place"), of_contact("locality")),
    (_("Remark"), of_contact("note")),
)


def table(orders, *, with_contact):
    """Return (headings, rows) of orders that come with `requester` and `lines`; cells are texts and numbers."""
    columns = (*COLUMNS, *CONTACT) if with_contact else COLUMNS
    headings = [str(heading) for heading, _cell in columns]
    rows = [[cell(order, line) for _heading, cell in columns] for order in orders for line in order.lines.all()]
    return headings, rows
