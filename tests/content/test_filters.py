"""A reader narrows a list by writing and by ticking: what was understood is shown, what was not is told."""

import datetime

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from content.filters import FLAG, YES, Facet, FacetFilter, PublicFilterSet, TextFilter
from networks.models import Network
from networks.views import NetworkListView
from organisations.models import Scope
from tests.makers import make_network
from tests.pages import Page, faults, words

pytestmark = pytest.mark.django_db
LIST = "/fr/reseaux/"


class Sieve(PublicFilterSet):
    """Narrows networks by a word of their title and by yes or no."""

    word = TextFilter(legend="Un mot", hint="Du titre.", method="with_word")
    scope = FacetFilter(legend="Portée", method="with_scope")
    european = FacetFilter(legend="Seulement", kind=FLAG, method="with_european")
    foreign = FacetFilter(legend="Seulement", kind=FLAG, method="with_foreign")
    national = FacetFilter(legend="En Belgique", kind=FLAG, method="with_national")

    def check_word(self, text):
        if text.isdigit():
            raise ValidationError("Un nombre n’est pas un mot.")

    def with_word(self, queryset, name, text):
        return queryset.filter(pk__in=Network.objects.filter(translations__title__contains=text).values("pk"))

    def with_scope(self, queryset, name, values):
        return queryset.filter(scope__in=values)

    def with_european(self, queryset, name, values):
        return queryset.filter(scope=Scope.EUROPEAN)

    def with_foreign(self, queryset, name, values):
        return queryset.none()

    def with_national(self, queryset, name, values):
        return queryset.filter(scope=Scope.NATIONAL)

    def count_facets(self):
        counts = {scope: self.queryset.filter(scope=scope).count() for scope in Scope}
        return {
            "scope": [Facet(scope.value, str(scope.label), "fr", counts[scope]) for scope in Scope],
            "european": [Facet(YES, "en Europe", "fr", counts[Scope.EUROPEAN])],
            "foreign": [Facet(YES, "ailleurs", "fr", 1)],
            "national": [Facet(YES, "dans tout le pays", "fr", counts[Scope.NATIONAL])],
        }


@pytest.fixture(autouse=True)
def networks(monkeypatch):
    """Three networks, and a list that is narrowed by the filters above."""
    monkeypatch.setattr(NetworkListView, "filterset_class", Sieve)
    make_network(fr={"title": "Toit pour tous"}, nl=None, scope=Scope.EUROPEAN)
    make_network(fr={"title": "Toit et droit"}, nl=None, scope=Scope.NATIONAL)
    make_network(fr={"title": "Asile"}, nl=None, scope=Scope.NATIONAL)


@pytest.fixture
def read(client):
    """Return the list as its reader sees it: `read(query)`; its HTML is without faults."""

    def read(query=""):
        page = Page(client.get(LIST + query))
        assert faults(page.html) == []
        return page

    return read


def text_input(page):
    return next(page.elements("input", name="word"))


def described_by(page, element):
    """Return the words to which an element points by aria-describedby."""
    ids = (element.get("aria-describedby") or "").split()
    return " ".join(words(next(page.elements(id=name))) for name in ids)


def active(page):
    """{text: address that lifts it} of the filters at work."""
    box = next((box for box in page.elements("div") if box.get("class") == "active-filters"), None)
    links = [] if box is None else [link for item in box.iter("li") for link in item.iter("a")]
    return {words(list(link.iter("span"))[-1]): link.get("href") for link in links}


# --- What the reader writes ----------------------------------------------------------------------------------------


def test_a_text_field_has_a_name_a_hint_and_nothing_that_the_browser_fills_in(read):
    page = read()
    field = text_input(page)
    assert field.get("type") == "text"
    assert field.get("value") == ""
    assert field.get("maxlength") == "100"
    assert field.get("autocomplete") == "off"
    assert [words(label) for label in page.elements("label") if label.get("for") == field.get("id")] == ["Un mot"]
    assert described_by(page, field) == "Du titre."


def test_what_was_written_narrows_the_list_stays_written_and_can_be_lifted(read):
    page = read("?word=++Toit%0A")
    assert sorted(page.entries()) == ["Toit et droit", "Toit pour tous"]
    assert text_input(page).get("value") == "Toit"
    assert active(page) == {"Toit": "?#results"}


def test_a_text_and_ticks_narrow_together_and_are_lifted_one_by_one(read):
    page = read("?word=Toit&scope=national&national=1")
    assert page.entries() == ["Toit et droit"]
    assert active(page)["Toit"] == "?scope=national&national=1#results"
    assert "?word=Toit&national=1#results" in active(page).values()
    assert active(page)["dans tout le pays"] == "?word=Toit&scope=national#results"


def test_what_was_written_goes_along_when_the_language_is_switched(read):
    page = read("?word=Toit")
    assert "/nl/netwerken/?word=Toit" in [href for href, _text in page.links(within=page.tree)]


def test_a_list_that_came_out_empty_says_what_the_text_hides(read):
    page = read("?word=Asile&european=1")
    assert page.entries() == []
    ways = {text: href for href, text in page.links() if href.endswith("#results")}
    assert ways["Asile"] == "?european=1#results"
    assert ways["en Europe"] == "?word=Asile#results"


def test_of_a_text_given_twice_the_last_counts(read):
    assert read("?word=Asile&word=Toit").entries() == read("?word=Toit").entries()


def test_a_text_that_means_nothing_is_told_beside_it_and_kept_to_be_put_right(read):
    page = read("?word=1030&national=1")
    assert page.entries() == []
    field = text_input(page)
    assert field.get("value") == "1030"
    assert field.get("aria-invalid") == "true"
    assert described_by(page, field) == "Du titre. Un nombre n’est pas un mot."
    assert any(href == "#filter-word" and "Un nombre n’est pas un mot." in text for href, text in page.links())
    assert list(active(page)) == ["dans tout le pays"]


@pytest.mark.parametrize(
    "value", ["%00", "Toit%00", "%01", "a%1bb", "%7f", "%ef%bf%bf", "x" * 101, "é%20" * 500, "1030%00"]
)
def test_a_text_that_nobody_types_or_too_long_is_told(read, value):
    page = read(f"?word={value}")
    assert page.entries() == []
    assert "Un nombre" not in page.html
    assert text_input(page).get("aria-invalid") == "true"
    assert len(text_input(page).get("value")) <= 100


@pytest.mark.parametrize(
    "value", ["%ff%fe", "%3Cscript%3Ealert(1)%3C/script%3E", "%22onfocus=", "%E2%80%AEx", "x" * 100]
)
def test_any_other_text_is_looked_for_and_printed_as_text(read, value):
    page = read(f"?word={value}")
    assert page.entries() == []
    assert text_input(page).get("aria-invalid") is None
    assert "<script>alert" not in page.html
    assert len(active(page)) == 1


def test_a_text_of_nothing_but_white_space_is_none(read):
    page = read("?word=+%0A&scope=national")
    assert len(page.entries()) == 2
    assert len(active(page)) == 1


# --- One box to tick ---------------------------------------------------------------------------------------------


def test_flags_of_one_legend_stand_together_and_one_of_its_own_stands_alone(read):
    page = read("?european=1&national=1")
    groups = {words(next(group.iter("legend"))): group for group in page.elements("fieldset")}
    assert list(groups) == ["Portée", "Seulement"]
    assert [box.get("name") for box in groups["Seulement"].iter("input")] == ["european", "foreign"]
    assert page.choices("european") == {"1": "en Europe 1"}
    assert page.choices("national") == {"1": "dans tout le pays 2"}
    assert page.chosen("european") == page.chosen("national") == ["1"]
    assert page.chosen("foreign") == []


def test_a_flag_narrows_the_list(read):
    assert read("?european=1").entries() == ["Toit pour tous"]


@pytest.mark.parametrize("name", ["foreign", "national"])
def test_a_flag_with_another_value_is_told(read, name):
    page = read(f"?{name}=yes&word=Toit")
    assert page.entries() == []
    assert "« yes »" in page.text.replace("\xa0", " ")
    (link,) = [href for href, text in page.links() if "yes" in text]
    assert next(page.elements(id=link.removeprefix("#"))) is not None


def test_a_flag_with_nothing_behind_it_is_not_offered(read):
    Network.objects.filter(scope=Scope.EUROPEAN).update(scope=Scope.NATIONAL)
    assert read().choices("european") == {}


# --- How long counts are kept ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("age", "counted"), [(0, 2), (1, 1), (60, 1)])
def test_a_list_says_for_how_long_its_counts_may_be_kept(monkeypatch, age, counted):
    calls = []
    monkeypatch.setattr(Sieve, "facets_age", lambda sieve: age)
    monkeypatch.setattr(Sieve, "known", lambda sieve, name: {})
    monkeypatch.setattr(Sieve, "count_facets", lambda sieve: calls.append(sieve) or {})
    cache.clear()
    for _reader in range(2):
        assert Sieve(QueryDict(), Network.objects.all()).facets == {}
    assert len(calls) == counted


def test_counts_that_took_long_are_kept_for_less(monkeypatch):
    """What was counted in one minute must not be shown in the next."""
    clock = [timezone.now()]
    kept_for = []
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    monkeypatch.setattr(Sieve, "facets_age", lambda sieve: 59 - 10 * len(kept_for))
    monkeypatch.setattr(Sieve, "known", lambda sieve, name: {})

    def count(sieve):
        clock[0] += datetime.timedelta(seconds=55)
        return {}

    monkeypatch.setattr(Sieve, "count_facets", count)
    monkeypatch.setattr(cache, "set", lambda key, facets, age: kept_for.append(age), raising=False)
    for _reader in range(2):
        assert Sieve(QueryDict(), Network.objects.all()).facets == {}
    assert kept_for == [4, 0]
