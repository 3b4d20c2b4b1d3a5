"""The basket is a cookie that names numbers only, that nobody but us can write, and that ends by itself."""

import datetime

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from orders.basket import KEPT, SALT, keep_basket, read_basket


def kept(basket):
    """Return the cookie by which a browser keeps a basket."""
    response = HttpResponse()
    keep_basket(response, basket)
    (cookie,) = response.cookies.values()
    return cookie


def read(value, name="basket"):
    request = RequestFactory().get("/")
    request.COOKIES[name] = value
    return read_basket(request)


def test_what_was_put_in_is_found_again_in_its_order():
    assert read(kept({7: 3, 2: 40}).value) == {7: 3, 2: 40}
    assert list(read(kept({7: 3, 2: 40}).value)) == [7, 2]


def test_a_basket_of_as_many_titles_as_it_holds_fits_into_a_cookie():
    full = {1_000_000 + number: 9999 for number in range(30)}
    cookie = kept(full)
    assert len(cookie.OutputString()) < 4096
    assert read(cookie.value) == full


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "W1s3LDNdXQ:1x:forged", "\x00", "é" * 5000, signing.dumps([[7, 3]], salt="another")],
    ids=["empty", "nonsense", "forged", "nul", "long", "of_another"],
)
def test_what_is_not_ours_is_an_empty_basket(value):
    assert read(value) == {}


def test_nobody_can_change_the_numbers():
    payload, *signature = kept({7: 3}).value.split(":")
    forged = signing.b64_encode(b"[[7,9999]]").decode()
    assert read(":".join([payload, *signature])) == {7: 3}
    assert read(":".join([forged, *signature])) == {}


def test_an_old_basket_is_empty(monkeypatch):
    value = kept({7: 3}).value
    later = (timezone.now() + KEPT + datetime.timedelta(minutes=1)).timestamp()
    monkeypatch.setattr("time.time", lambda: later)
    assert read(value) == {}


def test_scripts_and_other_sites_do_not_get_it_and_it_ends_after_two_weeks(settings):
    cookie = kept({7: 3})
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == 14 * 24 * 60 * 60
    assert not cookie["secure"]
    settings.HTTPS = True
    cookie = kept({7: 3})
    assert cookie.key == "__Host-basket"
    assert cookie["secure"]
    assert not cookie["domain"]
    assert read(cookie.value, "__Host-basket") == {7: 3}
    assert read(cookie.value, "basket") == {}


def test_an_empty_basket_is_forgotten(settings):
    for https in (False, True):
        settings.HTTPS = https
        cookie = kept({})
        assert cookie.value == ""
        assert cookie["max-age"] == 0
        assert bool(cookie["secure"]) == https


def test_it_holds_no_word_of_anybody():
    assert signing.loads(kept({7: 3}).value, salt=SALT) == [[7, 3]]
