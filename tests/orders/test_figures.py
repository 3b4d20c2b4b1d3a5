"""The figures: what was sent, by each of its facts, right on the days at the edge and after everybody is forgotten."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import override

from orders import handling
from orders.erasing import anonymise
from orders.figures import Chart, Period, Row, charts, totals
from orders.models import Order, Status, StockMovement
from tests.admin.desk import Sheet, verified
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff

pytestmark = pytest.mark.django_db

FIGURES = "/admin/orders/order/figures/"
BRUSSELS = ZoneInfo("Europe/Brussels")
TITLE, MONTH, COMMUNE, KIND, PURPOSE = range(5)


@pytest.fixture
def client():
    return verified(make_staff("Orders desk"))


def offer_of(title):
    return make_offer(make_edition(make_publication(), title=title), stock_of=1000)


def sent_on(moment, wishes, **columns):
    """Make an order of which all left at a moment ("2026-03-31 23:59" in Brussels)."""
    at = datetime.datetime.fromisoformat(moment).replace(tzinfo=BRUSSELS)
    order = make_order(wishes, status=Status.SENT, created_at=at, **columns)
    StockMovement.objects.filter(order=order).update(at=at)
    return order


def period(since, until):
    return Period(datetime.date.fromisoformat(since), datetime.date.fromisoformat(until))


YEAR = period("2026-01-01", "2026-12-31")


def counted(number, of=YEAR):
    """Return what a chart counts: [(label, copies)]."""
    with override("en"):
        return [(row.label, row.copies) for row in charts(of)[number].rows]


# --- What is counted


def test_copies_are_counted_by_title_the_most_first():
    guide, cards = offer_of("Guide"), offer_of("Cartes")
    sent_on("2026-03-10", {guide: 5, cards: 30})
    sent_on("2026-04-10", {guide: 7})
    assert counted(TITLE) == [("Cartes (français)", 30), ("Guide (français)", 12)]


def test_a_month_without_a_parcel_is_a_row_too():
    offer = offer_of("Guide")
    sent_on("2025-12-31 23:30", {offer: 5})
    sent_on("2026-02-01 00:10", {offer: 7})
    whole = period("2025-01-01", "2026-12-31")
    assert counted(MONTH, whole) == [("December 2025", 5), ("January 2026", 0), ("February 2026", 7)]


def test_copies_are_counted_where_they_went():
    offer = offer_of("Guide")
    sent_on("2026-03-10", {offer: 5})
    sent_on("2026-03-11", {offer: 9}, requester={"postcode": "4000", "locality": "Liège"})
    nowhere = {"street": "", "postcode": "", "locality": ""}
    sent_on("2026-03-12", {offer: 2}, delivery="pick_up", requester=nowhere)
    assert counted(COMMUNE) == [("Liège", 9), ("Schaerbeek", 5), ("not known, or picked up", 2)]


def test_copies_are_counted_by_who_ordered_and_for_what():
    offer = offer_of("Guide")
    sent_on("2026-03-10", {offer: 5}, requester_kind="school", purpose="lesson")
    sent_on("2026-03-10", {offer: 9}, requester_kind="volunteers", purpose="lesson")
    assert counted(KIND) == [("Un groupe de bénévoles", 9), ("Une école ou un centre de formation", 5)]
    assert counted(PURPOSE) == [("Un cours ou une formation", 14)]


def test_only_what_left_is_counted_as_sent():
    offer = offer_of("Guide")
    order = make_order({offer: 10})
    make_order({offer: 3}, status=Status.CANCELLED)
    handling.send(order, {order.lines.get().pk: 4}, by=None)
    handling.finish(order, by=None)
    today = Period.default()
    assert [copies for _label, copies in counted(TITLE, today)] == [4]
    assert [number for _words, number in totals(today)] == [2, 13, 1, 4]


@pytest.mark.parametrize(
    ("moment", "is_counted"),
    [
        ("2026-02-28 23:59", False),
        ("2026-03-01 00:00", True),
        ("2026-03-29 02:30", True),  # an hour that does not exist in Brussels
        ("2026-03-31 23:59", True),
        ("2026-04-01 00:00", False),
    ],
)
def test_a_period_holds_its_first_and_its_last_day_in_brussels(moment, is_counted):
    sent_on(moment, {offer_of("Guide"): 5})
    march = period("2026-03-01", "2026-03-31")
    assert bool(counted(TITLE, march)) == is_counted
    assert totals(march)[0][1] == int(is_counted)


def test_figures_stay_when_everybody_is_forgotten():
    offer = offer_of("Guide")
    sent_on("2026-03-10", {offer: 5}, requester_kind="school")
    sent_on("2026-05-10", {offer: 9}, requester={"postcode": "4000", "locality": "Liège"})
    before = [counted(number) for number in range(5)], totals(YEAR)
    for order in Order.objects.all():
        anonymise(order)
    assert not Order.objects.filter(requester__isnull=False).exists()
    assert ([counted(number) for number in range(5)], totals(YEAR)) == before


# --- How long a bar is


def test_the_longest_bar_is_whole_and_the_others_are_to_scale():
    chart = Chart("", "", [Row("a", 200), Row("b", 50), Row("c", 0)])
    assert [(length, round(part)) for _row, length, part in chart.bars] == [(100, 80), (25, 20), (0, 0)]


@pytest.mark.parametrize("rows", [[], [Row("a", 0)]])
def test_nothing_sent_has_no_bars(rows):
    assert Chart("", "", rows).bars == []


# --- The page


def test_the_page_shows_each_chart_with_its_table(client):
    sent_on("2026-03-10", {offer_of("Guide"): 5})
    page = Sheet(client.get(f"{FIGURES}?since=2026-01-01&until=2026-12-31"))
    tables = page.with_class("chart")
    assert len(tables) == 5
    for table in tables:
        (row,) = next(table.iter("tbody")).iter("tr")
        (bar,) = row.iter("{http://www.w3.org/2000/svg}rect")
        assert bar.get("width") == "100.0%"
        assert "5" in "".join(row.itertext())


def test_without_a_choice_it_is_the_last_twelve_months():
    today = timezone.localdate()
    assert Period.default().until == today
    since = Period.default().since
    assert since.day == 1
    assert (today.year * 12 + today.month) - (since.year * 12 + since.month) == 11


@pytest.mark.parametrize(
    "query",
    [
        "since=x",
        "since=2026-02-30",
        "until=%00",
        "since=2026-05-01&until=2026-04-01",
        "since=" + "9" * 300,
        "since=²",
        "since=0001-01-01",
        "until=9999-12-31",
    ],
)
def test_a_period_that_makes_no_sense_is_said_and_shows_the_last_twelve_months(client, query):
    sent_on("2020-03-10", {offer_of("Guide"): 5})
    page = Sheet(client.get(f"{FIGURES}?{query}"))
    assert page.errors
    assert not page.with_class("chart")


@pytest.mark.parametrize("query", ["since=2000-01-01&until=2999-12-31", "since=&until=", "other=1"])
def test_a_very_long_or_an_empty_period_is_one(client, query):
    sent_on("2026-03-10", {offer_of("Guide"): 5})
    page = Sheet(client.get(f"{FIGURES}?{query}"))
    assert page.response.status_code == 200
    assert not page.errors


def test_the_page_takes_as_many_queries_for_ten_titles_as_for_one(client, django_assert_num_queries):
    address = f"{FIGURES}?since=2026-01-01&until=2026-12-31"
    sent_on("2026-03-10", {offer_of("Guide"): 5})
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(9):
        sent_on(f"2026-0{number % 6 + 1}-10", {offer_of(f"Guide {number}"): 5}, requester_kind="school")
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_the_figures_are_a_file_too(client):
    sent_on("2026-03-10", {offer_of("=Guide"): 5})
    response = client.get(f"{FIGURES}csv/?since=2026-01-01&until=2026-12-31")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 6
    assert "'=Guide" in lines[1]
    assert lines[1].endswith(";5")
    assert "2026-01-01-2026-12-31.csv" in response.headers["Content-Disposition"]
    assert client.get(f"{FIGURES}pdf/").status_code == 404
