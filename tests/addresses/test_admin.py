"""Staff write useful addresses: facts, telephones, desks and closures on one page, warned of what may be wrong."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from reversion.models import Version

from addresses.checking import Report
from addresses.hours import Weekday
from addresses.models import Address, Category, Desk, OpenPeriod, SpecialDay
from content import history
from tests.admin.desk import Form, Sheet, change_url, keep_version, make_superuser, signed_in, url
from tests.makers import make_address, make_desk, make_organisation, make_special_day, make_staff
from tests.pages import LANGUAGES

pytestmark = pytest.mark.django_db

ADD = url(Address, "add", language="fr")
LIST = url(Address, "changelist")
HOURS = url(Address, "hours")


@pytest.fixture
def editor():
    return signed_in(make_staff("Editors", language="fr"))


def row(form, prefix, number, /, **columns):
    """The fields of a telephone, desk or special day to send, in the row `number` of the form."""
    count = max(number + 1, int(form.value(f"{prefix}-TOTAL_FORMS")))
    return {f"{prefix}-TOTAL_FORMS": count, **{f"{prefix}-{number}-{name}": value for name, value in columns.items()}}


def desk(form, number, week=None, **columns):
    columns = {"audience": "everyone", "access": "walk_in", "hours_kind": "weekly" if week else "unknown", **columns}
    return row(form, "desks", number, **columns, **{f"week_{day}": times for day, times in (week or {}).items()})


# --- The form ------------------------------------------------------------------------------------------------------


def test_an_address_is_written_with_telephones_desks_and_closures_on_one_page(editor):
    legal = Category.objects.get(key="legal")
    organisation = make_organisation()
    form = Form(editor, ADD)
    page = form.save(
        title="Permanence juridique",
        street="rue de l’Exemple 1",
        categories=[legal.pk],
        organisation=organisation.pk,
        situations=["asylum", "undocumented"],
        languages=["fr", "ar"],
        postcode="1030",
        **row(form, "phones", 0, number="02 000 00 00", label_fr="accueil", languages=["fr"]),
        **desk(form, 0, week={"mo": "9h à 12h30, 13.30-17", "fr": "20-8+1"}, label_fr="Guichet"),
        **row(form, "special_days", 0, starts="24/12/2026", ends="31/12/2026", reason_fr="vacances"),
    )
    address = Address.objects.get()
    assert [category.key for category in address.categories.all()] == ["legal"]
    assert (address.organisation, address.situations) == (organisation, ["asylum", "undocumented"])
    # The commune is that of the postcode.
    assert address.commune.name == "Schaerbeek"
    assert [phone.digits for phone in address.phones.all()] == ["+3220000000"]
    (stored,) = address.desks.all()
    assert stored.week == {"mo": "9:00-12:30, 13:30-17:00", "fr": "20:00-8:00+1"}
    assert address.special_days.get().times == ""
    # What finds open addresses is there too, and so is the version with all its rows.
    assert OpenPeriod.objects.filter(desk=stored).count() == 3
    assert Version.objects.get_for_model(Desk).count() == Version.objects.get_for_model(SpecialDay).count() == 1
    assert "9 h à 12 h 30, 13 h 30 à 17 h" in page.text.replace("\xa0", " ")


def test_the_communes_stand_by_province_in_the_language_of_the_editor():
    for language, names in {"fr": ("Schaerbeek", "Province de Liège"), "nl": ("Schaarbeek", "Luik")}.items():
        page = Form(signed_in(make_staff("Editors", language=language)), ADD)
        (select,) = [field for field in page.tree.iter("select") if field.get("name") == "commune_nis"]
        groups = {group.get("label"): [o.text for o in group.iter("option")] for group in select.iter("optgroup")}
        assert names[0] in next(iter(groups.values()))  # Brussels first
        assert any(names[1].split()[-1] in name for name in groups)
        assert len(groups) == 11


def test_a_single_special_day_needs_no_last_one_and_a_date_is_shown_as_it_is_written(editor):
    address = make_address()
    form = Form(editor, change_url(address))
    back = form.refuse(**row(form, "special_days", 0, starts="25/12"))
    assert "25/12/2026" in back.errors
    form.save(**row(form, "special_days", 0, starts="25/12/2026"))
    day = address.special_days.get()
    assert day.starts == day.ends == datetime.date(2026, 12, 25)


def test_languages_that_nobody_is_offered_stay_and_a_colleague_who_kept_them_changed_nothing(editor):
    address = make_address(languages=["wo", "eo", "fr"])
    first, second = Form(editor, change_url(address)), Form(editor, change_url(address))
    (select,) = [field for field in first.tree.iter("select") if field.get("name") == "languages"]
    offered = {option.get("value") for option in select.iter("option")}
    assert {"ku", "am", "sfb", "vgt", "eo"} <= offered
    assert not {"tlh", "la"} & offered
    first.save(title="Premier")
    assert set(Address.objects.get().languages) == {"wo", "eo", "fr"}
    told = second.refuse(title="Second")
    (box,) = told.with_class("conflict")
    assert "angues" not in "".join(box.itertext())
    first = Form(editor, change_url(address))
    second = Form(editor, change_url(address))
    first.save(languages=["fr", "ku"])
    (box,) = second.refuse(title="Troisième").with_class("conflict")
    assert "français et kurde" in "".join(box.itertext())


BAD = {
    "overlap": {"desks": {"week_mo": "9-12, 11-14"}},
    "end before start": {"desks": {"week_tu": "17-9"}},
    "words": {"desks": {"week_we": "le matin"}},
    "no hours": {"desks": {}},
    "nights": {"desks": {"week_mo": "20-8+1", "week_tu": "7-12"}},
    "phone": {"phones": {"number": "02 OOO 12 12"}},
    "no first day": {"special_days": {"ends": "24/12/2026"}},
    "no year": {"special_days": {"starts": "25/12"}},
    "last day first": {"special_days": {"starts": "24/12/2026", "ends": "20/12/2026"}},
    "another commune": {"postcode": "9000", "commune_nis": "21015"},
    "no such postcode": {"postcode": "1999", "commune_nis": ""},
    "half a point": {"latitude": "50.86", "longitude": ""},
    "gone before it came": {"valid_from": "01/02/2027", "valid_until": "01/01/2027"},
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_is_refused_in_words_and_nothing_typed_is_lost(language):
    staff = signed_in(make_staff("Editors", language=language))
    address = make_address()
    said = {}
    for name, sent in BAD.items():
        form = Form(staff, change_url(address))
        changes = {}
        for prefix, columns in sent.items():
            if prefix == "desks":
                changes |= desk(form, 0, **{"hours_kind": "weekly", **columns})
            elif isinstance(columns, dict):
                changes |= row(form, prefix, 0, **columns)
            else:
                changes[prefix] = columns
        back = form.refuse(title="Tapé", **changes)
        said[name] = back.errors
        assert "%(" not in back.errors
        assert back.value("title") == "Tapé"
        for field, value in changes.items():
            if not field.endswith("TOTAL_FORMS"):
                assert back.value(field) == value, field
    assert len(set(said.values())) == len(BAD) - 1  # two of them are about last days
    assert not Desk.objects.exists()
    # One reason each, beside its field.
    form = Form(staff, change_url(address))
    days = row(form, "special_days", 0, starts="24/12/2026", ends="20/12/2026")
    gone = {"valid_from": "01/02/2027", "valid_until": "01/01/2027"}
    back = form.refuse(**desk(form, 0, hours_kind="weekly", week_mo="9-12, 11-14"), **days, **gone)
    assert len([error for error in back.with_class("errorlist") for _item in error.iter("li")]) == 3
    assert not back.with_class("nonfield")


def test_the_hours_of_two_closures_on_one_page_may_not_meet_but_may_trade_places(editor):
    address = make_address()
    one = make_special_day(address, starts=datetime.date(2026, 12, 24), ends=datetime.date(2026, 12, 26))
    two = make_special_day(address, starts=datetime.date(2026, 12, 30), ends=datetime.date(2026, 12, 31))
    form = Form(editor, change_url(address))
    assert form.refuse(**{"special_days-1-starts": "25/12/2026"}).errors
    trade = {"special_days-0-starts": "30/12/2026", "special_days-0-ends": "31/12/2026"}
    trade |= {"special_days-1-starts": "24/12/2026", "special_days-1-ends": "26/12/2026"}
    form.save(**trade)
    assert [day.starts.day for day in SpecialDay.objects.order_by("pk")] == [30, 24]
    # One that is deleted makes room on the same page.
    form = Form(editor, change_url(address))
    assert form.value("special_days-0-id") == str(two.pk)
    form.save(
        **{"special_days-0-starts": "29/12/2026", "special_days-0-ends": "30/12/2026", "special_days-1-DELETE": "on"}
    )
    assert not SpecialDay.objects.filter(pk=one.pk).exists()
    assert SpecialDay.objects.get(pk=two.pk).starts.day == 29


def test_a_closure_is_that_of_a_desk_of_its_own_address(editor):
    address, other = make_address(), make_address()
    mine, foreign = make_desk(address), make_desk(other)
    form = Form(editor, change_url(address))
    sent = {"starts": "24/12/2026", "ends": "24/12/2026"}
    assert (
        f'value="{foreign.pk}"' not in form.html.split('name="special_days-__prefix__-desk"')[1].split("</select>")[0]
    )
    assert form.refuse(**row(form, "special_days", 0, desk=foreign.pk, **sent)).errors
    form.save(**row(form, "special_days", 0, desk=mine.pk, **sent))
    assert address.special_days.get().desk == mine


def test_a_desk_is_deleted_together_with_its_special_days(editor):
    address = make_address()
    gone, kept = make_desk(address), make_desk(address)
    make_special_day(address, desk=gone, starts=datetime.date(2026, 12, 24), ends=datetime.date(2026, 12, 24))
    form = Form(editor, change_url(address))
    more = row(form, "special_days", 1, desk=gone.pk, starts="25/12/2026", ends="25/12/2026")
    assert form.refuse(**{"desks-0-DELETE": "on"}, **more).errors
    assert address.desks.count() == 2
    form.save(**{"desks-0-DELETE": "on", "special_days-0-DELETE": "on"})
    assert [desk.pk for desk in address.desks.all()] == [kept.pk]
    assert not address.special_days.exists()
    make_special_day(address, desk=kept, starts=datetime.date(2026, 12, 24), ends=datetime.date(2026, 12, 24))
    # Nobody has to tick both.
    Form(editor, change_url(address)).save(**{"desks-0-DELETE": "on"})
    assert not address.desks.exists()
    assert not address.special_days.exists()


def test_a_save_is_no_check(editor):
    address = make_address(checks=[{"now": datetime.datetime(2026, 5, 4, 10, tzinfo=datetime.UTC)}])
    Report.objects.create(address=address, what="hours", language="fr")
    Form(editor, change_url(address)).save(title="Autre nom", email="a@example.org")
    again = Address.objects.with_checks().get()
    assert again.confirmed_at == datetime.datetime(2026, 5, 4, 10, tzinfo=datetime.UTC)
    assert again.checks.count() == 1
    assert again.check_state == "doubted"


# --- Warnings ------------------------------------------------------------------------------------------------------


def test_staff_are_warned_of_an_address_that_is_there_already(editor):
    first = make_address(fr={"title": "Accueil A", "street": "Rue de l'Exemple, 7"}, phones=["02 000 00 07"])
    form = Form(editor, ADD)
    page = form.save(title="Accueil B", street="rue de l’exemple 7", postcode="1030")
    assert change_url(first).partition("?")[0] in page.hrefs
    assert "Accueil A" in page.messages
    form = Form(editor, ADD)
    phone = row(form, "phones", 0, number="+32 2 000 00 07")
    assert "Accueil A" in form.save(title="Accueil C", postcode="9000", commune_nis="44021", **phone).messages
    # The same street of another commune is another street; 112 is everybody's.
    form = Form(editor, ADD)
    assert "Accueil A" not in form.save(title="D", street="rue de l’exemple 7", postcode="4000").messages
    make_address(fr={"title": "Urgences"}, phones=["112"])
    form = Form(editor, ADD)
    assert "Urgences" not in form.save(title="E", **row(form, "phones", 0, number="112")).messages


def test_staff_are_warned_of_a_point_outside_belgium_and_of_a_missing_check(editor):
    address = make_address()
    page = Form(editor, change_url(address)).save(latitude="4.37", longitude="50.86")
    assert "Belgi" in page.messages
    assert url(Address, "check", address.pk) in page.hrefs
    address = make_address(checks=[{}])
    assert "Belgi" not in Form(editor, change_url(address)).save(latitude="50.86", longitude="4.37").messages


# --- The list ------------------------------------------------------------------------------------------------------


def test_the_list_finds_by_telephone_street_and_name(editor):
    address = make_address(fr={"title": "Le Toit", "street": "rue de l’Exemple 12"}, phones=["02 000 12 34"])
    make_address(fr={"title": "Autre"}, phones=["02 000 99 99"])
    for term in ("0001234", "02 000 12 34", "+32 2 000 12 34", "exemple 12", "toit"):
        assert Sheet(editor.get(LIST, {"q": term})).names() == [str(address)], term
    assert Sheet(editor.get(LIST, {"q": "exemple 0001234"})).names() == []


def test_the_list_is_narrowed_by_state_of_the_check_need_place_and_what_is_missing(editor):
    old = datetime.datetime(2025, 1, 2, tzinfo=datetime.UTC)
    make_address(fr={"title": "Fraîche"}, checks=[{}], categories=["legal"])
    make_address(fr={"title": "Due"}, checks=[{"now": old}], postcode="9000", commune_nis="44021")
    make_address(fr={"title": "Jamais"}, postcode="", commune_nis="", is_sample=True)
    make_address(fr={"title": "Douteuse"}, checks=[{}, {"result": "wrong"}], phones=["02 000 00 00"])
    for query, names in {
        "check=fresh": ["Fraîche"],
        "check=due": ["Due"],
        "check=never": ["Jamais"],
        "check=doubted": ["Douteuse"],
        "need=legal": ["Fraîche"],
        "commune=44021": ["Due"],
        "province=40000": ["Due"],
        "incomplete=1": ["Jamais"],
        "is_sample__exact=1": ["Jamais"],
        "check=nonsense": ["Douteuse", "Due", "Fraîche", "Jamais"],
    }.items():
        assert Sheet(editor.get(f"{LIST}?{query}")).names() == names, query


def test_the_list_costs_the_same_however_long_it_is(editor):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(LIST).status_code == 200
        return len(captured)

    make_address(categories=["legal"], checks=[{}], phones=["02 000 00 01"], desks=[{}])
    queries()
    one = queries()
    for number in range(5):
        make_address(categories=["legal", "health"], checks=[{}], phones=[f"02 000 00 1{number}"], desks=[{}, {}])
    assert queries() == one


def test_the_page_of_an_address_costs_the_same_however_many_desks_it_has(editor):
    address = make_address(phones=["02 000 00 01"], desks=[{}], special_days=[{"starts": "2026-12-24"}])

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(change_url(address)).status_code == 200
        return len(captured)

    queries()
    one = queries()
    for day in range(3):
        make_desk(address)
        make_special_day(address, starts=f"2027-01-0{day + 1}")
    assert queries() == one


# --- Hours in words ------------------------------------------------------------------------------------------------


def test_hours_are_said_in_words_while_they_are_typed(editor):
    said = editor.get(HOURS, {"mo": "9-12, 13h30 à 17h", "tu": "17-9", "we": "24"}).json()
    assert said["days"]["mo"]["words"].replace("\xa0", " ") == "9 h à 12 h, 13 h 30 à 17 h"
    assert not said["days"]["mo"]["error"]
    assert said["days"]["tu"]["error"]
    assert not said["days"]["tu"]["words"]
    assert said["days"]["th"]["words"]
    assert set(said["days"]) == set(Weekday.values)
    said = editor.get(HOURS, {"mo": "20-8+1", "tu": "7-12"}).json()
    assert said["error"]
    assert editor.get(HOURS, {"mo": "9" * 100_000}).status_code == 200
    assert editor.post(HOURS).status_code == 405


# --- History -------------------------------------------------------------------------------------------------------


def test_a_restore_brings_back_desks_and_telephones_and_leaves_checks_and_reports(editor):
    address = make_address(phones=["02 000 00 01"], checks=[{}])
    first = make_desk(address, week={"mo": "9:00-12:00"})
    make_special_day(address, desk=first, starts=datetime.date(2026, 12, 24), ends=datetime.date(2026, 12, 24))
    version = keep_version(address)
    Form(editor, change_url(address)).save(
        **{"desks-0-DELETE": "on", "phones-0-number": "02 000 00 02"},
    )
    Report.objects.create(address=address, what="hours", language="fr", message="Mots privés")
    assert not address.desks.exists()
    history.restore(version)
    assert [desk.week for desk in address.desks.all()] == [{"mo": "9:00-12:00"}]
    assert address.special_days.get().desk_id == first.pk
    assert address.phones.get().digits == "+3220000001"
    assert address.checks.count() == address.reports.count() == 1
    assert OpenPeriod.objects.filter(desk__address=address).count() == 1
    assert "Mots privés" not in "".join(Version.objects.values_list("serialized_data", flat=True))


# --- Needs, rights -------------------------------------------------------------------------------------------------


def test_the_word_of_a_need_stays_once_addresses_have_it(editor):
    make_address(categories=["legal"])
    used, free = Category.objects.get(key="legal"), Category.objects.get(key="school")
    form = Form(editor, url(Category, "change", used.pk))
    assert "key" not in form.data
    form.save(check_months="4")
    assert Category.objects.get(key="legal").check_months == 4
    Form(editor, url(Category, "change", free.pk)).save(key="schools")
    assert Category.objects.filter(key="schools").exists()
    publisher = signed_in(make_superuser())
    assert publisher.post(url(Category, "delete", used.pk), {"post": "yes"}).status_code == 403
    assert publisher.post(url(Category, "delete", free.pk), {"post": "yes"}).status_code == 302


def test_translators_change_texts_and_nothing_else():
    address = make_address(fr={"title": "Toit"}, nl={"title": "Dak"}, phones=["02 000 00 01"])
    make_desk(address, week={"mo": "9:00-12:00"})
    dutch = signed_in(make_staff("Translators", languages=["nl"]))
    form = Form(dutch, change_url(address, "nl"))
    assert {"title", "street", "bring"} <= set(form.data)
    assert not {"postcode", "commune_nis", "categories", "phones-0-number", "desks-0-week_mo"} & set(form.data)
    form.save(
        title="Dakje", postcode="9000", commune_nis="44021", **{"desks-0-week_mo": "1-2", "phones-0-DELETE": "on"}
    )
    address = Address.objects.get()
    assert address.postcode == "1030"
    assert address.phones.exists()
    assert address.desks.get().week == {"mo": "9:00-12:00"}
    assert address.translations.get(language_code="nl").title == "Dakje"
