"""Pages kept in memory: fast for the next reader, and never older than what staff just did."""

import datetime

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from content.kept_pages import KeptPage, current_version, note_change
from content.models import ContentVersion
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
    monkeypatch.setattr(KeptPage, "keep", lambda place, response: kept.append(place))
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
