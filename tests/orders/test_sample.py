"""The sample of what can be ordered: every availability, stock that adds up, orders only on one's own machine."""

import re

import pytest

from content.sample import read, sample_key
from intake.models import OutboxMessage
from orders import stock
from orders.models import (
    Availability,
    Delivery,
    Offer,
    Order,
    Postage,
    PostageRate,
    Purpose,
    Requester,
    RequesterKind,
    Status,
    StockMovement,
)
from orders.sample import loader
from publications.models import Publication
from publications.sample import loader as publications
from tests.makers import make_edition, make_publication

OFFERS, ORDERS = read(loader.OFFERS)["offers"], read(loader.ORDERS)


@pytest.fixture
def shelves(db):
    """The publications of the sample that have an offer, with nothing but their editions."""
    for entry in OFFERS:
        key = sample_key(Publication, entry["publication"])
        publication = Publication.objects.filter(key=key).first() or make_publication(key=key)
        make_edition(publication, entry["languages"])


@pytest.fixture
def loaded(shelves):
    assert loader.load() == len(OFFERS) + len(ORDERS)


def test_its_editions_are_in_the_sample_of_publications():
    editions = {
        (entry["key"], tuple(edition["languages"]))
        for entry in read(publications.ENTRIES)
        for edition in entry.get("editions", [])
    }
    assert {(entry["publication"], tuple(entry["languages"])) for entry in OFFERS} <= editions


def test_every_availability_and_every_postage_is_shown_by_an_offer(loaded):
    offers = list(Offer.objects.all())
    assert {offer.availability for offer in offers} == set(Availability)
    assert {offer.postage for offer in offers} == set(Postage)
    assert len(offers) >= 10


def test_there_are_orders_in_every_state_for_everybody_and_for_everything(loaded):
    orders = list(Order.objects.all())
    assert len(orders) == len(ORDERS) == 15
    assert {order.status for order in orders} == set(Status)
    assert {order.requester_kind for order in orders} == set(RequesterKind)
    assert {order.purpose for order in orders} == set(Purpose)
    assert {order.delivery for order in orders} == set(Delivery)
    assert {order.language for order in orders} == {"fr", "nl"}


def test_the_stock_is_what_its_movements_add_up_to(loaded):
    assert stock.differences() == []
    for order in Order.objects.all():
        to_come = sum(line.to_send for line in order.lines.all())
        assert (to_come == 0) == order.is_closed
        assert sum(movement.reserved for movement in order.movements.all()) == to_come


def test_what_happened_to_an_order_happened_in_its_order_and_its_movements_with_it(loaded):
    for order in Order.objects.all():
        moments = list(order.changes.values_list("at", flat=True))
        assert moments[0] == order.created_at
        assert moments == sorted(moments)
        assert set(order.movements.values_list("at", flat=True)) <= set(moments)
        assert order.changes.last().status == order.status


def test_no_e_mail_goes_out_about_an_invented_order(loaded):
    assert not OutboxMessage.objects.exists()


def test_invented_people_lead_nowhere(loaded):
    for requester in Requester.objects.all():
        assert requester.email.endswith("@example.org")
        assert re.search("Exemple|Voorbeeld", requester.name + requester.organisation)
        assert re.fullmatch(r"(0\d{1,3}( 0\d\d?)+)?", requester.phone)
        assert not requester.street or re.search("de l’Exemple|Voorbeeld", requester.street)
        assert requester.commune or requester.order.delivery == Delivery.PICK_UP


def test_elsewhere_there_are_offers_but_no_orders(settings, shelves):
    settings.LOCAL = False
    loader.load()
    assert Offer.objects.count() == len(OFFERS)
    assert not Order.objects.exists()


def test_loading_twice_creates_nothing_and_changes_nothing(loaded):
    def held():
        models = (Offer, PostageRate, StockMovement, Order, Requester)
        return [sorted(map(str, model.objects.order_by("pk").values_list())) for model in models]

    PostageRate.objects.all().delete()
    before = held()
    assert loader.load() == 0
    assert held() == before


def test_an_offer_of_staff_is_left_alone_and_its_orders_are_not_invented(settings, shelves):
    settings.LOCAL = False
    loader.load()
    Offer.objects.update(mode="pdf_only")
    settings.LOCAL = True
    assert loader.load() == 0
    assert not Order.objects.exists()


def test_without_its_publications_there_is_nothing_to_load(db):
    assert loader.load() == 0
