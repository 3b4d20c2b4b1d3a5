"""Under whatever name somebody reaches the site, one hop leads to the page of today at its own address."""

import pytest
from django.test import Client

from tests.links.test_old_addresses import hop, lead
from tests.makers import make_network, write
from tests.test_headers import check_safe

pytestmark = pytest.mark.django_db

HOME = "https://www.example.org"


@pytest.fixture(autouse=True)
def names(settings):
    """A site that is reached by https only, under one name of its own and two others."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = HOME, ["www.example.org"]
    settings.OTHER_HOSTS = ["example.org", "old.example"]
    settings.SECURE_SSL_REDIRECT = True
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})
    write(network, "fr", slug="un-toit")
    lead("/projets/toit/", "/nl/netwerken/dak/")
    lead("/?p=12", "/fr/reseaux/un-toit/")
    lead("/ailleurs/", "")


@pytest.fixture
def client():
    # Made after the settings: middlewares read some of them once.
    return Client()


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("/fr/reseaux/un-toit/", "/fr/reseaux/un-toit/"),
        ("/fr/reseaux/un-toit/?a=1&b=%C3%A9", "/fr/reseaux/un-toit/?a=1&b=%C3%A9"),
        ("/fr/reseaux/?role=founder", "/fr/reseaux/?role=founder"),
        ("/fr/reseaux/toit/", "/fr/reseaux/un-toit/"),
        ("/nl/netwerken/toit/", "/nl/netwerken/dak/"),
        ("/projets/toit?utm_source=x", "/nl/netwerken/dak/"),
        ("/?p=12&utm_source=x", "/fr/reseaux/un-toit/"),
        ("/", "/"),
        ("/ailleurs/", "/ailleurs/"),
        ("/rien/", "/rien/"),
        ("/%2Felsewhere.example/", "//elsewhere.example/"),
        ("/%0d%0aX: y", "/%0D%0AX:%20y"),
        ("/admin/", "/admin/"),
    ],
)
@pytest.mark.parametrize(
    ("host", "secure"), [("example.org", True), ("old.example", False), ("www.example.org", False)]
)
def test_every_name_leads_to_the_end_in_one_hop(client, host, secure, address, target):
    response = client.get(address, headers={"host": host}, secure=secure)
    assert response.status_code == 301
    assert response.headers["Location"] == HOME + target
    assert "max-age=60" in response.headers["Cache-Control"]
    assert not response.cookies
    check_safe(response)


def test_at_its_own_address_nobody_is_led_on(client):
    assert client.get("/fr/reseaux/un-toit/", headers={"host": "www.example.org"}, secure=True).status_code == 200
    assert hop(client, "/fr/reseaux/toit/", headers={"host": "www.example.org"}, secure=True) == "/fr/reseaux/un-toit/"


def test_a_name_that_is_not_listed_is_refused(client):
    for host in ("evil.example", "example.org.evil.example", "example.org:80@evil.example"):
        assert client.get("/fr/", headers={"host": host}, secure=True).status_code == 400


def test_the_server_may_be_asked_for_its_health_without_https(client):
    assert client.get("/healthz", headers={"host": "www.example.org"}).status_code == 200
