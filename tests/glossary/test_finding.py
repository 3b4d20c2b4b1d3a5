"""A reader finds a term by any spelling of it, of its abbreviation or of a word beside it, in either language."""

import pytest

from glossary.models import Term
from glossary.wording import stems_asked_for
from tests.makers import make_term
from tests.pages import LANGUAGES, Page, address

pytestmark = pytest.mark.django_db

TABLE = {
    "seeker": [
        *("demandeur", "demandeuse", "DEMANDEURS", "demandeur de protection", "protection internationale"),
        *(
            "demandeur·euse",
            "demandeur∙euse",
            "demandeur.euse",
            "demandeur(euse)",
            "demandeur·euse·s",
            "demandeurs·euses",
        ),
        *("DPI", "dpi", "VIB", "vib", "verzoeker", "verzoekers", "asielzoeker", "asielzoekers", "Asielzoeker’s"),
        *("demandeur d’asile", "demandeur d'asile", "demandeurs d’asile", "demandeuses d'asile", "asile demandeur"),
    ],
    "refugee": [
        *("réfugié", "refugie", "RÉFUGIÉ", "réfugiée", "réfugiés", "réfugiées", "re\u0301fugie\u0301"),
        *(
            "réfugié·e",
            "réfugié∙e",
            "réfugié.e",
            "réfugié(e)s",
            "réfugié·e·s",
            "réfugié.e.s",
            "réfugié(e)",
            "refugie.e",
        ),
        *("réfugié-e-s", "réfugié/e", "RÉFUGIÉ·E·S", "refugies reconnus"),
        *("vluchteling", "vluchtelingen", "Vluchtelingen", "erkende vluchteling", "erkende vluchtelingen"),
    ],
    "workshop": ["œuvre", "oeuvre", "OEUVRE", "œuvres", "main d’œuvre", "main-d'oeuvre", "arbeidskrachten"],
    "minor": ["MENA", "mena", "NBMV", "nbmv", "NBMV’s", "mineures étrangères", "mineurs étrangers", "minderjarigen"],
    "centre": ["centre fermé", "centres fermés", "centre ferme", "gesloten centra", "gesloten centrum", "127 bis"],
    "order": ["OQT", "ordre de quitter", "ordres de quitter le territoire", "bevelen", "bevel", "BGV"],
    "guardian": ["tuteur", "tutrice", "tutrices", "tuteur·rice", "tuteur·trice·s", "tutelles", "voogden", "personen"],
    "alone": ["tutelle", "tutelles", "TUTELLE"],
}
NOBODY = ["voogdij", "geheim", "VGD", "brouillon", "xyz", "tutelle voogdij", "réfugié gesloten"]


@pytest.fixture
def terms():
    return {
        "seeker": make_term(
            fr={"title": "demandeur·euse de protection internationale", "abbreviation": "DPI"},
            nl={"title": "verzoeker om internationale bescherming", "abbreviation": "VIB"},
            words=[{"text": "demandeur·euse d’asile"}, {"language": "nl", "text": "asielzoeker"}],
        ),
        "refugee": make_term(
            fr={"title": "réfugié·e reconnu·e"},
            nl={"title": "erkend vluchteling"},
            words=[{"text": "réfugié·e"}, {"language": "nl", "text": "vluchteling"}],
        ),
        "workshop": make_term(fr={"title": "main-d’œuvre"}, nl={"title": "arbeidskracht"}),
        "minor": make_term(
            fr={"title": "mineur·e étranger·ère non accompagné·e", "abbreviation": "MENA"},
            nl={"title": "niet-begeleide minderjarige vreemdeling", "abbreviation": "NBMV"},
        ),
        "centre": make_term(
            fr={"title": "centre fermé"},
            nl={"title": "gesloten centrum"},
            words=[{"kind": "spelling", "text": "127 bis"}],
        ),
        "order": make_term(
            fr={"title": "ordre de quitter le territoire", "abbreviation": "OQT"},
            nl={"title": "bevel om het grondgebied te verlaten", "abbreviation": "BGV"},
        ),
        "guardian": make_term(
            fr={"title": "tuteur·rice"},
            nl={"title": "voogd"},
            words=[{"text": "tutelle civile"}, {"language": "nl", "text": "persoon"}],
        ),
        "alone": make_term(
            fr={"title": "tutelle"},
            nl={"title": "voogdij", "abbreviation": "VGD", "state": "draft"},
            words=[{"language": "nl", "text": "geheim"}],
        ),
        "hidden": make_term(fr={"title": "brouillon", "state": "draft"}, nl=None, words=[{"text": "xyz"}]),
    }


def found(text):
    return set(Term.objects.public().found_by(text))


@pytest.mark.parametrize("key", TABLE)
def test_the_table_of_spellings(terms, key):
    missing = [spelling for spelling in TABLE[key] if terms[key] not in found(spelling)]
    assert missing == []


def test_what_is_not_public_is_not_found(terms):
    assert {spelling: found(spelling) for spelling in NOBODY} == {spelling: set() for spelling in NOBODY}


def test_a_word_that_means_something_else_finds_nothing(client):
    asylum = make_term(fr={"title": "asile"}, words=[{"kind": "other_meaning", "text": "asile psychiatrique"}])
    assert found("asile psychiatrique") == found("psychiatrique") == set()
    page = Page(client.get(address("glossary:list", "fr"), {"q": "asile"}))
    assert found("asile") == {asylum}
    assert "psychiatrique" not in page.text


@pytest.mark.parametrize("text", ["···", "😀", "´`¨^", "\u0301\u0300", "%", "_", "'"])
def test_signs_without_a_word_find_nothing(terms, text):
    assert found(text) == set()


def test_a_spelling_finds_nothing_else(terms):
    for spelling in ("réfugié(e)s", "vluchtelingen"):
        assert found(spelling) == {terms["refugee"]}
    assert found("demandeuses d'asile") == {terms["seeker"]}
    assert found("centra") == {terms["centre"]}


@pytest.mark.parametrize("spelling", ["réfugié·e", "réfugié∙e", "réfugié.e", "réfugié(e)s"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_finds_any_inclusive_writing(client, terms, language, spelling):
    page = Page(client.get(address("glossary:list", language), {"q": spelling}))
    assert terms["refugee"].get_absolute_url(language) in page.html
    assert terms["minor"].get_absolute_url(language) not in page.html


@pytest.mark.parametrize(
    "text", ["", " ", "’", "···", "%", "_", "\\", "'", '"', "e" * 5_000, "a " * 5_000, "\x00", "(e)"]
)
def test_whatever_is_asked_for(terms, client, text):
    found(text)
    assert client.get(address("glossary:list", "fr"), {"q": text}).status_code == 200


def test_short_words_keep_their_form():
    assert stems_asked_for("loi CE vies") == [{"loi"}, {"ce"}, {"vies"}]
    assert {"demandeuses", "demandeuse", "demandeur"} <= stems_asked_for("demandeuses")[0]
