"""An address that somebody has printed, sent or bookmarked goes on working, in one hop."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError

from content.history import restore
from content.saving import delete_content
from links.models import Departure, KnownSlug, Redirect
from links.targets import read_address
from networks.models import Network
from tests.admin.desk import Form, Sheet, keep_version, make_superuser, signed_in, url
from tests.makers import make_network, make_publication, write
from tests.pages import Page

pytestmark = pytest.mark.django_db


def lead(path, target):
    """Make a redirect as staff do: from a path to an address as it is copied."""
    stored, language = read_address(target)
    return Redirect.objects.create(path=path, target=stored, language=language)


def hop(client, address, status=301, **more):
    """Follow an address, and return where it leads; where that leads there must be a page."""
    response = client.get(address, **more)
    assert response.status_code == status, f"{address}: {response.status_code}"
    return response.headers["Location"]


@pytest.fixture
def network():
    return make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})


def test_a_reader_is_led_on_even_where_that_cannot_be_noted(client, monkeypatch):
    redirect = lead("/ancien/", "/fr/publications/")

    def fails(*args, **kwargs):
        raise DatabaseError("locked")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.models.query.QuerySet.update", fails)
        assert hop(client, "/ancien/") == "/fr/publications/"
    redirect.refresh_from_db()
    assert redirect.last_used_on is None
    assert hop(client, "/ancien/") == "/fr/publications/"
    redirect.refresh_from_db()
    assert redirect.last_used_on


# --- Slugs -----------------------------------------------------------------------------------------------------


def test_an_address_that_was_changed_leads_to_the_new_one(client, network):
    write(network, "fr", slug="un-toit")
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/un-toit/"
    assert client.get("/fr/reseaux/un-toit/").status_code == 200


def test_every_address_that_it_ever_had_leads_to_the_one_of_today_in_one_hop(client, network):
    for slug in ("un-toit", "des-toits", "toits"):
        network = write(network, "fr", slug=slug)
    for slug in ("toit", "un-toit", "des-toits"):
        assert hop(client, f"/fr/reseaux/{slug}/") == "/fr/reseaux/toits/"


def test_an_old_slug_of_the_other_language_leads_to_the_right_language(client, network):
    write(network, "fr", slug="un-toit")
    assert hop(client, "/nl/netwerken/toit/") == "/nl/netwerken/dak/"


def test_an_old_address_without_its_last_stroke_takes_one_hop_too(client, network):
    write(network, "fr", slug="un-toit")
    assert hop(client, "/fr/reseaux/toit") == "/fr/reseaux/un-toit/"


def test_a_slug_that_is_used_again_wins_over_history(client, network):
    write(network, "fr", slug="un-toit")
    make_network(fr={"title": "Autre toit", "slug": "toit"}, nl=None)
    page = Page(client.get("/fr/reseaux/toit/"))
    assert "Autre toit" in page.title


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_the_slug_of_a_draft_leads_nowhere_by_whatever_name_of_the_site(client, network, settings, state):
    settings.OTHER_HOSTS = ["www.cire.be"]
    write(network, "nl", state=state)
    assert client.get("/nl/netwerken/dak/").status_code == 404
    assert hop(client, "/nl/netwerken/dak/", headers={"host": "www.cire.be"}).endswith("/nl/netwerken/dak/")
    make_network(fr={"title": "Autre toit", "slug": "autre", "state": state}, nl=None)
    assert client.get("/fr/reseaux/autre/").status_code == 404


def test_the_slug_of_a_draft_still_leads_to_what_had_it_before(client, network):
    write(network, "fr", slug="un-toit")
    make_network(fr={"title": "Autre toit", "slug": "toit", "state": "draft"}, nl=None)
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/un-toit/"


def test_a_slug_that_two_had_leads_to_the_one_that_had_it_last(client, network):
    write(network, "fr", slug="un-toit")
    other = make_network(fr={"title": "Autre toit", "slug": "toit"}, nl=None)
    write(other, "fr", slug="autre-toit")
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/autre-toit/"


def test_a_draft_that_took_a_slug_takes_no_reader_away(client, network):
    write(network, "fr", slug="un-toit")
    make_network(fr={"title": "Brouillon", "slug": "toit", "state": "draft"}, nl=None)
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/un-toit/"


def test_an_address_that_is_taken_back_leads_nowhere_else(client, network):
    write(write(network, "fr", slug="un-toit"), "fr", slug="toit")
    assert client.get("/fr/reseaux/toit/").status_code == 200
    assert hop(client, "/fr/reseaux/un-toit/") == "/fr/reseaux/toit/"


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_nothing_is_told_of_what_is_not_public(client, state):
    hidden = make_network(fr={"title": "Toit", "slug": "toit", "state": state}, nl=None)
    write(hidden, "fr", slug="un-toit")
    assert client.get("/fr/reseaux/toit/").status_code == 404


def test_an_address_of_one_kind_says_nothing_of_another(client, network):
    write(network, "fr", slug="un-toit")
    assert client.get("/fr/groupes/toit/").status_code == 404


def test_a_redirect_may_be_kept_as_long_as_a_page(client, network):
    write(network, "fr", slug="un-toit")
    control = client.get("/fr/reseaux/toit/").headers["Cache-Control"]
    assert "public" in control
    assert "max-age=60" in control


def test_content_that_is_older_than_the_history_keeps_its_address_too(client, network):
    KnownSlug.objects.all().delete()
    write(network, "fr", slug="un-toit")
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/un-toit/"


# --- What is gone ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_page_that_was_deleted_says_so_in_the_readers_language(client, network, language):
    address = network.get_absolute_url(language)
    delete_content(network)
    page = Page(client.get(address), 410)
    assert page.lang == language
    assert "noindex" in page.html
    assert client.get(address).headers["Cache-Control"].count("no-store")


def test_a_deleted_page_leads_to_the_one_that_staff_name(client, network):
    delete_content(network)
    make_network(fr={"title": "Maison", "slug": "maison"}, nl={"title": "Huis", "slug": "huis"})
    target, _language = read_address("/fr/reseaux/maison/")
    Departure.objects.update(target=target)
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/maison/"
    assert hop(client, "/nl/netwerken/dak/") == "/nl/netwerken/huis/"


def test_a_draft_that_was_deleted_was_never_there(client):
    draft = make_network(fr={"title": "Toit", "slug": "toit", "state": "draft"}, nl=None)
    delete_content(draft)
    assert client.get("/fr/reseaux/toit/").status_code == 404
    assert not Departure.objects.exists()


def test_what_comes_back_is_gone_no_more(client, network):
    pk = network.pk
    content_type = ContentType.objects.get_for_model(network)
    delete_content(network)
    assert Departure.objects.filter(content_type=content_type, object_id=pk).exists()
    make_network(pk=pk, fr={"title": "Toit", "slug": "toit"})
    assert not Departure.objects.exists()
    assert client.get("/fr/reseaux/toit/").status_code == 200


# --- Redirects -------------------------------------------------------------------------------------------------


def test_a_redirect_leads_to_an_object_whatever_it_is_called_later(client):
    publication = make_publication(fr={"title": "Guide", "slug": "guide"}, nl=None)
    lead("/publication/petit-guide/", "/fr/publications/guide/")
    assert hop(client, "/publication/petit-guide/") == "/fr/publications/guide/"
    write(publication, "fr", slug="le-guide")
    assert hop(client, "/publication/petit-guide/") == "/fr/publications/le-guide/"


# --- In the admin --------------------------------------------------------------------------------------------------


def test_a_version_that_is_brought_back_breaks_no_address(client, network):
    version = keep_version(network)
    write(network, "fr", slug="un-toit")
    restore(version)
    assert client.get("/fr/reseaux/toit/").status_code == 200
    assert hop(client, "/fr/reseaux/un-toit/") == "/fr/reseaux/toit/"


@pytest.mark.parametrize("at_once", [False, True])
def test_staff_delete_a_page_and_name_its_successor(client, network, at_once):
    desk = signed_in(make_superuser())
    make_network(fr={"title": "Maison", "slug": "maison"}, nl={"title": "Huis", "slug": "huis"})
    if at_once:
        chosen = {"action": "delete_selected", "_selected_action": [network.pk], "post": "yes"}
        desk.post(url(Network, "changelist"), chosen)
    else:
        desk.post(url(Network, "delete", network.pk), {"post": "yes"})
    assert client.get("/fr/reseaux/toit/").status_code == 410
    departure = Departure.objects.get()
    page = Sheet(desk.get(url(Departure, "change", departure.pk)))
    assert "toit (fr)" in page.text
    Form(desk, url(Departure, "change", departure.pk)).send(target="/fr/reseaux/maison/")
    assert hop(client, "/nl/netwerken/dak/") == "/nl/netwerken/huis/"
    for wrong in ("https://elsewhere.example/", "/fr/reseaux/rien/"):
        answer = Form(desk, url(Departure, "change", departure.pk)).send(target=wrong)
        assert Sheet(answer).errors, wrong
    assert Sheet(desk.get(url(Departure, "changelist"))).hrefs.count("/fr/reseaux/maison/") == 1


def test_a_successor_in_its_turn_deleted_is_followed_to_its_own(client, network):
    other = make_network(fr={"title": "Maison", "slug": "maison"}, nl=None)
    third = make_network(fr={"title": "Cour", "slug": "cour"}, nl=None)
    delete_content(network)
    Departure.objects.update(target=read_address("/fr/reseaux/maison/")[0])
    last = read_address(third.get_absolute_url("fr"))[0]
    delete_content(other)
    Departure.objects.filter(title="Maison").update(target=last)
    assert hop(client, "/fr/reseaux/maison/") == "/fr/reseaux/cour/"
    assert hop(client, "/fr/reseaux/toit/") == "/fr/reseaux/cour/"


def test_successors_in_a_circle_end_as_not_found(client, network):
    content_type = ContentType.objects.get_for_model(network)
    key = network.pk
    reference = read_address("/fr/reseaux/toit/")[0]
    delete_content(network)
    Departure.objects.filter(content_type=content_type, object_id=key).update(target=reference)
    assert client.get("/fr/reseaux/toit/").status_code == 404
