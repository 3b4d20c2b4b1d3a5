"""A full disk, a database that is held, an answer that never arrives: no order is lost, doubled or half kept."""

import contextlib
import http.client
import resource
import socket
import sqlite3

import psutil
import psycopg
import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from intake.models import OutboxMessage, Submission
from intake.outbox import send_due
from orders import stock
from orders.models import Offer, Order, OrderLine, Requester
from orders.offers import StockMovement
from tests.makers import make_offer
from tests.orders.shop import DYING, Answer, Reader, is_still_filled_in, is_thanked, page, shop, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def open_shop(django_db_setup, tmp_path_factory):
    """A shop whose server runs; nobody takes its mail."""
    with shop(tmp_path_factory.mktemp("shop")) as running:
        running.start()
        yield running


def check_books(orders):
    """Make sure that so many orders of one copy are kept, whole, and nothing of any other."""
    for model in (Order, Requester, OrderLine, Submission):
        assert model.objects.count() == orders, model
    assert StockMovement.objects.exclude(order=None).count() == orders
    assert OutboxMessage.objects.count() == 2 * orders
    assert Offer.objects.get().reserved == orders
    assert stock.differences() == []


# --- A full disk -------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def full_disk(shop, room):
    """Let the disk be full for the site: after so many more bytes, or on PostgreSQL at that step of an order."""
    with {"sqlite": full_for_sqlite, "postgresql": full_for_postgresql}[connection.vendor](shop, room):
        yield


@contextlib.contextmanager
def full_for_sqlite(shop, room):
    """Let every write fail that lies beyond so many bytes of a file: SQLite writes into its log first, empty by now."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert cursor.fetchone()[0] == 0
    workers = psutil.Process(shop.launcher.pid).children(recursive=True)
    for worker in workers:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        for worker in workers:
            resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


STEPS = {
    0: "intake_submission",
    5_000: "orders_requester",
    50_000: "orders_stockmovement",
    400_000: "intake_outboxmessage",
}


@contextlib.contextmanager
def full_for_postgresql(shop, room):
    """Let the server say that its disk is full when a row of a table is written; of the last one, at the commit."""
    table = STEPS[room]
    at_commit = "CONSTRAINT TRIGGER no_room AFTER INSERT ON {} DEFERRABLE INITIALLY DEFERRED"
    at_once = "TRIGGER no_room AFTER INSERT ON {}"
    trigger = (at_commit if table == "intake_outboxmessage" else at_once).format(table)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(f"CREATE {trigger} FOR EACH ROW EXECUTE FUNCTION no_room()")
        try:
            yield
        finally:
            cursor.execute("DROP FUNCTION no_room() CASCADE")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits the files of another process")
@pytest.mark.parametrize("room", STEPS)
def test_on_a_full_disk_an_order_is_kept_whole_or_not_at_all_and_can_be_sent_again(open_shop, room):
    make_offer(stock_of=100)
    readers = [Reader(open_shop, {Offer.objects.get(): 1}).fill_in() for _time in range(5)]
    with full_disk(open_shop, room):
        answers = [reader.send() for reader in readers]
        # Whoever only reads is served.
        assert readers[0].browser.get(page("order")).status == 200
    thanked = [is_thanked(answer) for answer in answers]
    turned_away = [answer for answer in answers if not is_thanked(answer)]
    assert {answer.status for answer in turned_away} == {503}, open_shop.said()
    assert all(map(is_still_filled_in, turned_away))
    check_books(thanked.count(True))
    again = [reader.send() for reader in readers]
    assert all(map(is_thanked, again)), open_shop.said()
    assert [first.location for first in answers if is_thanked(first)] == [
        second.location for second, was_thanked in zip(again, thanked, strict=True) if was_thanked
    ]
    check_books(5)


# --- A database that is held --------------------------------------------------------------------------------------


class HereShop:
    """The site in this process, for what needs this process's own connection to the database."""

    def __init__(self, client):
        self.client = client
        self.address = "192.0.2.1"

    def connect(self):
        return self

    def get(self, path):
        return self._answer(self.client.get(path))

    def post(self, path, fields):
        return self._answer(self.client.post(path, fields))

    def _answer(self, response):
        return Answer(response.status_code, response.headers.get("Location", ""), response.content.decode())


@contextlib.contextmanager
def held_database():
    """Let somebody else hold the database, or the stock, for longer than anybody waits."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        impatient, patient = "PRAGMA busy_timeout = 50", f"PRAGMA busy_timeout = {known['OPTIONS']['timeout'] * 1000}"
        other, hold = sqlite3.connect(known["NAME"], isolation_level=None), "BEGIN IMMEDIATE"
    else:
        impatient, patient = "SET lock_timeout = '50ms'", "RESET lock_timeout"
        other, hold = psycopg.connect(**connection.get_connection_params()), "UPDATE orders_offer SET weight = weight"
    with contextlib.closing(other), connection.cursor() as cursor:
        other.execute(hold)
        cursor.execute(impatient)
        try:
            yield
        finally:
            cursor.execute(patient)
            other.rollback()


def test_who_waited_too_long_for_the_database_is_told_and_sends_it_again(client):
    offer = make_offer(stock_of=3)
    reader = Reader(HereShop(client), {offer: 1}).fill_in()
    with held_database():
        answer = reader.send()
        assert (answer.status, is_still_filled_in(answer)) == (503, True)
    check_books(0)
    assert is_thanked(reader.send())
    check_books(1)


# --- An answer that never arrives ---------------------------------------------------------------------------------


def test_who_is_cut_off_while_sending_has_ordered_once_and_learns_it_by_sending_again(open_shop):
    offer = make_offer(stock_of=1)
    reader = Reader(open_shop, {offer: 1}).fill_in()
    with socket.create_connection(("127.0.0.1", open_shop.port)) as line:
        line.sendall(reader.browser.request_text(page("details"), reader.form))
    wait_for(Order.objects.exists)
    assert is_thanked(reader.send())
    check_books(1)


def test_a_server_that_dies_between_keeping_an_order_and_telling_it_has_kept_it_once(tmp_path):
    offer = make_offer(stock_of=1)
    with shop(tmp_path, application=DYING) as dying:
        (tmp_path / "alive").touch()
        dying.start()
        reader = Reader(dying, {offer: 1}).fill_in()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            reader.send()
        check_books(1)
        assert is_thanked(reader.send())
    check_books(1)
    # Nobody was asked to send the e-mails; they are found.
    send_due(timezone.now(), None)
    assert sorted(message.to[0] for message in mail.outbox) == sorted([reader.email, "staff@example.org"])
