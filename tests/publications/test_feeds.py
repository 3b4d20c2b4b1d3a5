"""Whoever follows a feed gets the newest publications of their language, in valid Atom, and nothing else."""

import datetime
import re
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from publications.models import Kind, Publication
from tests.makers import make_publication, make_theme, write
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 3339, as RFC 4287 wants it: with its time zone.
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def feed_of(client, language, kind=None):
    name, kwargs = ("publications:feed_of_kind", {"kind": kind}) if kind else ("publications:feed", {})
    response = client.get(address(name, language, **kwargs))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ET.fromstring(response.content)


def text(element, name):
    """The text of the one element of this name."""
    (found,) = element.findall(f"{ATOM}{name}")
    return found.text or ""


def titles(feed):
    return [text(entry, "title") for entry in feed.findall(f"{ATOM}entry")]


def check_person(element):
    assert [text(author, "name") for author in element.findall(f"{ATOM}author")] == ["CIRÉ"]


def check_atom(feed, language):
    """What RFC 4287 asks of a feed and of each entry (4.1.1 and 4.1.2)."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        assert text(element, "title").strip()
        assert urlsplit(text(element, "id")).scheme
        assert MOMENT.match(text(element, "updated"))
        for published in element.findall(f"{ATOM}published"):
            assert MOMENT.match(published.text)
        links = [
            (link.get("rel", "alternate"), link.get("type"), link.get("hreflang"))
            for link in element.findall(f"{ATOM}link")
        ]
        assert len(set(links)) == len(links)
        for link in element.findall(f"{ATOM}link"):
            assert urlsplit(link.get("href")).scheme in ("http", "https")
        assert all(category.get("term") for category in element.findall(f"{ATOM}category"))
    check_person(feed)
    entries = feed.findall(f"{ATOM}entry")
    ids = [text(entry, "id") for entry in entries]
    assert len(set(ids)) == len(ids)
    for entry in entries:
        # Without content, an entry needs a link to the text.
        assert [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        for summary in entry.findall(f"{ATOM}summary"):
            assert summary.get("type", "text") in ("text", "html")
    (itself,) = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "self"]
    return itself


@pytest.fixture
def shelf():
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    newer = make_publication(
        kind="guide",
        fr={"title": "Nouveau <guide> & co", "summary": "Un <b>résumé</b> & plus."},
        nl={"title": "Nieuwe gids"},
        published_on="2025",
        themes=[theme],
    )
    make_publication(kind="guide", fr={"title": "Ancien guide"}, nl=None, published_on="2019", superseded_by=newer)
    make_publication(kind="brochure", fr=None, nl={"title": "Brochure NL"}, published_on="2024")
    make_publication(kind="study", fr={"title": "Etude"}, no_longer_valid=True, published_on="2020", nl=None)
    make_publication(kind="study", fr={"title": "Révision"}, under_revision=True, published_on="2018", nl=None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [None, "guide", "poster"])
def test_the_feed_is_what_the_standard_asks_for_empty_or_not(client, shelf, language, kind):
    feed = feed_of(client, language, kind)
    itself = check_atom(feed, language)
    assert client.get(urlsplit(itself).path).status_code == 200
    alternate = [link.get("href") for link in feed.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
    parts = urlsplit(alternate[0])
    assert client.get(f"{parts.path}?{parts.query}").status_code == 200


def test_a_feed_without_anything_is_valid_too(client):
    for language in LANGUAGES:
        check_atom(feed_of(client, language), language)


def test_each_language_has_a_feed_of_its_own_newest_first(client, shelf):
    french, dutch = (titles(feed_of(client, language)) for language in LANGUAGES)
    assert [title.split()[0] for title in french] == ["Nouveau", "Etude", "Ancien", "Révision"]
    assert [title.split()[0] for title in dutch] == ["Nieuwe", "Brochure"]


def test_each_kind_has_a_feed_of_its_own(client, shelf):
    assert [title.split()[0] for title in titles(feed_of(client, "fr", "guide"))] == ["Nouveau", "Ancien"]
    assert titles(feed_of(client, "nl", "brochure")) == ["Brochure NL"]
    assert titles(feed_of(client, "fr", "brochure")) == []
    names = {text(feed_of(client, "fr", kind), "title") for kind in (None, *Kind.values)}
    assert len(names) == len(Kind.values) + 1


@pytest.mark.parametrize("kind", ["nope", "Guide", "feed2", "guide-", "GUIDE", "a" * 300])
def test_a_kind_that_there_is_not_is_not_found(client, shelf, kind):
    for language in LANGUAGES:
        response = client.get(address("publications:feed", language).replace("feed.atom", f"{kind}.atom"))
        assert response.status_code == 404
        assert not response.cookies


def test_what_no_longer_holds_says_so_in_its_title(client, shelf):
    by_name = {title.split()[0]: title for title in titles(feed_of(client, "fr"))}
    assert by_name["Nouveau"] == "Nouveau <guide> & co"
    assert by_name["Révision"] == "Révision"  # it still holds
    assert re.fullmatch(r"Ancien guide \(.+\)", by_name["Ancien"])
    assert re.fullmatch(r"Etude \(.+\)", by_name["Etude"])


def test_an_entry_says_what_the_page_says(client, shelf):
    (entry, *_rest) = feed_of(client, "fr").findall(f"{ATOM}entry")
    assert text(entry, "summary").count("résumé") == 1
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["Logement"]
    publication = Publication.objects.get(kind="guide", superseded_by=None)
    (link,) = [link.get("href") for link in entry.findall(f"{ATOM}link")]
    assert urlsplit(link).path == publication.get_absolute_url("fr")
    assert text(entry, "id") == f"urn:uuid:{publication.key}"


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_nothing_unpublished_is_in_any_feed(client, state):
    theme = make_theme(fr={"title": "Zzz thème"}, state=state)
    successor = make_publication(fr={"title": "Zzz suite"}, nl=None, state=state)
    make_publication(
        kind="guide",
        fr={"title": "Visible"},
        nl={"title": "Zzz NL", "state": state},
        themes=[theme],
        superseded_by=successor,
    )
    for language in LANGUAGES:
        for kind in (None, "guide", "brochure"):
            feed = feed_of(client, language, kind)
            assert "Zzz" not in ET.tostring(feed, encoding="unicode")
    assert titles(feed_of(client, "fr")) == ["Visible"]
    assert titles(feed_of(client, "nl")) == []


def test_a_feed_is_as_long_as_a_screen_of_a_reader_not_as_the_archive(client):
    for number in range(35):
        make_publication(fr={"title": f"N{number:02}"}, nl=None, published_on=str(1980 + number))
    found = titles(feed_of(client, "fr"))
    assert found == [f"N{number:02}" for number in range(34, 4, -1)]


def test_an_entry_keeps_its_id_and_says_when_it_changed(client):
    publication = make_publication(fr={"title": "Avant"}, nl={"title": "Voor"})
    past = timezone.now() - datetime.timedelta(days=30)
    publication.translations.update(publish_from=past, changed_at=past)

    def seen(language):
        (entry,) = feed_of(client, language).findall(f"{ATOM}entry")
        return text(entry, "id"), text(entry, "updated"), text(entry, "published")

    before = seen("fr")
    assert before[0] == seen("nl")[0]
    write(publication, "fr", summary="Autre chose.")
    after = seen("fr")
    assert (after[0], after[2]) == (before[0], before[2])
    assert after[1] > before[1]


def test_words_that_xml_cannot_hold_break_no_feed(client):
    make_publication(fr={"title": "Titre \x0b bizarre \x1f", "summary": "a\x02b ]]> &amp;"}, nl=None)
    check_atom(feed_of(client, "fr"), "fr")


def test_any_cache_may_hold_a_feed_for_a_short_time(client, shelf):
    for path in (address("publications:feed", "fr"), address("publications:feed_of_kind", "nl", kind="guide")):
        response = client.get(path)
        control = response.headers["Cache-Control"]
        assert "public" in control
        assert "max-age=60" in control
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        etag = response.headers["ETag"]
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304


def test_a_feed_answers_whatever_stands_behind_its_address(client, shelf):
    for query in ("?page=2", "?kind=%00", "?" + "a=1&" * 900):
        assert titles_of(client, query) == titles_of(client, "")


def titles_of(client, query):
    return titles(ET.fromstring(client.get(address("publications:feed", "fr") + query).content))
