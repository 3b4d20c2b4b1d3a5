"""The whole public content as one file: right at every moment, made once for many."""

import datetime
import io
import json
import logging
import os
import zipfile

import pytest
from django.utils import timezone

from api import open_data
from api.views import KINDS
from content.languages import CODES
from tests.makers import DAY, make_address, make_house, make_page, make_term, make_theme, write
from tests.pages import Page, address, words

pytestmark = pytest.mark.django_db

PATH = "/api/v1/open-data.zip"


def fetch(client, **headers):
    response = client.get(PATH, headers=headers)
    assert response.status_code == 200
    return response


def contents(client):
    """{name of a file: what stands in it}"""
    with zipfile.ZipFile(io.BytesIO(b"".join(fetch(client).streaming_content))) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}
        return {name: archive.read(name).decode() for name in archive.namelist()}


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def test_it_holds_every_object_as_the_interface_has_it(client):
    make_house()
    make_term()
    make_page()
    make_address()
    files = contents(client)
    for kind in KINDS:
        listed = client.get(f"/api/v1/{kind}/", {"per_page": "100"}).json()["results"]
        stored = {entry["id"]: entry for entry in lines(files[f"{kind}.jsonl"])}
        assert stored == {entry["id"]: entry for entry in listed}
        assert stored


def test_it_says_what_it_is(client):
    make_theme()
    files = contents(client)
    about = json.loads(files["about.json"])
    assert about["objects"] == {f"{kind}.jsonl": int(kind == "themes") for kind in KINDS}
    assert about["source"] == "http://127.0.0.1:8000"
    assert datetime.datetime.fromisoformat(about["made_at"]).date() == timezone.localdate()
    assert {"Statbel", "GeoNames"} <= {word for source in about["attribution"] for word in source["text"].split()}
    assert json.loads(files["openapi.json"]) == client.get("/api/v1/openapi.json").json()
    assert {f"README.{code}.txt" for code in CODES} <= set(files)


def test_many_objects_are_read_in_chunks_and_none_is_lost(client, monkeypatch):
    monkeypatch.setattr(open_data, "CHUNK", 3)
    themes = [make_theme() for _ in range(8)]
    found = [entry["id"] for entry in lines(contents(client)["themes.jsonl"])]
    assert found == [str(theme.key) for theme in themes]


def test_it_is_made_once_for_many(client, monkeypatch):
    make_theme()
    etag = fetch(client).headers["ETag"]
    monkeypatch.setattr(open_data, "write", lambda *args: 1 / 0)
    assert fetch(client).headers["ETag"] == etag
    again = client.get(PATH, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_change_makes_it_anew_and_the_old_file_goes(client):
    theme = make_theme(fr={"title": "Avant"})
    assert "Avant" in contents(client)["themes.jsonl"]
    write(theme, "fr", title="Après")
    assert "Avant" not in contents(client)["themes.jsonl"]
    assert len(list(open_data.folder().iterdir())) == 1


def test_midnight_makes_it_anew(client, monkeypatch):
    yesterday = timezone.localdate() - DAY
    make_address(fr={"title": "Permanence"}, valid_until=yesterday + DAY)
    today = timezone.now()
    assert "Permanence" in contents(client)["addresses.jsonl"]
    monkeypatch.setattr(timezone, "now", lambda: today + DAY)
    assert "Permanence" not in contents(client)["addresses.jsonl"]


def test_no_cache_may_hold_it_longer_than_it_is_right(client, monkeypatch):
    late = timezone.make_aware(datetime.datetime(2026, 11, 23, 23, 59, 40))
    monkeypatch.setattr(timezone, "now", lambda: late)
    assert "max-age=20" in fetch(client).headers["Cache-Control"]


def test_while_another_makes_it_the_answer_is_to_come_back(client, caplog):
    open_data.folder().mkdir()
    (open_data.folder() / "being-made").touch()
    with caplog.at_level(logging.WARNING):
        response = client.get(PATH)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert response.json()["status"] == 503
    assert "no-store" in response.headers["Cache-Control"]
    assert caplog.records == []


def test_a_process_that_died_while_making_it_holds_up_nobody_for_long(client):
    open_data.folder().mkdir()
    part = open_data.folder() / "being-made"
    part.touch()
    long_ago = (timezone.now() - 2 * open_data.PATIENCE).timestamp()
    os.utime(part, (long_ago, long_ago))
    fetch(client)


def test_what_breaks_while_it_is_made_leaves_nothing_behind(client, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as patched:
        patched.setattr(open_data, "about", lambda *args: 1 / 0)
        assert client.get(PATH).status_code == 500
    assert list(open_data.folder().iterdir()) == []
    fetch(client)


def test_the_name_under_which_it_is_kept_says_the_day(client):
    today = timezone.localdate().isoformat()
    assert f'filename="cire-open-data-{today}.zip"' in fetch(client).headers["Content-Disposition"]


@pytest.mark.parametrize("language", CODES)
def test_a_page_explains_it_and_all_its_links_work(client, language):
    make_theme()
    page = Page(client.get(address("open_data", language)))
    hrefs = {href for href in page.hrefs() if href.startswith("/")}
    assert {PATH, "/api/v1/openapi.json", address("feed", language), *(f"/api/v1/{kind}/" for kind in KINDS)} <= hrefs
    for href in hrefs:
        response = client.get(href)
        assert response.status_code == 200, href
        b"".join(response.streaming_content if response.streaming else [])
    (example,) = [text for text in page.text.split() if text.startswith("http://127.0.0.1:8000/api/")]
    assert client.get(example.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_page_names_the_parameters_of_each_list(client):
    page = Page(client.get(address("open_data", "fr")))
    (row,) = [row for row in page.elements("li", within=page.main) if "/api/v1/networks/" in words(row)]
    named = [code.text for code in row.iter("code")]
    assert named == ["/api/v1/networks/", "role", "theme", "scope"]
