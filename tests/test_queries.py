"""A page costs the same few queries however much there is."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from addresses.checking import record_check
from addresses.models import Phone
from tests.makers import (
    make_address,
    make_desk,
    make_edition,
    make_group,
    make_network,
    make_offer,
    make_organisation,
    make_page,
    make_publication,
    make_seat,
    make_special_day,
    make_theme,
    make_us,
)
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db

#: One of each: the number of the last change, which tells whether the kept menu, or the kept page, still holds.
LIST, DETAIL, PUBLICATION, JOINT, GATHERING = 10, 13, 15, 17, 24
#: What a menu costs a first reader: its entries, the pages and content that they lead to, and when those change.
MENU = 8


def fill(us, number):
    """Make `number` of everything: networks and groups in mixed languages, each with seats, figures and themes."""
    themes = [make_theme(fr={}, nl={} if index % 2 else None) for index in range(number)]
    organisations = [make_organisation() for _ in range(number)]
    for index in range(number):
        for make in (make_network, make_group):
            seats = [
                {"organisation": us, "role": "founder", "since": "2010", "mandated_by": organisations[index]},
                {"organisation": us, "role": "member", "since": "1999", "until": "2004"},
                {"organisation": organisations[index], "role": "member", "note": {"fr": "note"}},
            ]
            make(
                fr={} if index % 3 else None,
                nl={} if index % 3 != 1 else None,
                themes=themes[index : index + 2],
                seats=seats,
                figures=[{}, {"year": None}],
                scope=("national", "european", "brussels")[index % 3],
            )


def publish(number, **related):
    """Make `number` publications of several kinds and languages, the older half superseded, each with editions."""
    kinds = ("recommendation", "campaign", "guide")
    successor = None
    for index in range(number):
        kind = kinds[index % 3]
        successor = make_publication(
            kind=kind,
            fr={"action_label": "Signer", "action_url": "https://example.org/"} if index % 4 else None,
            nl={} if index % 4 != 1 else None,
            published_on=str(2000 + index),
            level=("federal", "region")[index % 2] if kind == "recommendation" else "",
            superseded_by=successor if index % 2 else None,
            editions=[{"languages": ["fr"], "read": {}}, {"languages": ["ar"]}],
            **related,
        )


#: One municipality without a point, and no place at all.
PLACES = (("1030", "21015"), ("1050", "21009"), ("5000", "92094"), ("2000", "11002"), ("1150", "21019"), ("", ""))


def open_desks(number, **related):
    """Make `number` useful addresses in several municipalities and languages, with all that an address can have."""
    for index in range(number):
        postcode, commune_nis = PLACES[index % len(PLACES)]
        make_address(
            fr={} if index % 4 else None,
            nl={} if index % 4 != 1 else None,
            postcode=postcode,
            commune_nis=commune_nis,
            categories=["legal", "health"],
            languages=["fr", "ar"],
            phones=["02 000 00 00", "112"],
            desks=[{"audience": "women"}, {"hours_kind": "unknown"}],
            special_days=[{"starts": "2040-01-01"}],
            checks=[{}, {"result": "wrong"}, {}],
            **related,
        )


def give_more(desk, number):
    """Give an address `number` more of everything that it may have many of."""
    for index in range(number):
        extra = make_desk(desk, audience="minors", label={"fr": f"Guichet {index}"})
        make_special_day(desk, f"{2041 + index}-01-01", desk=extra, times="9:00-10:00")
        Phone.objects.create(address=desk, number=f"02 000 00 {index:02}")
        record_check(desk, how="call", result="right")
    make_address(moved_to=desk)


@pytest.fixture
def us():
    return make_us()


@pytest.fixture
def busy(us):
    """A theme, an organisation, a network and a group that have to do with whatever `grow` makes."""
    found = {
        "themes:detail": make_theme(),
        "organisations:detail": make_organisation(),
        "networks:detail": make_network(seats=[{"organisation": us, "role": "founder"}]),
        "groups:detail": make_group(seats=[{"organisation": us, "role": "coordinator"}]),
        "publications:detail": make_publication(editions=[{}]),
        "addresses:detail": make_address(desks=[{}], organisation=make_organisation(), moved_to=make_address()),
        "pages:detail": make_page(shows_contact=True, leads_to="themes:list"),
    }

    def grow(number):
        fill(us, number)
        organisation, theme = found["organisations:detail"], found["themes:detail"]
        bodies = [make(themes=[theme]) for make in (make_network, make_group) for _ in range(number)]
        for body in bodies:
            make_seat(body, organisation, role="member", since="2010", mandated_by=make_organisation())
        for name in ("networks:detail", "groups:detail"):
            for _ in range(number):
                make_seat(found[name], make_organisation(), role="member", mandated_by=make_organisation())
            found[name].themes.add(*(make_theme() for _ in range(number)))
        network, group, publication = (found[f"{name}:detail"] for name in ("networks", "groups", "publications"))
        related = {"themes": [theme], "networks": [network], "groups": [group], "organisations": [organisation]}
        publish(max(number, 12), **related)  # of each kind a few in each language
        for _ in range(number):
            publication.themes.add(theme, make_theme())
            publication.networks.add(make_network())
            publication.groups.add(make_group())
            publication.organisations.add(make_organisation())
            make_publication(superseded_by=publication)
        open_desks(max(number, 12), organisation=organisation)
        give_more(found["addresses:detail"], number)
        for _ in range(number):
            make_page(parent=found["pages:detail"])
            make_address(organisation=us, phones=["112"])
        languages = ("ar", "de", "en", "es", "fa", "it", "ps", "pt", "ru", "so", "sq", "ti", "tr", "uk", "zh")
        taken = publication.editions.count()
        for language in languages[taken : taken + number]:
            make_edition(publication, [language])

    found["grow"] = grow
    return found


@pytest.fixture(autouse=True)
def counts_are_kept(monkeypatch):
    """What is open is counted anew with each minute; here no minute ends between two looks."""
    monkeypatch.setattr("addresses.filters.AddressFilterSet.facets_age", lambda self: 60)


def queries(client, path):
    """Return how many queries a page costs once the filters' counts and the menu are known."""
    assert client.get(path).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def everywhere(client, paths):
    return {path: queries(client, path) for path in paths}


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_times_as_much_costs_no_query_more(client, busy, language):
    names = (
        *("home", "networks_and_groups", "networks:list", "groups:list", "organisations:list", "themes:list"),
        *("publications:list", "recommendations", "campaigns", "publications:feed"),
        *("addresses:list", "addresses:paper"),
    )
    fixed = {name: address(name, language) for name in names}
    fixed["feed of a kind"] = address("publications:feed_of_kind", language, kind="guide")
    details = {name: obj.get_absolute_url(language) for name, obj in busy.items() if name != "grow"}
    filtered = [
        f"{fixed['networks:list']}?role=founder&scope=national",
        f"{fixed['groups:list']}?role=founder",
        f"{fixed['networks_and_groups']}?role=founder&scope=national&scope=european",
        f"{fixed['publications:list']}?kind=guide&language=fr&valid=1",
        f"{fixed['publications:list']}?sort=title&theme={busy['themes:detail'].translation_shown_in(language).slug}",
    ]
    found = [
        f"{fixed['addresses:list']}?near=1030",
        f"{fixed['addresses:list']}?need=legal&near=5000&spoken=ar&walk_in=1&open=now&open=mo&audience=women",
        f"{fixed['addresses:paper']}?need=legal&near=1150&open=mo",
    ]
    paths = [*fixed.values(), *details.values(), *filtered, *found]
    busy["grow"](2)
    few = everywhere(client, paths)
    busy["grow"](20)
    cache.clear()
    many = everywhere(client, paths)
    assert many == few

    def cost(name):
        return many[{**fixed, **details}[name]]

    for name in ("networks:list", "groups:list", "organisations:list", "themes:list", "publications:list"):
        assert cost(name) <= LIST, name
    for name in ("recommendations", "campaigns", "publications:feed", "feed of a kind"):
        assert cost(name) <= LIST, name
    assert max(many[path] for path in (*found, fixed["addresses:list"], fixed["addresses:paper"])) <= LIST
    # With the pages below it, the addresses of our own and their phones.
    assert cost("pages:detail") <= LIST
    # With its organisation and what it moved to: two queries each.
    assert cost("addresses:detail") <= DETAIL + 4
    # With all that a publication can have: four kinds of relations, a chain, and related ones.
    assert cost("publications:detail") <= PUBLICATION + 3
    assert cost("networks_and_groups") <= JOINT
    # Pages that gather many kinds.
    for name in ("networks:detail", "groups:detail", "themes:detail", "organisations:detail", "home"):
        assert cost(name) <= GATHERING, name
    assert max(many[path] for path in filtered) <= JOINT


def test_the_last_page_of_a_long_list_costs_what_the_first_does(client, us):
    for _ in range(45):
        make_network(seats=[{"organisation": us, "role": "member"}])
    path = address("networks:list", "fr")
    first = queries(client, path)
    assert queries(client, f"{path}?page=3") == first
    assert queries(client, f"{path}?role=member&page=3") == first
    assert first <= LIST


@pytest.mark.parametrize("order", ["newest", "oldest", "title"])
def test_the_last_page_of_a_long_list_of_publications_costs_what_the_first_does(client, us, order):
    for number in range(45):
        make_publication(published_on=str(1970 + number), editions=[{}])
    path = f"{address('publications:list', 'nl')}?sort={order}"
    first = queries(client, path)
    assert queries(client, f"{path}&page=3") == first <= LIST
    with CaptureQueriesContext(connection) as captured:
        cache.clear()
        client.get(path)
    assert len(captured) <= 2 * LIST + MENU


def test_the_last_page_of_a_long_list_of_addresses_costs_what_the_first_does(client, us):
    open_desks(45)
    path = address("addresses:list", "nl")
    first = queries(client, path)
    for query in ("?page=3", "?near=1030", "?near=1030&page=2", "?need=legal&spoken=ar&walk_in=1&page=3"):
        assert queries(client, path + query) == first <= LIST
    with CaptureQueriesContext(connection) as captured:
        cache.clear()
        client.get(path)
    assert len(captured) <= 3 * LIST + MENU  # eight counts of what is open


def test_an_address_as_most_are_costs_few_queries(client, us):
    open_desks(12)
    for obj in (make_address(desks=[{}], phones=["112"], checks=[{}]), make_address(postcode="", commune_nis="")):
        assert queries(client, obj.get_absolute_url("fr")) <= DETAIL
        assert queries(client, address("addresses:vcard", "fr", slug=obj.translation_shown_in("fr").slug)) <= DETAIL


def test_a_list_of_addresses_that_came_out_empty_costs_a_bounded_number_of_queries(client, us):
    open_desks(6)
    path = f"{address('addresses:list', 'fr')}?need=school&near=1030&spoken=ar&papers=1&free=1&walk_in=1&step_free=1"
    assert queries(client, f"{path}&audience=minors&open=now") <= JOINT + 8


def test_a_publication_as_most_are_costs_few_queries(client, us):
    theme = make_theme()
    older = make_publication(themes=[theme], editions=[{}], networks=[make_network()])
    newer = make_publication(themes=[theme], editions=[{}, {"languages": ["nl"]}])
    alone = make_publication(themes=[theme], editions=[{}])
    make_offer(alone.editions.get())
    assert queries(client, alone.get_absolute_url("fr")) <= PUBLICATION
    type(older).objects.filter(pk=older.pk).update(superseded_by=newer)
    for publication in (older, newer):
        assert queries(client, publication.get_absolute_url("nl")) <= PUBLICATION + 1


def test_a_first_reader_pays_for_the_counts_of_the_filters_only_once(client, us):
    fill(us, 3)
    path = address("networks:list", "fr")
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    cold, warm = len(captured), queries(client, path)
    assert warm < cold <= 2 * LIST + MENU
    # Another list, another filter: the counts are of the whole list and so the same.
    assert queries(client, f"{path}?role=founder") == warm


def test_an_empty_result_costs_a_bounded_number_of_queries(client, us):
    fill(us, 3)
    for path in (address("networks:list", "fr"), address("networks_and_groups", "nl")):
        assert queries(client, f"{path}?role=coordinator&role=member&scope=national&scope=brussels") <= JOINT + 8


def test_an_answer_that_is_not_sent_again_costs_no_more(client, us):
    fill(us, 2)
    path = address("networks:list", "fr")
    etag = client.get(path).headers["ETag"]
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path, headers={"if-none-match": etag}).status_code == 304
    assert len(captured) <= LIST


def test_a_redirect_an_error_and_a_picture_cost_little(client, us):
    make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address("networks:detail", "nl", slug="toit")).status_code == 301
    assert len(captured) <= DETAIL
    client.get("/fr/nowhere/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/fr/nowhere/").status_code == 404
    # No page of that name (two, as any word may be one), the menu, an old address (two), the count of such (three).
    assert len(captured) <= 8
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/").status_code == 302
    assert len(captured) == 0
