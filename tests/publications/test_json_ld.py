"""What a search engine is told of a publication is what its page says, and nothing that is not public."""

import json

import pytest

from publications.models import Kind
from tests.makers import make_house, make_publication, make_theme, make_us
from tests.pages import LANGUAGES, Page

pytestmark = pytest.mark.django_db


def data_of(client, publication, language="fr"):
    return Page(client.get(publication.get_absolute_url(language))).json_ld


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_the_page_says(client, language):
    make_us()
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    publication = make_publication(
        kind="guide",
        fr={"title": "Guide du toit", "subtitle": "Pas à pas", "summary": "Trouver un toit."},
        nl={"title": "Dakgids", "subtitle": "Stap voor stap", "summary": "Een dak vinden."},
        published_on="2024-05",
        themes=[theme],
        editions=[
            {
                "languages": ["fr"],
                "title": "Guide du toit",
                "isbn": "9782930780009",
                "read": {"pages": 24, "bytes": 999},
            },
            {"languages": ["fr", "ar"], "title": "Guide bilingue", "label": "2e édition"},
        ],
    )
    page = Page(client.get(publication.get_absolute_url(language)))
    data = page.json_ld
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "Book"
    assert data["@id"] == page.canonical
    for key in ("name", "alternativeHeadline", "abstract"):
        assert data[key] in page.text, key
    assert data["datePublished"] == "2024-05"
    assert set(data["inLanguage"]) == {"fr", "ar"}
    assert data["about"] == [{"fr": "Logement", "nl": "Huisvesting"}[language]]
    assert data["about"][0] in page.text
    assert data["creativeWorkStatus"].lower() in page.text.lower()
    assert data["publisher"]["name"]
    editions = {edition["name"]: edition for edition in data["workTranslation"]}
    assert set(editions) == {"Guide du toit", "Guide bilingue"}
    one, both = editions["Guide du toit"], editions["Guide bilingue"]
    assert (one["@type"], one["isbn"], one["numberOfPages"], one["inLanguage"]) == ("Book", "9782930780009", 24, "fr")
    assert one["encoding"]["encodingFormat"] == "application/pdf"
    file = publication.editions.first().pdf.url
    assert one["encoding"]["contentUrl"].endswith(file)
    assert file in page.hrefs()
    assert (both["@type"], both["inLanguage"], both["version"]) == ("DigitalDocument", ["fr", "ar"], "2e édition")
    assert "encoding" not in both
    assert "isBasedOn" not in data


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_is_something_that_schema_org_knows(client, kind):
    data = data_of(client, make_publication(kind=kind, fr={"title": "Toit"}))
    expected = {
        "brochure": "Book",
        "guide": "Book",
        "study": "Report",
        "position": "Report",
        "recommendation": "Report",
    }
    assert data["@type"] == expected.get(kind, "DigitalDocument")
    assert data["name"] == "Toit"


def test_a_newer_edition_is_based_on_the_older_ones_that_are_public(client):
    newest = make_publication(fr={"title": "Guide 2024"}, published_on="2024")
    middle = make_publication(fr={"title": "Guide 2021"}, superseded_by=newest, published_on="2021")
    make_publication(fr={"title": "Zzz", "slug": "zzz"}, superseded_by=newest, state="draft")
    oldest = make_publication(fr={"title": "Guide 1999"}, superseded_by=middle)
    pages = {item.pk: Page(client.get(item.get_absolute_url("fr"))) for item in (newest, middle, oldest)}
    assert pages[newest.pk].json_ld["isBasedOn"] == [pages[middle.pk].canonical]
    assert pages[middle.pk].json_ld["isBasedOn"] == [pages[oldest.pk].canonical]
    assert "isBasedOn" not in pages[oldest.pk].json_ld
    status = {pk: page.json_ld["creativeWorkStatus"] for pk, page in pages.items()}
    assert status[middle.pk] == status[oldest.pk] != status[newest.pk]


def test_a_publication_in_the_other_language_only_is_described_in_its_own(client):
    publication = make_publication(fr={"title": "Toit"}, nl=None)
    page = Page(client.get(publication.get_absolute_url("nl")))
    assert page.json_ld["name"] == "Toit"
    assert page.json_ld["inLanguage"] == ["fr"]
    assert page.json_ld["@id"] == page.canonical


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_nothing_unpublished_is_told(client, state):
    theme = make_theme(fr={"title": "Zzz thème"}, state=state)
    successor = make_publication(fr={"title": "Zzz suite", "slug": "zzz-suite"}, state=state)
    publication = make_publication(
        fr={"title": "Toit"}, nl={"title": "Zzz dak", "state": state}, themes=[theme], superseded_by=successor
    )
    make_publication(fr={"title": "Zzz avant", "slug": "zzz-avant"}, superseded_by=publication, state=state)
    for language in LANGUAGES:
        assert "zzz" not in json.dumps(data_of(client, publication, language)).lower()


def test_no_title_closes_the_script_that_it_stands_in(client):
    title = "</script><script>alert(1)</script><!-- & ]]>"
    publication = make_publication(fr={"title": title, "slug": "x"}, editions=[{"title": title, "label": title}])
    page = Page(client.get(publication.get_absolute_url("fr")))
    assert page.json_ld["name"] == title
    assert "<script>alert" not in page.html


def test_every_page_of_a_publication_is_told(client):
    house = make_house()
    for publication in (house.guide, house.older, house.recommendation, house.campaign):
        for language in LANGUAGES:
            data = data_of(client, publication, language)
            assert data["name"]
            # Nothing is told that is not known.
            assert all(value not in ("", [], {}, None) for value in data.values())
