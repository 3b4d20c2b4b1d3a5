"""Pages kept in memory: fast for the next reader, and never older than what staff just did."""

import datetime
import re

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.kept_pages import KeptPage, current_version, note_change, seconds_left_in_minute
from content.models import ContentVersion
from networks.views import NetworkListView
from tests.makers import make_network, make_staff, write

pytestmark = pytest.mark.django_db
LIST = "/fr/reseaux/"
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def kept(settings):
    """Pages are kept, as in production."""
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def queries_of(client, address):
    """Return (response, number of queries)."""
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    return response, len(queries)


def test_the_second_reader_gets_the_same_page_for_one_query(client):
    network = make_network()
    for address in (LIST, "/fr/reseaux-et-groupes/", "/fr/", network.get_absolute_url("fr")):
        first = client.get(address)
        second, queries = queries_of(client, address)
        assert queries == 1, address
        assert second.content == first.content
        for name in ("Content-Type", "Cache-Control", "ETag", "Content-Security-Policy", "Content-Language"):
            assert second.headers[name] == first.headers[name], name


def test_what_staff_publish_change_or_withdraw_shows_at_once(client):
    network = make_network(fr={"title": "Avant", "state": "draft"}, nl=None)
    assert "Avant" not in client.get(LIST).content.decode()
    network = write(network, "fr", state="published")
    assert "Avant" in client.get(LIST).content.decode()
    network = write(network, "fr", title="Après")
    assert "Après" in client.get(LIST).content.decode()
    address = network.get_absolute_url("fr")
    assert client.get(address).status_code == 200
    write(network, "fr", state="withdrawn")
    assert "Après" not in client.get(LIST).content.decode()
    assert client.get(address).status_code == 404


def test_what_staff_delete_or_seat_in_the_admin_is_seen_at_once(client):
    network = make_network(fr={"title": "Effacé"})
    assert "Effacé" in client.get(LIST).content.decode()
    client.force_login(make_staff("Publishers"))
    client.post(f"/admin/networks/network/{network.pk}/delete/", {"post": "yes"})
    client.logout()
    assert "Effacé" not in client.get(LIST).content.decode()


def test_a_change_in_another_process_counts(client):
    make_network(fr={"title": "Avant"})
    client.get(LIST)
    _response, queries = queries_of(client, LIST)
    assert queries == 1
    ContentVersion.objects.update(number=current_version() + 1)
    _response, queries = queries_of(client, LIST)
    assert queries > 1


@pytest.mark.parametrize(("column", "before", "after"), [("publish_from", False, True), ("publish_until", True, False)])
def test_a_page_is_not_kept_past_the_moment_at_which_a_text_appears_or_disappears(
    client, monkeypatch, column, before, after
):
    now = timezone.now()
    dates = {"publish_from": now - SECOND, "publish_until": None, column: now + 5 * SECOND}
    make_network(fr={"title": "À l’heure", **dates}, nl=None)
    assert ("À l’heure" in client.get(LIST).content.decode()) is before
    assert queries_of(client, LIST)[1] == 1
    monkeypatch.setattr(timezone, "now", lambda: now + 6 * SECOND)
    assert ("À l’heure" in client.get(LIST).content.decode()) is after


def test_a_change_that_is_rolled_back_changes_no_number():
    before = current_version()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        note_change()
        raise ZeroDivisionError
    assert current_version() == before


def test_unknown_parameters_share_the_page_and_known_ones_do_not(client):
    make_network(fr={"title": "Un réseau"})
    client.get(LIST)
    assert queries_of(client, f"{LIST}?utm_source=letter&x=1")[1] == 1
    response, queries = queries_of(client, f"{LIST}?scope=european")
    assert queries > 1
    assert "Un réseau" not in response.content.decode()


@pytest.mark.parametrize(("query", "expected"), [("", 1), ("?role=founder", 1), ("?role=nonsense", 0)])
def test_an_address_with_a_bad_value_is_not_kept(client, monkeypatch, query, expected):
    kept = []
    monkeypatch.setattr(KeptPage, "keep", lambda place, response, **times: kept.append(place))
    for address in (LIST, "/fr/reseaux-et-groupes/"):
        kept.clear()
        client.get(address + query)
        assert len(kept) == expected, address


def test_a_preview_is_neither_kept_nor_taken_from_what_is_kept(client):
    network = make_network(fr={"title": "Public"}, nl={"title": "Ontwerp", "state": "draft"})
    client.get(network.get_absolute_url("nl"))
    client.force_login(make_staff("Editors"))
    preview = client.get(f"/admin/networks/network/{network.pk}/preview/nl/")
    assert "Ontwerp" in preview.content.decode()
    client.logout()
    assert "Ontwerp" not in client.get(network.get_absolute_url("nl")).content.decode()


def test_languages_do_not_share_a_page(client):
    make_network(fr={"title": "En français"}, nl={"title": "In het Nederlands"})
    assert "En français" in client.get("/fr/").content.decode()
    assert "In het Nederlands" in client.get("/nl/").content.decode()
    assert "In het Nederlands" not in client.get("/fr/").content.decode()


# --- Pages that say how long they hold -----------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch):
    """Set the clock: `clock(second)` is that second of one minute."""
    start = timezone.now().replace(second=0, microsecond=0)

    def at(second):
        monkeypatch.setattr(timezone, "now", lambda: start + second * SECOND)

    return at


@pytest.fixture
def by_the_minute(monkeypatch):
    """The list of networks holds until the next full minute, as what counts "open now" does."""
    monkeypatch.setattr(NetworkListView, "holds_for", lambda view: seconds_left_in_minute(view.asked_at))


def max_age(response):
    return int(re.search(r"max-age=(\d+)", response.headers["Cache-Control"])[1])


def test_a_page_by_the_minute_is_made_anew_on_the_minute_and_held_no_longer_by_anybody(client, clock, by_the_minute):
    for second, queries_needed, held in ((10, True, 49), (10, False, 49), (35.5, False, 23), (58.2, False, 0)):
        clock(second)
        response, queries = queries_of(client, LIST)
        assert (queries > 1) is queries_needed, second
        assert max_age(response) == held, second
    clock(60)
    response, queries = queries_of(client, LIST)
    assert queries > 1
    assert max_age(response) == 59


def test_a_page_made_in_the_last_second_of_its_minute_is_kept_by_nobody(client, clock, by_the_minute):
    for second in (59, 59.9):
        clock(second)
        response, queries = queries_of(client, LIST)
        assert queries > 1
        assert max_age(response) == 0


def test_other_pages_are_held_for_a_minute_however_long_we_have_kept_them(client, clock, settings):
    for second in (10, 35):
        clock(second)
        response, _queries = queries_of(client, "/fr/")
        assert max_age(response) == settings.PUBLIC_MAX_AGE
    assert queries_of(client, "/fr/")[1] == 1


@pytest.mark.parametrize(("second", "left"), [(0, 59), (0.001, 59), (30, 29), (59, 0), (59.999, 0)])
def test_the_seconds_left_in_a_minute_never_reach_into_the_next(clock, second, left):
    clock(second)
    now = timezone.now()
    assert seconds_left_in_minute(now) == left
    assert (now + left * SECOND).minute == now.minute
