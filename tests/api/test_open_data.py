"""The whole public content as one file: right at every moment, made once for many."""

import datetime
import io
import json
import logging
import multiprocessing
import os
import signal
import zipfile

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from api import download, open_data
from api.views import KINDS
from content.languages import CODES
from tests.makers import DAY, make_address, make_house, make_page, make_term, make_theme, write
from tests.pages import Page, address, words

pytestmark = pytest.mark.django_db

PATH = "/api/v1/open-data.zip"


def fetch(client):
    """Return the answer once the worker has made the file."""
    download.make_download.func()
    response = client.get(PATH)
    assert response.status_code == 200
    return response


def tasks():
    return DBTaskResult.objects.filter(task_path=download.make_download.module_path)


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
    assert len(list(open_data.folder().glob("*.zip"))) == 1


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


def test_until_it_is_made_the_answer_is_to_come_back_and_the_worker_is_asked_once(client, caplog):
    with caplog.at_level(logging.WARNING):
        responses = [client.get(PATH) for _ in range(3)]
    for response in responses:
        assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
        assert response.json()["status"] == 503
        assert "no-store" in response.headers["Cache-Control"]
    assert caplog.records == []
    assert tasks().count() == 1
    assert list(open_data.folder().glob("*.zip")) == [], "no reader's request makes it"


def test_a_worker_that_does_not_answer_is_asked_again(client, monkeypatch):
    now = timezone.now()
    client.get(PATH)
    monkeypatch.setattr(timezone, "now", lambda: now + 2 * download.PATIENCE)
    client.get(PATH)
    assert tasks().count() == 2


def test_it_is_made_anew_before_anybody_asks(client):
    theme = make_theme()
    fetch(client)
    download.renew(timezone.now(), None)
    assert tasks().count() == 0
    write(theme, "fr", title="Après")
    download.renew(timezone.now(), None)
    assert tasks().count() == 1
    assert "Après" in contents(client)["themes.jsonl"]


def test_what_was_withdrawn_is_out_of_reach_before_the_worker_comes(client):
    theme = make_theme()
    fetch(client)
    write(theme, "fr", publish_until=timezone.now() - DAY)
    assert client.get(PATH).status_code == 503


def test_two_workers_make_it_once(client, monkeypatch):
    client.get(PATH)
    with open_data.lease() as is_ours:
        assert is_ours
        download.make_download.func()
        assert client.get(PATH).status_code == 503
    assert tasks().count() == 1, "the one that is at it was asked"
    fetch(client)
    monkeypatch.setattr(open_data, "write", lambda *args: 1 / 0)
    download.make_download.func()


def hold_lease(told):
    with open_data.lease():
        (open_data.folder() / "being-made").write_bytes(b"half of it" * 100_000)
        told.set()
        signal.pause()


def test_a_worker_that_was_killed_while_making_it_holds_up_nobody(client):
    open_data.folder().mkdir()
    context = multiprocessing.get_context("fork")
    told = context.Event()
    worker = context.Process(target=hold_lease, args=[told])
    worker.start()
    assert told.wait(30)
    with open_data.lease() as is_ours:
        assert not is_ours
    os.kill(worker.pid, signal.SIGKILL)
    worker.join()
    make_theme()
    assert "themes.jsonl" in contents(client)


def test_what_breaks_while_it_is_made_is_not_handed_out(client, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(open_data, "about", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            download.make_download.func()
    assert client.get(PATH).status_code == 503
    fetch(client)


def test_it_is_sent_as_it_is(client):
    make_theme()
    fetch(client)
    response = client.get(PATH, headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in response.headers
    assert int(response.headers["Content-Length"]) == len(b"".join(response.streaming_content))
    assert response.headers["ETag"].startswith('"')
    assert "Accept-Language" not in response.headers.get("Vary", "")


def test_the_name_under_which_it_is_kept_says_the_day(client):
    today = timezone.localdate().isoformat()
    assert f'filename="cire-open-data-{today}.zip"' in fetch(client).headers["Content-Disposition"]


@pytest.mark.parametrize("language", CODES)
def test_a_page_explains_it_and_all_its_links_work(client, language):
    make_theme()
    fetch(client)
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
