"""A reader who orders through the test client: what stands in the basket, what is written into the form."""

import re
import time

from intake.forms import Ticket
from orders.following import token_of
from tests.pages import address

#: What a reader writes beside the numbers of copies.
TYPED = {
    "requester_kind": "person",
    "organisation": "",
    "name": "Zoé Secret",
    "email": "zoe@example.org",
    "phone": "",
    "purpose": "reading",
    "delivery": "post",
    "street": "rue de l’Exemple 1",
    "postcode": "1030",
    "locality": "Schaerbeek",
    "note": "",
}


def ticket(form="OrderForm", age=60):
    """Return a ticket of a form that was opened so many seconds ago."""
    return str(Ticket.new(form, time.time() - age))


def boxes(wishes):
    """Return the boxes of {offer: what is written into it}."""
    return {f"copies-{offer.pk}": str(copies) for offer, copies in wishes.items()}


def put_in(client, wishes, language="fr"):
    """Put copies in the basket; return the response."""
    return client.post(address("orders:order", language), boxes(wishes))


def filled_in(wishes, **changes):
    """Return the form of the details as a browser sends it; None takes a field out."""
    data = {**TYPED, "ticket": ticket(), "homepage": "", **boxes(wishes), **changes}
    return {name: value for name, value in data.items() if value is not None}


def send(client, wishes, language="fr", **changes):
    """Send the form of the details; return the response."""
    return client.post(address("orders:details", language), filled_in(wishes, **changes))


def page_of(order, name, language="fr"):
    """Return the address of a page of an order."""
    return address(f"orders:{name}", language, token=token_of(order))


def error_at(page, name):
    """Return what a page says is wrong with a field, beside it; "" where nothing is."""
    (place,) = [*page.elements("div", id=f"id_{name}_error")] or [None]
    if place is None:
        return ""
    (field,) = [element for element in page.elements("input", "textarea", name=name)][:1]
    described = field.get("aria-describedby") or ""
    group = [box.get("aria-describedby") or "" for box in page.elements("fieldset")]
    assert f"id_{name}_error" in " ".join([described, *group]), "the field names its error"
    return " ".join("".join(place.itertext()).split())


def value_of(page, name):
    """Return what a field holds: its text, or the value of what is ticked."""
    fields = list(page.elements("input", "textarea", name=name))
    if fields[0].tag == "textarea":
        return "".join(fields[0].itertext()).removeprefix("\n")
    if fields[0].get("type") in ("radio", "checkbox"):
        return next((field.get("value") or "on" for field in fields if field.get("checked") is not None), "")
    return fields[0].get("value") or ""


def errors_above(page):
    """Return {name of the field that a line above the form leads to: its words}."""
    (summary,) = [element for element in page.elements("div") if element.get("role") == "alert"]
    links = page.links(summary)
    return {re.sub(r"^#id_|_0$", "", href): text for href, text in links}
