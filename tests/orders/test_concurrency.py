"""Many who order at the same moment from several worker processes: nothing is oversold, nothing is ordered twice.

Through real requests to real servers, on whatever database the tests run.
"""

import socket
import time
from collections import Counter

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from intake.limits import window_at
from intake.models import MessageState, OutboxMessage, Submission, in_state
from intake.outbox import send_due
from orders import stock
from orders.following import order_of
from orders.models import Offer, Order, OrderLine
from orders.views import DetailsView
from tests.intake.crowd import at_once
from tests.intake.mail_server import mail_server
from tests.makers import make_offer
from tests.orders.shop import UNPROTECTED, Reader, is_refused, is_thanked, shop, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def open_shop(django_db_setup, tmp_path_factory):
    """A shop whose server runs; nobody takes its mail."""
    with shop(tmp_path_factory.mktemp("shop")) as running:
        running.start()
        yield running


def send_at_once(readers):
    """All press the button at the same moment; return what they are answered."""
    readers = list(readers)
    return at_once(lambda: readers.pop().send(), len(readers))


def order_at_once(shop, wishes, buyers):
    """So many readers fill in their forms, then all send them at the same moment."""
    return send_at_once([Reader(shop, wishes).fill_in() for _time in range(buyers)])


def kinds(answers):
    """Count the thanked, those who are told that too few are left, and any other answer by what it is."""

    def kind(answer):
        if isinstance(answer, Exception):
            return repr(answer)
        if is_thanked(answer):
            return "thanked"
        return "refused" if is_refused(answer) else answer.status

    return dict(Counter(map(kind, answers)))


def figures(offer):
    offer = Offer.objects.get(pk=offer.pk)
    return offer.on_hand, offer.reserved


def stock_up(offer, copies):
    with transaction.atomic():
        stock.receive(offer.pk, copies, by=None)


def check_books(answers):
    """Make sure that what stands in the database is what readers were thanked for, each once, and nothing else."""
    tokens = [answer.location.split("/")[-2] for answer in answers if is_thanked(answer)]
    assert len(set(tokens)) == len(tokens)
    assert {order_of(token) for token in tokens} == set(Order.objects.all())
    assert Submission.objects.count() == len(tokens)
    assert stock.differences() == []
    for offer in Offer.objects.all():
        assert offer.reserved == offer.lines.aggregate(copies=Sum("copies", default=0))["copies"] <= offer.on_hand
    # To each of them, and to staff.
    assert OutboxMessage.objects.count() == 2 * len(tokens)


# --- The last copies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("buyers", "copies", "of", "orders"),
    [(24, 1, 7, 7), (24, 1, 1, 1), (12, 1, 20, 12), (16, 3, 11, 3)],
    ids=["some", "the last one", "enough", "several each"],
)
def test_as_many_orders_as_there_are_copies_for(open_shop, buyers, copies, of, orders):
    offer = make_offer(stock_of=of)
    answers = order_at_once(open_shop, {offer: copies}, buyers)
    refused = {"refused": buyers - orders} if buyers > orders else {}
    assert kinds(answers) == {"thanked": orders, **refused}, open_shop.said()
    assert figures(offer) == (of, orders * copies)
    check_books(answers)


def test_with_the_mail_server_down_orders_are_taken_and_every_email_leaves_once_it_is_up(tmp_path, settings):
    offer = make_offer(stock_of=5)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with shop(tmp_path, port) as running:
            running.start(mails=True)
            answers = order_at_once(running, {offer: 1}, 12)
            assert kinds(answers) == {"thanked": 5, "refused": 7}, running.said()
            wait_for(lambda: OutboxMessage.objects.filter(failures=1).count() == 10)
    check_books(answers)
    assert not OutboxMessage.objects.exclude(in_state(MessageState.WAITING)).exists()
    settings.EMAIL_BACKEND = "intake.smtp.EmailBackend"
    OutboxMessage.objects.update(next_try_at=timezone.now())
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        send_due(timezone.now(), None)
    assert len(server.taken) == len({message_id(text) for text in server.taken}) == 10


def message_id(text):
    (line,) = [line for line in text.splitlines() if line.startswith("Message-ID:")]
    return line


def test_titles_wished_in_opposite_order_hold_nobody_up(open_shop):
    first, second = make_offer(stock_of=9), make_offer(stock_of=6)
    wishes = [{first: 1, second: 1}, {second: 1, first: 1}]
    answers = send_at_once([Reader(open_shop, wishes[number % 2]).fill_in() for number in range(16)])
    assert kinds(answers) == {"thanked": 6, "refused": 10}, open_shop.said()
    # Of those who got one of both, nothing is left behind.
    assert (figures(first), figures(second)) == ((9, 6), (6, 6))
    check_books(answers)


def test_the_limit_for_one_person_holds_for_all_their_orders_at_once(open_shop):
    offer = make_offer(stock_of=100, most_per_order=5, most_per_requester=12)
    readers = [Reader(open_shop, {offer: 5}, email="dominique@example.org").fill_in() for _time in range(8)]
    answers = send_at_once(readers)
    assert kinds(answers) == {"thanked": 2, "refused": 6}, open_shop.said()
    assert figures(offer) == (100, 10)
    check_books(answers)


def test_from_one_connection_come_so_many_orders_an_hour_whichever_worker_takes_them(open_shop):
    offer = make_offer(stock_of=100)
    _start, end = window_at(timezone.now(), DetailsView.period)
    if (end - timezone.now()).total_seconds() < 15:
        time.sleep(15)  # or some are counted in the next hour
    readers = [Reader(open_shop, {offer: 1}).fill_in() for _time in range(DetailsView.limit + 4)]
    for reader in readers:
        reader.browser.address = "198.51.100.7"
    answers = send_at_once(readers)
    assert kinds(answers) == {"thanked": DetailsView.limit, 429: 4}, open_shop.said()
    check_books(answers)


def test_without_the_protection_copies_are_sold_that_do_not_exist(tmp_path):
    offer = make_offer(stock_of=2)
    with shop(tmp_path, application=UNPROTECTED) as unprotected:
        unprotected.start()
        answers = order_at_once(unprotected, {offer: 1}, 16)
    assert kinds(answers)["thanked"] > 2
    assert OrderLine.objects.aggregate(sold=Sum("copies"))["sold"] > Offer.objects.get().on_hand
    assert stock.differences() == [offer]


# --- The same form ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("of", [1, 100], ids=["the last one", "one of many"])
def test_however_often_the_button_is_pressed_it_is_one_order_and_one_answer(open_shop, of):
    offer = make_offer(stock_of=of)
    reader = Reader(open_shop, {offer: 1}).fill_in()
    answers = at_once(reader.send, 8)
    assert kinds(answers) == {"thanked": 8}, open_shop.said()
    # Later again, as by a reload; by now the browser has forgotten the basket.
    assert "basket" not in reader.browser.cookies
    again = [reader.send() for _time in range(3)]
    assert len({answer.location for answer in [*answers, *again]}) == 1
    assert figures(offer) == (of, 1)
    check_books(answers[:1])


def test_a_form_that_was_refused_can_be_sent_again_once_there_are_copies(open_shop):
    offer = make_offer(stock_of=0, reprint_planned=True)
    stock_up(offer, 1)
    early, late = Reader(open_shop, {offer: 1}).fill_in(), Reader(open_shop, {offer: 1}).fill_in()
    assert kinds([early.send(), late.send()]) == {"thanked": 1, "refused": 1}
    stock_up(offer, 1)
    assert kinds([late.send()]) == {"thanked": 1}
    assert Order.objects.count() == 2
