"""When something goes wrong the reader is told in their own language, and nothing private is written down."""

import logging
import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client
from django.utils.translation import override

from cire_site import errors
from tests.pages import Page, faults

WORDS = {"fr": "page", "nl": "pagina"}


def breaks(error):
    """Return a view's method that raises."""

    def get_context_data(self, **kwargs):
        raise error

    return get_context_data


@pytest.fixture
def broken(monkeypatch):
    """Let the home page raise; return what a reader of it gets."""

    def get(address, error):
        monkeypatch.setattr("cire_site.views.HomeView.get_context_data", breaks(error))
        return Client(raise_request_exception=False).get(address)

    return get


def check_told_in(response, status, language):
    page = Page(response, status)
    assert page.lang == language
    assert faults(page.html) == []
    assert len(page.text) > 40, "what happened and what to do"
    assert f"/{language}/" in page.hrefs(), "a way out"
    assert any(meta.get("content") == "noindex" for meta in page.tree.iter("meta"))
    assert page.link_rel("canonical") == []
    return page


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_page_that_does_not_exist_is_told_in_the_readers_language(client, language):
    check_told_in(client.get(f"/{language}/nowhere/at/all/"), 404, language)


@pytest.mark.django_db
def test_the_same_error_reads_differently_in_each_language(client):
    french, dutch = (Page(client.get(f"/{code}/nowhere/"), 404) for code in ("fr", "nl"))
    assert french.title != dutch.title
    assert french.text != dutch.text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize(("error", "status"), [(SuspiciousOperation("x"), 400), (PermissionDenied("x"), 403)])
def test_a_bad_request_and_a_closed_page_are_told_in_the_readers_language(broken, language, error, status):
    check_told_in(broken(f"/{language}/", error), status, language)


@pytest.mark.django_db
def test_an_address_outside_of_both_languages_is_told_in_the_browsers_language(client):
    check_told_in(client.get("/nowhere", headers={"accept-language": "nl-BE"}), 404, "nl")
    check_told_in(client.get("/nowhere", headers={"accept-language": "ar,tr;q=0.5"}), 404, "fr")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_a_form_that_comes_from_elsewhere_is_refused_in_the_readers_language(language):
    response = Client(enforce_csrf_checks=True).post(f"/{language}/", {"name": "x"})
    check_told_in(response, 403, language)
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_too_many_wrong_passwords_are_told_in_the_readers_language(rf, language):
    with override(language):
        response = errors.locked_out(rf.get("/admin/login/"), {"username": "anybody"})
    page = Page(response, 429)
    assert page.lang == language
    assert "anybody" not in page.html
    assert "no-store" in response.headers["Cache-Control"]


# --- Our own faults; no database mark: these pages must do without one ----------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_our_own_fault_is_told_in_both_languages_without_the_database(broken, language):
    response = broken(f"/{language}/", RuntimeError("the database is gone"))
    page = Page(response, 500)
    assert faults(page.html) == []
    assert {"/fr/", "/nl/"} <= page.hrefs()
    assert page.lang == "fr"
    assert [element.get("lang") for element in page.tree.iter() if element.get("lang") == "nl"]
    assert "the database is gone" not in page.html
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_a_reader_is_told_when_the_database_does_not_answer():
    """Without the mark, a test has no database at all."""
    for address in ("/fr/", "/nl/netwerken/", "/fr/reseaux/cltb/", "/healthz"):
        response = Client(raise_request_exception=False).get(address)
        assert response.status_code == 500, address
        assert "Traceback" not in response.content.decode()


def test_the_number_on_the_page_is_also_in_the_log(broken, caplog):
    with caplog.at_level(logging.ERROR):
        page = Page(broken("/fr/", RuntimeError("boom")), 500)
    (record,) = [record for record in caplog.records if record.name == "cire_site.errors"]
    error_id = re.fullmatch(r"Error ([0-9a-f]{8}) at GET /fr/", record.getMessage()).group(1)
    assert error_id in page.text
    assert str(record.exc_info[1]) == "boom", "with the place in our code"


def test_two_faults_have_two_numbers(broken):
    first, second = (Page(broken("/fr/", RuntimeError("boom")), 500).text for _ in range(2))
    assert first != second


def test_what_a_reader_typed_is_not_written_down(broken, caplog):
    with caplog.at_level(logging.DEBUG):
        broken("/fr/?q=my-secret-name&email=me%40example.org", RuntimeError("boom"))
    assert "my-secret-name" not in caplog.text
    assert "example.org" not in caplog.text


@pytest.mark.django_db
def test_what_a_reader_typed_is_not_written_down_for_smaller_errors_either(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.get("/fr/nowhere/?q=my-secret-name")
        client.get("/fr/reseaux/?q=my-secret-name&" + "a=1&" * 1001)
        client.get("/fr/reseaux/?role=my-secret-name")
        client.get("/fr/reseaux/?page=my-secret-name")
    assert "my-secret-name" not in caplog.text


def test_a_line_break_in_an_address_does_not_forge_a_line_of_the_log(rf, caplog):
    with caplog.at_level(logging.ERROR):
        errors.server_error(rf.get("/fr/%0a2026-11-23 ERROR forged%0d"))
    (record,) = caplog.records
    assert "forged" in record.getMessage()
    assert len(record.getMessage().splitlines()) == 1
