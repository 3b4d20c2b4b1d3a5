"""A reader of publications narrows the list, sees what still holds, downloads, cites and passes it on."""

import datetime
import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.core.cache import cache
from django.utils.translation import gettext, override

from publications.models import Validity
from tests.makers import (
    make_group,
    make_house,
    make_network,
    make_offer,
    make_organisation,
    make_picture,
    make_publication,
    make_theme,
    make_us,
    write,
)
from tests.pages import LANGUAGES, Page, address, words

pytestmark = pytest.mark.django_db

LIST = {"fr": "/fr/publications/", "nl": "/nl/publicaties/"}
FILTERS = ("kind", "theme", "language", "year", "paper", "level", "valid")


def said(language, text, **values):
    """What our own English words are in the reader's language, as `words` reads a page: no-break spaces are spaces."""
    with override(language):
        return " ".join((gettext(text) % values).split())


@pytest.fixture
def themes():
    return {
        "housing": make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"}),
        "work": make_theme(fr={"title": "Travail"}, nl=None),
    }


@pytest.fixture
def shelf(themes):
    """Five publications; Beta exists in French only, Delta in Dutch only; Epsilon and Beta can be ordered on paper."""
    epsilon = make_publication(
        kind="guide",
        fr={"title": "Epsilon FR"},
        nl={"title": "Epsilon NL"},
        published_on="2025",
        themes=[themes["housing"]],
        editions=[{"languages": ["fr"]}, {"languages": ["ar"]}],
    )
    found = {
        "Epsilon": epsilon,
        "Alpha": make_publication(
            kind="guide",
            fr={"title": "Alpha FR"},
            nl={"title": "Alpha NL"},
            published_on="2018-12",
            themes=[themes["housing"]],
            superseded_by=epsilon,
            editions=[{"languages": ["fr", "nl"]}],
        ),
        "Beta": make_publication(
            kind="recommendation",
            fr={"title": "Beta FR"},
            nl=None,
            published_on="2024-05-17",
            level="federal",
            outcome="adopted",
            outcome_on="2025-02",
            themes=[themes["work"], themes["housing"]],
            editions=[{"languages": ["fr"]}],
        ),
        "Gamma": make_publication(
            kind="brochure",
            fr={"title": "Gamma FR"},
            nl={"title": "Gamma NL"},
            no_longer_valid=True,
            editions=[{"languages": ["en"]}],
        ),
        "Delta": make_publication(
            kind="recommendation",
            fr=None,
            nl={"title": "Delta NL"},
            published_on="2024",
            level="region",
            under_revision=True,
            themes=[themes["work"]],
        ),
    }
    # Of Gamma, which no longer holds, copies are left but not offered.
    for name in ("Epsilon", "Beta", "Gamma"):
        make_offer(found[name].editions.first())
    return found


def entries(client, language, query=""):
    return [name.split()[0] for name in Page(client.get(f"{LIST[language]}{query}")).entries()]


def entry(page, name):
    """The words of one entry of a list."""
    (found,) = [
        item
        for item in page.elements("li", within=page.main)
        if "publication" in (item.get("class") or "").split() and name in words(next(item.iter("h3")))
    ]
    return words(found)


def count_in(text):
    """The number that stands at the end of the words of a choice."""
    return int(re.findall(r"\d+", text)[-1])


# --- The list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_holds_everything_published_in_either_language_newest_first(client, shelf, language):
    assert entries(client, language) == ["Epsilon", "Beta", "Delta", "Alpha", "Gamma"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?kind=guide", ["Epsilon", "Alpha"]),
        ("?kind=guide&kind=brochure", ["Epsilon", "Alpha", "Gamma"]),
        ("?kind=poster", []),
        ("?theme=logement", ["Epsilon", "Beta", "Alpha"]),
        ("?theme=huisvesting", ["Epsilon", "Beta", "Alpha"]),
        ("?theme=travail", ["Beta", "Delta"]),
        ("?theme=travail&theme=logement", ["Epsilon", "Beta", "Delta", "Alpha"]),
        ("?language=fr", ["Epsilon", "Beta", "Alpha"]),
        ("?language=nl", ["Alpha"]),
        ("?language=ar", ["Epsilon"]),
        ("?language=en", ["Gamma"]),
        ("?language=en&language=ar", ["Epsilon", "Gamma"]),
        ("?year=2024", ["Beta", "Delta"]),
        ("?year=2018", ["Alpha"]),
        ("?year=2018&year=2025", ["Epsilon", "Alpha"]),
        ("?level=federal", ["Beta"]),
        ("?level=federal&level=region", ["Beta", "Delta"]),
        ("?valid=1", ["Epsilon", "Beta", "Delta"]),
        ("?kind=guide&valid=1", ["Epsilon"]),
        ("?kind=guide&theme=logement&language=fr&year=2018", ["Alpha"]),
        ("?kind=recommendation&theme=travail&year=2024&level=region&valid=1", ["Delta"]),
        ("?kind=guide&level=federal", []),
        ("?theme=travail&language=ar", []),
        ("?kind=&theme=&language=&year=&level=&valid=&sort=", ["Epsilon", "Beta", "Delta", "Alpha", "Gamma"]),
        ("?nonsense=1&order_by=pk&superseded_by=1&pk=1", ["Epsilon", "Beta", "Delta", "Alpha", "Gamma"]),
    ],
)
def test_a_reader_narrows_the_list(client, shelf, language, query, found):
    assert entries(client, language, query) == found


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("?sort=newest", ["Epsilon", "Beta", "Delta", "Alpha", "Gamma"]),
        ("?sort=oldest", ["Alpha", "Delta", "Beta", "Epsilon", "Gamma"]),
        ("?sort=title", ["Alpha", "Beta", "Delta", "Epsilon", "Gamma"]),
        ("?sort=title&valid=1", ["Beta", "Delta", "Epsilon"]),
        ("?sort=oldest&sort=title", ["Alpha", "Delta", "Beta", "Epsilon", "Gamma"]),
    ],
)
def test_a_reader_chooses_the_order(client, shelf, query, order):
    for language in LANGUAGES:
        assert entries(client, language, query) == order
        assert (
            Page(client.get(f"{LIST[language]}{query}")).chosen("sort")[0] == query.partition("sort=")[2].split("&")[0]
        )


def test_the_order_is_no_filter_that_could_be_lifted_and_is_kept_by_the_pager(client):
    for number in range(21):
        make_publication(fr={"title": f"N{number:02}"}, nl=None, published_on=str(1990 + number), kind="guide")
    page = Page(client.get(f"{LIST['fr']}?sort=title&kind=guide"))
    assert page.entries() == [f"N{number:02}" for number in range(20)]
    hrefs = {href.partition("#")[0] for href, _text in page.links() if "page=2" in href}
    (href,) = hrefs
    assert parse_qs(href[1:]) == {"sort": ["title"], "kind": ["guide"], "page": ["2"]}
    assert Page(client.get(LIST["fr"] + href)).entries() == ["N20"]
    assert "?sort=title" in page.hrefs()  # what lifts the kind keeps the order
    assert "?kind=guide" not in page.hrefs()


def test_long_lists_come_twenty_at_a_time_in_every_order(client):
    for number in range(45):
        make_publication(fr={"title": f"N{number:02}"}, nl=None, published_on="2020" if number % 2 else "")
    for order in ("newest", "oldest", "title"):
        pages = [Page(client.get(f"{LIST['nl']}?sort={order}&page={number}")).entries() for number in (1, 2, 3)]
        assert [len(page) for page in pages] == [20, 20, 5]
        assert len({name for page in pages for name in page}) == 45, order


@pytest.mark.parametrize("number", ["0", "2", "-1", "²", "abc", "1%00", "9" * 4000])
def test_a_page_that_does_not_exist_is_not_found(client, shelf, number):
    assert client.get(f"{LIST['fr']}?page={number}").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_counts_beside_the_choices_are_of_the_whole_list(client, shelf, language):
    housing = {"fr": "logement", "nl": "huisvesting"}[language]
    for query in ("", "?kind=guide", "?year=2024&valid=1"):
        page = Page(client.get(f"{LIST[language]}{query}"))
        numbers = {name: {value: count_in(text) for value, text in page.choices(name).items()} for name in FILTERS}
        assert numbers == {
            "kind": {"guide": 2, "recommendation": 2, "brochure": 1},
            "theme": {housing: 3, "travail": 2},
            "language": {"fr": 3, "nl": 1, "ar": 1, "en": 1},
            "year": {"2025": 1, "2024": 2, "2018": 1},
            "paper": {"1": 2},
            "level": {"federal": 1, "region": 1},
            "valid": {"1": 3},
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_offered_has_as_much_behind_it_as_it_says(client, shelf, language):
    page = Page(client.get(LIST[language]))
    for name in FILTERS:
        for value, text in page.choices(name).items():
            assert len(entries(client, language, f"?{name}={value}")) == count_in(text), (name, value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_says_what_can_be_ordered_on_paper(client, shelf, language):
    page = Page(client.get(LIST[language]))
    on_paper = said(language, "can be ordered on paper")
    assert [name for name in shelf if on_paper in entry(page, name)] == ["Epsilon", "Beta"]
    assert entries(client, language, "?paper=1") == ["Epsilon", "Beta"]


def test_two_editions_in_one_language_are_one_publication(client):
    make_publication(fr={"title": "Alpha"}, editions=[{"languages": ["fr"]}, {"languages": ["fr", "nl"]}])
    page = Page(client.get(f"{LIST['fr']}?language=fr&language=nl"))
    assert page.entries() == ["Alpha"]
    assert count_in(page.choices("language")["fr"]) == 1


def test_languages_and_themes_are_offered_in_the_readers_words(client, shelf):
    french, dutch = (Page(client.get(LIST[language])) for language in LANGUAGES)
    assert "arabe" in french.choices("language")["ar"]
    assert "Arabisch" in dutch.choices("language")["ar"]
    assert "Huisvesting" in dutch.choices("theme")["huisvesting"]
    # A theme that has no Dutch is offered in French, and marked so.
    (option,) = [o for o in dutch.elements("option") if o.get("value") == "travail"]
    assert option.get("lang") == "fr"


def test_the_choice_made_stays_visible_can_be_lifted_and_survives_the_other_language(client, shelf):
    page = Page(client.get(f"{LIST['fr']}?kind=guide&theme=huisvesting&valid=1&sort=oldest"))
    assert page.chosen("kind") == ["guide"]
    assert page.chosen("theme") == ["logement"]
    assert page.chosen("valid") == ["1"]
    assert "?theme=logement&valid=1&sort=oldest" in page.hrefs()
    (link,) = [link.get("href") for link in page.elements("a", hreflang="nl")]
    assert entries(client, "nl", link.removeprefix(LIST["nl"])) == ["Epsilon"]


def test_a_list_that_came_out_empty_says_what_to_loosen(client, shelf):
    page = Page(client.get(f"{LIST['fr']}?kind=guide&level=federal&sort=title"))
    assert page.entries() == []
    ways = {href for href, _text in page.links() if href.endswith("#results")}
    assert {"?kind=guide&sort=title#results", "?level=federal&sort=title#results"} <= ways


def test_the_empty_list_says_so(client):
    for language in LANGUAGES:
        page = Page(client.get(LIST[language]))
        assert page.entries() == []
        assert said(language, "There is nothing here yet.") in page.text


# --- An entry ------------------------------------------------------------------------------------------------------


def test_an_entry_says_its_kind_its_year_its_languages_and_its_level(client, shelf):
    page = Page(client.get(LIST["fr"]))
    assert "décembre 2018" in entry(page, "Alpha")
    assert "français et néerlandais" in entry(page, "Alpha")
    assert "arabe" in entry(page, "Epsilon")
    assert said("fr", "federal State") in entry(page, "Beta")
    assert shelf["Alpha"].get_absolute_url("fr") in page.hrefs()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_no_longer_holds_is_marked_in_the_list_and_what_holds_is_not(client, shelf, language):
    page = Page(client.get(LIST[language]))
    superseded = entry(page, "Alpha")
    assert said(language, "Superseded by:") in superseded
    assert "Epsilon" in superseded
    with override(language):
        labels = {validity: str(validity.label).lower() for validity in Validity}
    assert labels[Validity.NO_LONGER_VALID] in entry(page, "Gamma").lower()
    assert labels[Validity.UNDER_REVISION] in entry(page, "Delta").lower()
    for name in ("Epsilon", "Beta"):
        assert not [label for label in labels.values() if label in entry(page, name).lower()]


def test_an_entry_in_the_other_language_says_so(client, shelf):
    french, dutch = (Page(client.get(LIST[language])) for language in LANGUAGES)
    assert dutch.language_of("Beta FR") == "fr"
    assert french.language_of("Delta NL") == "nl"
    assert "Frans" in entry(dutch, "Beta")
    assert "néerlandais" in entry(french, "Delta")


def test_covers_in_a_list_are_loaded_late_and_nothing_jumps(client):
    make_publication(editions=[{"cover": make_picture(600, 800)}])
    page = Page(client.get(LIST["fr"]))
    (image,) = [image for image in page.elements("img", within=page.main)]
    assert image.get("loading") == "lazy"
    assert (image.get("width"), image.get("height")) == ("320", "427")
    assert image.get("alt") == ""


# --- Bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", (*FILTERS, "sort"))
def test_an_unknown_value_in_the_address_is_told_and_widens_nothing(client, shelf, language, name):
    page = Page(client.get(f"{LIST[language]}?{name}=nonsense&kind=guide"))
    assert page.entries() == []
    assert "nonsense" in page.text


@pytest.mark.parametrize(
    "value",
    ["%00", "guide%00", "%ff%fe", "'%20OR%201=1--", "%3Cscript%3Ealert(1)%3C/script%3E", "%25", "_", "²", "x" * 7000],
)
@pytest.mark.parametrize("name", (*FILTERS, "sort"))
def test_whatever_stands_in_the_address_the_page_answers(client, shelf, name, value):
    response = client.get(f"{LIST['fr']}?{name}={value}")
    page = Page(response)
    assert page.entries() == []
    assert "<script>alert" not in page.html
    assert "\x00" not in page.html
    assert len(page.text) < 5000
    assert not response.cookies


@pytest.mark.parametrize("query", ["kind=guide", "language=fr", "theme=logement", "sort=title", "valid=1"])
def test_a_value_repeated_a_thousand_times_is_one_value(client, shelf, query, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        page = Page(client.get(f"{LIST['fr']}?{'&'.join([query] * 1000)}"))
    assert page.entries() == Page(client.get(f"{LIST['fr']}?{query}")).entries()
    assert page.chosen(query.partition("=")[0]) == [query.partition("=")[2]]
    assert len(page.html) < 40_000
    assert client.get(f"{LIST['fr']}?{'&'.join([query] * 20_001)}").status_code == 400


def test_a_thousand_different_values_are_told_in_few_words(client, shelf):
    for name in ("theme", "language", "year"):
        page = Page(client.get(f"{LIST['fr']}?{'&'.join(f'{name}=t{number}' for number in range(1000))}"))
        assert page.entries() == []
        assert len(page.text) < 5000


def test_every_value_of_every_filter_at_once_is_answered(client, shelf):
    page = Page(client.get(LIST["fr"]))
    every = "&".join(f"{name}={value}" for name in FILTERS for value in page.choices(name))
    assert entries(client, "fr", f"?{every}") == ["Beta"]


# --- Published or not --------------------------------------------------------------------------------------------


def test_an_unpublished_theme_is_no_choice_not_in_the_counts_and_on_no_page(client):
    for state in ("draft", "scheduled", "withdrawn"):
        theme = make_theme(fr={"title": f"Thème {state}", "slug": state}, state=state)
        publication = make_publication(fr={"title": "Alpha"}, themes=[theme])
    page = Page(client.get(LIST["fr"]))
    assert page.choices("theme") == {}
    for state in ("draft", "scheduled", "withdrawn"):
        filtered = Page(client.get(f"{LIST['fr']}?theme={state}"))
        assert filtered.entries() == []
        for read in (page, filtered, Page(client.get(publication.get_absolute_url("fr")))):
            assert f"Thème {state}" not in read.html


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_published_is_found_nowhere(client, themes, state):
    network, group, partner = make_network(), make_group(), make_organisation()
    related = {"themes": [themes["work"]], "networks": [network], "groups": [group], "organisations": [partner]}
    public = make_publication(fr={"title": "Alpha"}, nl={"title": "Alpha"}, **related)
    hidden = {
        kind: make_publication(
            kind=kind,
            fr={"title": "Zzz caché", "slug": f"zzz-{kind}", "state": state},
            nl={"title": "Zzz verborgen", "slug": f"zzz-nl-{kind}", "state": state},
            published_on="1991",
            editions=[{"languages": ["ti"], "title": "Zzz edition"}],
            superseded_by=public,
            **related,
        )
        for kind in ("recommendation", "campaign", "study")
    }
    for language in LANGUAGES:
        places = [address(name, language) for name in ("home", "publications:list", "recommendations", "campaigns")]
        places += [obj.get_absolute_url(language) for obj in (public, themes["work"], network, group, partner)]
        for place in places:
            page = Page(client.get(place))
            assert "zzz" not in page.html.lower(), place
            assert "1991" not in page.html, place
        page = Page(client.get(LIST[language]))
        assert "ti" not in page.choices("language")
        assert "1991" not in page.choices("year")
        assert list(page.choices("kind")) == ["brochure"]
        for kind in hidden:
            for slug in (f"zzz-{kind}", f"zzz-nl-{kind}"):
                assert client.get(address("publications:detail", language, slug=slug)).status_code == 404


def test_a_withdrawn_publication_leaves_the_list_at_once_and_the_counts_within_a_minute(client, shelf):
    assert "brochure" in Page(client.get(LIST["fr"])).choices("kind")
    for language in LANGUAGES:
        write(shelf["Gamma"], language, state="withdrawn")
    assert "Gamma" not in entries(client, "fr")
    cache.clear()  # a minute later
    assert "brochure" not in Page(client.get(LIST["fr"])).choices("kind")


# --- One publication -----------------------------------------------------------------------------------------------


def test_a_publication_stands_under_its_own_slug_in_each_language(client):
    publication = make_publication(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})
    for language, title in (("fr", "Toit"), ("nl", "Dak")):
        page = Page(client.get(publication.get_absolute_url(language)))
        assert words(next(page.elements("h1"))) == title
        assert page.canonical.endswith(publication.get_absolute_url(language))
        assert set(page.alternates) == {"fr", "nl"}
    response = client.get("/fr/publications/dak/")
    assert response.status_code == 301
    assert response.headers["Location"] == "/fr/publications/toit/"


def test_a_publication_that_exists_in_french_only_is_read_in_french_on_the_dutch_page(client, shelf):
    page = Page(client.get(shelf["Beta"].get_absolute_url("nl")))
    assert page.lang == "nl"
    (title,) = page.elements("h1")
    assert (words(title), title.get("lang")) == ("Beta FR", "fr")
    assert page.canonical.endswith(shelf["Beta"].get_absolute_url("fr"))
    assert "nl" not in page.alternates
    assert "Frans" in page.text


BANNERS = {
    "superseded": "A newer publication replaces this one.",
    "no_longer_valid": "This is no longer valid.",
    "under_revision": "This is under revision.",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("validity", ["in_force", *BANNERS])
def test_the_page_says_loudly_where_it_does_not_hold_and_nothing_where_it_does(client, language, validity):
    columns = {validity: True} if validity in {"no_longer_valid", "under_revision"} else {}
    if validity == "superseded":
        columns["superseded_by"] = make_publication(fr={"title": "Nouveau"}, nl={"title": "Nieuw"})
    old = make_publication(fr={"title": "Ancien"}, nl={"title": "Oud"}, law_as_of="2019-03", **columns)
    page = Page(client.get(old.get_absolute_url(language)))
    shown = {name for name, text in BANNERS.items() if said(language, text) in page.text}
    assert shown == ({validity} if validity in BANNERS else set())
    with override(language):
        month = old.law_as_of.text
    assert month in page.text
    if validity == "superseded":
        assert columns["superseded_by"].get_absolute_url(language) in page.hrefs()


def test_nobody_is_sent_to_a_successor_that_they_cannot_read(client):
    successor = make_publication(fr={"title": "Zzz secret"}, nl=None, state="draft")
    old = make_publication(fr={"title": "Ancien"}, superseded_by=successor)
    for place in (LIST["fr"], old.get_absolute_url("fr")):
        page = Page(client.get(place))
        assert "Zzz" not in page.html
        assert said("fr", "Superseded by:") not in page.text
        assert said("fr", BANNERS["superseded"]) not in page.text


def test_the_chain_of_editions_stands_newest_first_on_each_of_its_pages(client):
    newest = make_publication(fr={"title": "Guide 2024"}, published_on="2024")
    middle = make_publication(fr={"title": "Guide 2021"}, published_on="2021", superseded_by=newest)
    hidden = make_publication(fr={"title": "Guide 2020"}, published_on="2020", superseded_by=middle, state="draft")
    oldest = make_publication(fr={"title": "Guide 1999"}, published_on="1999", superseded_by=hidden)
    other = make_publication(fr={"title": "Guide 2018"}, published_on="2018", superseded_by=newest)
    alone = make_publication(fr={"title": "Guide seul"})

    def chain(publication):
        page = Page(client.get(publication.get_absolute_url("fr")))
        found = [item for item in page.elements("ol") if "chain" in (item.get("class") or "")]
        if not found:
            return []
        assert [words(next(item.iter("h3"))) for item in found[0].iter("li") if item.get("aria-current")] == [
            str(publication)
        ]
        return [words(title) for title in found[0].iter("h3")]

    names = chain(newest)
    assert names == ["Guide 2024", "Guide 2021", "Guide 2018", "Guide 1999"]
    for publication in (middle, oldest, other):
        assert chain(publication) == names
    assert chain(alone) == []


def test_what_was_superseded_twice_stands_after_both(client):
    newest = make_publication(fr={"title": "C"}, published_on="")
    middle = make_publication(fr={"title": "B"}, published_on="2030", superseded_by=newest)
    oldest = make_publication(fr={"title": "A"}, published_on="2031", superseded_by=middle)
    page = Page(client.get(oldest.get_absolute_url("fr")))
    (chain,) = [item for item in page.elements("ol") if "chain" in (item.get("class") or "")]
    assert [words(title) for title in chain.iter("h3")] == ["C", "B", "A"]


def test_editions_say_their_languages_their_pages_and_their_size(client):
    publication = make_publication(
        fr={"title": "Guide"},
        nl={"title": "Gids"},
        editions=[
            {
                "languages": ["fr"],
                "title": "Guide",
                "read": {"pages": 24, "bytes": 1_258_291},
                "label": "4e édition",
                "paper_size": "A5",
                "isbn": "978-2-930780-00-9",
            },
            {"languages": ["fr", "nl"], "title": "Guide / Gids", "pages": 12},
        ],
    )
    edition = publication.editions.first()
    for language, texts in (("fr", ("français", "24", "1,2")), ("nl", ("Frans", "24", "1,2"))):
        page = Page(client.get(publication.get_absolute_url(language)))
        ((_href, text),) = [(href, text) for href, text in page.links() if href == edition.pdf.url]
        assert "PDF" in text
        for expected in texts:
            assert expected in text
        for expected in ("4e édition", "A5", "978-2-930780-00-9"):
            assert expected in page.text
        assert said(language, "No PDF yet") in page.text
    assert client.get(edition.pdf.url).headers["Content-Type"] == "application/pdf"


def test_a_title_in_arabic_is_marked_as_such_and_runs_from_the_right(client):
    publication = make_publication(
        editions=[{"languages": ["ar"], "title": "دليل السكن"}, {"languages": ["en"], "title": "Housing guide"}]
    )
    page = Page(client.get(publication.get_absolute_url("fr")))
    (arabic,) = [element for element in page.main.iter() if (element.text or "") == "دليل السكن"]
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "rtl")
    (english,) = [element for element in page.main.iter() if (element.text or "") == "Housing guide"]
    assert (english.get("lang"), english.get("dir")) == ("en", None)


def test_a_citation_names_who_what_when_and_where(client):
    make_us()
    publication = make_publication(
        fr={"title": "Guide du toit", "slug": "guide"}, nl={"title": "Dakgids"}, published_on="2018-12"
    )
    page = Page(client.get(publication.get_absolute_url("fr")))
    (line,) = [
        words(element)
        for element in page.main.iter()
        if "copyable" in (element.get("class") or "") and "Guide du toit" in words(element)
    ]
    assert line.startswith("CIRÉ, Guide du toit, décembre 2018.")
    assert line.endswith(page.canonical)


def test_a_citation_of_what_exists_in_the_other_language_only_leads_there(client, shelf):
    page = Page(client.get(shelf["Beta"].get_absolute_url("nl")))
    assert f". {page.canonical}" in page.text
    assert "Beta FR, 17 mei 2024" in page.text


def test_related_publications_share_a_theme_hold_and_are_few(client, themes):
    housing = {"themes": [themes["housing"]]}
    this = make_publication(fr={"title": "Ceci"}, **housing)
    for number in range(6):
        make_publication(fr={"title": f"Voisin {number}"}, published_on=str(2010 + number), **housing)
    make_publication(fr={"title": "Ailleurs"}, themes=[themes["work"]])
    make_publication(fr={"title": "Perdu"}, published_on="2030", no_longer_valid=True, **housing)
    make_publication(fr={"title": "Zzz"}, published_on="2030", state="draft", **housing)
    make_publication(fr={"title": "Avant"}, published_on="2030", superseded_by=this, **housing)
    page = Page(client.get(this.get_absolute_url("fr")))
    assert page.entries() == ["Voisin 5", "Voisin 4", "Voisin 3", "Voisin 2"]


def test_a_hidden_theme_relates_nothing(client):
    theme = make_theme(state="draft")
    this = make_publication(fr={"title": "Ceci"}, themes=[theme])
    make_publication(fr={"title": "Voisin"}, themes=[theme])
    assert Page(client.get(this.get_absolute_url("fr"))).entries() == []


def test_who_issued_it_is_named_as_far_as_they_are_public(client):
    publication = make_publication(
        networks=[make_network(fr={"title": "Réseau A"}), make_network(fr={"title": "Zzz réseau"}, state="draft")],
        groups=[make_group(fr={"title": "Groupe B"}), make_group(fr={"title": "Zzz groupe"}, state="withdrawn")],
        organisations=[
            make_organisation(fr={"title": "Ligue C"}),
            make_organisation(fr={"title": "Zzz ligue"}, state="scheduled"),
        ],
        responsible_editor="A. Personne",
        legal_deposit="D/2018/1234",
    )
    page = Page(client.get(publication.get_absolute_url("fr")))
    for expected in ("Réseau A", "Groupe B", "Ligue C", "A. Personne", "D/2018/1234"):
        assert expected in page.text, expected
    assert "Zzz" not in page.html


def test_networks_groups_partners_and_themes_show_what_they_have_published(client):
    house = make_house()
    for language in LANGUAGES:
        for place in (house.network, house.group, house.partner, house.theme):
            page = Page(client.get(place.get_absolute_url(language)))
            assert house.guide.get_absolute_url(language) in page.hrefs(), place
            assert house.recommendation.get_absolute_url(language) not in page.hrefs()


# --- Recommendations and campaigns ---------------------------------------------------------------------------------


def sections(page):
    """{title of a section: names of its entries}"""
    found = {}
    for section in page.elements("section", within=page.main):
        titles = [words(title) for title in section.iter("h3")]
        if titles:
            found[words(next(section.iter("h2")))] = titles
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_recommendations_stand_by_level_of_power_with_what_became_of_them(client, shelf, language):
    make_publication(fr={"title": "Zeta"}, nl={"title": "Zeta"}, kind="recommendation", published_on="2020")
    page = Page(client.get(address("recommendations", language)))
    with override(language):
        federal, regions = gettext("federal State"), gettext("Regions")
        adopted = gettext("adopted")
    found = {title.lower(): [name.split()[0] for name in names] for title, names in sections(page).items()}
    assert list(found.values()) == [["Beta"], ["Delta"], ["Zeta"]]
    assert list(found)[:2] == [federal.lower(), regions.lower()]
    assert adopted.lower() in entry(page, "Beta").lower()
    with override(language):
        assert shelf["Beta"].outcome_on.text in entry(page, "Beta")


def test_every_status_of_a_recommendation_is_said(client):
    for outcome in ("proposed", "taken_up", "adopted", "rejected"):
        make_publication(fr={"title": outcome}, kind="recommendation", level="local", outcome=outcome)
    page = Page(client.get(address("recommendations", "fr")))
    for outcome, text in (("proposed", "proposed"), ("taken_up", "taken up"), ("adopted", "adopted")):
        assert said("fr", text).lower() in entry(page, outcome).lower()
    assert said("fr", "rejected").lower() in entry(page, "rejected").lower()


@pytest.mark.parametrize("language", LANGUAGES)
def test_campaigns_of_today_come_first(client, language, monkeypatch):
    moment = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    words_of = {
        "Ancienne": {"campaign_from": "1998", "campaign_until": "1999", "published_on": "2026"},
        "Actuelle": {"campaign_from": "2024", "published_on": "1990"},
        "Future": {"campaign_from": "2027", "published_on": "2026"},
    }
    for name, columns in words_of.items():
        action = {"action_label": f"Signer {name}", "action_url": f"https://example.org/{name}"}
        words_ = {"title": name, **action}
        make_publication(kind="campaign", fr=words_, nl=words_, **columns)
    page = Page(client.get(address("campaigns", language)))
    found = sections(page)
    assert next(iter(found)) == said(language, "Going on now")
    assert next(iter(found.values())) == ["Actuelle"]
    assert sorted(list(found.values())[1]) == ["Ancienne", "Future"]
    assert "https://example.org/Actuelle" in page.hrefs()
    assert "https://example.org/Ancienne" not in page.hrefs()  # nobody can sign it any more
    assert "1998" in entry(page, "Ancienne")


@pytest.mark.parametrize("name", ["recommendations", "campaigns"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sections_are_pages_without_anything_in_them_too(client, name, language):
    make_publication(fr={"title": "Brochure"}, nl={"title": "Brochure"})
    page = Page(client.get(address(name, language)))
    assert said(language, "There is nothing here yet.") in page.text
    assert page.entries() == []
    assert LIST[language] in page.hrefs()


def test_a_campaigns_page_leads_to_what_readers_can_do(client):
    campaign = make_publication(
        kind="campaign",
        fr={"title": "Un droit", "action_label": "Signer l’appel", "action_url": "https://example.org/appel?a=1&b=2"},
        campaign_from="2020-03",
    )
    page = Page(client.get(campaign.get_absolute_url("fr")))
    assert ("https://example.org/appel?a=1&b=2", "Signer l’appel") in page.links()
    assert "mars 2020" in page.text


# --- Sharing -------------------------------------------------------------------------------------------------------

NETWORKS = {
    "wa.me": ("text",),
    "t.me": ("url", "text"),
    "www.facebook.com": ("u",),
    "bsky.app": ("text",),
    "www.linkedin.com": ("url",),
    "x.com": ("url", "text"),
    "www.pinterest.com": ("url", "description", "media"),
}


def share_links(page):
    (section,) = [element for element in page.main.iter() if "share" in (element.get("class") or "").split()]
    return [link for link in section.iter("a")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_about_one_thing_can_be_passed_on_without_javascript(client, language):
    house = make_house()
    for name, obj in vars(house).items():
        if name == "page":
            continue  # who we are, how to write to us: that is not passed on
        page = Page(client.get(obj.get_absolute_url(language)))
        links = share_links(page)
        hosts = {urlsplit(link.get("href")).hostname for link in links if link.get("href").startswith("https:")}
        assert {*NETWORKS, "share.joinmastodon.org"} == hosts, obj
        assert [link for link in links if link.get("href").startswith("mailto:")]
        for link in links:
            assert link.get("target") is None
            if link.get("href").startswith("https:"):
                assert {"noopener", "noreferrer"} <= set(link.get("rel").split())
            assert page.canonical in unquote(link.get("href")), obj
        # The address to copy stands there as words, and nothing is fetched from those sites.
        (section,) = [element for element in page.main.iter() if "share" in (element.get("class") or "").split()]
        assert page.canonical in words(section)
        for element in page.tree.iter():
            for name in ("src", "srcset", "data", "action", "ping"):
                assert "//" not in (element.get(name) or ""), obj


NASTY = "Un toit & “un droit” ? 50 % <b>d’accès</b> #1 + 2=3 /é"


def test_what_is_passed_on_is_encoded_so_that_it_arrives_whole(client):
    publication = make_publication(fr={"title": NASTY, "slug": "toit"})
    page = Page(client.get(publication.get_absolute_url("fr")))
    for link in share_links(page):
        href = link.get("href")
        assert not re.search(r"[^\x21-\x7e]", href), href
        parts = urlsplit(href)
        if parts.scheme == "mailto":
            # A mail program knows no "+" for a blank.
            assert "+" not in parts.query
            query = {
                name: [unquote(value)] for name, _is, value in (pair.partition("=") for pair in parts.query.split("&"))
            }
            assert query == {"subject": [NASTY], "body": [page.canonical]}
            continue
        if parts.hostname == "share.joinmastodon.org":
            assert unquote(parts.fragment) == f"text={NASTY} {page.canonical}"
            continue
        query = parse_qs(parts.query, strict_parsing=True)
        assert set(query) == set(NETWORKS[parts.hostname])
        for name in NETWORKS[parts.hostname]:
            (value,) = query[name]
            if name == "media":
                assert value.startswith("http")
            elif name in ("url", "u"):
                assert value == page.canonical
            else:
                assert value in (NASTY, f"{NASTY} {page.canonical}")


def test_a_shared_link_shows_a_title_words_and_a_picture(client):
    house = make_house()
    for obj in vars(house).values():
        for language in LANGUAGES:
            page = Page(client.get(obj.get_absolute_url(language)))
            metas = {
                meta.get("property"): meta.get("content") for meta in page.tree.iter("meta") if meta.get("property")
            }
            with override(language):
                shown = obj.shown
                assert metas["og:title"] in (shown.title, shown.heading), obj
            assert metas["og:url"] == page.canonical
            assert metas["og:locale"] == f"{language}_BE"
            assert metas["og:type"]
            picture = urlsplit(metas["og:image"])
            assert picture.scheme in ("http", "https")
            assert client.get(picture.path).status_code == 200
            assert metas["og:image:alt"]


def test_the_list_and_the_sections_lead_to_their_feeds(client):
    for language in LANGUAGES:
        for name, kind in (
            ("publications:list", None),
            ("recommendations", "recommendation"),
            ("campaigns", "campaign"),
        ):
            page = Page(client.get(address(name, language)))
            feeds = [
                link.get("href") for link in page.link_rel("alternate") if link.get("type") == "application/atom+xml"
            ]
            kwargs = {"kind": kind} if kind else {}
            own = address("publications:feed_of_kind" if kind else "publications:feed", language, **kwargs)
            assert own in feeds
            assert client.get(own).status_code == 200
