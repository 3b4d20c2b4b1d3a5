"""A list of the data costs the same few queries however much there is; so do its pages, and an object alone."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from api import open_data
from api.download import make_download
from api.views import KINDS
from networks.models import Network
from tests.makers import make_organisation, make_page, make_seat, make_term, make_theme, make_us
from tests.pages import LANGUAGES, address
from tests.test_queries import fill, open_desks, publish

pytestmark = pytest.mark.django_db

#: What each list may cost: a query for the order, one for each relation and its texts, one for the count.
MOST = {
    **{"themes": 4, "organisations": 13, "networks": 14, "groups": 14, "publications": 16},
    **{"addresses": 14, "glossary": 9, "pages": 6},
}


def grow(us, number):
    """Make `number` of everything, related to one another."""
    fill(us, number)
    theme, organisation = make_theme(), make_organisation()
    publish(max(number, 12), themes=[theme], organisations=[organisation])
    open_desks(max(number, 12), organisation=organisation)
    for index in range(number):
        related = make_term(themes=[theme], words=[{"text": f"mot {index}"}, {"text": "woord", "language": "nl"}])
        make_term(themes=[theme, make_theme()], see_also=[related], nl={} if index % 2 else None, fr={})
        make_page(parent=make_page())
    for network in Network.objects.order_by("-pk")[:number]:
        make_seat(network, organisation, role="member", mandated_by=us)


@pytest.fixture
def us():
    return make_us()


@pytest.fixture(autouse=True)
def counts_are_kept(monkeypatch):
    """What is open is counted anew with each minute; here no minute ends between two looks."""
    monkeypatch.setattr("addresses.filters.AddressFilterSet.facets_age", lambda self: 60)


def queries(client, path):
    """Return how many queries an answer costs once the filters' counts are known."""
    assert client.get(path).status_code == 200, path
    with CaptureQueriesContext(connection) as captured:
        list(response if (response := client.get(path)).streaming else [])
    return len(captured)


def test_ten_times_as_much_costs_no_query_more(client, us):
    grow(us, 2)
    objects = {kind: view.model.objects.public().first() for kind, view in KINDS.items()}
    lists = {kind: f"/api/v1/{kind}/?per_page=100&lang=nl" for kind in KINDS}
    paths = [
        *lists.values(),
        *(f"/api/v1/{kind}/{obj.key}/" for kind, obj in objects.items()),
        "/api/v1/networks/?role=founder&scope=national",
        "/api/v1/publications/?kind=guide&valid=1&sort=title",
        "/api/v1/addresses/?near=1030&need=legal&open=now&per_page=100",
        "/api/v1/glossary/?q=mot",
    ]
    few = {path: queries(client, path) for path in paths}
    grow(us, 20)
    cache.clear()
    many = {path: queries(client, path) for path in paths}
    assert many == few
    assert {kind: many[path] for kind, path in lists.items() if many[path] > MOST[kind]} == {}


def test_the_last_page_costs_what_the_first_does(client, us):
    publish(45)
    first = queries(client, "/api/v1/publications/")
    assert queries(client, "/api/v1/publications/?page=3") == first


def test_a_kept_answer_costs_one_query(client, us, settings):
    settings.KEEP_PAGES = True
    fill(us, 2)
    assert queries(client, "/api/v1/networks/") == 1


def test_the_download_is_made_in_a_few_queries_a_chunk_and_kept(client, us, monkeypatch):
    def cost():
        open_data.folder().mkdir(exist_ok=True)
        for path in open_data.folder().glob("*"):
            path.unlink()
        with CaptureQueriesContext(connection) as captured:
            make_download.func()
        return len(captured)

    grow(us, 2)
    few = cost()
    grow(us, 10)
    assert cost() == few
    monkeypatch.setattr(open_data, "CHUNK", 10)
    assert cost() > few
    assert queries(client, "/api/v1/open-data.zip") <= 2


def test_the_feed_and_the_page_of_the_data_cost_few(client, us):
    grow(us, 2)
    paths = [address(name, language) for name in ("feed", "open_data") for language in LANGUAGES]
    few = {path: queries(client, path) for path in paths}
    grow(us, 10)
    assert {path: queries(client, path) for path in paths} == few
    assert max(few.values()) <= 10
