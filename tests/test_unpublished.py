"""Nothing unpublished is anywhere: not in the data, feeds, sitemap, download or search; held for every kind.

Four objects of each kind that readers must not see, or not in Dutch; and the clock moved past both ends of a window.
"""

import io
import json
import re
import zipfile

import pytest
from django.utils import timezone

from api.download import make_download
from api.views import KINDS
from content.models import content_models
from content.publication import State
from search.indexing import rebuild
from tests.makers import DAY, make, window
from tests.pages import LANGUAGES, address
from tests.search.asking import ask, found

pytestmark = pytest.mark.django_db

MODELS = content_models()
HIDDEN = [state for state in State if state != State.PUBLISHED]
#: In everything that an object of these tests says; a number tells them apart.
MARK = "Xylophone"


def words(number):
    """Every text of an object, each with the mark."""
    return {"title": f"{MARK} {number}", "summary": f"{MARK} {number}", "text": f"<p>{MARK} {number}</p>"}


def sitemap(client):
    """Everything that the sitemap and its files say."""
    index = client.get("/sitemap.xml").content.decode()
    paths = re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", index)
    return index + "".join(client.get(path).content.decode() for path in paths)


def download(client):
    """{name of a file: what stands in it} of the open data, once the worker has made it."""
    make_download.func()
    response = client.get("/api/v1/open-data.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def data(client):
    """Everything that the lists of the interface say."""
    return "".join(client.get(f"/api/v1/{kind}/", {"samples": "1"}).content.decode() for kind in KINDS)


def feeds(client, language):
    return "".join(client.get(address(name, language)).content.decode() for name in ("feed", "publications:feed"))


def everywhere(client):
    """{where: all that is said there}"""
    return {
        "sitemap": sitemap(client),
        "data": data(client),
        "download": "".join(download(client).values()),
        **{f"feeds in {language}": feeds(client, language) for language in LANGUAGES},
        **{f"search in {language}": " ".join(found(ask(client, MARK, language))) for language in LANGUAGES},
        "HSDS": client.get(address("addresses:hsds", "fr"), {"samples": "1"}).content.decode(),
        "table of addresses": client.get(address("addresses:sheet", "fr")).content.decode(),
        "table of terms": client.get(address("glossary:sheet", "fr")).content.decode(),
    }


def places_of(client, mark):
    return [where for where, said in everywhere(client).items() if mark.lower() in said.lower()]


def test_every_kind_of_content_is_looked_at_here():
    assert {kind.model for kind in KINDS.values()} == set(MODELS)


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_hidden_is_nowhere(client, state):
    objects = [make(model, fr=words(0), nl=words(0), state=state) for model in MODELS]
    for obj in objects:
        obj.translations.update(**window(state))
    rebuild()
    assert places_of(client, MARK) == []
    assert places_of(client, str(objects[0].key)) == []
    for kind, view in KINDS.items():
        (obj,) = [obj for obj in objects if isinstance(obj, view.model)]
        assert client.get(f"/api/v1/{kind}/{obj.key}/").status_code == 404


def test_what_is_public_is_everywhere(client):
    """The check itself: what it looks for is found where it may be."""
    for model in MODELS:
        make(model, fr=words(0), nl=words(0))
    assert places_of(client, MARK) == list(everywhere(client))


@pytest.mark.parametrize("state", HIDDEN)
def test_a_hidden_dutch_text_is_nowhere_though_its_french_one_is_public(client, state):
    for model in MODELS:
        obj = make(model, fr={"title": "Marimba"}, nl=words(0))
        obj.translations.filter(language_code="nl").update(**window(state))
    rebuild()
    assert places_of(client, MARK) == []


def test_what_is_french_only_is_french_only(client):
    for number, model in enumerate(MODELS):
        make(model, fr={"title": f"{MARK} {number}"}, nl=None)
    assert MARK not in feeds(client, "nl")
    assert MARK in feeds(client, "fr")
    assert f"/nl/{MARK.lower()}" not in sitemap(client).lower()
    assert 'hreflang="nl" href="http://127.0.0.1:8000/nl/' in sitemap(client)  # that of the lists
    assert not [line for line in sitemap(client).splitlines() if MARK.lower() in line and 'hreflang="nl"' in line]
    for name, lines in download(client).items():
        if name.endswith(".jsonl"):
            assert [set(json.loads(line)["texts"]) for line in lines.splitlines()] == [{"fr"}], name


def test_the_clock_publishes_and_withdraws_everywhere_without_any_save(client, settings, monkeypatch):
    settings.KEEP_PAGES = True
    now = timezone.now()
    for model in MODELS:
        obj = make(model, fr=words(0), nl=words(0))
        obj.translations.update(publish_from=now + DAY, publish_until=now + 3 * DAY)
    rebuild()

    def places_in(days):
        moment = now + days * DAY
        with monkeypatch.context() as patched:
            patched.setattr(timezone, "now", lambda: moment)
            return places_of(client, MARK)

    assert places_in(0) == []
    assert len(places_in(2)) == len(everywhere(client))
    assert places_in(4) == []
