"""A reader leafs through the glossary, finds a word by whatever they know of it, and opens one inside a text."""

import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.translation import gettext, override

from content.views import render_preview
from glossary.models import Term
from tests.makers import (
    make_address,
    make_group,
    make_network,
    make_organisation,
    make_publication,
    make_term,
    make_theme,
    make_us,
    write,
)
from tests.pages import LANGUAGES, Page, address, faults, words

pytestmark = pytest.mark.django_db

OTHER = {"fr": "nl", "nl": "fr"}
LIST, DETAIL = 10, 24


def said(code, text, **values):
    """What our own English words are in the reader's language, as `words` reads a page."""
    with override(code):
        return " ".join((gettext(text) % values).split())


def index(client, language="fr", query=""):
    return Page(client.get(address("glossary:list", language) + query))


def detail(client, term, language="fr"):
    return Page(client.get(term.get_absolute_url(language)))


def table(client, language="fr"):
    return Page(client.get(address("glossary:table", language)))


def lines(page):
    """{the word of each line of a list: the words of that line}, in order."""
    found = [item for item in page.elements("li", within=page.main) if item.get("class") == "term-line"]
    return {words(next(next(item.iter("h4")).iter("a"))): words(item) for item in found}


def cells(page):
    """The words of the table's cells, row by row."""
    body = next(page.main.iter("tbody"))
    return [[words(cell) for cell in row.iter("td")] for row in body.iter("tr")]


def section(page, title):
    """The section of a page that has this title, None where there is none."""
    for found in page.main.iter("section"):
        if words(next(found.iter("h2"))) == title:
            return found
    return None


def in_language(language, other):
    """The title above the word of another language."""
    with override(language):
        name = {"fr": {"nl": "néerlandais"}, "nl": {"fr": "Frans"}}[language][other]
        return gettext("In %(language)s") % {"language": name}


@pytest.fixture
def asylum():
    return make_term(
        fr={"title": "asile", "summary": "Une protection.", "source": "Convention de Genève", "law_as_of": "2024-05"},
        nl={"title": "asiel", "summary": "Een bescherming.", "source": "Verdrag van Genève", "law_as_of": "2024-05"},
    )


@pytest.fixture
def seeker(asylum):
    return make_term(
        fr={"title": "demandeur·euse de protection internationale", "abbreviation": "DPI", "summary": "Qui attend."},
        nl={"title": "verzoeker om internationale bescherming", "abbreviation": "VIB", "summary": "Wie wacht."},
        words=[
            {"text": "demandeur·euse d’asile"},
            {"language": "nl", "text": "asielzoeker"},
            {"kind": "discouraged", "text": "faux réfugié", "why": "Personne n’est faux."},
            {"language": "nl", "kind": "discouraged", "text": "asielshopper", "why": "Vluchten is geen aankoop."},
            {"kind": "spelling", "text": "requérant"},
            {"kind": "other_meaning", "text": "demandeur de brevet"},
        ],
        see_also=[asylum],
        themes=[make_theme(fr={"title": "Asile et accueil"}, nl={"title": "Asiel en opvang"})],
        to_confirm={"fr": "le nom du service", "nl": "de naam van de dienst"},
    )


@pytest.fixture
def half():
    """A word that exists in French only: its Dutch text is a draft."""
    return make_term(
        fr={"title": "élargissement", "summary": "Être remis en liberté."},
        nl={"title": "invrijheidstelling", "summary": "Weer vrij zijn.", "state": "draft"},
        words=[
            {"text": "remise en liberté"},
            {"language": "nl", "text": "loslating"},
            {"language": "nl", "kind": "discouraged", "text": "vrijlaten", "why": "Te vaag."},
        ],
    )


@pytest.fixture
def hidden():
    """A word that nobody may see yet."""
    return make_term(
        fr={"title": "brouillon", "summary": "Pas encore.", "abbreviation": "BRO", "state": "draft"},
        nl={"title": "kladwerk", "summary": "Nog niet.", "abbreviation": "KLA", "state": "withdrawn"},
        words=[{"text": "ébauche"}, {"language": "nl", "text": "schets"}],
    )


HIDDEN = ("brouillon", "kladwerk", "Pas encore", "Nog niet", "BRO", "KLA", "ébauche", "schets")
HALF_HIDDEN = ("invrijheidstelling", "Weer vrij zijn", "loslating", "vrijlaten", "Te vaag")


# --- From A to Z --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_shows_each_word_with_its_definition_and_the_word_of_the_other_language(client, seeker, language):
    page = index(client, language)
    found = lines(page)
    assert (
        list(found)
        == {
            "fr": ["asile", "demandeur·euse de protection internationale"],
            "nl": ["asiel", "verzoeker om internationale bescherming"],
        }[language]
    )
    line = list(found.values())[1]
    for expected in ("(DPI)", "(VIB)", {"fr": "Qui attend.", "nl": "Wie wacht."}[language]):
        assert expected in line
    for code, title in (("fr", "demandeur·euse de protection"), ("nl", "verzoeker om internationale")):
        assert title in line
        assert page.language_of(title) == code
    assert said(language, "To be confirmed by CIRÉ:") in line


def test_a_letter_without_words_is_shown_but_leads_nowhere(client):
    for title in ("Étranger", "éloignement", "zone de transit", "œuvre", "9ter"):
        make_term(fr={"title": title}, nl=None)
    page = index(client)
    (letters,) = [nav for nav in page.elements("nav") if nav.get("class") == "letters"]
    assert [words(item) for item in letters.iter("li")] == ["#", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    linked = {words(link): link.get("href") for link in letters.iter("a")}
    assert list(linked) == ["#", "E", "O", "Z"]
    assert [words(heading) for heading in page.main.iter("h3") if heading.get("id")] == ["#", "E", "O", "Z"]
    assert list(lines(page)) == ["9ter", "éloignement", "Étranger", "œuvre", "zone de transit"]
    assert faults(page.html) == []


def test_without_words_the_index_and_the_table_say_so(client, hidden):
    for language in LANGUAGES:
        for page in (index(client, language), table(client, language)):
            assert said(language, "There is nothing here yet.") in page.text
            assert faults(page.html) == []


def test_a_word_of_the_other_language_only_stands_in_the_index_and_says_so(client, half):
    page = index(client, "nl")
    assert said("nl", "in %(language)s", language="Frans") in lines(page)["élargissement"]
    assert page.language_of("élargissement") == page.language_of("Être remis en liberté.") == "fr"
    assert "lang-tag" not in index(client, "fr").html.partition("term-line")[2].partition("</li>")[0]


def test_the_choice_of_a_theme_narrows_the_index(client, seeker, half):
    for query in ("?theme=asile-et-accueil", "?theme=asiel-en-opvang"):
        for language in LANGUAGES:
            page = index(client, language, query)
            assert len(lines(page)) == 1
            assert 'class="letters"' not in page.html, "what is left needs no alphabet"
    assert index(client).choices("theme")["asile-et-accueil"].endswith("(1)")


def test_a_word_that_is_not_there_is_told_with_what_may_be_loosened(client, seeker):
    for language in LANGUAGES:
        page = index(client, language, "?q=zeppelin&theme=asile-et-accueil")
        assert lines(page) == {}
        assert said(language, "What you can loosen:") in page.text
        assert said(language, "Show everything") in page.text
        assert faults(page.html) == []


@pytest.mark.parametrize("query", ["?theme=nonsense", "?q=%00", f"?q={'x' * 101}", "?theme=%3Cscript%3E&q=%F0"])
def test_an_address_that_makes_no_sense_gets_a_page_that_says_so(client, seeker, query):
    for language in LANGUAGES:
        page = index(client, language, query)
        assert faults(page.html) == []
        assert query == "?theme=%3Cscript%3E&q=%F0" or lines(page) == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("faux refugie", "faux réfugié"),
        ("Asielshopper", "asielshopper"),
        ("asielzoeker", "asielzoeker"),
        ("demandeur d asile", "demandeur·euse d’asile"),
        ("Asielzoekers", "asielzoeker"),
        ("requerant", "requérant"),
        # The line itself shows why.
        ("DPI", None),
        ("vib", None),
        ("verzoeker bescherming", None),
        ("demandeur·euse", None),
    ],
)
def test_the_index_says_through_which_word_a_term_was_found(client, seeker, language, text, through):
    page = index(client, language, f"?q={text}")
    (line,) = [line for name, line in lines(page).items() if name not in {"asile", "asiel"}]
    found = said(language, "Found through:")
    assert (found in line) == bool(through)
    if through:
        assert f"{found} {through}" in line
        assert page.language_of(f"{found} {through}") == language
        avoided = f"({said(language, 'better avoided')})"
        assert (avoided in line) == (through in {"faux réfugié", "asielshopper"})


def test_a_word_to_avoid_is_named_though_the_term_holds_it_too(client):
    make_term(
        fr={"title": "personne sans papiers"},
        nl=None,
        words=[{"kind": "discouraged", "text": "sans-papiers", "why": "Une personne n’est pas ses papiers."}],
    )
    found = said("fr", "Found through:")
    assert f"{found} sans-papiers" in lines(index(client, query="?q=sans papiers"))["personne sans papiers"]
    assert found not in index(client, query="?q=papiers").text


# --- One word -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_has_its_definition_and_all_that_goes_with_it_in_the_readers_language(client, asylum, seeker, language):
    page = detail(client, seeker, language)
    expected = {
        "fr": ("DPI", "Qui attend.", "demandeur·euse d’asile", "faux réfugié", "Personne n’est faux.", "asile"),
        "nl": ("VIB", "Wie wacht.", "asielzoeker", "asielshopper", "Vluchten is geen aankoop.", "asiel"),
    }
    for text in expected[language]:
        assert text in page.text
    for text in expected[OTHER[language]][2:5]:
        assert text not in page.text
    assert "brevet" not in page.text
    assert "requérant" not in page.text
    assert asylum.get_absolute_url(language) in page.hrefs()
    theme = seeker.themes.get()
    assert theme.get_absolute_url(language) in page.hrefs()
    confirm = said(language, "To be confirmed by CIRÉ:")
    assert f"{confirm} {seeker.to_confirm[language]}" in page.text
    avoided = section(page, said(language, "Better avoided"))
    assert expected[language][4] in words(avoided)
    assert faults(page.html) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_law_its_date_and_the_source_are_said(client, asylum, language):
    page = detail(client, asylum, language)
    with override(language):
        month = date_format(datetime.date(2024, 5, 1), "F Y")
    assert month.lower() in page.text.lower()
    assert {"fr": "Convention de Genève", "nl": "Verdrag van Genève"}[language] in page.text
    assert said(language, "To be confirmed by CIRÉ:") not in page.text
    assert section(page, said(language, "Better avoided")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_of_the_other_language_stands_beside_it_with_its_definition_folded(client, seeker, language):
    other = OTHER[language]
    page = detail(client, seeker, language)
    beside = section(page, in_language(language, other))
    title, abbreviation, definition = {
        "fr": ("demandeur·euse de protection internationale", "(DPI)", "Qui attend."),
        "nl": ("verzoeker om internationale bescherming", "(VIB)", "Wie wacht."),
    }[other]
    (link,) = page.links(within=beside)
    assert link == (seeker.get_absolute_url(other), title)
    (fold,) = beside.iter("details")
    assert fold.get("open") is None
    assert definition in words(fold)
    assert abbreviation in words(beside)
    assert page.language_of(definition) == page.language_of(title) == other


def test_a_word_of_one_language_says_that_it_is_not_translated_yet(client, half):
    page = detail(client, half, "fr")
    beside = section(page, in_language("fr", "nl"))
    assert said("fr", "It has not been translated into %(language)s yet.", language="néerlandais") in words(beside)
    page = detail(client, half, "nl")
    assert said("nl", "This text exists only in %(language)s.", language="Frans") in page.text
    assert page.canonical.endswith(half.get_absolute_url("fr"))
    assert page.language_of("Être remis en liberté.") == page.language_of("remise en liberté") == "fr"


def test_a_word_that_the_other_language_has_no_word_for_says_so(client):
    alone = make_term(fr={"title": "tutelle"}, nl=None, no_equivalent=True)
    described = make_term(
        fr={"title": "guichet"}, nl={"title": "aanmelding", "summary": "Zo ongeveer."}, no_equivalent=True
    )
    sentence = said("fr", "This word has no equivalent in %(language)s.", language="néerlandais")
    page = detail(client, alone)
    assert sentence in page.text
    assert said("fr", "It has not been translated into %(language)s yet.", language="néerlandais") not in page.text
    page = detail(client, described)
    assert sentence in page.text
    assert "aanmelding" in page.text


def test_the_address_of_the_other_language_or_an_old_one_leads_to_the_one_address(client, asylum, half):
    response = client.get(address("glossary:detail", "nl", slug="asile"))
    assert (response.status_code, response.headers["Location"]) == (301, asylum.get_absolute_url("nl"))
    write(half, "nl", state="withdrawn")
    response = client.get(address("glossary:detail", "nl", slug="invrijheidstelling"))
    assert (response.status_code, response.headers["Location"]) == (302, half.get_absolute_url("nl"))


def test_a_circle_of_words_that_refer_to_each_other_is_only_links(client, asylum, seeker):
    asylum.see_also.add(seeker, asylum)
    page = detail(client, asylum)
    assert seeker.get_absolute_url("fr") in page.hrefs()


# --- What is not public -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hidden_word_is_nowhere(client, asylum, half, hidden, language):
    asylum.see_also.add(hidden)
    publication = make_publication(
        fr={"text": "<p>Un brouillon, l’asile, BRO.</p>"}, nl={"text": "<p>Een kladwerk, asiel, KLA.</p>"}
    )
    for name in HIDDEN:
        assert lines(index(client, language, f"?q={name}")) == {}, name
    pages = [index(client, language), table(client, language), detail(client, asylum, language)]
    for page in pages:
        for name in HIDDEN:
            assert name not in page.html
        assert faults(page.html) == []
    page = detail(client, publication, language)
    (mark,) = page.elements("a", **{"class": "explained"})
    assert words(mark) in {"asile", "asiel"}
    for slug in ("brouillon", "kladwerk"):
        assert client.get(address("glossary:detail", language, slug=slug)).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hidden_language_of_a_word_is_nowhere(client, asylum, half, language):
    asylum.see_also.add(half)
    for name in HALF_HIDDEN:
        assert lines(index(client, language, f"?q={name}")) == {}, name
    pages = [
        index(client, language),
        table(client, language),
        *(detail(client, term, language) for term in (asylum, half)),
    ]
    for page in pages:
        for name in HALF_HIDDEN:
            assert name not in page.html
        assert "élargissement" in page.text
        assert page.language_of("élargissement") == "fr"


def test_a_preview_shows_a_word_before_anybody_may_see_it(rf, hidden):
    row = hidden.translations.get(language_code="nl")
    page = Page(render_preview(rf.get("/"), hidden, row, "/admin/"))
    for text in ("kladwerk", "KLA", "Nog niet.", "schets"):
        assert text in page.text
    assert "brouillon" not in page.text
    assert faults(page.html) == []


# --- Both languages, side by side ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_puts_both_languages_side_by_side_the_readers_first(client, seeker, half, language):
    page = table(client, language)
    names = {"fr": ["Français", "Néerlandais"], "nl": ["Nederlands", "Frans"]}
    assert [words(cell) for cell in next(page.main.iter("thead")).iter("th")] == names[language]
    rows = cells(page)
    sides = [
        "demandeur·euse de protection internationale (DPI) demandeur·euse d’asile",
        "verzoeker om internationale bescherming (VIB) asielzoeker",
    ]
    assert (sides if language == "fr" else sides[::-1]) in rows
    missing = said(language, "not translated yet")
    pair = ["élargissement remise en liberté", missing]
    assert (pair if language == "fr" else pair[::-1]) in rows
    for title, code in (("demandeur·euse de protection", "fr"), ("verzoeker om", "nl"), ("élargissement", "fr")):
        assert page.language_of(title) == code
    assert seeker.get_absolute_url(language) in page.hrefs()
    assert faults(page.html) == []


def test_the_table_says_where_there_is_no_word(client):
    make_term(fr={"title": "tutelle"}, nl=None, no_equivalent=True)
    assert cells(table(client)) == [["tutelle", said("fr", "no equivalent")]]


# --- In the midst of a text ---------------------------------------------------------------------------------------


@pytest.fixture
def text(asylum, seeker):
    """A publication whose French text explains two words, one of them in two of its sections."""
    return make_publication(
        fr={"title": "Toit", "text": "<p>L’asile pour les DPI.</p><h2>Ensuite</h2><p>L’asile encore.</p>"},
        nl={"title": "Dak", "text": "<p>Over huizen.</p>", "state": "draft"},
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_mark_leads_to_its_note_and_each_note_back_to_its_mark(client, text, language):
    page = detail(client, text, language)
    marks = list(page.elements("a", **{"class": "explained"}))
    assert [words(mark) for mark in marks] == ["asile", "DPI", "asile"]
    (notes,) = [item for item in page.elements("section") if "notes" in (item.get("class") or "").split()]
    for mark in marks:
        (place,) = [item for item in notes.iter() if f"#{item.get('id')}" == mark.get("href")]
        first, *_rest = page.links(within=place)
        assert first[0] == f"#{mark.get('id')}", "the way back is the first thing in a note"
        assert first[1].startswith(said(language, "Back to the text"))
        assert place.get("tabindex") == "-1", "the focus goes to the note"
    assert faults(page.html) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_note_is_in_the_language_of_the_page_though_the_text_is_foreign(client, asylum, text, language):
    page = detail(client, text, language)
    assert page.language_of("encore.") == "fr"
    definition = {"fr": "Une protection.", "nl": "Een bescherming."}[language]
    assert page.language_of(definition) == language
    assert page.language_of(said(language, "Words explained")) == language
    assert asylum.get_absolute_url(language) in page.hrefs()
    confirm = {"fr": "le nom du service", "nl": "de naam van de dienst"}[language]
    assert f"{said(language, 'To be confirmed by CIRÉ:')} {confirm}" in page.text


def test_a_note_of_a_word_of_one_language_says_in_which(client, half):
    network = make_network(fr={"text": "<p>Un élargissement.</p>"}, nl=None)
    page = detail(client, network, "nl")
    assert page.language_of("Être remis en liberté.") == "fr"
    for name in HALF_HIDDEN:
        assert name not in page.html


def test_a_text_without_words_of_the_glossary_has_no_notes(client, asylum):
    page = detail(client, make_network(fr={"text": "<p>Un toit.</p>"}))
    assert said("fr", "Words explained") not in page.text


# --- Where a word is explained ------------------------------------------------------------------------------------


def used(client, term, language="fr"):
    """{kind: [names]} of the pages that the page of a term says explain it."""
    found = section(detail(client, term, language), said(language, "Where this word is explained on our site"))
    if found is None:
        return {}
    return {
        words(row.find("dt")): [words(item) for item in row.iter("li")] for row in next(found.iter("dl")).iter("div")
    }


def test_the_page_of_a_word_names_the_pages_that_explain_it(client, asylum):
    make_network(fr={"title": "Réseau", "text": "<p>L’asile.</p>"}, nl={"title": "Netwerk", "text": "<p>Huizen.</p>"})
    make_theme(fr={"title": "Abri", "text": "<p>L’asile.</p>"}, nl={"title": "Schuilplaats", "text": "<p>Asiel.</p>"})
    make_publication(fr={"title": "Toit", "text": "<p>Un toit.</p>"}, nl={"title": "Dak", "text": "<p>Het asiel.</p>"})
    kinds = [sorted(names) for names in used(client, asylum, "fr").values()]
    assert sorted(kinds) == [["Abri"], ["Réseau"]]
    kinds = [sorted(names) for names in used(client, asylum, "nl").values()]
    assert sorted(kinds) == [["Dak"], ["Schuilplaats"]]


def test_it_names_only_texts_that_its_reader_is_shown(client, asylum):
    draft = {"state": "draft"}
    make_network(fr={"title": "Caché", "text": "<p>L’asile.</p>", **draft}, nl={"title": "Netwerk"})
    make_network(fr={"title": "Ébauche", "text": "<p>L’asile.</p>", **draft}, nl=None)
    make_network(fr={"title": "Français", "text": "<p>L’asile.</p>"}, nl=None)
    for language in LANGUAGES:
        assert list(used(client, asylum, language).values()) == [["Français"]]


def test_it_names_a_few_pages_of_each_kind_and_says_that_there_are_more(client, asylum):
    for number in range(8):
        make_network(fr={"title": f"Réseau {number}", "text": "<p>L’asile.</p>"}, nl=None)
    (names,) = used(client, asylum).values()
    assert names == [*(f"Réseau {number}" for number in range(5)), said("fr", "and more")]


# --- What it costs ------------------------------------------------------------------------------------------------


def queries(client, path):
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def explain_everywhere(number):
    """Make `number` pages of every kind that explain the words of the glossary."""
    words_of = {"fr": {"text": "<p>L’asile.</p>"}, "nl": {"text": "<p>Het asiel.</p>"}}
    for _ in range(number):
        for make in (make_network, make_group, make_organisation, make_theme, make_publication, make_address):
            make(**words_of)
        make_term(**words_of)


def add_words(number):
    for each in range(number):
        make_term(fr={"title": f"mot {each}"}, nl=None if each % 3 else {}, words=[{"text": f"synonyme {each}"}])


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_times_as_many_words_and_uses_cost_no_query_more(client, asylum, seeker, language):
    make_us()
    asylum.themes.add(*seeker.themes.all())
    fixed = [address(name, language) for name in ("glossary:list", "glossary:table", "glossary:sheet")]
    found = [f"{fixed[0]}?q=mot", f"{fixed[0]}?theme=asile-et-accueil&q=asiel"]
    paths = [*fixed, *found, asylum.get_absolute_url(language)]

    def costs():
        cache.clear()
        return {path: queries(client, path) for path in paths}

    asylum.see_also.add(seeker)
    explain_everywhere(2)
    add_words(2)
    few = costs()
    explain_everywhere(8)
    add_words(20)
    asylum.see_also.add(*Term.objects.exclude(pk=asylum.pk)[:8])
    many = costs()
    assert many == few
    assert max(many[path] for path in fixed) <= LIST
    assert max(many[path] for path in found) <= LIST
    assert many[paths[-1]] <= DETAIL


def test_a_text_full_of_explained_words_costs_no_query_more_than_a_plain_one(client, asylum, seeker):
    plain = make_network(fr={"text": "<p>Un toit.</p>"})
    full = make_network(fr={"text": "<p>L’asile pour les DPI.</p>"})
    assert queries(client, full.get_absolute_url("fr")) == queries(client, plain.get_absolute_url("fr"))


# --- As light and as linked as it was --------------------------------------------------------------------------------


def test_a_long_index_names_the_words_only_and_a_narrowed_one_defines_them(client, monkeypatch):
    monkeypatch.setattr("glossary.views.MOST_DEFINED", 2)
    for title in ("asile", "tutelle", "visa"):
        make_term(fr={"title": title, "summary": f"Ce qu’est {title}."})
    assert "Ce qu’est" not in index(client).text
    assert list(lines(index(client))) == ["asile", "tutelle", "visa"]
    assert "Ce qu’est visa." in index(client, query="?q=visa").text


def test_a_theme_names_its_words(client):
    theme = make_theme(fr={"title": "Asile et protection"}, nl={"title": "Asiel"})
    term = make_term(fr={"title": "apatride", "abbreviation": "AP"}, nl={"title": "staatloze"}, themes=[theme])
    make_term(fr={"title": "brouillon", "state": "draft"}, themes=[theme])
    for language, name in (("fr", "apatride (AP)"), ("nl", "staatloze")):
        page = detail(client, theme, language)
        assert name in page.text and term.get_absolute_url(language) in page.html
        assert "brouillon" not in page.text
