"""What a page costs a cheap phone: few bytes, few requests, nothing from another host; and HTML without faults."""

import gzip
import re
from decimal import Decimal

import brotli
import pytest
from django.core.files.base import ContentFile

from addresses.models import Address
from glossary.models import Term
from groups.models import Group
from networks.models import Network
from organisations.models import Organisation
from pages.models import Page as FreePage
from publications.files import read_file
from publications.models import Publication
from publications.sample.pdfs import make_pdf
from tests.makers import make_address, make_edition, make_house, make_network, make_offer, make_publication
from tests.pages import Page, every_address, faults
from themes.models import Theme

pytestmark = pytest.mark.django_db

HOME_LIMIT, PAGE_LIMIT, MOST_REQUESTS = 14_000, 20_000, 4
COVER_LIMIT = 15_000  # each, in a list
OTHER_HOST = re.compile(rb"url\(\s*['\"]?(?:https?:)?//|@import")


def compressed(data):
    """Return how many bytes a server sends: brotli, or gzip where that is smaller."""
    return min(len(brotli.compress(data, quality=5)), len(gzip.compress(data, 6)))


def content_of(response):
    return b"".join(response.streaming_content) if response.streaming else response.content


def files_of(page):
    """Return the addresses of what a browser fetches with a page at once: styles, scripts, the icon; no pictures."""
    styles = [link.get("href") for link in page.link_rel("stylesheet")]
    scripts = [script.get("src") for script in page.tree.iter("script") if script.get("src")]
    return styles + scripts


def addresses_of_all(*querysets):
    objects = [obj for queryset in querysets for obj in queryset]
    return every_address(*objects)


@pytest.fixture
def addresses(sample):
    return addresses_of_all(
        *(model.objects.public("fr") for model in (Network, Group)),
        Organisation.objects.public("fr")[:3],
        Theme.objects.public("fr")[:3],
        Publication.objects.public("fr"),
        Address.objects.public("fr"),
        Term.objects.public("fr")[:5],
        FreePage.objects.public("fr"),
    )


def test_every_page_keeps_to_its_budget(client, addresses):
    weights = {}
    for address in addresses:
        page = Page(response := client.get(address))
        files = files_of(page)
        assert 1 + len(files) <= MOST_REQUESTS, address
        weights[address] = compressed(response.content) + sum(
            compressed(content_of(client.get(href))) for href in files
        )
    homes = {address: weight for address, weight in weights.items() if address in {"/fr/", "/nl/"}}
    assert len(homes) == 2
    assert {address: weight for address, weight in homes.items() if weight > HOME_LIMIT} == {}
    assert {address: weight for address, weight in weights.items() if weight > PAGE_LIMIT} == {}


def test_a_list_of_twenty_with_all_its_filters_keeps_to_its_budget(client):
    house = make_house()
    for number in range(25):
        make_network(
            fr={"title": f"Réseau numéro {number}", "summary": f"Un réseau qui porte le numéro {number}. " * 3},
            themes=[house.theme],
            seats=[{"organisation": house.us, "role": "member", "since": str(1990 + number)}],
        )
    page = Page(response := client.get("/fr/reseaux/"))
    assert len(page.entries()) == 20
    files = sum(compressed(content_of(client.get(href))) for href in files_of(page))
    assert compressed(response.content) + files <= PAGE_LIMIT


def test_twenty_publications_with_all_their_filters_keep_to_the_budget(client):
    house = make_house()
    for number in range(25):
        make_publication(
            kind=("guide", "brochure", "study", "poster")[number % 4],
            fr={"title": f"Publication numéro {number}", "summary": f"Une publication, la numéro {number}. " * 4},
            themes=[house.theme],
            published_on=str(2000 + number),
            superseded_by=house.guide if number % 5 == 0 else None,
            editions=[{"languages": [code]} for code in ("fr", "nl", "ar")],
        )
    for address in ("/fr/publications/", "/nl/publicaties/?kind=guide&sort=oldest"):
        page = Page(response := client.get(address))
        files = sum(compressed(content_of(client.get(href))) for href in files_of(page))
        assert compressed(response.content) + files <= PAGE_LIMIT
        assert len(page.entries()) > 5


def test_twenty_titles_to_order_and_as_many_in_the_basket_keep_to_the_budget(client):
    offers = [
        make_offer(
            make_edition(make_publication(), title=f"Une brochure au titre assez long, la numéro {number}"),
            price_organisations=Decimal("2.50"),
            price_others=Decimal(number),
            postage="by_weight",
            weight=120,
            most_per_requester=200,
        )
        for number in range(20)
    ]
    weights = {}
    for address in ("/fr/commander/", "/nl/bestellen/"):
        page = Page(response := client.get(address))
        assert len(page.entries()) == 20
        weights[address] = compressed(response.content) + sum(
            compressed(content_of(client.get(href))) for href in files_of(page)
        )
    client.post("/fr/commander/", {f"copies-{offer.pk}": "3" for offer in offers})
    for address in ("/fr/commander/", "/fr/commander/coordonnees/", "/nl/bestellen/gegevens/"):
        page = Page(response := client.get(address))
        assert 1 + len(files_of(page)) <= MOST_REQUESTS, address
        assert faults(page.html) == []
        weights[f"{address}, full basket"] = compressed(response.content) + sum(
            compressed(content_of(client.get(href))) for href in files_of(page)
        )
    assert {address: weight for address, weight in weights.items() if weight > PAGE_LIMIT} == {}


NEEDS = ("legal", "housing", "health", "school", "work", "material", "emergency", "reception", "social", "language")
PLACES = (("1030", "21015"), ("1050", "21009"), ("5000", "92094"), ("2000", "11002"), ("1150", "21019"), ("", ""))
SPOKEN = ("fr", "nl", "en", "ar", "de", "es", "fa", "ps", "pt", "ru", "so", "sq", "ti", "tr", "uk", "ln", "sw", "ku")


def make_town(number):
    """Make addresses as full as they get: several desks, many languages, everything that a filter counts."""
    for index in range(number):
        postcode, commune_nis = PLACES[index % len(PLACES)]
        make_address(
            fr={"title": f"Permanence sociale et juridique numéro {index}", "street": f"rue de l’Exemple {index}"},
            nl={"title": f"Sociaal en juridisch spreekuur {index}", "street": f"Voorbeeldstraat {index}"}
            if index % 4
            else None,
            postcode=postcode,
            commune_nis=commune_nis,
            categories=[NEEDS[index % 10], NEEDS[(index + 3) % 10], NEEDS[(index + 5) % 10]],
            languages=[SPOKEN[(index * 5 + step) % 18] for step in range(6)],
            is_sample=index % 2 == 0,
            papers=("not_asked", "asked")[index % 2],
            cost=("free", "depends", "unknown")[index % 3],
            step_free="yes",
            phones=["02 000 00 00"],
            desks=[
                {"label": {"fr": "Accueil du matin", "nl": "Onthaal"}, "week": {"mo": f"9:{index:02}-12:00"}},
                {"audience": ("women", "minors", "families")[index % 3], "access": "appointment"},
            ],
            checks=[{}] if index % 3 else [],
        )


def test_twenty_addresses_with_all_their_filters_keep_to_the_budget(client):
    make_town(25)
    weights = {}
    for address in ("/fr/adresses/", "/nl/adressen/", "/fr/adresses/?near=1030&open=mo", "/nl/adressen/?near=Elsene"):
        page = Page(response := client.get(address))
        assert len(page.entries()) == 20, address
        assert 1 + len(files_of(page)) <= MOST_REQUESTS
        files = sum(compressed(content_of(client.get(href))) for href in files_of(page))
        weights[address] = compressed(response.content) + files
    assert {address: weight for address, weight in weights.items() if weight > PAGE_LIMIT} == {}


def test_a_cover_in_a_list_weighs_little(client):
    publication = make_publication(editions=[{}])
    edition = publication.editions.get()
    edition.pdf = ContentFile(make_pdf("Où trouver un toit ?", ["Un toit. " * 200], language="fr"), name="x.pdf")
    edition.save()
    read_file(edition)
    (image,) = Page(client.get("/fr/publications/")).elements("picture")
    sources = [child.get("srcset") or child.get("src") for child in image]
    addresses = {part.split()[0] for source in sources for part in source.split(",")}
    assert len(addresses) >= 3
    weights = {href: len(content_of(client.get(href))) for href in addresses}
    assert max(weights.values()) <= COVER_LIMIT, weights


def test_nothing_comes_from_another_host(client, addresses):
    for address in addresses:
        page = Page(client.get(address))
        fetched = files_of(page) + [link.get("href") for link in page.link_rel("icon")]
        for element in page.tree.iter():
            fetched += [element.get(name) for name in ("src", "data", "poster") if element.get(name)]
            fetched += [part.split()[0] for part in (element.get("srcset") or "").split(",") if part.strip()]
        assert [href for href in fetched if not href.startswith("/") or href.startswith("//")] == [], address
    for href in {href for address in ("/fr/", "/fr/reseaux/") for href in files_of(Page(client.get(address)))}:
        assert not OTHER_HOST.search(content_of(client.get(href))), href


def test_every_page_is_valid_html(client, addresses):
    found = {address: faults(client.get(address).content.decode()) for address in addresses}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_filtered_and_empty_lists_and_errors_are_valid_html(client):
    house = make_house()
    queries = (
        "?role=founder",
        "?role=founder&theme=logement&scope=national",
        "?role=coordinator&role=permanent_guest&scope=brussels",
        "?role=nonsense",
        "?role=%3Cscript%3E%22%27&theme=%00",
        "?theme=logement&theme=nope",
    )
    lists = ("/fr/reseaux/", "/nl/groepen/", "/fr/reseaux-et-groupes/")
    pages = [f"{address}{query}" for query in queries for address in lists]
    queries = (
        "?kind=guide&theme=logement&language=fr&year=2024&valid=1&sort=title",
        "?kind=poster&level=region",
        "?kind=nonsense&sort=nonsense",
        "?language=%3Cscript%3E%22%27&year=%00",
    )
    pages += [f"{address}{query}" for query in queries for address in ("/fr/publications/", "/nl/publicaties/")]
    queries = (
        "?need=legal&near=1030&spoken=ar&papers=1&free=1&open=mo",
        "?need=school&near=Namur&step_free=1&walk_in=1&audience=women",
        "?need=nonsense&open=nonsense&papers=nonsense",
        "?near=Schaerbek",
        "?near=%3Cscript%3E%22%27&spoken=%00",
        "?near=4000",
    )
    places = ("/fr/adresses/", "/nl/adressen/", "/fr/adresses/a-imprimer.html", "/nl/adressen/afdrukken.html")
    pages += [f"{address}{query}" for query in queries for address in places]
    pages += ["/fr/nowhere/", "/nl/nowhere/", f"/fr/reseaux/{house.group.shown.slug}/"]
    found = {address: faults(client.get(address).content.decode()) for address in pages}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_an_empty_site_is_valid_html(client):
    found = {address: faults(client.get(address).content.decode()) for address in every_address()}
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_an_object_with_only_a_title_in_the_other_language_is_valid_html(client):
    network = make_network(fr={"title": 'Un <nom> & "un" titre’'}, seats=[{}])
    desk = make_address(fr={"title": 'Un <nom> & "un" titre’'}, nl=None, desks=[{}], phones=["112"])
    for obj in (network, desk):
        for language in ("fr", "nl"):
            assert faults(client.get(obj.get_absolute_url(language)).content.decode()) == []
    for address in ("/nl/netwerken/", "/nl/adressen/", "/nl/adressen/afdrukken.html"):
        assert faults(client.get(address).content.decode()) == []


@pytest.mark.parametrize("language", ["fr", "nl"])
def test_an_address_with_all_that_it_can_have_is_valid_html_within_the_budget(client, language):
    house = make_house()
    for obj in (house.desk, house.moved):
        page = Page(response := client.get(obj.get_absolute_url(language)))
        assert faults(page.html) == []
        files = sum(compressed(content_of(client.get(href))) for href in files_of(page))
        assert compressed(response.content) + files <= PAGE_LIMIT


def test_no_page_styles_or_scripts_inline(client, addresses):
    for address in addresses:
        page = Page(client.get(address))
        assert not list(page.tree.iter("style")), address
        for element in page.tree.iter():
            if element.tag == "script":
                assert element.get("src") or element.get("type") == "application/ld+json", address
            assert not [name for name in element.attrib if name == "style" or name.startswith("on")], address
