"""A text is public from one moment to another, in its own language, and changes state with the clock alone."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from content.publication import State, in_state, state_at, state_text
from networks.models import Network, NetworkTranslation
from organisations.models import Organisation
from tests.makers import DAY, make_house, make_network, make_organisation, make_picture, write
from tests.pages import Page, address

NOON = datetime.datetime(2026, 7, 1, 10, 0, tzinfo=datetime.UTC)  # noon in Brussels
LATER = NOON + 30 * DAY
SECOND = datetime.timedelta(seconds=1)
TICK = datetime.timedelta(microseconds=1)


@pytest.fixture
def clock(monkeypatch):
    """Set the time of the whole site."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_to


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (NOON - DAY, State.SCHEDULED),
        (NOON - TICK, State.SCHEDULED),
        (NOON, State.PUBLISHED),
        (LATER - TICK, State.PUBLISHED),
        (LATER, State.WITHDRAWN),
        (LATER + DAY, State.WITHDRAWN),
    ],
)
@pytest.mark.django_db
def test_the_state_follows_the_clock_in_python_and_in_the_database(clock, now, state):
    clock(now)
    network = make_network(fr={"publish_from": NOON, "publish_until": LATER})
    assert state_at(NOON, LATER) == state
    assert network.translations.get().state == state
    for each in State:
        assert NetworkTranslation.objects.filter(in_state(each)).exists() == (each == state)
    assert Network.objects.public().exists() == (state == State.PUBLISHED)
    assert Network.objects.public_in("fr").exists() == (state == State.PUBLISHED)
    assert not Network.objects.public_in("nl").exists()


def test_a_text_without_dates_is_a_draft_and_one_without_end_stays_public():
    assert state_at(None, None) == State.DRAFT
    assert state_at(NOON, None, NOON + 4000 * DAY) == State.PUBLISHED


@pytest.mark.django_db
def test_every_text_is_in_exactly_one_state():
    for state in State:
        make_network(fr={"state": state}, nl={"state": State.DRAFT})
    rows = NetworkTranslation.objects.all()
    by_state = {state: set(rows.filter(in_state(state)).values_list("pk", flat=True)) for state in State}
    assert sorted(pk for pks in by_state.values() for pk in pks) == sorted(row.pk for row in rows)
    assert all(row.pk in by_state[row.state] for row in rows)


@pytest.mark.parametrize(
    ("dates", "french", "dutch"),
    [
        ((None, None), "brouillon", "concept"),
        ((NOON, None), "12:00", "12:00"),
        ((NOON + 900 * DAY, None), "2028", "2028"),
        ((NOON - DAY, NOON), "12:00", "12:00"),
    ],
)
def test_the_state_is_said_in_words_with_brussels_time(dates, french, dutch):
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert expected in state_text(*dates, now=NOON + DAY), state_text(*dates, now=NOON + DAY)


@pytest.mark.django_db
def test_a_text_cannot_be_withdrawn_before_it_is_published():
    network = make_network(fr={})
    row = network.translations.get()
    for publish_from, publish_until in ((NOON, NOON), (LATER, NOON), (None, NOON)):
        row.publish_from, row.publish_until = publish_from, publish_until
        with pytest.raises(ValidationError):
            row.full_clean(exclude=["master"])
        with pytest.raises(IntegrityError), transaction.atomic():
            NetworkTranslation.objects.filter(pk=row.pk).update(publish_from=publish_from, publish_until=publish_until)


# --- What readers find, as the clock moves past both ends -------------------------------------------------------


@pytest.fixture
def timed(clock):
    """A network whose French text is public for 30 days, with everything that shows it."""
    clock(NOON - 60 * DAY)
    house = make_house()
    organisation = make_organisation()
    house.timed = make_network(
        fr={"title": "Réseau minuté", "slug": "minute", "publish_from": NOON, "publish_until": LATER},
        themes=[house.theme],
        seats=[{"organisation": house.us, "role": "member"}, {"organisation": organisation, "role": "coordinator"}],
        logo=make_picture(50, 40),
    )
    house.organisation = organisation
    return house


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "public"), [(NOON - SECOND, False), (NOON, True), (LATER - SECOND, True), (LATER, False)]
)
def test_readers_find_a_text_everywhere_or_nowhere(client, clock, timed, now, public):
    clock(now)
    shown_on = [
        address("networks:list", "fr"),
        address("networks:list", "nl"),
        address("networks_and_groups", "fr"),
        address("home", "fr"),
        timed.theme.get_absolute_url("fr"),
        timed.us.get_absolute_url("fr"),
        timed.organisation.get_absolute_url("fr"),
    ]
    for page in shown_on:
        assert ("Réseau minuté" in Page(client.get(page)).html) is public, page
    detail = address("networks:detail", "fr", slug="minute")
    assert client.get(detail).status_code == (200 if public else 404)
    assert client.get(timed.timed.logo.url).status_code == (200 if public else 404)
    roles = Page(client.get(address("networks:list", "fr"))).choices("role")
    assert ("member" in roles) is public


@pytest.mark.django_db
def test_each_language_is_published_by_itself(client):
    network = make_network(fr={"title": "Toit"}, nl={"title": "Dak", "state": "draft"})
    assert [row.language_code for row in network.public_translations] == ["fr"]
    network = write(network, "nl", state="published")
    assert Page(client.get(network.get_absolute_url("nl"))).text.count("Dak")
    network = write(network, "nl", state="withdrawn")
    page = Page(client.get(network.get_absolute_url("nl")))
    assert "Dak" not in page.text
    assert "Toit" in page.text
    assert Page(client.get(network.get_absolute_url("fr"))).text.count("Toit")


@pytest.mark.django_db
def test_an_object_can_exist_in_dutch_only(client):
    network = make_network(nl={"title": "Alleen Nederlands"})
    assert str(network) == "Alleen Nederlands"
    page = Page(client.get(address("networks:list", "fr")))
    assert page.entries()
    assert page.language_of("Alleen Nederlands") == "nl"


@pytest.mark.django_db
def test_an_object_without_any_text_has_a_name_for_staff_and_no_page():
    organisation = Organisation.objects.create()
    with override("fr"):
        assert str(organisation.pk) in str(organisation)
    assert organisation.shown is None
    assert organisation.get_absolute_url() == ""
    assert not Organisation.objects.public().exists()
