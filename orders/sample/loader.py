"""Loads the sample offers with their stock; on one's own machine also invented orders in every state."""

import datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from content import sample
from content.language_fields import language_key
from content.partial_dates import months_later
from orders import stock
from orders.models import (
    AUDIENCE_OF,
    Delivery,
    Offer,
    Order,
    PostageRate,
    Requester,
    RequesterKind,
    Status,
    StatusChange,
)
from orders.placing import add_line, save_with_free_reference
from orders.pricing import make_bill
from publications.models import Publication

FOLDER = Path(__file__).parent
OFFERS, ORDERS = FOLDER / "offers.yaml", FOLDER / "orders.yaml"
OFFER_COLUMNS = (
    *("mode", "reprint_planned", "price_volunteers", "price_organisations", "price_others", "postage", "weight"),
    *("most_per_order", "most_per_requester", "reprint_threshold"),
)
PRICES = {"price_volunteers", "price_organisations", "price_others"}
ORDER_COLUMNS = ("language", "requester_kind", "purpose", "delivery", "commune")
#: Staff read it beside the movements.
WHY = "Exemple"


def load(report=None):
    """Create the sample offers, and where the site is LOCAL the orders, that are missing; returns how many."""
    told = report or (lambda entry: None)
    created = load_offers(told)
    if settings.LOCAL:
        created += load_orders(told)
    return created


# --- Offers


def load_offers(report):
    """Create the offers of editions that have none yet, with their stock, and the first postage rates."""
    entries, created = sample.read(OFFERS), 0
    for entry in entries["offers"]:
        edition = find_edition(entry["publication"], entry["languages"])
        if edition is not None and not Offer.objects.filter(edition=edition).exists():
            add_offer(edition, entry)
            created += 1
        report({"key": entry["publication"]})
    if created and not PostageRate.objects.exists():
        PostageRate.objects.bulk_create(PostageRate(**row) for row in entries["rates"])
    return created


def find_edition(key, languages):
    """Return an edition of a sample publication, or None (staff may have deleted it)."""
    publication = sample.find(Publication, key)
    return publication and publication.editions.filter(language_key=language_key(languages)).first()


@transaction.atomic
def add_offer(edition, entry):
    """Save an offer, then put on its shelf what came from the printer."""
    columns = {name: entry[name] for name in OFFER_COLUMNS if name in entry}
    columns.update({name: Decimal(columns[name]) for name in PRICES & columns.keys()})
    if "expected_in_months" in entry:
        columns["expected_on"] = f"{months_later(timezone.localdate(), entry['expected_in_months']):%Y-%m}"
    offer = Offer(edition=edition, **columns)
    offer.full_clean()
    offer.save()
    for delivery in entry.get("received", []):
        stock.receive(offer.pk, delivery["copies"], by=None, why=WHY)
        offer.movements.filter(pk=offer.movements.latest("pk").pk).update(at=days_ago(delivery["days_ago"]))


# --- Orders


def load_orders(report):
    """Create the invented orders whose titles can all be had."""
    known, created = set(Order.objects.values_list("key", flat=True)), 0
    # Oldest first: they took their copies before the others.
    for entry in sorted(sample.read(ORDERS), key=lambda entry: -entry["days_ago"]):
        key = sample.sample_key(Order, entry["key"])
        if key not in known:
            created += add_order(key, entry)
        report(entry)
    return created


def add_order(key, entry):
    """Save an order with all that happened to it, but without its e-mails; returns whether it could be had."""
    wishes = [(find_offer(title), copies) for title, copies in entry["lines"].items()]
    if any(offer is None or copies > offer.most_now for offer, copies in wishes):
        return False  # staff have made something else of our offers
    with transaction.atomic():
        columns = {name: entry[name] for name in ORDER_COLUMNS if name in entry}
        order = save_order(Order(key=key, **columns), entry, wishes)
        for step in entry.get("steps", []):
            take_step(order, step)
        if "anonymised_days_ago" in entry:
            order.anonymised_at = days_ago(entry["anonymised_days_ago"])
        order.save()
    return True


def find_offer(title):
    """Return the offer of a title as orders.yaml writes it, "lexique fr" or "les_mots_comptent fr-nl"; or None."""
    key, languages = title.split()
    edition = find_edition(key, languages.split("-"))
    return Offer.objects.filter(edition=edition).select_related("edition").first() if edition else None


def save_order(order, entry, wishes):
    """Save a new order with its lines, whose copies are reserved."""
    order.created_at = days_ago(entry["days_ago"])
    audience = AUDIENCE_OF[RequesterKind(order.requester_kind)]
    bill = make_bill(wishes, audience, by_post=order.delivery == Delivery.POST)
    order.copies, order.price, order.postage, order.weight = bill.copies, bill.price, bill.postage, bill.weight
    requester = Requester(**entry["requester"]) if "requester" in entry else None
    if requester:
        order.commune = requester.commune
    save_with_free_reference(order)
    if requester:
        requester.order = order
        requester.full_clean()
        requester.save()
    for line in bill.lines:
        add_line(order, line)
        stock.reserve(line.offer.pk, line.copies, order)
    note(order, Status.NEW, order.created_at)
    return order


def take_step(order, step):
    """Bring an order to its next state, some days ago."""
    sent = {find_offer(title).pk: copies for title, copies in step.get("sent", {}).items()}
    for line in order.lines.order_by("offer_id"):
        if line.offer_id in sent:
            line.sent += sent[line.offer_id]
            stock.send(line.offer_id, sent[line.offer_id], order)
        elif step["status"] == Status.CANCELLED:
            line.dropped = line.copies
            stock.release(line.offer_id, line.copies, order)
        line.save()
    order.status = Status(step["status"])
    order.closed_at = days_ago(step["days_ago"]) if order.is_closed else None
    note(order, order.status, days_ago(step["days_ago"]), sum(sent.values()))


def note(order, status, at, copies=0):
    """Write down a change of state, and that what moved just now moved then."""
    dated = order.changes.values("at")
    StatusChange.objects.create(order=order, status=status, at=at, copies=copies)
    order.movements.exclude(at__in=dated).update(at=at)


def days_ago(number):
    """Return the moment so many days before now."""
    return timezone.now() - datetime.timedelta(days=number)
