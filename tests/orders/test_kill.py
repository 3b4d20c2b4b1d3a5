"""The whole server is killed in the middle of orders, ten times: what was acknowledged is there, once, and told."""

import http.client
import random
import threading
import time
from collections import Counter

import pytest
from django.db.models import F
from django.utils import timezone

from intake.models import MessageState, OutboxMessage, in_state
from intake.outbox import LEASE, send_due
from orders import stock
from orders.following import order_of
from orders.models import Offer, Order
from tests.intake.mail_server import mail_server
from tests.makers import make_offer
from tests.orders.shop import Reader, is_thanked, shop, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = 10
READERS = 4  # at the same time


class Crowd:
    """Readers who order one after the other, and press the button again whenever they get no answer."""

    def __init__(self, shop, offer):
        self.shop, self.offer = shop, offer
        self.thanked = {}  # the reader's e-mail: where they were led
        self.cut_off = 0  # how often a button got no answer
        self.faults = []
        self.going_home = threading.Event()
        self.threads = [threading.Thread(target=self._order_until_evening) for _time in range(READERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error):
        self.going_home.set()
        for thread in self.threads:
            thread.join()

    def has_ordered(self, more):
        """Return a function that tells whether so many more orders were acknowledged since now."""
        enough = len(self.thanked) + more
        return lambda: len(self.thanked) >= enough or self.faults

    def _order_until_evening(self):
        try:
            while not self.going_home.is_set():
                reader = self._insist(lambda: Reader(self.shop, {self.offer: 1}).fill_in())
                answer = self._insist(reader.send, counted=True)
                assert is_thanked(answer), (answer.status, answer.text)
                self.thanked[reader.email] = answer.location
        except Exception as error:
            self.faults.append(error)

    def _insist(self, ask, counted=False):
        """Ask until an answer comes."""
        while True:
            try:
                return ask()
            except (ConnectionError, http.client.HTTPException):
                self.cut_off += counted


def test_killed_ten_times_no_order_is_lost_or_doubled_and_no_email_comes_thrice(tmp_path, settings):
    chance = random.Random()
    offer = make_offer(stock_of=5000)
    with mail_server() as mails, shop(tmp_path, mails.server_address[1]) as running:
        running.start(mails=True)
        with Crowd(running, offer) as crowd:
            for number in range(KILLS):
                wait_for(crowd.has_ordered(3))
                if number % 2:
                    time.sleep(chance.random() / 5)
                    running.kill()
                else:
                    kill_while_an_email_arrives(running, mails)
                running.start(mails=True)
        running.kill()
        assert crowd.faults == [], running.said()
        settings.EMAIL_BACKEND = "intake.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = mails.server_address
        wait_for(all_is_sent)

    orders = [order_of(place.split("/")[-2]) for place in crowd.thanked.values()]
    assert set(orders) == set(Order.objects.all())
    assert [order.requester.email for order in orders] == list(crowd.thanked)
    assert stock.differences() == []
    assert Offer.objects.get().reserved == len(orders)

    told = Counter(OutboxMessage.objects.exclude(to__in=settings.STAFF_EMAIL).values_list("to", flat=True))
    assert told == dict.fromkeys(crowd.thanked, 1)
    assert OutboxMessage.objects.count() == 2 * len(orders)
    arrived = Counter(map(message_id, mails.taken))
    assert set(arrived) == {f"<{key}@127.0.0.1>" for key in OutboxMessage.objects.values_list("key", flat=True)}
    assert max(arrived.values()) == 2
    # Or little was proved: orders were under way when the server was killed.
    assert crowd.cut_off >= KILLS / 2


def all_is_sent():
    """Send what is left, as happens every minute, and return whether nothing is; time has passed since the kills."""
    # Whoever held an e-mail when they were killed is not waited for any longer.
    OutboxMessage.objects.update(claimed_until=F("claimed_until") - LEASE)
    send_due(timezone.now(), None)
    return not OutboxMessage.objects.exclude(in_state(MessageState.SENT)).exists()


def kill_while_an_email_arrives(running, mails):
    """Kill the server when an e-mail has come whose sender does not know that yet."""
    arrived, killed = threading.Event(), threading.Event()

    def hold():
        arrived.set()
        killed.wait()

    mails.when_taken = hold
    assert arrived.wait(30)
    running.kill()
    mails.when_taken = lambda: None
    killed.set()


def message_id(text):
    (line,) = [line for line in text.splitlines() if line.startswith("Message-ID:")]
    return line.removeprefix("Message-ID:").strip()
