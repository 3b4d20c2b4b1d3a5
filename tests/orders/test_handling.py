"""What becomes of an order: each step once, only where it is possible, and told to whoever ordered."""

import random
from decimal import Decimal

import pytest

from intake.models import OutboxMessage
from orders import handling, stock
from orders.following import order_of, token_of
from orders.handling import WrongCopies, WrongState
from orders.models import NEXT, Offer, Order, PostageRate, Status
from orders.placing import CannotOrder
from tests.intake.crowd import at_once
from tests.makers import make_offer, make_order, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return make_staff()


def lines_of(order):
    return [(line.sent, line.dropped, line.to_send) for line in order.lines.all()]


def figures(offer):
    offer = Offer.objects.get(pk=offer.pk)
    return offer.on_hand, offer.reserved


def mails_of(order):
    """To whom what was written about an order, in the order of writing."""
    return list(OutboxMessage.objects.filter(about=order.mail_about).order_by("pk").values_list("to", "purpose"))


def send_all(order, **more):
    return handling.send(order, {line.pk: line.to_send for line in order.lines.all() if line.to_send}, by=None, **more)


# --- One step after the other ------------------------------------------------------------------------------------


def test_an_order_goes_its_whole_way_and_each_step_tells_who_took_it(staff):
    order = make_order({make_offer(): 5})
    handling.confirm(order, by=staff)
    handling.prepare(order, by=staff)
    (line,) = order.lines.all()
    handling.send(order, {line.pk: 2}, by=staff)
    order = handling.send(order, {line.pk: 3}, by=staff)
    assert order.status == Status.SENT
    assert order.closed_at is not None
    changes = [(change.status, change.by, change.copies) for change in order.changes.all()]
    assert changes == [
        ("new", None, 0),
        ("confirmed", staff, 0),
        ("preparing", staff, 0),
        ("partly_sent", staff, 2),
        ("sent", staff, 3),
    ]


def test_half_of_an_order_leaves_the_shelf_and_the_rest_stays_promised():
    first, second = make_offer(stock_of=10), make_offer(stock_of=10)
    order = make_order({first: 4, second: 6})
    one, other = order.lines.all()
    order = handling.send(order, {one.pk: 4, other.pk: 1}, by=None)
    assert (order.status, order.closed_at) == (Status.PARTLY_SENT, None)
    assert lines_of(order) == [(4, 0, 0), (1, 0, 5)]
    assert (figures(first), figures(second)) == ((6, 0), (9, 5))
    handling.send(order, {one.pk: 0, other.pk: 5}, by=None)
    assert lines_of(order) == [(4, 0, 0), (6, 0, 0)]
    assert (figures(first), figures(second)) == ((6, 0), (4, 0))


def test_the_rest_that_will_not_come_is_free_again():
    offer = make_offer(stock_of=10)
    order = make_order({offer: 4}, status=Status.PARTLY_SENT)
    order = handling.finish(order, by=None)
    assert (order.status, lines_of(order)) == (Status.SENT, [(1, 3, 0)])
    assert figures(offer) == (9, 0)


def test_the_copies_of_a_cancelled_order_are_free_again(staff):
    offer = make_offer(stock_of=10)
    order = handling.cancel(make_order({offer: 4}), by=staff)
    assert (order.status, order.closed_at is None, lines_of(order)) == (Status.CANCELLED, False, [(0, 4, 0)])
    assert figures(offer) == (10, 0)


@pytest.mark.parametrize("status", Status)
def test_what_the_table_of_states_does_not_allow_is_refused_and_changes_nothing(status, staff):
    offer = make_offer(stock_of=10)
    order = make_order({offer: 4}, status=status, by=staff)
    (line,) = order.lines.all()
    steps = {
        Status.CONFIRMED: handling.confirm,
        Status.PREPARING: handling.prepare,
        Status.SENT: lambda order, by: handling.send(order, {line.pk: line.to_send or 1}, by=by),
        Status.CANCELLED: handling.cancel,
    }
    for wanted, step in steps.items():
        if wanted not in NEXT[status]:
            before = figures(offer), lines_of(order), mails_of(order)
            with pytest.raises(WrongState) as refused:
                step(order, by=staff)
            assert refused.value.order.status == status
            assert (figures(offer), lines_of(order), mails_of(order)) == before


def test_only_what_was_partly_sent_is_finished():
    for status in set(Status) - {Status.PARTLY_SENT}:
        with pytest.raises(WrongState):
            handling.finish(make_order(status=status), by=None)


@pytest.mark.parametrize("status", [Status.PREPARING, Status.PARTLY_SENT, Status.SENT])
def test_who_ordered_cannot_cancel_what_is_being_packed(status, staff):
    order = make_order(status=status, by=staff)
    with pytest.raises(WrongState):
        handling.cancel(order)
    assert Order.objects.get(pk=order.pk).status == status


@pytest.mark.parametrize("copies", [{}, {"first": 0}, {"first": -1}, {"first": 6}, {"first": 5, "other": 1}])
def test_only_copies_that_are_still_to_come_are_sent(copies):
    offer = make_offer(stock_of=10)
    order = make_order({offer: 5})
    (line,) = order.lines.all()
    (foreign,) = make_order({make_offer(): 5}).lines.all()
    with pytest.raises(WrongCopies):
        handling.send(
            order, {{"first": line, "other": foreign}[name].pk: number for name, number in copies.items()}, by=None
        )
    assert (figures(offer), lines_of(order)) == ((10, 5), [(0, 0, 5)])
    assert Order.objects.get(pk=order.pk).status == Status.NEW


# --- The address -------------------------------------------------------------------------------------------------


def test_who_ordered_corrects_the_address_while_the_order_is_new():
    order = make_order(requester={"email": "zoe@example.org"})
    order = handling.correct_contact(order, {"postcode": "4000", "locality": "Liège", "email": "ZOE@example.com"})
    requester = Order.objects.get(pk=order.pk).requester
    assert (requester.postcode, requester.locality, requester.email) == ("4000", "Liège", "ZOE@example.com")
    assert requester.email_key == "zoe@example.com"
    assert Order.objects.get(pk=order.pk).commune == "62063"


@pytest.mark.parametrize("status", [status for status in Status if status != Status.NEW])
def test_later_the_address_stays(status, staff):
    order = make_order(status=status, by=staff)
    with pytest.raises(WrongState):
        handling.correct_contact(order, {"locality": "Liège"})
    assert order.requester.locality == "Schaerbeek"


def test_another_e_mail_has_another_link_and_the_earlier_address_is_told_so_without_a_name():
    order = make_order(requester={"name": "Zoé Secret", "email": "typo@example.org"})
    earlier = token_of(order)
    same = handling.correct_contact(order, {"name": "Zoé Tout", "email": "TYPO@example.org"})
    assert token_of(same) == earlier
    order = handling.correct_contact(order, {"email": "zoe@example.org"})
    assert order_of(earlier) is None
    assert order_of(token_of(order)) == order
    letters = list(OutboxMessage.objects.filter(about=order.mail_about).order_by("pk"))
    (told,) = [letter for letter in letters if letter.purpose == "The e-mail of an order was changed"]
    assert told.to == "TYPO@example.org"
    for words in (told.subject, told.text, told.html):
        assert order.reference in words
        assert not any(word in words for word in ("Zoé", "Schaerbeek", "zoe@", earlier, token_of(order)))
    corrected = [letter for letter in letters if letter.to == "zoe@example.org"]
    assert [token_of(order) in letter.text for letter in corrected] == [True]


def test_another_e_mail_is_no_way_round_what_one_person_may_order(staff):
    offer = make_offer(stock_of=50, most_per_order=5, most_per_requester=5, period_days=365)
    make_order({offer: 3}, requester={"email": "zoe@example.org"})
    other = make_order({offer: 3}, requester={"email": "other@example.org"})
    with pytest.raises(CannotOrder) as refusal:
        handling.correct_contact(other, {"email": "Zoe@example.org"})
    assert set(refusal.value.problems) == {offer.pk}
    assert Order.objects.get(pk=other.pk).requester.email == "other@example.org"
    # What it is itself does not count twice, and staff know what they do.
    handling.correct_contact(other, {"email": "third@example.org"})
    handling.correct_contact(other, {"email": "zoe@example.org"}, by=staff)
    assert Order.objects.get(pk=other.pk).requester.email_key == "zoe@example.org"


# --- What is to be paid ------------------------------------------------------------------------------------------


def test_nobody_owes_what_does_not_come(staff):
    paid = {"stock_of": 50, "price_others": Decimal("2.00")}
    order = make_order({make_offer(**paid): 6}, delivery="pick_up")
    line = order.lines.get()
    assert (order.total, order.due, line.due) == (12, 12, 12)
    handling.send(order, {line.pk: 1}, by=staff)
    assert Order.objects.get(pk=order.pk).due == 12  # the rest is still to come
    order = handling.finish(order, by=staff)
    assert (order.total, order.price, order.due, order.lines.get().due) == (12, 12, 2, 2)
    cancelled = handling.cancel(make_order({make_offer(**paid): 3}), by=staff)
    assert (cancelled.total, cancelled.due, cancelled.lines.get().price, cancelled.lines.get().due) == (6, 0, 6, 0)


def test_postage_is_owed_as_long_as_the_order_is_not_cancelled(staff):
    PostageRate.objects.create(up_to=5000, price=Decimal("4.50"))
    order = make_order({make_offer(stock_of=50, price_others=Decimal("2.00"), weight=10, postage="by_weight"): 6})
    assert (order.postage, order.due) == (Decimal("4.50"), Decimal("16.50"))
    handling.send(order, {order.lines.get().pk: 1}, by=staff)
    assert handling.finish(order, by=staff).due == Decimal("6.50")


# --- E-mails -----------------------------------------------------------------------------------------------------


def test_each_step_that_matters_to_who_ordered_is_told_once(staff):
    order = make_order({make_offer(): 5}, requester={"email": "zoe@example.org"})
    handling.confirm(order, by=staff)
    handling.prepare(order, by=staff)
    (line,) = order.lines.all()
    handling.send(order, {line.pk: 1}, by=staff)
    handling.send(order, {line.pk: 1}, by=staff)
    handling.finish(order, by=staff)
    assert mails_of(order) == [
        ("zoe@example.org", "An order was received"),
        ("staff@example.org", "An order came in"),
        ("zoe@example.org", "An order is confirmed"),
        ("zoe@example.org", "An order was sent"),
        ("zoe@example.org", "An order was sent"),
        ("zoe@example.org", "The rest of an order will not come"),
    ]


def test_staff_are_told_what_who_ordered_did_and_not_what_they_did_themselves(staff):
    corrected = make_order()
    handling.correct_contact(corrected, {"street": "rue de l’Exemple 2"})
    assert mails_of(corrected)[2:] == [
        ("dominique@example.org", "The address of an order was corrected"),
        ("staff@example.org", "Somebody corrects the address of an order"),
    ]
    cancelled = handling.cancel(make_order())
    assert mails_of(cancelled)[2:] == [
        ("dominique@example.org", "An order was cancelled"),
        ("staff@example.org", "Somebody cancels an order"),
    ]
    assert mails_of(handling.cancel(make_order(), by=staff))[2:] == [
        ("dominique@example.org", "An order was cancelled")
    ]


def test_a_step_whose_email_cannot_be_written_has_not_happened(monkeypatch):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    offer = make_offer(stock_of=10)
    order = make_order({offer: 4})
    for name in ("order_sent", "order_cancelled"):
        monkeypatch.setattr(handling.letters, name, broken)
    with pytest.raises(ZeroDivisionError):
        send_all(order)
    with pytest.raises(ZeroDivisionError):
        handling.cancel(order)
    assert (figures(offer), lines_of(order)) == ((10, 4), [(0, 0, 4)])
    assert Order.objects.get(pk=order.pk).status == Status.NEW


# --- Twice, or at the same moment --------------------------------------------------------------------------------


def test_the_same_half_said_twice_is_sent_once():
    offer = make_offer(stock_of=10)
    order = make_order({offer: 4})
    (line,) = order.lines.all()
    handling.send(order, {line.pk: 2}, by=None, after=0)
    with pytest.raises(WrongState):
        handling.send(order, {line.pk: 2}, by=None, after=0)
    assert figures(offer) == (8, 2)
    handling.send(order, {line.pk: 2}, by=None, after=2)
    assert figures(offer) == (6, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [handling.confirm, handling.prepare, handling.cancel, send_all])
def test_several_who_take_the_same_step_at_the_same_moment_take_it_once(step):
    offer = make_offer(stock_of=10)
    order = make_order({offer: 4})
    arguments = {} if step is send_all else {"by": None}
    results = at_once(lambda: step(order, **arguments), 4)
    assert sum(isinstance(result, Order) for result in results) == 1, results
    assert sum(isinstance(result, (WrongState, WrongCopies)) for result in results) == 3, results
    assert Order.objects.get(pk=order.pk).changes.count() == 2
    assert stock.differences() == []


@pytest.mark.django_db(transaction=True)
def test_sent_or_cancelled_at_the_same_moment_is_one_of_both():
    offer = make_offer(stock_of=100)
    for _time in range(5):
        order = make_order({offer: 4})
        steps = [handling.cancel, send_all]
        results = at_once(lambda order=order, steps=steps: steps.pop()(order), 2)
        assert sum(isinstance(result, Order) for result in results) == 1, results
        ((sent, dropped, to_send),) = lines_of(order)
        status = Order.objects.get(pk=order.pk).status
        assert (status, sent, dropped, to_send) in [(Status.SENT, 4, 0, 0), (Status.CANCELLED, 0, 4, 0)]
    assert stock.differences() == []
    assert figures(offer)[1] == 0


@pytest.mark.django_db(transaction=True)
def test_orders_placed_sent_and_cancelled_at_the_same_moment_hold_nobody_up():
    offers = [make_offer(stock_of=500) for _time in range(3)]
    wishes = dict.fromkeys(offers, 2)
    turned = dict(reversed(wishes.items()))
    begun = [make_order(wishes) for _time in range(8)]
    steps = [lambda order=order: handling.cancel(order) for order in begun[:4]]
    steps += [lambda order=order: send_all(order) for order in begun[4:]]
    steps += [lambda: make_order(turned)] * 4
    results = at_once(lambda: steps.pop()(), 12)
    assert [result for result in results if not isinstance(result, Order)] == []
    assert stock.differences() == []
    assert [figures(offer) for offer in offers] == [(492, 8)] * 3


# --- Whatever happens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_after_anything_that_can_happen_to_orders_every_copy_is_accounted_for(seed, staff):
    chance = random.Random(seed)
    offers = [make_offer(stock_of=40, most_per_order=9) for _time in range(3)]
    orders = []

    def place():
        orders.append(make_order({offer: chance.randrange(1, 10) for offer in chance.sample(offers, 2)}))

    def send():
        order = chance.choice(orders)
        handling.send(order, {line.pk: chance.randrange(0, 4) for line in order.lines.all()}, by=staff)

    def correct():
        stock.correct(chance.choice(offers).pk, chance.choice((-3, -1, 1, 2)), by=staff, why="Counted")

    steps = [place, place, place, send, send, send, correct]
    steps += [lambda: handling.confirm(chance.choice(orders), by=staff)]
    steps += [lambda: handling.finish(chance.choice(orders), by=staff)]
    steps += [lambda: handling.cancel(chance.choice(orders), by=chance.choice((staff, None)))]
    place()
    done = 0
    for _time in range(100):
        try:
            chance.choice(steps)()
            done += 1
        except (CannotOrder, WrongState, WrongCopies, stock.NotEnough):
            pass
        assert stock.differences() == []
        for offer in offers:
            on_hand, reserved = figures(offer)
            assert 0 <= reserved <= on_hand
            assert reserved == sum(line.to_send for line in offer.lines.all())
    assert {order.status for order in Order.objects.all()} >= {Status.SENT, Status.CANCELLED}
    assert 30 < done < 100
