"""Stock: never more promised than there is, and every copy accounted for by a movement."""

import random
from itertools import count

import pytest
from django.db import IntegrityError, transaction

from content.kept_pages import current_version
from orders import stock
from orders.models import Availability, Mode, MovementKind, Offer, Order
from tests.intake.crowd import at_once
from tests.makers import make_offer, make_staff

pytestmark = pytest.mark.django_db

REFERENCES = (f"0000-{number:04}" for number in count())


def bare_order():
    """An order of nothing: stock moves for an order, whatever stands in it."""
    return Order.objects.create(
        reference=next(REFERENCES), language="fr", requester_kind="person", copies=1, price=0, postage=0, weight=0
    )


def figures(offer):
    offer = Offer.objects.get(pk=offer.pk)
    return offer.on_hand, offer.reserved


def last_movement(offer):
    movement = offer.movements.first()
    return movement.kind, movement.on_hand, movement.reserved, movement.order, movement.by, movement.why


# --- Each movement ---------------------------------------------------------------------------------------------


def test_each_movement_changes_the_figures_and_is_written_down():
    staff, order, offer = make_staff(), bare_order(), make_offer(stock_of=0)
    stock.receive(offer.pk, 10, by=staff, why="2nd print run")
    assert figures(offer) == (10, 0)
    assert last_movement(offer) == (MovementKind.RECEIVED, 10, 0, None, staff, "2nd print run")
    stock.reserve(offer.pk, 6, order)
    assert figures(offer) == (10, 6)
    assert last_movement(offer) == (MovementKind.RESERVED, 0, 6, order, None, "")
    stock.send(offer.pk, 4, order, by=staff)
    assert figures(offer) == (6, 2)
    assert last_movement(offer) == (MovementKind.SENT, -4, -4, order, staff, "")
    stock.release(offer.pk, 2, order, by=staff)
    assert figures(offer) == (6, 0)
    assert last_movement(offer) == (MovementKind.RELEASED, 0, -2, order, staff, "")
    stock.correct(offer.pk, -5, by=staff, why="Wet")
    assert figures(offer) == (1, 0)
    assert last_movement(offer) == (MovementKind.CORRECTED, -5, 0, None, staff, "Wet")
    assert stock.differences() == []


def test_more_than_there_is_cannot_be_promised_and_leaves_no_trace():
    offer, order = make_offer(stock_of=5), bare_order()
    stock.reserve(offer.pk, 3, order)
    with pytest.raises(stock.NotEnough):
        stock.reserve(offer.pk, 3, order)
    assert figures(offer) == (5, 3)
    assert offer.movements.count() == 2
    stock.reserve(offer.pk, 2, order)
    assert figures(offer) == (5, 5)


@pytest.mark.parametrize("mode", [Mode.SOON, Mode.PDF_ONLY, Mode.OUT_OF_PRINT])
def test_what_staff_took_from_the_shelf_cannot_be_promised_but_what_was_promised_before_is_sent(mode):
    offer, order = make_offer(stock_of=5), bare_order()
    stock.reserve(offer.pk, 2, order)
    Offer.objects.update(mode=mode)
    with pytest.raises(stock.NotEnough):
        stock.reserve(offer.pk, 1, order)
    stock.send(offer.pk, 1, order)
    stock.release(offer.pk, 1, order)
    assert figures(offer) == (4, 0)


def test_only_what_is_promised_can_be_sent_or_given_back():
    offer, order = make_offer(stock_of=5), bare_order()
    stock.reserve(offer.pk, 2, order)
    for move in (stock.send, stock.release):
        with pytest.raises(stock.NotEnough):
            move(offer.pk, 3, order)
    assert figures(offer) == (5, 2)


def test_a_correction_leaves_what_is_promised():
    offer, order = make_offer(stock_of=5), bare_order()
    stock.reserve(offer.pk, 3, order)
    with pytest.raises(stock.NotEnough):
        stock.correct(offer.pk, -3, by=None, why="Counted")
    stock.correct(offer.pk, -2, by=None, why="Counted")
    assert figures(offer) == (3, 3)


@pytest.mark.parametrize("copies", [0, -1])
def test_a_movement_is_of_one_copy_at_least(copies):
    offer, order = make_offer(stock_of=5), bare_order()
    for move in (stock.reserve, stock.release, stock.send):
        with pytest.raises(stock.Reason):
            move(offer.pk, copies, order)
    with pytest.raises(stock.Reason):
        stock.receive(offer.pk, copies, by=None)
    assert figures(offer) == (5, 0)


@pytest.mark.parametrize(("difference", "why"), [(0, "Counted"), (3, ""), (3, "  ")])
def test_a_correction_has_a_difference_and_a_reason(difference, why):
    with pytest.raises(stock.Reason):
        stock.correct(make_offer().pk, difference, by=None, why=why)


@pytest.mark.django_db(transaction=True)
def test_stock_moves_only_in_a_transaction():
    offer = make_offer(stock_of=5)
    with pytest.raises(RuntimeError, match="inside the transaction"):
        stock.receive(offer.pk, 1, by=None)
    assert figures(offer) == (5, 0)


def test_the_database_itself_holds_what_is_promised_to_what_is_there():
    offer = make_offer(stock_of=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(reserved=6)


def test_saving_an_offer_that_was_read_before_an_order_came_gives_no_copy_back():
    offer = make_offer(stock_of=5)
    stale = Offer.objects.get(pk=offer.pk)
    stock.reserve(offer.pk, 3, bare_order())
    stale.reprint_threshold = 7
    stale.save()
    assert figures(offer) == (5, 3)
    assert Offer.objects.get(pk=offer.pk).reprint_threshold == 7
    assert stock.differences() == []


def test_a_figure_that_was_changed_behind_the_movements_is_found():
    right, wrong = make_offer(stock_of=5), make_offer(stock_of=5)
    Offer.objects.filter(pk=wrong.pk).update(on_hand=6)
    (found,) = stock.differences()
    assert (found, found.moved_on_hand, found.moved_reserved) == (wrong, 5, 0)
    Offer.objects.filter(pk=right.pk).update(reserved=1)
    assert stock.differences() == [right, wrong]


# --- What readers are told -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("copies", "told"), [(49, False), (50, True), (99, True), (100, True)], ids=["many", "few", "one", "none"]
)
def test_public_pages_are_made_anew_when_what_they_say_changes(copies, told, django_capture_on_commit_callbacks):
    offer = make_offer(stock_of=100, reprint_threshold=50)
    before = current_version()
    with django_capture_on_commit_callbacks(execute=True):
        stock.reserve(offer.pk, copies, bare_order())
    assert (current_version() > before) is told


def test_pages_are_made_anew_when_copies_come_back(django_capture_on_commit_callbacks):
    offer, order = make_offer(stock_of=100, reprint_threshold=10), bare_order()
    stock.reserve(offer.pk, 100, order)
    assert Offer.objects.get().availability == Availability.OUT_OF_PRINT
    before = current_version()
    with django_capture_on_commit_callbacks(execute=True):
        stock.release(offer.pk, 50, order)
    assert current_version() > before
    before = current_version()
    with django_capture_on_commit_callbacks(execute=True):
        stock.release(offer.pk, 50, order)
    assert current_version() == before


@pytest.mark.django_db(transaction=True)
def test_an_order_stands_and_is_told_even_when_the_pages_cannot_be_made_anew(monkeypatch):
    def full():
        raise OSError("no space left on device")

    monkeypatch.setattr(stock, "note_change", full)
    offer = make_offer(stock_of=1)
    with transaction.atomic():
        stock.reserve(offer.pk, 1, bare_order())
    assert figures(offer) == (1, 1)


# --- Many at once ----------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("copies", "orders"), [(1, 5), (2, 2), (5, 1), (6, 0)])
def test_many_at_the_same_moment_get_what_there_is_and_no_more(copies, orders):
    offer, order = make_offer(stock_of=5), bare_order()

    def take():
        with transaction.atomic():
            stock.reserve(offer.pk, copies, order)
        return "had"

    results = at_once(take, 8)
    assert results.count("had") == orders, results
    assert sum(isinstance(result, stock.NotEnough) for result in results) == 8 - orders, results
    assert figures(offer) == (5, copies * orders)
    assert stock.differences() == []


# --- Whatever happens ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_after_any_sequence_of_movements_the_figures_are_their_sums(seed):
    chance = random.Random(seed)
    offers, order = [make_offer(stock_of=chance.randrange(30)) for _time in range(2)], bare_order()
    moves = [
        lambda pk, copies: stock.receive(pk, copies, by=None),
        lambda pk, copies: stock.correct(pk, chance.choice((-1, 1)) * copies, by=None, why="Counted"),
        lambda pk, copies: stock.reserve(pk, copies, order),
        lambda pk, copies: stock.reserve(pk, copies, order),
        lambda pk, copies: stock.release(pk, copies, order),
        lambda pk, copies: stock.send(pk, copies, order),
    ]
    refused = 0
    for _time in range(60):
        offer = chance.choice(offers)
        try:
            chance.choice(moves)(offer.pk, chance.randrange(1, 12))
        except stock.NotEnough:
            refused += 1
        on_hand, reserved = figures(offer)
        assert 0 <= reserved <= on_hand
    assert stock.differences() == []
    assert 0 < refused < 60
