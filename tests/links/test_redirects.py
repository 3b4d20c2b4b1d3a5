"""What staff may write down as a redirect: never a circle, never another site that is not listed, never from a page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.saving import delete_content
from links.models import Departure, MissingAddress, Redirect
from links.targets import read_address
from tests.admin.desk import Form, Sheet, make_superuser, signed_in, url
from tests.links.test_old_addresses import hop, lead
from tests.makers import make_network, make_publication, make_staff, write

pytestmark = pytest.mark.django_db

LIST = "/admin/links/redirect/"


@pytest.fixture
def desk():
    return signed_in(make_superuser(), headers={"accept-language": "fr"})


@pytest.fixture
def network():
    return make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})


def add(desk, path, target):
    """Fill in the form of a new redirect; return the answer."""
    return Form(desk, url(Redirect, "add")).send(button="_save", path=path, target=target)


def refused(desk, path, target):
    """Return what the form says against a redirect."""
    response = add(desk, path, target)
    assert response.status_code == 200, "it was taken"
    return Sheet(response).errors


# --- What may be ---------------------------------------------------------------------------------------------------


def test_staff_write_down_a_redirect_with_addresses_as_they_copy_them(desk, client, network, settings):
    settings.OTHER_HOSTS = ["www.cire.be"]
    assert (
        add(
            desk, "https://www.cire.be/projets/Toit?utm_source=x", "http://127.0.0.1:8000/nl/netwerken/dak/"
        ).status_code
        == 302
    )
    redirect = Redirect.objects.get()
    assert redirect.path == "/projets/toit/"
    assert redirect.target == f"ref:networks.network/{network.key}"
    assert hop(client, "/projets/toit") == "/nl/netwerken/dak/"
    assert Form(desk, url(Redirect, "change", redirect.pk)).value("target") == "/nl/netwerken/dak/"


def test_a_redirect_that_is_saved_again_stays_as_it_is(desk, network):
    add(desk, "/projets/toit", "/fr/reseaux/toit/#figures")
    before = Redirect.objects.values().get()
    Form(desk, url(Redirect, "change", before["id"])).send(button="_save")
    assert Redirect.objects.values().get() == before


def test_a_blank_target_says_that_the_page_is_gone(desk, client):
    add(desk, "/evenement/fete/", "")
    assert client.get("/evenement/fete/").status_code == 410


def test_a_site_that_is_listed_may_be_led_to(desk, client, settings):
    settings.REDIRECT_HOSTS = ["partner.example"]
    assert add(desk, "/projets/partenaire/", "https://partner.example/page?x=1").status_code == 302
    assert hop(client, "/projets/partenaire/") == "https://partner.example/page?x=1"
    settings.REDIRECT_HOSTS = []
    assert client.get("/projets/partenaire/").status_code == 404, "taken off the list since"


@pytest.mark.parametrize("name", ["été", "e\u0301te\u0301", "%C3%A9t%C3%A9"])
def test_an_address_with_accents_is_found_however_it_is_written(desk, client, name):
    add(desk, f"/evenement/{name}/", "/fr/publications/")
    for written in ("/evenement/été/", "/evenement/e\u0301te\u0301", "/evenement/%C3%A9t%C3%A9/"):
        assert hop(client, written) == "/fr/publications/"


def test_a_redirect_to_an_old_address_leads_to_the_end_in_one_hop(client, network):
    lead("/a/", "/fr/reseaux/toit/")
    Redirect.objects.create(path="/b/", target="/a/")
    Redirect.objects.create(path="/c/", target="/b/")
    assert hop(client, "/c/") == "/fr/reseaux/toit/"


def test_the_closest_star_wins_and_a_whole_address_before_it(client, network):
    make_publication(fr={"title": "Guide", "slug": "guide"}, nl=None)
    lead("/doc/*", "/fr/publications/*")
    lead("/doc/reseaux/*", "/fr/reseaux/*")
    lead("/doc/guide/", "/fr/themes/")
    assert hop(client, "/doc/guide/") == "/fr/themes/"
    assert hop(client, "/doc/reseaux/toit/") == "/fr/reseaux/toit/"
    assert client.get("/doc/autre/").status_code == 404
    assert client.get("/document/guide/").status_code == 404


def test_a_star_finds_what_has_another_slug_by_now(client, network):
    lead("/doc/*", "/fr/reseaux/*")
    write(network, "fr", slug="un-toit")
    assert hop(client, "/doc/toit/") == "/fr/reseaux/un-toit/"


def test_a_page_always_wins_over_a_redirect_from_its_address(client):
    lead("/fr/reseaux/toit/", "/fr/publications/")
    assert hop(client, "/fr/reseaux/toit/") == "/fr/publications/"
    make_network(fr={"title": "Toit", "slug": "toit"})
    assert client.get("/fr/reseaux/toit/").status_code == 200


def test_what_a_redirect_leads_to_is_not_told_before_it_is_public(desk, client):
    make_network(fr={"title": "Secret", "slug": "secret", "state": "draft"}, nl=None)
    assert add(desk, "/projets/s/", "/fr/reseaux/secret/").status_code == 302
    assert client.get("/projets/s/").status_code == 404
    assert Sheet(desk.get(LIST)).with_class("state--missing"), "staff see why"


# --- What may not --------------------------------------------------------------------------------------------------


def test_a_redirect_to_itself_is_refused(desk):
    Redirect.objects.create(path="/autre/", target="/fr/publications/")
    for target in ("/a/", "/A", "/a/?utm_source=x", "http://127.0.0.1:8000/a"):
        assert refused(desk, "/a/", target)
    assert Redirect.objects.count() == 1


def test_a_circle_of_three_is_refused_and_its_way_told(desk):
    Redirect.objects.create(path="/a/", target="/b/")
    Redirect.objects.create(path="/b/", target="/c/")
    assert "/c/ → /a/ → /b/ → /c/" in refused(desk, "/c/", "/a/")


def test_a_circle_that_came_in_otherwise_ends_as_not_found(client):
    Redirect.objects.create(path="/a/", target="/b/")
    Redirect.objects.create(path="/b/", target="/c/")
    Redirect.objects.create(path="/c/", target="/a/")
    Redirect.objects.create(path="/d/", target="/d/")
    for path in ("/a/", "/b/", "/c/", "/d/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "https:elsewhere.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://127.0.0.1/x",
        "https://127.0.0.1:8000@elsewhere.example/",
        "http://[",
        "publications",
        "/fr/nowhere/at/all/",
        "/fr/publications/rien-de-tel/",
        "ref:networks.network/123",
        "ref:auth.user/00000000-0000-0000-0000-000000000000",
        "/fr/themes/*",
        "/fr/\x00/",
        "x" * 600,
    ],
)
def test_where_no_page_of_ours_is_nobody_is_led(desk, target):
    assert refused(desk, "/a/", target)
    assert not Redirect.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/*",
        "/admin/x/",
        "/static/css/site.css",
        "/fr/",
        "/fr/reseaux/",
        "/fr/reseaux/toit/",
        "https://elsewhere.example/a/",
        "/a*/",
        "/a/*/b/",
        "http://[",
        "/a\x00/",
        "/" + "x" * 400,
    ],
)
def test_from_a_page_of_ours_or_from_elsewhere_nobody_is_led(desk, network, path):
    assert refused(desk, path, "/fr/publications/")
    assert not Redirect.objects.exists()


def test_two_redirects_from_one_address_are_refused_however_it_is_written(desk):
    Redirect.objects.create(path="/a/", target="/fr/publications/")
    assert refused(desk, "/A", "/fr/themes/")


# --- What it costs -------------------------------------------------------------------------------------------------


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return [query["sql"] for query in queries if "links_" in query["sql"]]


def test_a_page_that_is_found_asks_nothing_about_old_addresses(client, network):
    for address in ("/fr/", "/fr/reseaux/", "/fr/reseaux/toit/", "/nl/netwerken/toit/", "/", "/?q=x", "/healthz"):
        assert queries_of(client, address) == [], address


def test_an_address_that_is_not_found_costs_a_few_queries_however_many_are_known(client, network):
    def asked():
        return [
            len(queries_of(client, address))
            for address in ("/rien/", "/fr/reseaux/rien/", "/a/b/c/d/e/f/", "/fr/reseaux/ancien/", "/projets/x/")
        ]

    lead("/projets/x/", "/fr/reseaux/toit/")
    write(write(network, "fr", slug="ancien"), "fr", slug="toit")
    before = asked()
    for number in range(30):
        lead(f"/autre-{number}/", "/fr/reseaux/toit/")
        MissingAddress.objects.create(path=f"/x-{number}/", first_on="2026-01-01", last_on="2026-01-01")
        write(network, "fr", slug=f"toit-{number}")
    write(network, "fr", slug="toit")
    assert asked() == before
    assert max(before) <= 4


# --- Who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "may"), [("Editors", True), ("Publishers", True), ("Translators", False)])
def test_editors_and_publishers_write_redirects(group, may):
    client = signed_in(make_staff(group))
    for address in (LIST, url(Redirect, "add"), url(Redirect, "import"), url(Redirect, "export")):
        assert (client.get(address).status_code == 200) is may, address


def test_a_list_of_redirects_costs_the_same_however_long_it_is(desk, network):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        return len(queries)

    lead("/a/", "/fr/reseaux/toit/")
    cost()
    before = cost()
    for number in range(20):
        lead(f"/a-{number}/", "/fr/reseaux/toit/")
    assert cost() == before


def test_a_redirect_to_what_was_deleted_says_that_it_is_gone_or_leads_to_its_successor(client, network):
    lead("/projets/toit/", "/fr/reseaux/toit/")
    delete_content(network)
    assert client.get("/projets/toit/").status_code == 410
    make_network(fr={"title": "Maison", "slug": "maison"})
    Departure.objects.update(target=read_address("/fr/reseaux/maison/")[0])
    assert hop(client, "/projets/toit/") == "/fr/reseaux/maison/"
