"""What a publication is: whether it holds is derived, nothing supersedes itself, one edition per language."""

import datetime
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import override

from content.saving import validate_content
from publications.isbn import check_isbn
from publications.models import Edition, FileState, Publication
from publications.querysets import chain_of
from tests.makers import make_edition, make_picture, make_publication, unsaved, write

pytestmark = pytest.mark.django_db


def read_as_public(publication):
    """The publication as a list of readers has it, None where it is not theirs to see."""
    return Publication.objects.public_unordered().with_editions().filter(pk=publication.pk).first()


def is_in_force_in_the_database(publication):
    return Publication.objects.public_unordered().in_force().filter(pk=publication.pk).exists()


# --- Validity ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "successor", "expected"),
    [
        ({}, None, "in_force"),
        ({"under_revision": True}, None, "under_revision"),
        ({"no_longer_valid": True}, None, "no_longer_valid"),
        ({"no_longer_valid": True, "under_revision": True}, None, "no_longer_valid"),
        ({}, "published", "superseded"),
        ({"under_revision": True}, "published", "superseded"),
        ({"no_longer_valid": True}, "published", "no_longer_valid"),
        # Readers are sent to a successor only once it is there.
        ({}, "draft", "in_force"),
        ({}, "scheduled", "in_force"),
        ({}, "withdrawn", "in_force"),
        ({"under_revision": True}, "draft", "under_revision"),
    ],
)
def test_whether_it_holds_is_derived_from_what_is_stored(columns, successor, expected):
    if successor:
        columns = {**columns, "superseded_by": make_publication(state=successor)}
    publication = make_publication(**columns)
    for seen in (publication, read_as_public(publication)):
        assert seen.validity == expected
        assert seen.is_in_force == (expected in {"in_force", "under_revision"})
    assert is_in_force_in_the_database(publication) == seen.is_in_force


def test_a_successor_in_one_language_supersedes_for_readers_of_both():
    successor = make_publication(fr={"title": "Nouveau"}, nl={"title": "Nieuw", "state": "draft"})
    old = make_publication(superseded_by=successor)
    for language in ("fr", "nl"):
        with override(language):
            assert read_as_public(old).validity == "superseded"


def test_the_clock_alone_puts_a_successor_in_its_place_and_takes_it_away(monkeypatch):
    now = timezone.now()
    successor = make_publication(fr={"title": "Nouveau"})
    rows = successor.translations.all()
    rows.update(publish_from=now + datetime.timedelta(hours=1), publish_until=now + datetime.timedelta(hours=2))
    old = make_publication(superseded_by=successor)
    for minutes, expected in (
        (0, "in_force"),
        (59, "in_force"),
        (60, "superseded"),
        (119, "superseded"),
        (120, "in_force"),
    ):
        moment = now + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr("django.utils.timezone.now", lambda moment=moment: moment)
        assert read_as_public(old).validity == expected, minutes
        assert is_in_force_in_the_database(old) == (expected == "in_force"), minutes


# --- One after the other -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 2, 3, 8])
def test_a_circle_is_refused_however_long(length):
    publications = [make_publication(fr={"title": f"Edition {number}"}) for number in range(length)]
    for older, newer in pairwise(publications):
        older.superseded_by = newer
        older.full_clean()
        older.save()
    last = publications[-1]
    last.superseded_by = publications[0]
    with pytest.raises(ValidationError) as refused:
        validate_content(last)
    assert set(refused.value.message_dict) == {"superseded_by"}
    assert str(publications[0]) in refused.value.messages[0]


def test_a_circle_that_somebody_wrote_past_us_hangs_nothing(client):
    one, two, three = (make_publication(fr={"title": title}) for title in ("Un", "Deux", "Trois"))
    Publication.objects.filter(pk=one.pk).update(superseded_by=two)
    Publication.objects.filter(pk=two.pk).update(superseded_by=one)
    assert sorted(chain_of(one)) == [one.pk, two.pk]
    three.superseded_by = Publication.objects.get(pk=one.pk)
    with pytest.raises(ValidationError):
        three.full_clean()
    for publication in (one, two):
        assert client.get(publication.get_absolute_url("fr")).status_code == 200


def test_a_publication_never_supersedes_itself_in_the_database():
    publication = make_publication()
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(superseded_by=publication)


def test_a_chain_is_all_that_is_linked_forwards_and_backwards():
    newest = make_publication()
    middle = make_publication(superseded_by=newest)
    oldest = [make_publication(superseded_by=middle) for _ in range(2)]
    make_publication()
    expected = sorted(item.pk for item in (newest, middle, *oldest))
    for item in (newest, middle, *oldest):
        assert sorted(chain_of(item)) == expected


def test_a_successor_is_not_deleted_while_something_leads_to_it():
    newest = make_publication()
    make_publication(superseded_by=newest)
    with pytest.raises(models.ProtectedError):
        newest.delete()


# --- What the database refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"kind": "guide", "level": "federal"}, "publication_only_recommendations_have_a_level"),
        ({"kind": "guide", "outcome": "adopted"}, "publication_only_recommendations_have_an_outcome"),
        ({"kind": "guide", "outcome_on": "2024"}, "publication_only_recommendations_have_an_outcome"),
        ({"kind": "poster", "campaign_from": "2024"}, "publication_only_campaigns_have_a_period"),
        ({"kind": "recommendation", "campaign_until": "2024"}, "publication_only_campaigns_have_a_period"),
        (
            {"kind": "campaign", "campaign_from": "2024-05", "campaign_until": "2023"},
            "publication_campaign_not_over_before_it_began",
        ),
        (
            {"kind": "campaign", "campaign_from": "2024-05", "campaign_until": "2024-04-30"},
            "publication_campaign_not_over_before_it_began",
        ),
    ],
)
def test_what_only_some_kinds_have_is_refused_to_others(columns, constraint):
    publication = unsaved(Publication, **columns)
    with pytest.raises(ValidationError):
        publication.full_clean()
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        Publication.objects.bulk_create([Publication(**columns)])
    assert constraint in str(refused.value)


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "recommendation", "level": "local", "outcome": "rejected", "outcome_on": "2024-02"},
        {"kind": "recommendation"},
        {"kind": "campaign", "campaign_from": "2024-05", "campaign_until": "2024"},
        {"kind": "campaign", "campaign_from": "2024", "campaign_until": "2024-01"},
        {"kind": "campaign", "campaign_until": "2024-01"},
    ],
)
def test_what_belongs_to_a_kind_is_taken(columns):
    make_publication(**columns).full_clean()


def test_a_link_needs_words():
    publication = make_publication(kind="campaign")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        write(publication, "fr", action_url="https://example.org/")
    assert "publicationtranslation_action_has_words" in str(refused.value)


@pytest.mark.parametrize("name", ["kind", "level", "outcome"])
def test_only_the_choices_are_taken(name):
    with pytest.raises(ValidationError):
        unsaved(Publication, **{"kind": "recommendation", name: "nonsense"}).full_clean()


# --- Editions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "second"), [(["fr"], ["fr"]), (["fr", "nl"], ["nl", "fr"]), (["ar"], ["ar"])])
def test_two_editions_in_the_same_languages_are_refused(first, second):
    publication = make_publication(editions=[{"languages": first}])
    again = Edition(publication=publication, languages=second, title="Encore")
    with pytest.raises(ValidationError) as refused:
        again.full_clean()
    assert "%" not in refused.value.messages[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_one_language_alone_and_beside_another_are_two_editions():
    publication = make_publication(editions=[{"languages": ["fr"]}])
    Edition(publication=publication, languages=["fr", "nl"], title="Bilingue").full_clean()
    Edition(publication=make_publication(), languages=["fr"], title="Une autre").full_clean()


@pytest.mark.parametrize("languages", [["fr"], ["nl", "fr"], ["ti"], ["yue"], ["fr", "nl", "en", "ar", "fa", "ps"]])
def test_any_language_that_has_a_name_is_taken(languages):
    edition = Edition(publication=make_publication(), languages=languages, title="x")
    edition.full_clean()
    assert edition.language_text


@pytest.mark.parametrize(
    "languages",
    [
        [],
        None,
        "fr",
        {"fr": 1},
        ["fr", "fr"],
        ["français"],
        ["FR"],
        ["fr-BE"],
        ["xx"],
        ["mul"],
        ["fr\x00"],
        ["+fr+nl"],
        [""],
        ["fr", "nl", "en", "ar", "fa", "ps", "ti"],
    ],
)
def test_what_is_no_list_of_languages_is_refused(languages):
    edition = Edition(publication=make_publication(), languages=languages, title="x")
    with pytest.raises(ValidationError) as refused:
        edition.full_clean()
    assert "languages" in refused.value.message_dict


def test_the_languages_of_an_edition_are_told_in_the_readers_words():
    edition = make_edition(make_publication(), ["fr", "nl"])
    with override("fr"):
        assert edition.language_text == "français et néerlandais"
    with override("nl"):
        assert edition.language_text == "Frans en Nederlands"


@pytest.mark.parametrize(("code", "is_rtl"), [("ar", True), ("fa", True), ("ps", True), ("fr", False), ("ti", False)])
def test_an_edition_knows_the_direction_of_its_writing(code, is_rtl):
    edition = Edition(languages=[code])
    assert edition.lang == code
    assert edition.is_rtl == is_rtl


def test_the_readers_language_comes_first_among_the_editions():
    languages = [["ar"], ["nl"], ["fr", "nl"], ["fr"], ["en"]]
    publication = make_publication(editions=[{"languages": codes} for codes in languages])

    def order(language):
        with override(language):
            return [edition.languages for edition in Publication.objects.get(pk=publication.pk).shown_editions]

    assert order("fr")[:2] == [["fr"], ["fr", "nl"]]
    assert order("nl")[0] == ["nl"]
    assert order("nl")[1] == ["fr", "nl"]
    assert len(order("nl")) == 5


def test_the_pages_that_an_editor_wrote_count_before_those_of_the_file():
    assert Edition(pages=None, pdf_pages=None).page_count is None
    assert Edition(pages=None, pdf_pages=24).page_count == 24
    assert Edition(pages=28, pdf_pages=24).page_count == 28


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({}, FileState.NONE),
        ({"pdf": "a.pdf"}, FileState.WAITING),
        ({"pdf": "a.pdf", "pdf_read": "b.pdf"}, FileState.WAITING),
        ({"pdf": "a.pdf", "pdf_read": "b.pdf", "pdf_problem": "broken"}, FileState.WAITING),
        ({"pdf": "a.pdf", "pdf_read": "a.pdf"}, FileState.READY),
        ({"pdf": "a.pdf", "pdf_read": "a.pdf", "pdf_problem": "broken"}, FileState.FAILED),
        ({"pdf": "", "pdf_read": "a.pdf"}, FileState.NONE),
    ],
)
def test_how_far_the_reading_of_a_file_is_follows_from_what_was_read(columns, state):
    assert Edition(**columns).file_state == state


def test_the_cover_of_a_publication_is_that_of_the_first_edition_that_has_one():
    publication = make_publication(
        editions=[{"languages": ["fr"]}, {"languages": ["ar"], "cover": make_picture(30, 40)}]
    )
    arabic = publication.editions.get(language_key="+ar+")
    assert publication.cover_picture.webp_src == arabic.cover_picture.webp_src
    assert make_publication(editions=[{}]).cover_picture is None


# --- ISBN ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "isbn",
    [
        "9782930780009",
        "978-2-930780-00-9",
        "978 2 930780 00 9",
        "979-10-90636-07-1",
        "9780306406157",
        "0306406152",
        "0-306-40615-2",
        "080442957X",
        "0-8044-2957-x",
    ],
)
def test_an_isbn_whose_last_digit_checks_is_taken(isbn):
    check_isbn(isbn)


@pytest.mark.parametrize(
    "isbn",
    [
        "9782930780008",
        "978-0-306-40615-8",
        "9770306406157",
        "0306406153",
        "0804429570",
        "X804429570",
        "08044X957X",
        "978293078000",
        "97829307800099",
        "978293078000X",
        "abc",
        "²782930780009",
        "٩٧٨٢٩٣٠٧٨٠٠٠٩",
        "9782930780009\x00",
        "978_2930780009",
        "-",
    ],
)
def test_a_number_that_is_no_isbn_is_refused_in_words(isbn):
    with pytest.raises(ValidationError) as refused:
        check_isbn(isbn)
    assert refused.value.code == "invalid_isbn"
    assert isbn in refused.value.messages[0]


def test_an_edition_refuses_a_wrong_isbn():
    edition = Edition(publication=make_publication(), languages=["fr"], title="x", isbn="9782930780008")
    with pytest.raises(ValidationError) as refused:
        edition.full_clean()
    assert set(refused.value.message_dict) == {"isbn"}


# --- Campaigns -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "end", "is_current"),
    [
        ("", "", True),
        ("2020", "", True),
        ("2026", "", True),
        ("2026-06-15", "2026-06-15", True),
        ("2026-06-16", "", False),
        ("2027", "", False),
        ("", "2026-06-14", False),
        ("", "2026-06", True),
        ("2020", "2026", True),
        ("2020", "2025-12", False),
    ],
)
def test_a_campaign_is_current_from_its_first_to_its_last_day(begin, end, is_current, monkeypatch):
    moment = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    campaign = make_publication(kind="campaign", campaign_from=begin, campaign_until=end)
    assert campaign.is_current_campaign == is_current
