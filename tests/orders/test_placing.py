"""Placing an order: all of it or nothing, in the numbers that there are, and told in the words of a reader."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from intake.models import OutboxMessage
from orders import handling, placing, stock
from orders.models import Mode, Offer, Order, OrderLine, Postage, PostageRate, Requester, Status, StatusChange
from orders.offers import StockMovement
from orders.placing import CannotOrder
from tests.intake.crowd import at_once
from tests.makers import DAY, make_edition, make_offer, make_order, make_publication, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    """Words of the interface as the sources have them."""
    with translation.override(None):
        yield


def problems_of(wishes, **given):
    """Try to order; return what is said about each offer, after making sure that nothing was kept."""
    orders, movements = Order.objects.count(), StockMovement.objects.count()
    with pytest.raises(CannotOrder) as refused:
        make_order(wishes, **given)
    assert (Order.objects.count(), StockMovement.objects.count()) == (orders, movements)
    return refused.value.problems


# --- What is kept ----------------------------------------------------------------------------------------------


def test_an_order_keeps_what_was_promised_when_it_was_placed():
    PostageRate.objects.create(up_to=1000, price=Decimal("5.40"))
    edition = make_edition(make_publication(), languages=("fr", "ar"), title="Guide du toit")
    guide = make_offer(edition, price_organisations=Decimal("2.50"), postage=Postage.BY_WEIGHT, weight=120)
    leaflet = make_offer(price_organisations=0, weight=10)
    order = make_order({leaflet: 50, guide: 3}, requester_kind="school", purpose="lesson", language="nl")
    assert (order.status, order.language, order.requester_kind, order.purpose) == ("new", "nl", "school", "lesson")
    assert (order.copies, order.price, order.postage, order.weight) == (53, Decimal("7.50"), Decimal("5.40"), 860)
    assert order.total == Decimal("12.90")
    assert order.commune == "21015"
    first, second = order.lines.all()
    assert (first.offer, first.title, first.languages, first.copies) == (
        guide,
        "Guide du toit",
        edition.language_key,
        3,
    )
    assert (first.price_each, first.weight_each) == (Decimal("2.50"), 120)
    assert (second.offer, second.copies, second.price_each) == (leaflet, 50, 0)
    (change,) = order.changes.all()
    assert (change.status, change.at, change.by) == (Status.NEW, order.created_at, None)
    # Prices and titles may change; what was promised does not.
    Offer.objects.filter(pk=guide.pk).update(price_organisations=9)
    edition.title = "Un autre titre"
    edition.save()
    order = Order.objects.get(pk=order.pk)
    assert (order.price, order.lines.first().title) == (Decimal("7.50"), "Guide du toit")


def test_its_copies_are_reserved():
    offer = make_offer(stock_of=10)
    order = make_order({offer: 4})
    offer.refresh_from_db()
    assert (offer.on_hand, offer.reserved, offer.free) == (10, 4, 6)
    assert [(move.kind, move.reserved) for move in order.movements.all()] == [("reserved", 4)]


def test_what_is_picked_up_has_no_postage_and_no_commune():
    PostageRate.objects.create(up_to=1000, price=5)
    offer = make_offer(postage=Postage.BY_WEIGHT, weight=100)
    order = make_order({offer: 1}, delivery="pick_up", requester={"street": "", "postcode": "", "locality": ""})
    assert (order.postage, order.commune) == (0, "")


def test_whoever_ordered_and_staff_get_an_email_and_a_subject_names_nobody():
    order = make_order(requester={"name": "Zoé Ziekte", "email": "zoe@example.org"})
    messages = OutboxMessage.objects.filter(about=order.mail_about).order_by("pk")
    assert [message.to for message in messages] == ["zoe@example.org", "staff@example.org"]
    for message in messages:
        assert order.reference in message.subject + message.text
        assert "Zo" not in message.subject
    assert "Zo" not in messages[1].text + messages[1].html


def test_a_number_that_is_taken_is_replaced_by_one_that_is_free(monkeypatch):
    taken = make_order().reference
    numbers = iter([taken, "1234-5678"])
    monkeypatch.setattr(placing, "new_reference", lambda: next(numbers))
    offer = make_offer()
    assert make_order({offer: 1}, reference=taken).reference == "1234-5678"


def test_another_fault_than_a_number_that_is_taken_is_not_hidden():
    key = make_order().key
    with pytest.raises(IntegrityError):
        make_order(key=key)


# --- What is refused -------------------------------------------------------------------------------------------


def test_of_an_order_that_cannot_be_filled_nothing_is_kept_and_each_fault_is_told():
    few, many = make_offer(stock_of=3), make_offer(stock_of=3)
    assert problems_of({few: 4, many: 3}) == {few.pk: "Only 3 copies are left."}
    assert problems_of({few: 4, many: 5}) == {few.pk: "Only 3 copies are left.", many.pk: "Only 3 copies are left."}
    assert not OutboxMessage.objects.exists()
    assert make_order({few: 3, many: 3}).copies == 6


@pytest.mark.parametrize(
    ("columns", "stock_of", "copies", "words"),
    [
        ({}, 1, 2, "Only 1 copy is left."),
        ({"most_per_order": 20}, 10, 11, "Only 10 copies are left."),
        ({"most_per_order": 10}, 20, 11, "At most 10 copies per order."),
        ({"most_per_order": 1}, 20, 2, "At most 1 copy per order."),
        # The lower of the two limits, or the reader meets the other one next.
        ({"most_per_order": 10}, 20, 30, "At most 10 copies per order."),
        ({}, 0, 1, "It cannot be ordered any more: out of print. Take it out to order the rest."),
        (
            {"reprint_planned": True},
            0,
            1,
            "It cannot be ordered any more: out of stock, will be printed again. Take it out to order the rest.",
        ),
        (
            {"mode": Mode.PDF_ONLY},
            5,
            1,
            "It cannot be ordered any more: only as a PDF. Take it out to order the rest.",
        ),
        ({"mode": Mode.SOON}, 5, 1, "It cannot be ordered any more: available soon. Take it out to order the rest."),
        (
            {"postage": Postage.PICK_UP_ONLY},
            5,
            1,
            "We cannot send this by post. Choose “picked up at our office”, or take it out.",
        ),
    ],
)
def test_what_cannot_be_had_is_told_in_words(columns, stock_of, copies, words):
    offer = make_offer(stock_of=stock_of, **columns)
    assert problems_of({offer: copies}) == {offer.pk: words}


def test_what_is_not_sent_can_be_picked_up():
    offer = make_offer(postage=Postage.PICK_UP_ONLY)
    assert make_order({offer: 1}, delivery="pick_up").delivery == "pick_up"


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_readers_cannot_see_cannot_be_ordered(state):
    publication = make_publication()
    offer = make_offer(make_edition(publication))
    for language in ("fr", "nl"):
        publication = write(publication, language, state=state)
    assert problems_of({offer: 1}) == {offer.pk: "This brochure can no longer be ordered."}


@pytest.mark.parametrize("columns", [{"no_longer_valid": True}, {"superseded_by": None}])
def test_what_readers_cannot_rely_on_cannot_be_ordered(columns):
    if "superseded_by" in columns:
        columns = {"superseded_by": make_publication()}
    offer = make_offer(make_edition(make_publication(**columns)))
    assert problems_of({offer: 1}) == {offer.pk: "This brochure can no longer be ordered."}


def test_an_offer_that_never_was_is_refused_like_any_other():
    offer = make_offer()
    offer.pk = offer.pk + 1000
    assert problems_of({offer: 1}) == {offer.pk: "This brochure can no longer be ordered."}


# --- The limit for one person -----------------------------------------------------------------------------------


@pytest.fixture
def limited():
    return make_offer(most_per_order=10, most_per_requester=15, period_days=365)


def test_one_person_gets_so_many_in_a_period_whatever_the_capitals_of_their_address(limited):
    make_order({limited: 10}, requester={"email": "Zoe@Example.org"})
    words = problems_of({limited: 6}, requester={"email": "zoe@example.ORG"})[limited.pk]
    assert words.startswith("With one e-mail address, at most 15 copies can be ordered in 365 days.")
    make_order({limited: 5}, requester={"email": "zoe@example.ORG"})
    assert limited.pk in problems_of({limited: 1}, requester={"email": "zoe@example.org"})
    assert make_order({limited: 10}, requester={"email": "other@example.org"}).copies == 10


def test_what_was_cancelled_did_not_come_or_is_long_ago_does_not_count(limited):
    make_order({limited: 10}, status=Status.CANCELLED)
    order = make_order({limited: 10}, status=Status.PARTLY_SENT)
    handling.finish(order, by=None)  # one of ten came
    make_order({limited: 10})
    old = timezone.now() - 366 * DAY
    Order.objects.filter(status=Status.NEW).update(created_at=old)
    make_order({limited: 10})
    assert limited.pk in problems_of({limited: 5})  # 11 count, 4 are left
    make_order({limited: 4})


def test_an_order_of_exactly_the_period_ago_still_counts(limited, monkeypatch):
    now = timezone.now()
    make_order({limited: 10}, created_at=now - datetime.timedelta(days=365))
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert limited.pk in problems_of({limited: 10})


# --- At the same moment ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_last_copies_at_the_same_moment_go_to_as_many_as_there_are():
    offer = make_offer(stock_of=3)
    results = at_once(lambda: make_order({offer: 1}), 8)
    refused = [result for result in results if isinstance(result, CannotOrder)]
    assert len(refused) == 5, results
    assert {words for one in refused for words in one.problems.values()} == {
        # Threads speak the site's first language.
        "Elle ne peut plus être commandée : épuisé. Retirez-la pour commander le reste."
    }
    assert Order.objects.count() == OrderLine.objects.count() == Requester.objects.count() == 3
    assert OutboxMessage.objects.count() == 6
    offer.refresh_from_db()
    assert (offer.on_hand, offer.reserved) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_one_person_at_the_same_moment_gets_no_more_than_one_after_the_other(limited):
    results = at_once(lambda: make_order({limited: 5}), 8)
    assert sum(isinstance(result, Order) for result in results) == 3, results
    assert sum(isinstance(result, CannotOrder) for result in results) == 5, results


@pytest.mark.django_db(transaction=True)
def test_orders_of_the_same_titles_wished_in_opposite_order_do_not_wait_for_each_other():
    first, second = make_offer(stock_of=100), make_offer(stock_of=100)
    wishes = [{first: 1, second: 1}, {second: 1, first: 1}] * 6
    results = at_once(lambda: make_order(wishes.pop()), 12)
    assert [result for result in results if not isinstance(result, Order)] == []
    assert stock.differences() == []


@pytest.mark.django_db(transaction=True)
def test_copies_that_come_back_while_somebody_is_refused_are_had(monkeypatch):
    offer = make_offer(stock_of=1)
    other = make_order({offer: 1})
    seen = Offer.objects.get(pk=offer.pk)
    seen.reserved = 0
    # As it is for whoever looked before the other order came, and whose refusal meets the cancelled one.
    monkeypatch.setattr(placing, "find_problems", lambda offers, wishes, delivery: {})
    reserve = stock.reserve

    def too_late(*args):
        monkeypatch.setattr(stock, "reserve", reserve)
        handling.cancel(other)
        raise stock.NotEnough

    monkeypatch.setattr(stock, "reserve", too_late)
    assert make_order({offer: 1}).status == Status.NEW


def test_an_order_is_placed_in_a_transaction_that_undoes_it(monkeypatch):
    def broken(order):
        raise ZeroDivisionError

    monkeypatch.setattr(placing.letters, "order_placed", broken)
    offer = make_offer(stock_of=5)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        make_order({offer: 2})
    offer.refresh_from_db()
    assert offer.reserved == 0
    assert not (Order.objects.exists() or Requester.objects.exists() or StatusChange.objects.exists())
