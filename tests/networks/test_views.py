"""A reader of the networks filters by role, theme and scope, and sees only what is published."""

import json

import pytest
from django.core.cache import cache

from content.saving import match_source, save_content
from networks.models import Network
from tests.makers import (
    make_figure,
    make_group,
    make_network,
    make_organisation,
    make_picture,
    make_seat,
    make_theme,
    make_us,
    write,
)
from tests.pages import Page, address, words

pytestmark = pytest.mark.django_db

LIST = {"fr": "/fr/reseaux/", "nl": "/nl/netwerken/"}


@pytest.fixture
def us():
    return make_us()


@pytest.fixture
def themes():
    return {
        "housing": make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"}),
        "work": make_theme(fr={"title": "Travail"}),
    }


@pytest.fixture
def networks(us, themes):
    """Three networks; the third exists in French only."""
    return [
        make_network(
            fr={"title": "Alpha FR"},
            nl={"title": "Alpha NL"},
            scope="national",
            themes=[themes["housing"]],
            seats=[{"organisation": us, "role": "founder", "since": "2010"}],
        ),
        make_network(
            fr={"title": "Beta FR"},
            nl={"title": "Beta NL"},
            scope="european",
            themes=[themes["housing"], themes["work"]],
            seats=[
                {"organisation": us, "role": "member", "since": "1999", "until": "2004"},
                {"organisation": us, "role": "coordinator", "since": "2005"},
            ],
        ),
        make_network(
            fr={"title": "Gamma FR"},
            scope="national",
            themes=[themes["work"]],
            seats=[{"organisation": us, "role": "founder"}, {"role": "member"}],
        ),
    ]


def entries(client, language, query=""):
    return [name.split()[0] for name in Page(client.get(f"{LIST[language]}{query}")).entries()]


# --- The list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_the_list_holds_everything_published_in_either_language(client, networks, language):
    assert entries(client, language) == ["Alpha", "Beta", "Gamma"]


def test_an_entry_in_the_other_language_says_so(client, networks):
    page = Page(client.get(LIST["nl"]))
    assert page.language_of("Gamma FR") == "fr"
    assert page.language_of("Alpha NL") == "nl"
    assert "Frans" in page.text
    assert "Frans" not in Page(client.get(LIST["nl"] + "?scope=european")).text


def test_an_entry_leads_to_its_page_and_shows_role_theme_scope_and_figure(client, networks):
    make_figure(networks[0], label={"fr": "membres"}, value=380, at_least=True, year=None)
    page = Page(client.get(LIST["fr"]))
    assert networks[0].get_absolute_url("fr") in page.hrefs()
    for expected in ("membre fondateur", "depuis 2010", "Logement", "national", "380", "membres", "année inconnue"):
        assert expected in page.text, expected


def test_an_entry_can_be_linked_to(client, networks):
    page = Page(client.get(LIST["fr"]))
    assert list(page.elements("li", id="network-alpha-fr"))


def test_long_lists_come_twenty_at_a_time(client, us):
    for number in range(45):
        make_network(fr={"title": f"N{number:02}"}, seats=[{"organisation": us, "role": "member"}])
    seen = []
    for number in (1, 2, 3):
        page = Page(client.get(f"{LIST['fr']}?page={number}"))
        seen += page.entries()
        assert len(page.entries()) == (5 if number == 3 else 20)
    assert seen == [f"N{number:02}" for number in range(45)]
    page = Page(client.get(f"{LIST['fr']}?role=member&page=2"))
    pager = {href for href, _text in page.links() if "page=" in href}
    assert {href.partition("#")[0] for href in pager} == {"?role=member&page=1", "?role=member&page=3"}


@pytest.mark.parametrize(
    "number", ["0", "2", "-1", "²", "٢", "abc", "1.5", "9" * 5000, "1%00", "", "%20", "1e1", "None"]
)
def test_a_page_that_does_not_exist_is_not_found(client, networks, number):
    response = client.get(f"{LIST['fr']}?page={number}")
    assert response.status_code == (200 if number == "" else 404)


def test_a_page_given_twice_is_no_fault(client, networks):
    assert client.get(f"{LIST['fr']}?page=1&page=1").status_code == 200


def test_the_empty_list_says_so(client):
    page = Page(client.get(LIST["fr"]))
    assert page.entries() == []
    assert page.choices("role") == {}


# --- Filters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?role=founder", ["Alpha", "Gamma"]),
        ("?role=coordinator", ["Beta"]),
        ("?role=founder&role=coordinator", ["Alpha", "Beta", "Gamma"]),
        ("?scope=national", ["Alpha", "Gamma"]),
        ("?scope=national&role=coordinator", []),
        ("?scope=european&scope=national", ["Alpha", "Beta", "Gamma"]),
        ("?theme=logement", ["Alpha", "Beta"]),
        ("?theme=huisvesting", ["Alpha", "Beta"]),
        ("?theme=travail", ["Beta", "Gamma"]),
        ("?theme=travail&role=founder", ["Gamma"]),
        ("?theme=travail&theme=logement", ["Alpha", "Beta", "Gamma"]),
        ("?theme=travail&scope=national&role=founder", ["Gamma"]),
        ("?role=&theme=&scope=", ["Alpha", "Beta", "Gamma"]),
        ("?nonsense=1&order_by=pk&organisation__is_site=0", ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_a_reader_narrows_the_list(client, networks, language, query, found):
    assert entries(client, language, query) == found


def test_an_ended_membership_does_not_match_its_role(client, networks):
    assert entries(client, "fr", "?role=member") == []


def test_the_role_of_another_organisation_does_not_match(client, us):
    make_network(fr={"title": "Alpha"}, seats=[{"role": "member"}, {"organisation": us, "role": "founder"}])
    assert entries(client, "fr", "?role=member") == []
    assert "member" not in Page(client.get(LIST["fr"])).choices("role")


def test_two_seats_in_one_network_count_as_one_network(client, us):
    network = make_network(fr={"title": "Alpha"})
    make_seat(network, us, role="founder", since="1999", until="2004")
    make_seat(network, us, role="founder", since="2010")
    make_seat(network, us, role="member")
    page = Page(client.get(f"{LIST['fr']}?role=founder&role=member"))
    assert page.entries() == ["Alpha"]
    assert page.choices("role")["founder"].endswith("1")


def test_counts_beside_the_choices_are_of_the_whole_list(client, networks):
    for query in ("", "?role=coordinator", "?scope=national"):
        page = Page(client.get(f"{LIST['fr']}{query}"))
        numbers = {
            name: {value: int("".join(filter(str.isdigit, text))) for value, text in page.choices(name).items()}
            for name in ("role", "scope", "theme")
        }
        assert numbers == {
            "role": {"founder": 2, "coordinator": 1},
            "scope": {"national": 2, "european": 1},
            "theme": {"logement": 2, "travail": 2},
        }


def test_every_choice_offered_has_something_behind_it(client, networks):
    page = Page(client.get(LIST["nl"]))
    for name in ("role", "scope", "theme"):
        assert page.choices(name)
        for value, text in page.choices(name).items():
            count = int("".join(filter(str.isdigit, text)))
            assert len(entries(client, "nl", f"?{name}={value}")) == count, (name, value)


def test_the_choice_made_stays_visible_and_can_be_lifted(client, networks):
    page = Page(client.get(f"{LIST['fr']}?role=founder&scope=national"))
    assert page.chosen("role") == ["founder"]
    assert page.chosen("scope") == ["national"]
    assert {"?scope=national", "?role=founder", "?"} <= page.hrefs()


def test_a_theme_in_the_other_languages_words_is_the_same_choice(client, networks):
    page = Page(client.get(f"{LIST['fr']}?theme=huisvesting"))
    assert page.chosen("theme") == ["logement"]


def test_the_choice_is_kept_when_the_language_is_switched(client, networks):
    page = Page(client.get(f"{LIST['fr']}?role=founder&theme=logement&page=1"))
    (link,) = [link.get("href") for link in page.elements("a", hreflang="nl")]
    assert link.startswith(LIST["nl"])
    assert entries(client, "nl", link.removeprefix(LIST["nl"])) == ["Alpha"]


def test_a_list_that_came_out_empty_says_what_to_loosen(client, networks):
    page = Page(client.get(f"{LIST['fr']}?role=coordinator&scope=national"))
    assert page.entries() == []
    assert "Rien ne correspond" in page.text
    ways = dict(page.links())
    assert "?role=coordinator#results" in ways
    assert "?scope=national#results" in ways
    for way in ("?role=coordinator", "?scope=national"):
        assert entries(client, "fr", way)


def test_lifting_a_filter_that_would_not_help_is_not_offered(client, networks):
    make_network(fr={"title": "Delta"}, scope="brussels")
    page = Page(client.get(f"{LIST['fr']}?role=founder&theme=logement&scope=brussels"))
    assert page.entries() == []
    offered = {href for href, _text in page.links() if href.endswith("#results")}
    # Without the scope there is Alpha; without the role, or without the theme, there is still nothing.
    assert "?role=founder&theme=logement#results" in offered
    (advice,) = [element for element in page.main.iter() if element.get("class") == "no-result"]
    assert len([href for href, _text in page.links(within=advice) if href.startswith("?") and "=" in href]) == 1


# --- Bad input ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("name", ["role", "theme", "scope"])
def test_an_unknown_value_in_the_address_is_told_and_widens_nothing(client, networks, language, name):
    page = Page(client.get(f"{LIST[language]}?{name}=nonsense"))
    assert page.entries() == []
    assert "nonsense" in page.text
    assert "Rien ne correspond" not in page.text


def test_an_unknown_value_beside_a_good_one_widens_nothing(client, networks):
    page = Page(client.get(f"{LIST['fr']}?role=founder&role=nonsense"))
    assert page.entries() == []
    assert page.chosen("role") == ["founder"]
    assert "nonsense" in page.text


@pytest.mark.parametrize(
    "value",
    [
        "%00",
        "founder%00",
        "%ff%fe",
        "%F0%9F%8F%A0",
        "'%20OR%201=1--",
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "founder%0d%0aSet-Cookie:%20a=b",
        "%E2%80%AEfounder",
        "²",
        "x" * 7000,
    ],
)
@pytest.mark.parametrize("name", ["role", "theme", "scope"])
def test_whatever_stands_in_the_address_the_page_answers(client, networks, name, value):
    response = client.get(f"{LIST['fr']}?{name}={value}")
    page = Page(response)
    assert page.entries() == []
    assert "<script>alert" not in page.html
    assert "\x00" not in page.html
    assert len(page.text) < 5000
    assert not response.cookies


def test_a_query_of_seven_thousand_characters_of_any_kind_is_answered(client, networks):
    for query in ("q=" + "x" * 7000, "x" * 7000, "role=founder&" + "a=%C3%A9&" * 777, "=" * 7000):
        assert client.get(f"{LIST['fr']}?{query}").status_code == 200, query[:30]
    # More parameters than any form has: refused in words.
    assert client.get(f"{LIST['fr']}?{'&' * 20_001}").status_code == 400


def test_a_value_repeated_a_thousand_times_is_one_value(client, networks, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        page = Page(client.get(f"{LIST['fr']}?{'&'.join(['role=founder'] * 1000)}"))
    assert page.entries() == ["Alpha FR", "Gamma FR"]
    assert page.chosen("role") == ["founder"]
    assert len(page.html) < 40_000
    assert client.get(f"{LIST['fr']}?{'&'.join(['role=founder'] * 20_001)}").status_code == 400


def test_a_thousand_different_values_are_told_in_few_words(client, networks):
    query = "&".join(f"theme=t{number}" for number in range(1000))
    page = Page(client.get(f"{LIST['fr']}?{query}"))
    assert page.entries() == []
    assert len(page.text) < 5000


# --- Published or not --------------------------------------------------------------------------------------------


def test_an_unpublished_theme_is_no_choice_and_not_in_the_counts(client, us):
    for state in ("draft", "scheduled", "withdrawn"):
        theme = make_theme(fr={"title": f"Thème {state}", "slug": state}, state=state)
        make_network(fr={"title": "Alpha"}, themes=[theme])
    page = Page(client.get(LIST["fr"]))
    assert page.choices("theme") == {}
    assert not [state for state in ("draft", "scheduled", "withdrawn") if f"Thème {state}" in page.html]
    for state in ("draft", "scheduled", "withdrawn"):
        page = Page(client.get(f"{LIST['fr']}?theme={state}"))
        assert page.entries() == []
        assert "Thème " + state not in page.html


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_published_is_found_nowhere(client, us, themes, state):
    hidden = make_network(
        fr={"title": "Zzz caché", "slug": "zzz-cache", "state": state},
        nl={"title": "Zzz verborgen", "slug": "zzz-verborgen", "state": state},
        scope="international",
        themes=[themes["work"]],
        seats=[{"organisation": us, "role": "permanent_guest", "since": "1991"}],
        figures=[{"label": {"fr": "Zzz chiffre"}, "year": 2026}],
        logo=make_picture(40, 30),
    )
    for language in ("fr", "nl"):
        places = [
            address(name, language) for name in ("home", "networks_and_groups", "networks:list", "organisations:list")
        ]
        places += [us.get_absolute_url(language), themes["work"].get_absolute_url(language)]
        for place in places:
            page = Page(client.get(place))
            assert "zzz" not in page.html.lower(), place
            assert "Zzz" not in json.dumps(page.json_ld or {}), place
            assert "1991" not in page.html, place
        page = Page(client.get(LIST[language]))
        assert "permanent_guest" not in page.choices("role")
        assert "international" not in page.choices("scope")
        assert page.choices("theme") == {}
        for slug in ("zzz-cache", "zzz-verborgen"):
            assert client.get(address("networks:detail", language, slug=slug)).status_code == 404
    assert client.get(hidden.logo.url).status_code == 404


def test_a_seat_is_counted_for_readers_of_one_language_as_for_the_other(client, networks):
    french, dutch = (Page(client.get(LIST[code])).choices("role") for code in ("fr", "nl"))
    assert french.keys() == dutch.keys()


def test_a_withdrawn_network_leaves_the_counts_within_a_minute(client, networks):
    assert "coordinator" in Page(client.get(LIST["fr"])).choices("role")
    write(networks[1], "fr", state="withdrawn")
    write(networks[1], "nl", state="withdrawn")
    cache.clear()  # what a minute does
    assert "coordinator" not in Page(client.get(LIST["fr"])).choices("role")


# --- One network -------------------------------------------------------------------------------------------------


def test_a_page_says_who_sits_there_in_which_role_since_when(client, networks, us):
    partner = make_organisation(fr={"title": "Caritas"})
    mandate = make_organisation(fr={"title": "CBAR"})
    make_seat(
        networks[0], partner, role="permanent_guest", since="2021-01", mandated_by=mandate, note={"fr": "observe"}
    )
    page = Page(client.get(networks[0].get_absolute_url("fr")))
    for expected in (
        "membre fondateur",
        "depuis 2010",
        "Caritas",
        "invité permanent",
        "depuis janvier 2021",
        "CBAR",
        "observe",
    ):
        assert expected in page.text, expected
    assert {partner.get_absolute_url("fr"), mandate.get_absolute_url("fr")} <= page.hrefs()


def test_a_past_seat_is_kept_and_told(client, networks):
    text = Page(client.get(networks[1].get_absolute_url("fr"))).text
    assert "1999" in text
    assert "2004" in text
    assert text.index("coordinateur") < text.index("1999")


def test_a_figure_is_shown_with_its_range_year_and_source(client, networks):
    make_figure(networks[0], label={"fr": "lieux"}, value=500, value_to=600, year=2025, source="housingcoop.eu")
    make_figure(networks[0], label={"fr": "pour cent"}, value="40.5", year=None, source="cltb.be", approximately=True)
    text = Page(client.get(networks[0].get_absolute_url("fr"))).text
    for expected in ("500", "600", "lieux", "2025", "housingcoop.eu", "40,5", "année inconnue", "cltb.be"):
        assert expected in text, expected
    dutch = Page(client.get(networks[0].get_absolute_url("nl")))
    assert dutch.language_of("lieux") == "fr"
    assert "jaar onbekend" in dutch.text


def test_a_name_in_another_language_is_marked_with_it(client):
    network = make_network(
        nl={"title": "Ensemble, Groupe d’Aide", "title_language": "fr", "name_explained": "Samen, hulpgroep"}
    )
    page = Page(client.get(network.get_absolute_url("nl")))
    assert page.language_of("Ensemble, Groupe d’Aide") == "fr"
    assert page.language_of("Samen, hulpgroep") == "nl"


def test_the_text_of_the_editor_stands_on_the_page(client):
    network = make_network(fr={"text": "<h2>Ce qu’il fait</h2><p>Un <strong>toit</strong>.</p>"})
    page = Page(client.get(network.get_absolute_url("fr")))
    assert "Ce qu’il fait" in [" ".join(heading.itertext()) for heading in page.main.iter("h3")]
    assert [strong.text for strong in page.main.iter("strong")] == ["toit"]


def test_a_picture_has_words_for_those_who_do_not_see_it(client):
    network = make_network(logo=make_picture(400, 200), logo_alt={"fr": "Un toit rouge", "nl": "Een rood dak"})
    for language, alt in (("fr", "Un toit rouge"), ("nl", "Een rood dak")):
        (image,) = Page(client.get(network.get_absolute_url(language))).main.iter("img")
        assert image.get("alt") == alt
        assert image.get("width") == "320"
        assert image.get("height") == "160"


def test_search_engines_learn_who_sits_there(client, networks):
    partner = make_organisation(fr={"title": "Caritas"})
    make_seat(networks[0], partner, role="member", since="2009", since_or_before=True)
    make_seat(networks[0], make_organisation(fr={"title": "Peut-être"}), role="member", to_be_confirmed=True)
    data = Page(client.get(networks[0].get_absolute_url("fr"))).json_ld
    assert data["name"] == "Alpha FR"
    members = {entry["member"]["name"]: entry for entry in data["member"]}
    assert set(members) == {"Coordination et Initiatives", "Caritas"}
    assert members["Coordination et Initiatives"]["startDate"] == "2010"
    assert "startDate" not in members["Caritas"]


# --- Languages ---------------------------------------------------------------------------------------------------


def test_a_french_text_below_a_dutch_address_says_so_and_points_to_itself(client, networks, settings):
    gamma = networks[2]
    page = Page(client.get(gamma.get_absolute_url("nl")))
    assert page.lang == "nl"
    assert "alleen in het Frans" in page.text
    assert page.language_of("Gamma FR") == "fr"
    assert page.canonical == settings.SITE_URL + gamma.get_absolute_url("fr")
    assert set(page.alternates) == {"fr"}


def test_the_summary_and_text_of_the_other_language_are_marked(client):
    network = make_network(fr={"title": "Toit", "summary": "Résumé en français", "text": "<p>Texte en français</p>"})
    page = Page(client.get(network.get_absolute_url("nl")))
    assert page.language_of("Résumé en français") == "fr"
    assert page.language_of("Texte en français") == "fr"


def test_a_page_in_both_languages_names_both(client, networks, settings):
    alpha = networks[0]
    for language in ("fr", "nl"):
        page = Page(client.get(alpha.get_absolute_url(language)))
        assert page.canonical == settings.SITE_URL + alpha.get_absolute_url(language)
        assert page.alternates == {code: settings.SITE_URL + alpha.get_absolute_url(code) for code in ("fr", "nl")}
        other = "nl" if language == "fr" else "fr"
        assert [link.get("href") for link in page.elements("a", hreflang=other)] == [alpha.get_absolute_url(other)]


def test_a_page_in_french_only_offers_no_dutch(client, networks):
    page = Page(client.get(networks[2].get_absolute_url("fr")))
    assert list(page.elements("a", hreflang="nl")) == []
    assert "Pas de version NL" in [words(element) for element in page.tree.iter("span")]
    assert set(page.alternates) == {"fr"}


def test_the_slug_of_the_other_language_leads_to_the_right_one_for_good(client, networks):
    for language, slug in (("fr", "alpha-nl"), ("nl", "alpha-fr")):
        response = client.get(address("networks:detail", language, slug=slug))
        assert response.status_code == 301
        assert response.headers["Location"] == networks[0].get_absolute_url(language)


def test_the_french_slug_below_a_dutch_address_shows_a_french_text_in_place(client, networks):
    assert networks[2].get_absolute_url("nl") == address("networks:detail", "nl", slug="gamma-fr")
    assert client.get(networks[2].get_absolute_url("nl")).status_code == 200


def test_the_slug_of_a_withdrawn_dutch_text_leads_back_to_the_french_for_now(client, networks):
    alpha = write(networks[0], "nl", state="withdrawn")
    response = client.get(address("networks:detail", "nl", slug="alpha-nl"))
    assert response.status_code == 302
    assert (
        response.headers["Location"]
        == alpha.get_absolute_url("nl")
        == address("networks:detail", "nl", slug="alpha-fr")
    )
    assert "max-age=60" in response.headers["Cache-Control"]
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_the_slug_of_a_text_that_was_never_public_leads_nowhere(client, networks, state):
    write(networks[0], "nl", state=state)
    assert client.get(address("networks:detail", "nl", slug="alpha-nl")).status_code == 404
    assert client.get(address("networks:detail", "fr", slug="alpha-nl")).status_code == 404


def test_the_slug_of_something_withdrawn_altogether_leads_nowhere(client, networks):
    write(networks[0], "nl", state="withdrawn")
    write(networks[0], "fr", state="withdrawn")
    for slug in ("alpha-fr", "alpha-nl"):
        for language in ("fr", "nl"):
            assert client.get(address("networks:detail", language, slug=slug)).status_code == 404


def test_the_own_languages_slug_wins(client):
    """Staff are refused such a slug; rows from before that rule may still hold one."""
    french = make_network(fr={"title": "Transit", "slug": "transit"}, nl={"title": "Doorreis", "slug": "doorreis"})
    dutch = make_network(fr={"title": "Passage", "slug": "passage"}, nl={"title": "Andere", "slug": "andere"})
    dutch.translations.filter(language_code="nl").update(slug="transit")
    assert "Transit" in Page(client.get(address("networks:detail", "fr", slug="transit"))).text
    assert "Andere" in Page(client.get(address("networks:detail", "nl", slug="transit"))).text
    assert french.pk != dutch.pk


@pytest.mark.parametrize("slug", ["nope", "x" * 3000, "alpha", "ALPHA-FR", "1", "-", "alpha-fr%00", "alpha%20fr", "é"])
def test_a_slug_that_nothing_has_is_not_found(client, networks, slug):
    assert client.get(f"{LIST['fr']}{slug}/").status_code == 404


def test_an_address_without_its_final_slash_leads_to_the_page(client, networks):
    response = client.get(networks[0].get_absolute_url("fr").rstrip("/"))
    assert response.status_code == 301
    assert response.headers["Location"] == networks[0].get_absolute_url("fr")


def test_an_older_translation_says_that_the_french_has_changed(client):
    network = make_network(fr={"title": "Toit", "summary": "Avant"}, nl={"title": "Dak"})
    match_source(network, "nl", "fr")
    save_content(network)
    assert "ouder" not in Page(client.get(network.get_absolute_url("nl"))).text
    network = write(network, "fr", summary="Après")
    text = Page(client.get(network.get_absolute_url("nl"))).text
    assert "ouder" in text
    assert "Frans" in text
    assert str(network.translations.get(language_code="fr").changed_at.year) in text
    assert "ancienne" not in Page(client.get(network.get_absolute_url("fr"))).text


def test_a_group_is_not_found_among_the_networks(client):
    group = make_group(fr={"title": "Transit"})
    assert client.get(address("networks:detail", "fr", slug="transit")).status_code == 404
    assert client.get(group.get_absolute_url("fr")).status_code == 200
    assert not Network.objects.exists()
