"""The page of an organisation says where it sits; the list holds everybody who is published."""

import pytest

from organisations.models import Organisation
from tests.makers import make_figure, make_group, make_house, make_network, make_organisation, make_seat, make_us, write
from tests.pages import Page, address

pytestmark = pytest.mark.django_db


def test_a_reader_sees_where_an_organisation_sits_present_seats_first(client):
    organisation = make_organisation(fr={"title": "Caritas"})
    past = make_network(fr={"title": "Ancien réseau"})
    present = make_group(fr={"title": "Groupe présent"})
    make_seat(past, organisation, role="member", since="1999", until="2004")
    make_seat(present, organisation, role="founder", since="2010", to_be_confirmed=True)
    page = Page(client.get(organisation.get_absolute_url("fr")))
    assert page.text.index("Groupe présent") < page.text.index("Ancien réseau")
    assert "membre fondateur" in page.text
    assert "à confirmer" in page.text
    assert "depuis 2010" in page.text
    assert "1999" in page.text
    assert {past.get_absolute_url("fr"), present.get_absolute_url("fr")} <= page.hrefs()


def test_a_seat_in_something_unpublished_is_not_mentioned(client):
    organisation = make_organisation(fr={"title": "Caritas"})
    for number, state in enumerate(("draft", "scheduled", "withdrawn")):
        make_seat(make_network(fr={"title": f"Secret {number}"}, state=state), organisation)
        make_seat(make_group(fr={"title": f"Secret {number}"}, state=state), organisation)
    page = Page(client.get(organisation.get_absolute_url("fr")))
    assert "Secret" not in page.html
    assert "secret" not in page.html


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_an_unpublished_organisation_is_mentioned_nowhere(client, state):
    organisation = make_organisation(fr={"title": "Secrète"}, logo=None, state=state)
    network = make_network(fr={"title": "Toit"}, seats=[{"organisation": organisation}])
    us = make_us()
    make_seat(network, us, mandated_by=organisation)
    assert client.get(address("organisations:detail", "fr", slug="secrete")).status_code == 404
    pages = [address(name, "fr") for name in ("organisations:list", "networks:list", "networks_and_groups", "home")]
    for where in [*pages, network.get_absolute_url("fr"), us.get_absolute_url("fr")]:
        html = Page(client.get(where)).html
        assert "Secrète" not in html, where
        assert "secrete" not in html, where


def test_the_list_holds_every_published_organisation_in_the_order_of_its_name(client):
    for title in ("Myria", "Éclaireurs", "Caritas"):
        make_organisation(fr={"title": title})
    make_organisation(fr={"title": "Brouillon"}, state="draft")
    page = Page(client.get(address("organisations:list", "fr")))
    assert page.entries() == ["Caritas", "Éclaireurs", "Myria"]


def test_an_acronym_is_the_one_of_the_readers_language(client):
    organisation = make_organisation(
        fr={"title": "Comité belge d’aide aux réfugiés", "acronym": "CBAR"},
        nl={"title": "Belgisch Comité voor Hulp aan Vluchtelingen", "acronym": "BCHV"},
        founded="1968",
    )
    for language, acronym, other in (("fr", "CBAR", "BCHV"), ("nl", "BCHV", "CBAR")):
        page = Page(client.get(organisation.get_absolute_url(language)))
        assert acronym in page.text
        assert other not in page.text
        assert "1968" in page.text


def test_a_website_is_that_of_the_language(client):
    organisation = make_organisation(
        fr={"website": "https://www.mineursenexil.be/fr"}, nl={"website": "https://kinderenopdevlucht.be"}
    )
    links = {code: Page(client.get(organisation.get_absolute_url(code))).hrefs() for code in ("fr", "nl")}
    assert "https://www.mineursenexil.be/fr" in links["fr"]
    assert "https://kinderenopdevlucht.be" in links["nl"]
    assert "https://kinderenopdevlucht.be" not in links["fr"]


def test_search_engines_learn_what_the_page_says_and_nothing_more(client):
    house = make_house()
    make_seat(house.network, house.partner, role="coordinator", to_be_confirmed=True)
    data = Page(client.get(house.us.get_absolute_url("fr"))).json_ld
    assert data["@context"] == "https://schema.org"
    assert data["@type"] == "Organization"
    assert data["name"] == "Coordination et Initiatives"
    assert data["alternateName"] == ["CIRÉ"]
    plain = [entry for entry in data["memberOf"] if entry["@type"] == "Organization"]
    roles = [entry for entry in data["memberOf"] if entry["@type"] == "OrganizationRole"]
    assert {entry["name"] for entry in plain} == {"Réseau du toit", "Groupe des visiteurs"}
    assert {(entry["roleName"], entry["startDate"]) for entry in roles} == {
        ("membre fondateur", "2010"),
        ("coordinateur", "1989"),
    }
    # The partner's seats are past or to be confirmed: data cannot say so.
    assert "memberOf" not in Page(client.get(house.partner.get_absolute_url("fr"))).json_ld


def test_no_text_can_break_out_of_the_structured_data(client):
    organisation = make_organisation(fr={"title": "</script><script>alert(1)</script>", "summary": "a & b < c"})
    page = Page(client.get(organisation.get_absolute_url("fr")))
    assert page.json_ld["name"] == "</script><script>alert(1)</script>"
    assert page.json_ld["description"] == "a & b < c"
    assert "<script>alert" not in page.html


def test_what_staff_wrote_is_shown_as_text_where_it_is_no_rich_text(client):
    bad = "<b>x</b>\"'&{{ 7|add:1 }}"
    us = make_us(fr={"title": bad, "summary": bad, "name_explained": bad, "acronym": "<i>A</i>"})
    network = make_network(
        fr={"title": bad, "summary": bad}, seats=[{"organisation": us, "role": "member", "note": {"fr": bad}}]
    )
    make_figure(network, label={"fr": bad}, source=bad)
    for where in (us.get_absolute_url("fr"), network.get_absolute_url("fr"), address("networks_and_groups", "fr")):
        page = Page(client.get(where))
        assert bad in page.text, where
        assert not [element for element in page.main.iter("b") if element.text == "x"], where


def test_an_organisation_appears_once_however_many_texts_and_seats_it_has(client):
    organisation = make_organisation(fr={"title": "Caritas"}, nl={"title": "Caritas"})
    for _ in range(3):
        make_seat(make_network(), organisation)
    organisation = write(organisation, "nl", title="Caritas NL")
    for language in ("fr", "nl"):
        assert len(Page(client.get(address("organisations:list", language))).entries()) == 1
    assert Organisation.objects.public("fr").count() == 1
