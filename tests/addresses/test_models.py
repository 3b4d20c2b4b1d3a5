"""What an address may be: a postcode in its commune, a phone without letters, a point that is whole."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from addresses.models import Address, Category, Phone, international
from content.language_fields import has_language
from content.languages import known_languages
from content.saving import save_content
from tests.makers import make_address, make_desk, make_organisation, unsaved, write

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def problems(**columns):
    """The columns that are refused, as {name: [codes or messages]}."""
    address = unsaved(Address, **columns)
    try:
        address.full_clean()
    except ValidationError as error:
        return set(error.message_dict)
    return set()


# --- Where -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("postcode", "nis", "refused"),
    [
        ("", "", set()),
        ("1030", "21015", set()),
        ("1030", "", set()),  # it lies in one commune only
        ("1050", "21009", set()),
        ("1050", "21004", set()),
        ("1050", "", {"commune_nis"}),  # in two: which of them?
        ("1030", "21009", {"commune_nis"}),
        ("1030", "99999", {"commune_nis"}),
        ("9999", "", {"postcode"}),
        ("0100", "", {"postcode"}),
        ("103", "", {"postcode"}),
        ("10300", "", {"postcode"}),
        ("103O", "", {"postcode"}),
        ("١٠٣٠", "", {"postcode"}),
        ("²030", "", {"postcode"}),
        ("1030\n", "", {"postcode"}),
        ("", "21015", set()),
    ],
)
def test_a_postcode_lies_in_its_commune(postcode, nis, refused):
    assert problems(postcode=postcode, commune_nis=nis) == refused


def test_the_only_commune_of_a_postcode_is_filled_in():
    address = unsaved(Address, postcode="1030")
    address.full_clean()
    assert address.commune_nis == "21015"


def test_the_place_is_told_in_the_readers_language():
    address = make_address()
    for language, text in (("fr", "1030 Schaerbeek"), ("nl", "1030 Schaarbeek")):
        with override(language):
            assert address.place_text == text
    assert make_address(postcode="", commune_nis="").place_text == ""
    with override("nl"):
        assert make_address(postcode="", commune_nis="21004").place_text == "Brussel"


@pytest.mark.parametrize(
    ("latitude", "longitude", "is_right"),
    [
        (None, None, True),
        ("50.85", "4.35", True),
        ("50.85", None, False),
        (None, "4.35", False),
        ("91", "4.35", False),
        ("50.85", "181", False),
        ("0", "0", True),
        ("NaN", "4.35", False),
    ],
)
def test_a_point_is_whole_and_on_the_earth(latitude, longitude, is_right):
    assert (not problems(latitude=latitude, longitude=longitude)) is is_right


def test_the_database_refuses_half_a_point():
    address = make_address()
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=address.pk).update(latitude="50.85")


def test_a_link_to_the_map_needs_a_point():
    assert make_address().map_href == ""
    href = make_address(latitude="50.850000", longitude="4.350000").map_href
    assert href.startswith("https://www.openstreetmap.org/?mlat=50.85")


# --- Since when, until when --------------------------------------------------------------------------------------


def test_the_last_day_does_not_come_before_the_first():
    today = timezone.localdate()
    assert problems(valid_from=today, valid_until=today) == set()
    assert problems(valid_from=today, valid_until=today - DAY) != set()
    address = make_address(valid_from=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=address.pk).update(valid_until=today - DAY)


def test_an_address_has_gone_after_its_last_day_and_is_to_come_before_its_first():
    today = timezone.localdate()
    gone = [make_address(valid_until=today + number * DAY).has_gone for number in (-1, 0, 1)]
    to_come = [make_address(valid_from=today + number * DAY).is_to_come for number in (-1, 0, 1)]
    assert gone == [True, False, False]
    assert to_come == [False, False, True]
    assert not make_address().has_gone
    assert not make_address().is_to_come
    kept = [make_address(valid_until=today + number * DAY).pk for number in (-1, 0, 1)]
    current = set(Address.objects.current().values_list("pk", flat=True))
    assert [pk in current for pk in kept] == [False, True, True]


def test_an_address_cannot_move_to_itself():
    address = make_address()
    address.moved_to = address
    with pytest.raises(ValidationError):
        address.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Address.objects.filter(pk=address.pk).update(moved_to=address.pk)


def test_what_replaces_an_address_or_runs_it_may_be_deleted_without_it():
    new = make_address()
    organisation = make_organisation()
    old = make_address(moved_to=new, organisation=organisation)
    new.delete()
    organisation.delete()
    old.refresh_from_db()
    assert (old.moved_to, old.organisation) == (None, None)


def test_only_a_successor_that_readers_can_see_is_named():
    for state, is_named in (("published", True), ("draft", False), ("scheduled", False), ("withdrawn", False)):
        new = make_address(fr={"state": state}, nl={"state": state})
        old = make_address(moved_to=new)
        found = Address.objects.public_unordered().with_relations().get(pk=old.pk)
        assert (found.successor == new) is is_named, state
    assert Address.objects.public_unordered().with_relations().get(pk=make_address().pk).successor is None


# --- Who, how ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"situations": ["undocumented", "eu"]}, set()),
        ({"situations": ["martian"]}, {"situations"}),
        ({"situations": ["eu", "eu"]}, {"situations"}),
        ({"situations": "eu"}, {"situations"}),
        ({"situations": {"eu": 1}}, {"situations"}),
        ({"languages": ["fr", "ti", "ary"]}, set()),
        ({"languages": ["xx"]}, {"languages"}),
        ({"languages": ["fr", "fr"]}, {"languages"}),
        ({"papers": "perhaps"}, {"papers"}),
        ({"cost": ""}, {"cost"}),
        ({"email": "nobody"}, {"email"}),
        ({"website": "javascript:alert(1)"}, {"website"}),
    ],
)
def test_what_is_no_choice_is_refused(columns, refused):
    assert problems(**columns) == refused


def test_languages_are_found_by_a_key_that_follows_them():
    address = make_address(languages=["nl", "ar", "fr"])
    assert address.language_key == "+ar+fr+nl+"
    address.languages = ["fr"]
    save_content(address)
    address.refresh_from_db()
    assert address.language_key == "+fr+"


def test_no_language_is_found_by_a_part_of_another():
    make_address(languages=["ary"])
    assert not Address.objects.filter(has_language("language_key", ["ar"])).exists()
    assert Address.objects.filter(has_language("language_key", ["ary"])).exists()


def test_forty_languages_fit():
    codes = sorted(known_languages(), key=lambda code: (-len(code), code))[:40]
    address = make_address(languages=codes)
    assert len(address.language_key) <= 200
    assert problems(languages=codes) == set()


def test_languages_and_situations_are_told_in_the_readers_words():
    address = make_address(languages=["fr", "ar"], situations=["undocumented"])
    with override("fr"):
        assert address.languages_text == "français et arabe"
        names = {entry["code"]: entry for entry in address.language_names}
        assert (names["ar"]["name"], names["ar"]["rtl"]) == ("arabe", True)
        assert names["fr"]["rtl"] is False
    with override("nl"):
        assert address.languages_text == "Frans en Arabisch"
        assert len(address.situation_texts) == 1
    assert make_address().languages_text == ""


# --- Phones ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("02 000 00 00", "+3220000000"),
        ("0470 00 00 00", "+32470000000"),
        ("02/000.00.00", "+3220000000"),
        ("(02) 000 00 00", None),
        ("+32 2 000 00 00", "+3220000000"),
        ("+32 (0)2 000 00 00", "+3220000000"),
        ("0032 2 000 00 00", "+3220000000"),
        ("+33 1 00 00 00 00", "+33100000000"),
        ("0800 00 000", "+3280000000"),
        ("112", "112"),
        ("1710", "1710"),
        ("02 OOO OO OO", None),
        ("appelez-nous", None),
        ("02 000 00 00 ext. 3", None),
        ("", None),
        ("1", None),
        ("0" * 40, None),
        ("٠٢ ٠٠٠ ٠٠", None),
        ("02 000 00 ²", None),
        ("tel:+3220000000", None),
    ],
)
def test_a_phone_has_no_letters_and_calls_from_anywhere(number, dialled):
    phone = Phone(address=make_address(), number=number)
    if dialled is None:
        with pytest.raises(ValidationError):
            phone.full_clean()
        return
    phone.full_clean()
    phone.save()
    assert phone.href == f"tel:{dialled}"
    assert phone.digits == international(number) == dialled


def test_who_can_neither_be_visited_nor_called_is_incomplete():
    nothing = {"postcode": "", "commune_nis": ""}
    assert make_address(**nothing, website="https://example.org/").is_incomplete
    assert not make_address(**nothing, phones=["112"]).is_incomplete
    assert not make_address(**nothing, email="desk@example.org").is_incomplete
    assert not make_address().is_incomplete


# --- Desks -------------------------------------------------------------------------------------------------------


def test_desks_for_everybody_come_first_and_those_of_the_past_not_at_all():
    today = timezone.localdate()
    address = make_address(
        desks=[
            {"label": {"fr": "Femmes"}, "audience": "women"},
            {"label": {"fr": "Hier"}, "ends": today - DAY},
            {"label": {"fr": "Tous"}, "ends": today},
            {"label": {"fr": "Demain"}, "starts": today + DAY},
        ]
    )
    assert [desk.label.text for desk in address.shown_desks] == ["Tous", "Demain", "Femmes"]


def test_a_desk_is_not_over_before_it_began():
    today = timezone.localdate()
    with pytest.raises(ValidationError):
        make_desk(make_address(), starts=today, ends=today - DAY)


# --- Categories --------------------------------------------------------------------------------------------------


def test_the_categories_are_there_from_the_start_in_both_languages():
    assert Category.objects.count() == 24
    for category in Category.objects.all():
        assert category.name["fr"]
        assert category.name["nl"]
        assert 1 <= category.check_months <= 36


# --- Texts -------------------------------------------------------------------------------------------------------


def test_an_address_may_be_made_in_dutch_first():
    address = make_address(fr=None, nl={"title": "Spreekuur", "street": "Voorbeeldstraat 1"})
    address = write(address, "fr", title="Permanence", street="rue de l’Exemple 1", state="published")
    found = Address.objects.public("fr").get(pk=address.pk)
    with override("fr"):
        assert found.translation_shown_in("fr").lines == ["rue de l’Exemple 1", "1030 Schaerbeek"]
    with override("nl"):
        assert found.translation_shown_in("nl").lines == ["Voorbeeldstraat 1", "1030 Schaarbeek"]


def test_staff_find_an_address_by_its_street():
    make_address(fr={"title": "Alpha", "street": "rue de l’Exemple 77"}, nl=None)
    for text in ("exemple 77", "EXEMPLE", "alpha rue"):
        assert Address.objects.named_like(text).count() == 1
    assert Address.objects.named_like("78").count() == 0
