"""What is looked for in vain is told to staff once several readers ask the same, and nobody is known by it."""

import datetime

import pytest
from django.contrib import admin
from django.db import OperationalError
from django.utils import timezone

from search import missed
from search.missed import ENOUGH, delete_old
from search.models import MissedSearch
from tests.admin.desk import Sheet, signed_in, url
from tests.makers import make_network, make_staff, make_term
from tests.search.asking import ask

pytestmark = pytest.mark.django_db


def ask_from(client, host, text, language="fr"):
    client.defaults["REMOTE_ADDR"] = host
    return ask(client, text, language)


def many(client, text, readers=ENOUGH, language="fr"):
    for number in range(readers):
        ask_from(client, f"192.0.2.{number + 1}", text, language)


def known():
    """What staff see: {(language, words): how often}."""
    return {(row.language, row.words): row.count for row in MissedSearch.objects.exclude(words="")}


def test_words_that_several_readers_miss_are_told_per_language(client):
    many(client, "Garde d’enfants")
    many(client, "garde d'ENFANTS", language="nl", readers=ENOUGH + 1)
    assert known() == {("fr", "garde d enfants"): ENOUGH, ("nl", "garde d enfants"): ENOUGH + 1}


def test_what_few_have_asked_is_written_nowhere(client):
    many(client, "Amina Exemple", readers=ENOUGH - 1)
    (row,) = MissedSearch.objects.values()
    assert row["words"] == ""
    assert "amina" not in str(row).lower()
    assert row["count"] == ENOUGH - 1


def test_one_reader_counts_once_a_day_however_often_they_ask(client, monkeypatch):
    for _time in range(ENOUGH + 3):
        ask_from(client, "192.0.2.1", "garderie")
    assert MissedSearch.objects.get().count == 1
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    ask_from(client, "192.0.2.1", "garderie")
    assert MissedSearch.objects.get().count == 2


def test_one_reader_can_have_only_so_many_things_counted(client, monkeypatch):
    monkeypatch.setattr(missed, "MOST_OF_A_READER", 3)
    for number in range(6):
        ask_from(client, "192.0.2.1", "garderie" + "abcdef"[number])
    assert MissedSearch.objects.count() == 3


@pytest.mark.parametrize(
    "text",
    [
        "amina@example.org",
        "0470 12 34 56",
        "dossier 8.123.456",
        "12/03/1987",
        "je m’appelle Amina et je cherche un avocat",
        "x" * 61,
        "de la",
        "🏠",
    ],
)
def test_what_may_be_somebodys_is_not_counted(client, text):
    ask(client, text)
    assert not MissedSearch.objects.exists()


def test_what_is_found_is_not_counted(client):
    make_network(fr={"title": "Réseau du toit"})
    ask(client, "toit")
    ask(client, "toit", kind="theme")
    ask(client, "toit garderie")
    client.head("/fr/recherche/?q=garderie")
    assert not MissedSearch.objects.exists()


def test_a_busy_database_does_not_break_the_page(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("database is locked")

    monkeypatch.setattr(missed, "count_attempt", refuse)
    ask(client, "garderie")
    assert not MissedSearch.objects.exists()


def test_old_counts_are_forgotten(client):
    many(client, "garderie")
    ask(client, "charpente")
    now = timezone.now()
    delete_old(now + datetime.timedelta(days=29), None)
    assert MissedSearch.objects.count() == 2
    delete_old(now + datetime.timedelta(days=31), None)
    assert set(known()) == {("fr", "garderie")} and MissedSearch.objects.count() == 1
    delete_old(now + datetime.timedelta(days=366), None)
    assert not MissedSearch.objects.exists()


@pytest.mark.parametrize("group", ["Editors", "Publishers", "Translators"])
def test_staff_see_what_is_missed_and_which_term_it_may_be_another_word_for(client, group):
    term = make_term(fr={"title": "garderie"}, nl=None)
    make_term(fr={"title": "apatride"}, nl=None)
    many(client, "garderye")
    ask(client, "charpente")
    page = Sheet(signed_in(make_staff(group)).get(url(MissedSearch, "changelist")))
    assert "garderye" in page.text
    assert "charpente" not in page.text
    assert url(type(term), "change", term.pk) in page.hrefs
    assert "apatride" not in page.text


def test_two_who_look_at_the_list_at_once_see_each_their_own():
    """There is one ModelAdmin for all: what belongs to one request is not kept on it."""
    model_admin = admin.site.get_model_admin(MissedSearch)
    before = dict(vars(model_admin))
    signed_in(make_staff("Editors")).get(url(MissedSearch, "changelist"))
    assert vars(model_admin) == before


def test_nobody_changes_a_count_and_publishers_delete_it(client):
    many(client, "garderie")
    row = MissedSearch.objects.get()
    editor, publisher = (signed_in(make_staff(group)) for group in ("Editors", "Publishers"))
    assert editor.get(url(MissedSearch, "add")).status_code == 403
    assert editor.post(url(MissedSearch, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert publisher.post(url(MissedSearch, "change", row.pk), {"words": "x"}).status_code == 403
    assert publisher.post(url(MissedSearch, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not MissedSearch.objects.exists()


def test_the_list_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    staff = signed_in(make_staff("Editors"))
    for number in range(30):
        MissedSearch.objects.create(
            language="fr", words=f"mot {number}", digest=str(number), count=9, last_on=timezone.localdate()
        )
    with django_assert_max_num_queries(12):
        staff.get(url(MissedSearch, "changelist"))
