"""The groups we coordinate: who mandated us, who sits there, and the same furniture as the networks."""

import pytest

from tests.makers import make_group, make_network, make_organisation, make_seat, make_theme, make_us, write
from tests.pages import Page, address

pytestmark = pytest.mark.django_db

LIST = {"fr": "/fr/groupes/", "nl": "/nl/groepen/"}


@pytest.fixture
def us():
    return make_us()


@pytest.fixture
def group(us):
    return make_group(
        fr={"title": "Groupe Transit", "slug": "groupe-transit"},
        nl={"title": "Transitgroep", "slug": "transitgroep"},
        themes=[make_theme(fr={"title": "Détention"}, nl={"title": "Detentie"})],
        seats=[
            {
                "organisation": us,
                "role": "coordinator",
                "since": "1989",
                "mandated_by": make_organisation(fr={"title": "CBAR"}),
            }
        ],
    )


def test_a_group_says_who_coordinates_it_since_when_and_in_whose_name(client, group):
    page = Page(client.get(group.get_absolute_url("fr")))
    for expected in ("coordinateur", "depuis 1989", "CBAR"):
        assert expected in page.text
    assert address("organisations:detail", "fr", slug="cbar") in page.hrefs()
    dutch = Page(client.get(group.get_absolute_url("nl")))
    assert "coördinator" in dutch.text
    assert dutch.language_of("CBAR") == "fr"


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_mandate_of_an_unpublished_organisation_is_not_named(client, us, state):
    secret = make_organisation(fr={"title": "Secrète"}, state=state)
    group = make_group(
        fr={"title": "Groupe"}, seats=[{"organisation": us, "mandated_by": secret}, {"organisation": secret}]
    )
    page = Page(client.get(group.get_absolute_url("fr")))
    assert "Secrète" not in page.html


def test_everybody_who_sits_there_is_named_with_what_is_to_be_confirmed(client, group):
    make_seat(group, make_organisation(fr={"title": "Caritas"}), role="member", since="2015", since_or_before=True)
    make_seat(group, make_organisation(fr={"title": "SESO"}), role="member", to_be_confirmed=True)
    make_seat(group, make_organisation(fr={"title": "Ancienne"}), role="member", ended=True)
    text = Page(client.get(group.get_absolute_url("fr"))).text
    assert "2015 ou avant" in text
    assert "à confirmer" in text
    assert "terminé, dates inconnues" in text
    assert text.index("Caritas") < text.index("Ancienne")


@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 1),
        ("?role=coordinator", 1),
        ("?role=member", 0),
        ("?theme=detention", 1),
        ("?theme=detentie", 1),
        ("?scope=brussels", 0),
    ],
)
def test_the_list_is_narrowed_like_that_of_the_networks(client, group, language, query, found):
    make_network(fr={"title": "Un réseau"}, scope="brussels")
    assert len(Page(client.get(f"{LIST[language]}{query}")).entries()) == found


def test_the_choices_are_those_of_groups_only(client, us, group):
    make_network(scope="european", seats=[{"organisation": us, "role": "founder"}])
    page = Page(client.get(LIST["fr"]))
    assert set(page.choices("role")) == {"coordinator"}
    assert set(page.choices("scope")) == {"national"}


def test_the_slug_of_the_other_language_leads_to_the_right_one(client, group):
    response = client.get(address("groups:detail", "nl", slug="groupe-transit"))
    assert (response.status_code, response.headers["Location"]) == (301, group.get_absolute_url("nl"))


def test_a_withdrawn_dutch_text_leads_back_to_the_french(client, group):
    group = write(group, "nl", state="withdrawn")
    response = client.get(address("groups:detail", "nl", slug="transitgroep"))
    assert (response.status_code, response.headers["Location"]) == (302, group.get_absolute_url("nl"))
    assert "alleen in het Frans" in Page(client.get(response.headers["Location"])).text


def test_a_group_where_we_have_no_seat_is_still_a_page(client):
    group = make_group(fr={"title": "Groupe"})
    assert Page(client.get(group.get_absolute_url("fr"))).json_ld["name"] == "Groupe"


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_what_is_not_published_is_found_nowhere(client, us, state):
    theme = make_theme(fr={"title": "Thème"})
    make_group(
        fr={"title": "Zzz caché", "slug": "zzz"},
        state=state,
        scope="international",
        themes=[theme],
        seats=[{"organisation": us, "role": "permanent_guest"}],
        figures=[{"label": {"fr": "Zzz chiffre"}}],
    )
    places = [address(name, "fr") for name in ("home", "networks_and_groups", "groups:list")]
    for place in [*places, us.get_absolute_url("fr"), theme.get_absolute_url("fr")]:
        page = Page(client.get(place))
        assert "zzz" not in page.html.lower(), place
        assert page.choices("role") == {}
        assert page.choices("scope") == {}
    assert client.get(address("groups:detail", "fr", slug="zzz")).status_code == 404
