"""Addresses that nobody found are counted without a word about who asked, and led on in two clicks."""

import datetime

import pytest
from django.db import DatabaseError
from django.utils import timezone

from links import missing
from links.models import MissingAddress, Redirect
from links.suggestions import suggest
from tests.admin.desk import Sheet, make_superuser, signed_in, url
from tests.links.test_old_addresses import hop
from tests.makers import make_network, make_publication, make_staff

pytestmark = pytest.mark.django_db

LIST = "/admin/links/missingaddress/"


def counted():
    return dict(MissingAddress.objects.values_list("path", "count"))


# --- Counting ------------------------------------------------------------------------------------------------------


def test_an_address_is_counted_by_its_path_alone(client):
    for address in ("/publication/guide/", "/Publication/Guide?utm_source=x", "/publication/guide/?q=mon+nom"):
        assert client.get(address, headers={"referer": "https://example.org/", "user-agent": "x"}).status_code == 404
    assert counted() == {"/publication/guide/": 3}
    columns = {field.name for field in MissingAddress._meta.get_fields()}
    assert columns == {"id", "path", "count", "first_on", "last_on", "is_ignored"}


@pytest.mark.parametrize(
    ("address", "status"), [("/fr/publications", 301), ("/publications/", 302), ("/fr/reseaux?q=x", 301)]
)
def test_whoever_is_led_to_a_page_has_found_it(client, address, status):
    assert client.get(address).status_code == status
    assert counted() == {}


def test_a_number_of_the_old_site_is_counted_too(client):
    assert client.get("/?p=999").status_code == 302, "the start page, as before"
    assert counted() == {"/?p=999": 1}


@pytest.mark.parametrize(
    "address",
    [
        "/wp-login.php",
        "/.env",
        "/.git/config",
        "/fr/../../etc/passwd",
        "/cgi-bin/x",
        "/phpmyadmin/",
        "/fr/<script>/",
        "/fr/%00/",
        "/backup.zip",
        "/vendor/phpunit/x",
        "/favicon-512.ico",
        "/apple-touch-icon-precomposed.png",
        "/.well-known/x",
        "/lettre/jean@example.org/",
        "/lettre/0475123456/",
        "/fr/commander/suivre/MTIz." + "aB-_" * 10 + "xyz/",
        "/lettre/12:1uXyZa:" + "aB-_" * 10 + "xyz/",
        "/" + "x" * 300,
        "/fr/" + "%F0%9F%98%80" * 250,
    ],
)
def test_what_machines_try_and_what_may_be_about_somebody_is_not_kept(client, address):
    assert client.get(address).status_code == 404
    assert counted() == {}


def test_a_page_of_the_admin_a_form_and_a_look_at_the_head_are_not_counted(client):
    signed_in(make_superuser()).get("/admin/nowhere/")
    client.post("/nowhere/")
    client.head("/nowhere/")
    client.get("/media/networks/network/00000000-0000-0000-0000-000000000000/x.png")
    assert counted() == {}


def test_no_more_addresses_are_kept_than_anybody_reads(client, monkeypatch):
    monkeypatch.setattr(missing, "MOST", 3)
    for number in range(5):
        client.get(f"/a/{'abcde'[number]}/")
    client.get("/a/a/")
    assert counted() == {"/a/a/": 2, "/a/b/": 1, "/a/c/": 1}


def test_a_reader_gets_the_page_even_where_it_cannot_be_counted(client, monkeypatch):
    def fails(*args, **kwargs):
        raise DatabaseError("locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.bulk_create", fails)
    assert client.get("/nowhere/").status_code == 404


def test_what_is_rare_and_what_is_old_is_forgotten(client):
    now = timezone.now()
    today = timezone.localdate(now)

    def note(path, count, days, **columns):
        day = today - datetime.timedelta(days=days)
        MissingAddress.objects.create(path=path, count=count, first_on=day, last_on=day, **columns)

    note("/rare/", 2, 31)
    note("/rare-but-new/", 1, 29)
    note("/often/", 3, 31)
    note("/often-long-ago/", 300, 366)
    note("/left-alone/", 1, 31, is_ignored=True)
    missing.forget_rare(now, None)
    assert set(counted()) == {"/rare-but-new/", "/often/", "/left-alone/"}


# --- Leading on ----------------------------------------------------------------------------------------------------


@pytest.fixture
def guide():
    return make_publication(
        fr={"title": "Petit guide anti-préjugés", "slug": "petit-guide-anti-prejuges"},
        nl={"title": "Gids tegen vooroordelen", "slug": "gids-tegen-vooroordelen"},
    )


@pytest.fixture
def asked(client):
    """The address that somebody asked for in vain."""
    client.get("/publication/guide-anti-prejuges/")
    return MissingAddress.objects.get()


def test_an_address_is_led_on_in_two_clicks(client, guide, asked):
    desk = signed_in(make_staff("Editors"))
    # The first click, on what the list offers.
    href = url(MissingAddress, "redirect", asked.pk)
    assert href in Sheet(desk.get(LIST)).hrefs
    page = Sheet(desk.get(href))
    (chosen,) = [field for field in page.tree.iter("input") if field.get("checked") is not None]
    assert chosen.get("value") == "/fr/publications/petit-guide-anti-prejuges/"
    # The second, on what is chosen already.
    told = Sheet(desk.post(href, {"choice": chosen.get("value")}, follow=True))
    assert "/publication/guide-anti-prejuges/" in told.messages
    assert hop(client, asked.path) == "/fr/publications/petit-guide-anti-prejuges/"
    assert not MissingAddress.objects.exists()


def test_an_address_is_led_somewhere_else_or_said_to_be_gone(client, guide, asked):
    desk = signed_in(make_staff("Editors"))
    href = url(MissingAddress, "redirect", asked.pk)
    for wrong in ({}, {"choice": "other"}, {"choice": "other", "other": "https://elsewhere.example/"}, {"choice": "x"}):
        assert Sheet(desk.post(href, wrong)).with_class("errorlist"), wrong
    assert not Redirect.objects.exists()
    desk.post(href, {"choice": "other", "other": "/nl/publicaties/gids-tegen-vooroordelen/"})
    assert hop(client, asked.path) == "/nl/publicaties/gids-tegen-vooroordelen/"
    Redirect.objects.all().delete()
    client.get(asked.path)
    desk.post(url(MissingAddress, "redirect", MissingAddress.objects.get().pk), {"choice": "gone"})
    assert client.get(asked.path).status_code == 410


def test_what_is_left_alone_is_not_listed_again(client, asked):
    desk = signed_in(make_staff("Editors"))
    desk.post(LIST, {"action": "leave_alone", "_selected_action": [asked.pk]})
    client.get(asked.path)
    assert asked.path not in Sheet(desk.get(LIST)).text
    assert asked.path in Sheet(desk.get(f"{LIST}?left_alone=1")).text


def test_somebody_without_the_right_leads_nobody(asked):
    desk = signed_in(make_staff("Translators"))
    assert desk.get(url(MissingAddress, "redirect", asked.pk)).status_code == 403
    assert desk.post(url(MissingAddress, "redirect", asked.pk), {"choice": "gone"}).status_code == 403
    assert not Redirect.objects.exists()


def test_a_page_is_suggested_once_in_the_language_that_was_asked_for():
    make_publication(fr={"title": "Guide", "slug": "guide-exil"}, nl={"title": "Gids", "slug": "guide-exil"})
    assert suggest("/guides/guide-exil/") == [("Guide", "/fr/publications/guide-exil/")]
    assert suggest("/nl/guide-exil/") == [("Gids", "/nl/publicaties/guide-exil/")]


def test_only_what_readers_can_see_is_suggested(guide):
    make_publication(fr={"title": "Guide", "slug": "guide-anti-prejuges-secret", "state": "draft"}, nl=None)
    assert suggest("/publication/guide-anti-prejuges/") == [
        ("Petit guide anti-préjugés", "/fr/publications/petit-guide-anti-prejuges/")
    ]
    assert suggest("/nl/gids-vooroordelen/")[0][1] == "/nl/publicaties/gids-tegen-vooroordelen/"
    make_network(fr={"title": "Toit", "slug": "toit"})
    assert suggest("/?p=12") == []
    assert suggest("/x/") == []
