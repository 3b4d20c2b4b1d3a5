"""What every answer carries: nothing from elsewhere, no cookie, and pages that any cache may hold."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from orders.following import token_of
from tests.makers import make_house, make_network, make_order, make_staff
from tests.pages import address as address_of
from tests.pages import every_address

pytestmark = pytest.mark.django_db

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy_of(response):
    """{directive: [sources]} of an answer's content security policy."""
    directives = [part.split() for part in response.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {name: sources for name, *sources in directives}


def check_safe(response):
    assert {name: response.headers.get(name) for name in EXPECTED} == EXPECTED
    permissions = response.headers["Permissions-Policy"]
    assert all(f"{name}=()" in permissions for name in ("camera", "geolocation", "microphone"))
    policy = policy_of(response)
    assert policy["default-src"] == ["'none'"]
    assert policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    sources = {source for values in policy.values() for source in values}
    assert sources <= {"'none'", "'self'"}, "nothing unsafe, no other host, no nonce"


@pytest.fixture
def house():
    return make_house()


@pytest.fixture
def addresses(house):
    return every_address(*vars(house).values())


# --- Safe ------------------------------------------------------------------------------------------------------


def test_every_page_lets_nothing_in_from_elsewhere(client, addresses):
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        assert response.headers["X-Frame-Options"] == "DENY"  # for browsers that do not know frame-ancestors
        check_safe(response)


def test_the_pages_of_ordering_are_as_safe_but_for_their_addresses_which_nobody_learns(client):
    order = make_order()
    names = [("order", {}), ("details", {})]
    names += [(name, {"token": token_of(order)}) for name in ("done", "follow", "correct", "cancel")]
    for name, kwargs in names:
        response = client.get(address_of(f"orders:{name}", "fr", **kwargs))
        assert response.status_code == 200, name
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"
        response.headers["Referrer-Policy"] = EXPECTED["Referrer-Policy"]
        check_safe(response)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 302),
        ("/healthz", 200),
        ("/fr/nowhere/", 404),
        ("/nowhere", 404),
        ("/fr", 301),
        ("/fr/reseaux/?" + "a=1&" * 20_001, 400),
        ("/static/css/site.css", 200),
        ("/static/nowhere.css", 404),
        ("/admin/login/", 200),
        ("/admin/", 302),
    ],
)
def test_redirects_files_and_errors_are_as_safe_as_pages(client, address, status):
    response = client.get(address)
    assert response.status_code == status
    if address.startswith("/admin"):
        assert not [source for values in policy_of(response).values() for source in values if "unsafe" in source]
        assert {name: response.headers.get(name) for name in EXPECTED} == EXPECTED
    else:
        check_safe(response)


def test_a_picture_is_as_safe_as_a_page_and_says_its_type(client, house):
    response = client.get(house.network.logo.url)
    check_safe(response)
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["Cache-Control"].startswith("public, max-age=") or "public" in response["Cache-Control"]


def test_a_form_sent_to_a_page_without_form_is_refused_safely(client, addresses):
    for sender in (client, Client(enforce_csrf_checks=True)):
        response = sender.post(addresses[0], {"a": "1"})
        assert response.status_code in {403, 405}
        check_safe(response)
        assert not response.cookies


def test_an_answer_to_a_broken_page_is_as_safe_as_a_page(client, monkeypatch):
    monkeypatch.setattr("cire_site.views.HomeView.get_context_data", lambda self, **kwargs: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/fr/")
    assert response.status_code == 500
    check_safe(response)


def test_a_host_that_is_not_ours_is_refused_safely(client):
    response = client.get("/fr/", headers={"host": "evil.example"})
    assert response.status_code == 400
    check_safe(response)
    assert b"evil.example" not in response.content


# --- Cacheable -------------------------------------------------------------------------------------------------


def test_no_page_sets_a_cookie_or_depends_on_one(client, addresses):
    for address in addresses:
        response = client.get(address)
        assert not response.cookies, address
        assert "Cookie" not in response.headers.get("Vary", ""), address
    assert not Session.objects.exists()


def test_any_cache_may_hold_a_page_for_a_short_time(client, addresses, monkeypatch):
    # Half a minute: what says "open now" is right until the next full one, at its last second for no time at all.
    half_past = timezone.now().replace(second=30)
    monkeypatch.setattr(timezone, "now", lambda: half_past)
    for address in addresses:
        control = client.get(address).headers["Cache-Control"]
        directives = dict(part.strip().partition("=")[::2] for part in control.split(","))
        assert "public" in directives, address
        assert 0 < int(directives["max-age"]) <= 300, address
        assert not {"private", "no-store", "no-cache"} & set(directives), address


def test_a_page_that_has_not_changed_is_not_sent_again(client, addresses):
    for address in addresses:
        etag = client.get(address).headers["ETag"]
        again = client.get(address, headers={"if-none-match": etag})
        assert again.status_code == 304, address
        assert again.content == b""
        assert again.headers["ETag"] == etag
        assert "public" in again.headers["Cache-Control"]
        check_safe(again)


def test_a_page_that_has_changed_is_sent_anew(client, house):
    address = house.network.get_absolute_url("fr")
    etag = client.get(address).headers["ETag"]
    house.network.seats.all().delete()
    again = client.get(address, headers={"if-none-match": etag})
    assert again.status_code == 200
    assert again.headers["ETag"] != etag


def test_every_reader_gets_the_same_bytes_staff_too(client, addresses):
    staff = Client()
    staff.force_login(make_staff("Editors", language="nl"))
    other = Client(headers={"user-agent": "Other/1.0", "accept-language": "nl-BE,nl;q=0.9", "dnt": "1"})
    other.cookies["anything"] = "x"
    other.cookies["django_language"] = "nl"
    for address in addresses:
        pages = [reader.get(address) for reader in (client, other, staff)]
        assert len({page.content for page in pages}) == 1, address
        assert len({page.headers["ETag"] for page in pages}) == 1, address


def test_an_unknown_parameter_changes_nothing(client, addresses):
    for address in addresses:
        assert client.get(address).content == client.get(f"{address}?utm_source=x&fbclid=y").content, address


def test_an_error_is_kept_by_no_cache(client):
    for address in ("/fr/nowhere/", "/fr/reseaux/?" + "a=1&" * 20_001):
        control = client.get(address).headers["Cache-Control"]
        assert "no-store" in control
        assert "private" in control


def test_the_redirect_from_another_language_may_be_kept_as_long_as_a_page(client):
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})
    wrong = network.get_absolute_url("nl").replace("dak", "toit")
    response = client.get(wrong)
    assert response.status_code == 301
    assert "public" in response.headers["Cache-Control"]
    assert "max-age=60" in response.headers["Cache-Control"]
    check_safe(response)


def test_a_head_request_is_answered_like_the_page_without_its_body(client, addresses):
    for address in addresses[:6]:
        head, get = client.head(address), client.get(address)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["Cache-Control"] == get.headers["Cache-Control"]
