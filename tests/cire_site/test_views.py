"""The joint page answers: where does CIRÉ sit, in which role, since when? With the home page and what stands around."""

import pytest
from django.test import Client

from networks.models import Network
from tests.makers import make_figure, make_group, make_house, make_network, make_organisation, make_theme, make_us
from tests.pages import Page, address, words

pytestmark = pytest.mark.django_db

JOINT = {"fr": "/fr/reseaux-et-groupes/", "nl": "/nl/netwerken-en-groepen/"}

# As in the facts: (anchor in French, anchor in Dutch, name, role, when) in each language.
SEATS = {
    "fr": {
        "cltb": ("CLTB", "membre fondateur", "depuis 2010"),
        "move": ("Move", "membre fondateur", "depuis janvier 2021"),
        "en-gaje": ("En-GAJE", "membre fondateur", "depuis décembre 2018"),
        "fesefa": ("FESEFA", "membre à confirmer", "début inconnu"),
        "migreurop": ("Migreurop", "membre", "28 novembre 2009 ou avant"),
        "mineurs-en-exil": ("Mineurs en exil", "invité permanent", "début inconnu"),
        "picum": ("PICUM", "membre", "début inconnu"),
        "groupe-transit": ("Groupe Transit", "coordinateur", "depuis 1989"),
    },
    "nl": {
        "cltb": ("CLTB", "stichtend lid", "sinds 2010"),
        "move": ("Move", "stichtend lid", "sinds januari 2021"),
        "en-gaje": ("En-GAJE", "stichtend lid", "sinds december 2018"),
        "fesefa": ("FESEFA", "lid te bevestigen", "begin onbekend"),
        "migreurop": ("Migreurop", "lid", "28 november 2009 of vroeger"),
        "kinderen-op-de-vlucht": ("Kinderen op de vlucht", "vaste genodigde", "begin onbekend"),
        "picum": ("PICUM", "lid", "begin onbekend"),
        "transitgroep": ("Transitgroep", "coördinator", "sinds 1989"),
    },
}


@pytest.fixture
def joint(client, sample):
    return {language: Page(client.get(path)) for language, path in JOINT.items()}


# --- The joint page, on the sample -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_all_seven_networks_and_the_group_stand_there_with_role_and_date(joint, language):
    page = joint[language]
    assert len(page.entries()) == 8
    for anchor, (name, role, when) in SEATS[language].items():
        (entry,) = [item for item in page.elements("li", "article") if (item.get("id") or "").endswith(f"-{anchor}")]
        text = words(entry)
        assert text.startswith(name), text
        assert role in text
        assert when in text


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_every_entry_leads_to_its_page(joint, client, language):
    for href in sorted(joint[language].hrefs()):
        if href.startswith("/"):
            assert client.get(href).status_code == 200, href
    kinds = [href.split("/")[2] for href in joint[language].hrefs() if href.count("/") == 4]
    networks, groups = JOINT[language].split("/")[2].replace("-et-", "-en-").split("-en-")
    assert kinds.count(networks) == 7
    assert kinds.count(groups) == 1


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_timeline_has_a_table_that_says_the_same(joint, language):
    page = joint[language]
    (table,) = page.main.iter("table")
    rows = [[words(cell) for cell in row if cell.tag in {"th", "td"}] for row in table.iter("tr")][1:]
    assert len(rows) == 8
    expected = {tuple(seat) for seat in SEATS[language].values()}
    assert {tuple(row) for row in rows} == expected
    assert rows[0][0] == SEATS[language]["groupe-transit" if language == "fr" else "transitgroep"][0]
    (drawing,) = [svg for svg in page.elements("svg") if svg.get("aria-label") and svg.get("role") in {"group", "img"}]
    bars = [link.get("aria-label") for link in page.elements("a", within=drawing)]
    assert len(bars) == 8
    for (name, _role, when), label in zip(rows, bars, strict=True):
        assert name in label
        assert when in label


def test_texts_that_are_not_in_dutch_yet_stand_in_the_dutch_list_in_french(joint):
    page = joint["nl"]
    assert page.language_of("Groupe d’Aide aux Journalistes Exilés") == "fr"
    assert page.language_of("Fédération des employeurs") == "fr"
    assert page.text.count("in het Frans") == 2
    # The Dutch text of En-GAJE is a draft, that of FESEFA is scheduled.
    drafts = Network.objects.filter(translations__language_code="nl").exclude(translations__publish_from=None)
    assert drafts.count() == 6


@pytest.mark.parametrize(
    ("language", "anchor", "expected"),
    [
        ("fr", "fesefa", ["au moins 400", "6 550", "(2022)"]),
        ("nl", "fesefa", ["minstens 400", "6.550", "(2022)"]),
        ("fr", "cltb", ["au moins 500", "(2025)", "500 à 600", "(année inconnue)"]),
        ("nl", "cltb", ["minstens 500", "(2025)", "500 tot 600", "(jaar onbekend)"]),
    ],
)
def test_figures_stand_there_with_their_year_or_say_that_it_is_unknown(joint, language, anchor, expected):
    (entry,) = joint[language].elements("li", id=f"network-{anchor}")
    text = words(entry).replace("\u202f", " ").replace("\xa0", " ")
    for figure in expected:
        assert figure in text


def test_search_engines_learn_where_we_sit(joint):
    for language, page in joint.items():
        data = page.json_ld
        assert data["@type"] == "Organization"
        assert "CIRÉ" in data["alternateName"]
        plain = {entry["@id"]: entry for entry in data["memberOf"] if entry["@type"] == "Organization"}
        roles = {entry["memberOf"]["@id"]: entry for entry in data["memberOf"] if entry["@type"] == "OrganizationRole"}
        assert len(plain) == len(roles) == 7, "FESEFA is to be confirmed"
        assert set(plain) == set(roles)
        assert not [name for name in plain if "fesefa" in name]
        found = {(roles[key]["roleName"], roles[key].get("startDate")) for key in roles}
        founder, member, guest, coordinator = {
            "fr": ("membre fondateur", "membre", "invité permanent", "coordinateur"),
            "nl": ("stichtend lid", "lid", "vaste genodigde", "coördinator"),
        }[language]
        assert found == {
            (founder, "2010"),
            (founder, "2021-01"),
            (founder, "2018-12"),
            (member, None),
            (guest, None),
            (coordinator, "1989"),
        }
        for node in plain.values():
            assert " ".join(node["name"].split()) in page.text
            assert node["@id"].startswith("http")


def test_the_sample_can_be_filtered_in_both_languages(client, sample):
    for language, path in JOINT.items():
        founders = Page(client.get(f"{path}?role=founder"))
        assert [name.split()[0] for name in founders.entries()] == ["CLTB", "En-GAJE", "Move"]
        (table,) = founders.main.iter("table")
        assert len(list(table.iter("tr"))) == 4, "the timeline shows what the list shows"
        coordinated = Page(client.get(f"{path}?role=coordinator"))
        assert len(coordinated.entries()) == 1
        detention = {"fr": "detention", "nl": "detentie"}[language]
        assert len(Page(client.get(f"{path}?theme={detention}")).entries()) == 4
        assert len(Page(client.get(f"{path}?scope=international")).entries()) == 1


# --- The joint page, by itself -----------------------------------------------------------------------------------


@pytest.fixture
def bodies():
    us = make_us()
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    make_network(
        fr={"title": "Réseau"},
        themes=[theme],
        scope="national",
        seats=[{"organisation": us, "role": "member", "since": "2010"}],
    )
    make_group(
        fr={"title": "Groupe"},
        themes=[theme],
        scope="brussels",
        seats=[{"organisation": us, "role": "coordinator", "since": "1989"}],
    )
    past = {"organisation": us, "role": "founder", "since": "1990", "until": "1999"}
    make_network(fr={"title": "Ancien"}, seats=[past])
    return us


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ancien", "Réseau", "Groupe"]),
        ("?role=member", ["Réseau"]),
        ("?role=coordinator", ["Groupe"]),
        ("?role=founder", []),
        ("?role=member&role=coordinator", ["Réseau", "Groupe"]),
        ("?theme=logement", ["Réseau", "Groupe"]),
        ("?theme=huisvesting&scope=brussels", ["Groupe"]),
        ("?role=member&scope=brussels", []),
        ("?role=nonsense", []),
        ("?theme=%00", []),
        ("?scope=" + "x" * 7000, []),
    ],
)
def test_one_filter_narrows_networks_and_groups_together(client, bodies, language, query, found):
    page = Page(client.get(f"{JOINT[language]}{query}"))
    assert [name.split()[0] for name in page.entries()] == found


def test_counts_are_of_networks_and_groups_together(client, bodies):
    page = Page(client.get(JOINT["fr"]))
    counts = {value: int("".join(filter(str.isdigit, text))) for value, text in page.choices("theme").items()}
    assert counts == {"logement": 2}
    assert set(page.choices("role")) == {"member", "coordinator"}, "a past seat is no choice"


def test_an_empty_choice_says_what_to_loosen_across_both(client, bodies):
    page = Page(client.get(f"{JOINT['fr']}?role=member&scope=brussels"))
    links = {href for href, _text in page.links()}
    assert {"?role=member#results", "?scope=brussels#results"} <= links


def test_an_unknown_role_in_the_address_is_told(client, bodies):
    for language, path in JOINT.items():
        page = Page(client.get(f"{path}?role=nonsense"))
        assert "nonsense" in page.text, language
        assert not list(page.main.iter("table")), "no timeline of nothing"


def test_a_site_without_its_own_organisation_still_answers(client):
    make_network(fr={"title": "Réseau"}, seats=[{}])
    for path in (JOINT["fr"], "/fr/", "/nl/"):
        page = Page(client.get(path))
        assert page.json_ld is None
    assert Page(client.get(JOINT["fr"])).entries() == ["Réseau"]


def test_an_unpublished_own_organisation_keeps_its_facts_out_of_the_data(client):
    us = make_us(state="draft")
    make_network(fr={"title": "Réseau"}, seats=[{"organisation": us, "role": "founder", "since": "2010"}])
    for path in (JOINT["fr"], "/fr/"):
        page = Page(client.get(path))
        assert page.json_ld is None
        assert "Coordination et Initiatives" not in page.html


def test_the_way_here_is_marked_in_the_menu(client, bodies):
    for language, path in JOINT.items():
        page = Page(client.get(path))
        current = [link.get("href") for link in page.elements("a") if link.get("aria-current") == "page"]
        assert path in current, language


# --- Home --------------------------------------------------------------------------------------------------------


def test_the_home_page_leads_into_every_section_in_both_languages(client):
    house = make_house()
    for language in ("fr", "nl"):
        page = Page(client.get(f"/{language}/"))
        hrefs = page.hrefs()
        for name in ("networks_and_groups", "organisations:list", "themes:list"):
            assert address(name, language) in hrefs
        assert {house.network.get_absolute_url(language), house.group.get_absolute_url(language)} <= hrefs
        assert page.lang == language


def test_the_home_page_shows_only_figures_with_a_year_the_newest_first(client):
    network = make_network(fr={"title": "Réseau"})
    for number, year in enumerate((2019, None, 2025, 2022, 2010)):
        make_figure(network, label={"fr": f"chose{number}"}, year=year, value=number + 70)
    text = Page(client.get("/fr/")).text
    assert "chose1" not in text
    assert "chose4" not in text
    assert text.index("chose2") < text.index("chose3") < text.index("chose0")


def test_the_home_page_of_an_empty_site_answers(client):
    for language in ("fr", "nl"):
        assert Page(client.get(f"/{language}/")).title


def test_the_home_page_says_how_many_organisations_there_are(client):
    for _ in range(7):
        make_organisation()
    make_organisation(state="draft")
    assert "7 organisations" in Page(client.get("/fr/")).text
    assert "7 organisaties" in Page(client.get("/nl/")).text


def test_the_sample_home_page_says_who_we_are(client, sample):
    for language in ("fr", "nl"):
        page = Page(client.get(f"/{language}/"))
        assert "1954" in page.text
        assert page.description


# --- Around --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "target"),
    [
        ("", "/fr/"),
        ("fr-BE,fr;q=0.9,nl;q=0.8", "/fr/"),
        ("nl", "/nl/"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "/nl/"),
        ("nl-NL", "/nl/"),
        ("en,nl;q=0.5", "/nl/"),
        ("en-GB,en", "/fr/"),
        ("ar,ti;q=0.9,fr;q=0.1", "/fr/"),
        ("fr;q=0.1,nl;q=0.9", "/nl/"),
        ("*", "/fr/"),
        (";;;q=x,\x00", "/fr/"),
        ("nl" * 5000, "/fr/"),
    ],
)
def test_the_bare_address_leads_to_the_readers_language(client, accepted, target):
    response = client.get("/", headers={"accept-language": accepted})
    assert response.status_code == 302
    assert response.headers["Location"] == target
    assert "Accept-Language" in response.headers["Vary"]
    assert not response.cookies


def test_a_cookie_does_not_decide_the_language_of_a_page(client):
    reader = Client()
    reader.cookies["django_language"] = "nl"
    assert Page(reader.get("/fr/")).lang == "fr"
    assert reader.get("/fr/").content == client.get("/fr/").content


def test_the_monitor_is_answered_and_its_answer_not_kept(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.content == b"ok"
    assert "no-store" in response.headers["Cache-Control"]
    assert not response.cookies


def test_every_page_names_itself_and_its_language_and_can_be_skipped_through(client):
    house = make_house()
    titles = {}
    for language in ("fr", "nl"):
        for obj in (house.theme, house.us, house.network, house.group):
            page = Page(client.get(obj.get_absolute_url(language)))
            assert page.lang == language
            assert obj.translations.get(language_code=language).heading in page.title
            assert len(list(page.tree.iter("h1"))) == 1
            skip = next(page.tree.iter("a"))
            assert skip.get("href") == f"#{page.main.get('id')}"
            titles.setdefault(language, set()).add(page.title)
    assert all(len(found) == 4 for found in titles.values())


def test_search_engines_are_told_both_addresses_of_a_page(client, settings):
    for name in ("home", "networks_and_groups", "networks:list", "groups:list", "organisations:list", "themes:list"):
        for language in ("fr", "nl"):
            page = Page(client.get(address(name, language) + "?utm_source=x"))
            assert page.canonical == settings.SITE_URL + address(name, language)
            assert page.alternates == {code: settings.SITE_URL + address(name, code) for code in ("fr", "nl")}
