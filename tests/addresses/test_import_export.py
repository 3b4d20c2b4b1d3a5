"""Addresses as a sheet: exported, changed in a spreadsheet, looked at, and imported whole or not at all."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from reversion.models import Version

from addresses.checking import Check
from addresses.models import Address, Desk, OpenPeriod, Phone
from tests.admin.desk import url
from tests.makers import make_address, make_desk, make_organisation, make_staff

pytestmark = pytest.mark.django_db

IMPORT, LIST = url(Address, "import"), url(Address, "changelist")


@pytest.fixture
def staff(client):
    """Somebody who may change facts and texts in every language, signed in."""
    user = make_staff("Editors", language="fr")
    client.force_login(user)
    return user


@pytest.fixture
def address():
    """An address, public in French and a draft in Dutch, with nearly everything filled in."""
    organisation = make_organisation(fr={"title": "Le Toit", "slug": "le-toit"}, nl=None)
    address = make_address(
        fr={"title": "Permanence", "slug": "permanence", "street": "rue de l’Exemple 1", "summary": "Une\nphrase."},
        nl={"title": "Zitdag", "slug": "zitdag", "street": "Voorbeeldstraat 1", "state": "draft"},
        categories=["legal", "social"],
        organisation=organisation,
        phones=["+32 2 000 00 00", "02 000 00 01"],
        languages=["ar", "fr"],
        situations=["asylum"],
        papers="not_asked",
        email="accueil@example.org",
        latitude="50.86",
        longitude="4.37",
        checks=[{}],
    )
    Phone.objects.filter(number="02 000 00 01").update(label={"fr": "accueil", "nl": "onthaal"}, languages=["fr"])
    make_desk(address, week={"mo": "9:00-12:00, 13:30-17:00"}, access="appointment")
    make_desk(address, week={"sa": "10:00-12:00"}, label={"fr": "Femmes"}, audience="women")
    return Address.objects.get(pk=address.pk)


def table(client, query=""):
    """The rows of the exported CSV file, as dicts."""
    response = client.get(f"{url(Address, 'export_file', 'csv')}{query}")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def as_csv(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def preview(client, rows):
    response = client.post(IMPORT, {"file": SimpleUploadedFile("adresses.csv", as_csv(rows))})
    assert response.status_code == 200
    return response


def changes(response):
    """{column: difference as HTML} of the only row of a preview."""
    (row,) = response.context["rows"]
    return {change["column"]: change["html"] for change in row["changes"]}


def reasons(response):
    """{(row, column): words} of a preview that found something wrong."""
    return {(number, column): " ".join(texts) for number, column, texts in response.context["row_reasons"]}


def confirm(client, response):
    """Say yes to a preview."""
    form = response.context["confirm"]
    answer = client.post(IMPORT, {name: form.initial[name] for name in ("held", "name", "digest")})
    assert answer.status_code == 302, reasons(answer)
    return answer


# --- Export --------------------------------------------------------------------------------------------------------


def test_an_export_holds_an_address_in_a_row_that_a_spreadsheet_opens(client, staff, address):
    (row,) = table(client)
    assert row["key"] == str(address.key)
    assert row["categories"] == "legal | social"
    assert (row["organisation"], row["postcode"], row["commune"]) == ("le-toit", "1030", "Schaerbeek")
    assert row["phones"] == "'+32 2 000 00 00; 02 000 00 01 (accueil)"
    assert (row["mo"], row["tu"], row["access"]) == ("9:00-12:00, 13:30-17:00", "", "appointment")
    assert "Femmes" in row["other_desks"]
    assert (row["languages"], row["situations"], row["latitude"]) == ("ar | fr", "asylum", "50.86")
    assert (row["street_fr"], row["street_nl"]) == ("rue de l’Exemple 1", "Voorbeeldstraat 1")
    assert (row["state_fr"], row["state_nl"]) == ("published", "draft")
    response = client.get(url(Address, "export_file", "xlsx"))
    sheet = load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert sheet["A1"].value == "key"
    assert "Export" in client.get(LIST).content.decode()


def test_an_export_costs_the_same_however_long_it_is(client, staff, address):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            table(client)
        return len(captured)

    make_address(moved_to=address)
    one = queries()
    for number in range(5):
        make_address(categories=["legal"], phones=[f"02 000 00 0{number}"], desks=[{}, {}], moved_to=address)
    assert queries() == one


# --- Import --------------------------------------------------------------------------------------------------------


def test_a_file_that_says_what_is_stored_changes_nothing(client, staff, address):
    response = preview(client, table(client))
    assert not response.context["row_reasons"]
    assert response.context["confirm"] is None


def test_an_import_changes_telephones_hours_and_facts_and_keeps_what_the_sheet_does_not_say(client, staff, address):
    (row,) = table(client)
    row |= {
        "phones": "02 000 00 01 (accueil); 0032 2 000 00 05 (rendez-vous)",
        "mo": "",
        "tu": "9h-12h",
        "access": "walk_in",
        "postcode": "9000",
        "commune": "Gent",
        "categories": "health",
        "street_fr": "rue de l’Exemple 2",
    }
    response = preview(client, [row])
    assert {"phones", "mo", "tu", "access", "postcode", "commune", "categories", "street_fr"} == set(changes(response))
    assert Address.objects.get().postcode == "1030"
    confirm(client, response)
    address = Address.objects.get()
    kept, new = address.phones.all()
    assert (kept.label, kept.languages) == ({"fr": "accueil", "nl": "onthaal"}, ["fr"])
    assert (new.digits, new.label) == ("+3220000005", {"fr": "rendez-vous"})
    first, second = address.desks.all()
    assert (first.week, first.access) == ({"tu": "9:00-12:00"}, "walk_in")
    assert second.week == {"sa": "10:00-12:00"}
    assert OpenPeriod.objects.filter(desk=first).get().weekday == "tu"
    assert address.commune_nis == "44021"
    assert [category.key for category in address.categories.all()] == ["health"]
    # Nothing was published, nothing counts as a check, and the version holds its rows.
    assert address.translations.get(language_code="nl").state == "draft"
    assert Check.objects.count() == 1
    assert LogEntry.objects.get().user == staff
    assert Version.objects.get_for_object(address).exists()
    assert Version.objects.get_for_model(Desk).filter(object_id=first.pk).exists()


def test_a_new_address_comes_as_a_draft_with_its_desk(client, staff):
    row = {"key": "", "title_fr": "Nouvelle", "postcode": "1030", "phones": "02 000 00 09", "mo": "9-12", "we": "9-12"}
    confirm(client, preview(client, [row]))
    address = Address.objects.get()
    assert address.commune.name == "Schaerbeek"
    assert address.translations.get().state == "draft"
    assert address.phones.get().number == "02 000 00 09"
    desk = address.desks.get()
    assert (desk.week, desk.hours_kind) == ({"mo": "9:00-12:00", "we": "9:00-12:00"}, "weekly")
    assert OpenPeriod.objects.filter(desk=desk).count() == 2
    assert not Check.objects.exists()


BAD = {
    "phones": "zéro deux",
    "mo": "17-9",
    "tu": "9-12, 11-14",
    "commune": "Atlantide",
    "categories": "magic",
    "organisation": "nobody",
    "papers": "peut-être",
    "languages": "xx",
    "latitude": "nord",
    "valid_from": "demain",
    "email": "pas une adresse",
    "access": "by magic",
}


def test_every_bad_cell_has_its_reason_and_nothing_is_written(client, staff, address):
    (row,) = table(client)
    new = {**row, "key": "", "slug_fr": "", "slug_nl": ""}
    rows = [row, *({**new} for _bad in range(len(BAD) - 1))]
    for (column, cell), bad in zip(BAD.items(), rows, strict=True):
        bad[column] = cell
    found = reasons(preview(client, rows))
    for number, column in enumerate(BAD, 2):
        assert found.get((number, column)), (number, column, found)
    assert Address.objects.count() == 1


def test_hours_and_postcodes_are_checked_together(client, staff, address):
    (row,) = table(client)
    found = reasons(preview(client, [{**row, "mo": "20-8+1", "tu": "7-9"}]))
    assert found.get((2, "mo")), found
    found = reasons(preview(client, [{**row, "postcode": "4000"}]))
    assert found.get((2, "commune")), found


def test_a_thousand_bad_rows_are_refused_row_by_row(client, staff):
    good = {"key": "", "title_fr": "Bonne", "postcode": "1030", "mo": "9-12"}
    rows = [good, *({**good, "title_fr": f"Mauvaise {number}", "mo": "17-9"} for number in range(1000))]
    response = preview(client, rows)
    assert response.context["confirm"] is None
    assert len(response.context["plan"].reasons) == 1000
    assert not Address.objects.exists()


@pytest.mark.parametrize("header", ["nonsense", "checks", "hours", "=1+1"])
def test_a_wrong_column_refuses_the_file(client, staff, header):
    response = preview(client, [{"key": "", "title_fr": "A", header: "x"}])
    assert response.context["reasons"]
    assert response.context["confirm"] is None


def test_formulas_are_words(client, staff):
    row = {"key": "", "title_fr": "=HYPERLINK(1)", "bring_fr": "@SUM(A1)"}
    confirm(client, preview(client, [row]))
    (row,) = table(client)
    assert row["title_fr"] == "'=HYPERLINK(1)"
    assert row["bring_fr"] == "'@SUM(A1)"
    response = preview(client, [row])
    assert response.context["confirm"] is None


def test_who_may_not_add_addresses_may_still_change_them(client, address):
    user = make_staff("Editors", language="fr")
    user.groups.clear()
    names = [f"{action}_address" for action in ("view", "change", "translate")]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    (row,) = table(client)
    assert reasons(preview(client, [{"key": "", "title_fr": "Neuve"}]))
    confirm(client, preview(client, [{**row, "email": "autre@example.org"}]))
    assert Address.objects.get().email == "autre@example.org"
