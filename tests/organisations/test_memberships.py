"""A seat says who sits where, in which role, from when to when; what cannot be is refused, past seats are kept."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import override

from networks.models import NetworkMembership
from organisations.models import Organisation, Role
from tests.makers import make_group, make_network, make_organisation, make_seat, make_us

pytestmark = pytest.mark.django_db
TODAY = datetime.datetime(2026, 7, 15, 10, 0, tzinfo=datetime.UTC)


@pytest.fixture
def network():
    return make_network()


@pytest.fixture
def organisation():
    return make_organisation()


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: TODAY)


def refusal(body, organisation, **columns):
    """Return what staff are told about a seat, "" where it is fine."""
    seat = body.seats.model(body=body, organisation=organisation, **columns)
    try:
        seat.full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


# --- Rules, told to staff and held by the database ---------------------------------------------------------------


@pytest.mark.parametrize(
    "columns",
    [
        {"since": "2018", "until": "2017"},
        {"since": "2018-12", "until": "2018-11"},
        {"since": "2018-12-20", "until": "2018-12-19"},
        {"until": "2018", "ended": True},
        {"since_or_before": True},
    ],
)
def test_what_cannot_be_is_refused_in_words_and_by_the_database(network, organisation, columns):
    with override("fr"):
        french = refusal(network, organisation, **columns)
    with override("nl"):
        dutch = refusal(network, organisation, **columns)
    assert french
    assert dutch
    assert french != dutch
    with pytest.raises(IntegrityError), transaction.atomic():
        make_seat(network, organisation, **columns)


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"since": "2010"},
        {"since": "2018", "until": "2018"},
        {"since": "2018-12", "until": "2018"},
        {"since": "2018", "until": "2018-01"},
        {"since": "2018-12-20", "until": "2018-12"},
        {"until": "2018"},
        {"since": "2009", "since_or_before": True},
        {"since": "2009", "ended": True},
        {"ended": True},
    ],
)
def test_what_can_be_is_taken_by_both(network, organisation, columns):
    assert refusal(network, organisation, **columns) == ""
    make_seat(network, organisation, **columns)


@pytest.mark.parametrize("since", ["2018-13", "vers 2010", "31/02/2010"])
def test_a_date_that_does_not_exist_is_refused(network, organisation, since):
    assert since in refusal(network, organisation, since=since)


def test_an_unknown_role_is_refused(network, organisation):
    assert "observer" in refusal(network, organisation, role="observer")


def test_an_organisation_may_hold_two_roles_at_once(network, organisation):
    make_seat(network, organisation, role="founder", since="2010")
    assert refusal(network, organisation, role="coordinator", since="2010") == ""
    make_seat(network, organisation, role="coordinator", since="2010")


def test_but_each_role_only_once_at_a_time(network, organisation):
    make_seat(network, organisation, role="member", since="2010")
    for columns in ({}, {"since": "2015"}, {"since": "2009", "until": "2011"}):
        assert refusal(network, organisation, role="member", **columns)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_seat(network, organisation, role="member", since="2015")


def test_two_organisations_may_hold_the_same_role(network, organisation):
    make_seat(network, organisation, role="member")
    assert refusal(network, make_organisation(), role="member") == ""


def test_an_organisation_may_sit_in_two_networks(network, organisation):
    make_seat(network, organisation, role="member")
    assert refusal(make_network(), organisation, role="member") == ""
    assert refusal(make_group(), organisation, role="member") == ""


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ({"since": "1999", "until": "2004"}, {"since": "2004"}, True),
        ({"since": "1999", "until": "2004"}, {"since": "2010"}, True),
        ({"since": "1999", "until": "2004"}, {"since": "2003"}, False),
        ({"since": "1999", "until": "2004-06"}, {"since": "2004-05"}, False),
        ({"since": "1999", "until": "2004-06"}, {"since": "2004"}, True),
        ({"since": "1999", "until": "2004"}, {"since": "1990", "until": "1999"}, True),
        ({"since": "1999", "until": "2004"}, {"since": "1990", "until": "2010"}, False),
        ({"since": "1999", "until": "2004"}, {"since": "2000", "until": "2001"}, False),
        ({"since": "1999", "until": "2004"}, {}, True),
        ({"since": "1999", "until": "2004"}, {"until": "2002"}, False),
        ({"since": "1999", "until": "2004"}, {"until": "2010"}, True),
        ({"until": "2004"}, {"until": "2010"}, True),
        ({"until": "2004"}, {"since": "2003"}, False),
        ({"until": "2004"}, {"since": "2005"}, True),
        ({"ended": True}, {}, True),
        ({"ended": True}, {"ended": True}, True),
        ({"since": "1999", "ended": True}, {"since": "2000"}, True),
        ({}, {"since": "2000"}, False),
    ],
)
def test_the_same_role_may_be_held_again_later_but_not_twice_at_once(network, organisation, first, second, fits):
    for one, other in ((first, second), (second, first)):
        network.seats.all().delete()
        make_seat(network, organisation, **one)
        assert (refusal(network, organisation, **other) == "") is fits


def test_a_seat_that_is_changed_is_not_in_its_own_way(network, organisation):
    seat = make_seat(network, organisation, since="2010")
    seat.since = "2011"
    seat.full_clean()


def test_an_organisation_that_holds_a_seat_or_gave_a_mandate_cannot_be_deleted(network, organisation):
    mandate = make_organisation()
    seat = make_seat(network, organisation, mandated_by=mandate)
    for needed in (organisation, mandate):
        with pytest.raises(models.ProtectedError):
            needed.delete()
    seat.delete()
    organisation.delete()
    mandate.delete()


def test_a_network_takes_its_seats_with_it(network, organisation):
    make_seat(network, organisation)
    network.delete()
    assert not NetworkMembership.objects.exists()
    assert Organisation.objects.filter(pk=organisation.pk).exists()


# --- One site --------------------------------------------------------------------------------------------------


def test_exactly_one_organisation_is_the_site():
    us = make_us()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_organisation(is_site=True)
    with pytest.raises(ValidationError), override("fr"):
        Organisation(is_site=True).full_clean()
    make_organisation()
    assert list(Organisation.objects.site()) == [us]


def test_an_organisation_does_not_end_before_it_was_founded():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_organisation(founded="1999", ended="1998")
    with override("nl"), pytest.raises(ValidationError):
        Organisation(founded="1999", ended="1998-12").full_clean()
    make_organisation(founded="1999", ended="1999")
    make_organisation(founded="1999-05", ended="1999")
    make_organisation(ended="1999")


# --- In words --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "french", "dutch"),
    [
        ({"since": "2010"}, "depuis 2010", "sinds 2010"),
        ({"since": "2021-01"}, "depuis janvier 2021", "sinds januari 2021"),
        ({"since": "2012-12-20"}, "depuis 20 décembre 2012", "sinds 20 december 2012"),
        ({"since": "2009", "since_or_before": True}, "2009 ou avant", "2009 of vroeger"),
        ({}, "début inconnu", "begin onbekend"),
        ({"since": "1999", "until": "2004"}, "1999 – 2004", "van 1999 tot 2004"),
        ({"until": "2004"}, "jusqu’à 2004, début inconnu", "tot 2004, begin onbekend"),
        ({"ended": True}, "terminé, dates inconnues", "beëindigd, data onbekend"),
    ],
)
def test_the_dates_of_a_seat_read_as_people_say_them(columns, french, dutch):
    seat = NetworkMembership(**columns)
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert seat.when.replace("depuis le ", "depuis ") == expected
            assert str(seat).endswith(seat.when)


def test_a_seat_that_ended_nobody_knows_when_still_says_when_it_began():
    for language in ("fr", "nl"):
        with override(language):
            assert "2009" in NetworkMembership(since="2009", ended=True).when
            assert "2009" in NetworkMembership(since="2009", since_or_before=True, until="2012").when
            assert "2012" in NetworkMembership(since="2009", since_or_before=True, until="2012").when


@pytest.mark.parametrize(
    ("role", "french", "dutch"),
    [
        (Role.FOUNDER, "membre fondateur", "stichtend lid"),
        (Role.MEMBER, "membre", "lid"),
        (Role.PERMANENT_GUEST, "invité permanent", "vaste genodigde"),
        (Role.COORDINATOR, "coordinateur", "coördinator"),
    ],
)
def test_a_role_has_a_word_in_each_language(role, french, dutch):
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert NetworkMembership(role=role).role_text == expected


def test_a_note_is_shown_in_the_readers_language_else_in_the_other():
    seat = NetworkMembership(note={"fr": "une note"})
    with override("nl"):
        assert (seat.shown_note.text, seat.shown_note.lang) == ("une note", "fr")
        assert NetworkMembership().shown_note is None


# --- Held today, or past -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "current"),
    [
        ({}, True),
        ({"since": "2010"}, True),
        ({"until": "2026"}, True),
        ({"until": "2026-07"}, True),
        ({"until": "2026-07-15"}, True),
        ({"until": "2026-07-14"}, False),
        ({"until": "2026-06"}, False),
        ({"until": "2025"}, False),
        ({"until": "2027-01-01"}, True),
        ({"ended": True}, False),
    ],
)
def test_a_seat_is_held_to_the_end_of_the_time_that_its_date_names(today, network, columns, current):
    us = make_us()
    seat = make_seat(network, us, **columns)
    assert seat.is_current is current
    assert NetworkMembership.objects.current().filter(pk=seat.pk).exists() is current
    assert network.__class__.objects.where_we_are(["member"]).exists() is current


def test_present_seats_come_first_then_the_oldest(network, organisation):
    us = make_us()
    make_seat(network, us, role="member", since="1990", until="1995")
    make_seat(network, us, role="permanent_guest")
    make_seat(network, us, role="founder", since="2010")
    make_seat(network, us, role="coordinator", since="2001")
    shown = type(network).objects.public("fr").with_our_seats().get()
    assert [seat.role for seat in shown.our_seats] == ["coordinator", "founder", "permanent_guest", "member"]
