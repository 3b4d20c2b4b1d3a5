"""Who signs in, and who is kept out after too many wrong passwords: counted in the database, telling nothing."""

import datetime
import re

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.admin.desk import Sheet, signed_in
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
PASSWORD = "Une longue phrase 2026"
LIMIT = settings.AXES_FAILURE_LIMIT
# What differs from one page to the next whoever asks.
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"')


@pytest.fixture
def anna():
    user = get_user_model().objects.create_user("anna", password=PASSWORD, is_staff=True, language="nl")
    return user


def try_to_sign_in(name, password, client=None, **extra):
    return (client or Client()).post(f"{LOGIN}?next=/admin/", {"username": name, "password": password}, **extra)


def answer(response):
    """Return what somebody outside can tell of an answer."""
    headers = {
        name: value for name, value in response.headers.items() if name not in {"Content-Security-Policy", "Expires"}
    }
    return response.status_code, TOKEN.sub(b"", response.content), headers, set(response.cookies)


def test_staff_sign_in_and_land_on_the_start_page_in_their_language(anna):
    client = Client()
    response = try_to_sign_in("anna", PASSWORD, client)
    assert response.headers["Location"] == "/admin/"
    assert Sheet(client.get("/admin/")).tree.get("lang") == "nl"


def test_who_is_not_staff_or_no_longer_there_does_not_get_in(anna):
    wrong = try_to_sign_in("anna", "x")
    for columns in ({"is_staff": False, "is_active": True}, {"is_staff": True, "is_active": False}):
        get_user_model().objects.filter(pk=anna.pk).update(**columns)
        client = Client()
        response = try_to_sign_in("anna", PASSWORD, client)
        assert answer(response) == answer(wrong)
        assert client.get("/admin/").status_code == 302


def test_signing_out_ends_the_session(anna):
    client = Client()
    try_to_sign_in("anna", PASSWORD, client)
    assert Session.objects.count() == 1
    assert client.post("/admin/logout/").status_code in {200, 302}
    assert client.get("/admin/").status_code == 302
    assert not Session.objects.exists()


def test_somebody_who_loses_their_rights_is_out_at_once(anna):
    client = signed_in(anna)
    assert client.get("/admin/").status_code == 200
    get_user_model().objects.filter(pk=anna.pk).update(is_active=False)
    assert client.get("/admin/").headers["Location"].startswith(LOGIN)


def test_wrong_passwords_are_answered_alike_for_an_account_and_for_none(anna):
    for number in range(1, LIMIT + 2):
        there, nowhere = answer(try_to_sign_in("anna", "wrong")), answer(try_to_sign_in("nobody", "wrong"))
        assert there[0] == nowhere[0] == (200 if number < LIMIT else 429), number
        assert there[1].replace(b"anna", b"nobody") == nowhere[1], number
        assert there[2].keys() == nowhere[2].keys()
        assert there[3] == nowhere[3]


def test_after_too_many_wrong_passwords_the_right_one_is_refused_too(anna):
    for _number in range(LIMIT):
        try_to_sign_in("anna", "wrong")
    response = try_to_sign_in("anna", PASSWORD)
    assert response.status_code == 429
    assert not Session.objects.filter(session_key=response.cookies.get("session", "")).exists()
    page = Sheet(response)
    assert page.text
    assert "anna" not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_page_of_the_lock_is_in_the_language_of_the_browser(language, anna):
    for _number in range(LIMIT):
        response = try_to_sign_in("anna", "wrong", headers={"accept-language": language})
    assert response.status_code == 429
    assert Sheet(response).tree.get("lang") == language


def test_wrong_passwords_are_counted_in_the_database_not_in_a_process(anna):
    for _number in range(LIMIT - 1):
        try_to_sign_in("anna", "wrong")
        cache.clear()  # another worker has another memory
    assert AccessAttempt.objects.get(username="anna").failures_since_start == LIMIT - 1
    assert try_to_sign_in("anna", "wrong").status_code == 429
    cache.clear()
    assert try_to_sign_in("anna", PASSWORD).status_code == 429


def test_a_lock_holds_for_one_name_from_one_place(anna):
    make_staff(password="x").set_password(PASSWORD)
    bert = get_user_model().objects.create_user("bert", password=PASSWORD, is_staff=True)
    for _number in range(LIMIT):
        try_to_sign_in("anna", "wrong", REMOTE_ADDR="192.0.2.1")
    assert try_to_sign_in("anna", PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert try_to_sign_in(bert.username, PASSWORD, REMOTE_ADDR="192.0.2.1").status_code == 302
    assert try_to_sign_in("anna", PASSWORD, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-Ip", "Forwarded", "Client-Ip", "X-Client-Ip"])
def test_nobody_gets_a_new_place_by_a_header(header, anna):
    for number in range(LIMIT):
        try_to_sign_in("anna", "wrong", headers={header: f"192.0.2.{number}"})
    assert try_to_sign_in("anna", PASSWORD, headers={header: "192.0.2.99"}).status_code == 429


@pytest.mark.parametrize("spelling", [" anna", "anna ", "ａｎｎａ", "anna\t"])
def test_nobody_gets_more_tries_by_another_spelling_of_the_name(spelling, anna):
    for _number in range(LIMIT):
        try_to_sign_in(spelling, "wrong")
    assert try_to_sign_in(spelling, PASSWORD).status_code == 429
    assert try_to_sign_in("anna", PASSWORD).status_code == 429


def test_the_lock_opens_by_itself(anna):
    for _number in range(LIMIT):
        try_to_sign_in("anna", "wrong")
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - datetime.timedelta(hours=settings.AXES_COOLOFF_TIME + 0.1)
    )
    assert try_to_sign_in("anna", PASSWORD).status_code == 302


def test_signing_in_forgets_the_wrong_passwords_before(anna):
    for _number in range(LIMIT - 1):
        try_to_sign_in("anna", "wrong")
    assert try_to_sign_in("anna", PASSWORD).status_code == 302
    assert not AccessAttempt.objects.filter(username="anna").exists()


@pytest.mark.parametrize(
    ("name", "password"), [("\x00", "x"), ("anna", "\x00"), ("", ""), ("é" * 3000, "x"), ("a", "x" * 9000)]
)
def test_nothing_typed_into_the_login_breaks_it(name, password, anna):
    for _number in range(LIMIT + 1):
        assert try_to_sign_in(name, password).status_code in {200, 429}


def test_a_name_that_is_too_long_for_any_account_is_answered_like_a_wrong_one():
    long, wrong = try_to_sign_in("a" * 151, "x"), try_to_sign_in("b", "x")
    assert Sheet(long).errors == Sheet(wrong).errors
    assert long.status_code == wrong.status_code == 200
    assert not AccessAttempt.objects.filter(username__startswith="aa").exists()


def test_nothing_in_the_headers_or_the_address_of_a_wrong_login_breaks_it(anna):
    headers = {"user-agent": "é" * 3000, "accept": "x" * 3000, "referer": "x" * 3000}
    for query in ("?next=%00", "?" + "x" * 4000, "?a=1&a=2&%00=%00"):
        response = Client().post(f"{LOGIN}{query}", {"username": "anna", "password": "x"}, headers=headers)
        assert response.status_code == 200, query


def test_what_was_typed_stands_nowhere_in_what_is_kept(anna):
    try_to_sign_in("anna", "my secret password")
    kept = [str(value) for attempt in AccessAttempt.objects.values() for value in attempt.values()]
    assert kept
    assert "my secret password" not in " ".join(kept)


def test_the_login_is_kept_by_no_cache_and_leads_nowhere_else(anna):
    response = Client().get(LOGIN)
    assert "no-store" in response.headers["Cache-Control"]
    client = Client()
    data = {"username": "anna", "password": PASSWORD, "next": "https://evil.example/"}
    response = client.post(f"{LOGIN}?next=https://evil.example/", data)
    assert response.status_code == 302
    assert "evil" not in response.headers["Location"]


def test_the_session_is_out_of_reach_of_scripts_and_other_sites(anna):
    client = Client()
    response = try_to_sign_in("anna", PASSWORD, client)
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert 0 < cookie["max-age"] <= 12 * 60 * 60
