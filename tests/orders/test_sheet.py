"""The export: each title of each order in a row, numbers as numbers, never a formula, names only where asked for."""

import csv
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.sheets import write_csv, write_xlsx
from orders import admin_sheet
from orders.erasing import anonymise
from orders.handling import finish
from orders.models import Status
from tests.admin.desk import Sheet, verified
from tests.makers import make_edition, make_offer, make_order, make_publication, make_staff

pytestmark = pytest.mark.django_db

EXPORT = "/admin/orders/order/export/"
WHOSE = ("Dominique Exemple", "dominique@example.org", "rue de l’Exemple 1")


@pytest.fixture
def client():
    return verified(make_staff("Orders desk"))


def rows_of_csv(client, what="whole", query=""):
    response = client.get(f"{EXPORT}{what}/csv/{query}")
    assert response.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))[1:]


def cells_of_xlsx(client, what="whole"):
    response = client.get(f"{EXPORT}{what}/xlsx/?state=all")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    return list(sheet.iter_rows(min_row=2))


def offer_of(title, **columns):
    return make_offer(make_edition(make_publication(), title=title), **columns)


def test_each_title_of_an_order_is_a_row(client):
    order = make_order({offer_of("Guide", price_others=Decimal("2.50")): 6, offer_of("Cartes"): 2})
    guide, cards = rows_of_csv(client)
    assert guide[0] == cards[0] == order.reference
    assert (guide[10], guide[12], guide[15], guide[16]) == ("Guide", "6", "2,50", "15,00")
    assert (cards[10], cards[12]) == ("Cartes", "2")
    assert all(word in guide for word in WHOSE)


def test_what_was_agreed_and_what_is_owed_stand_side_by_side(client):
    offer = offer_of("Guide", price_others=Decimal("2.00"))
    finish(make_order({offer: 6}, status=Status.PARTLY_SENT), by=None)
    (row,) = rows_of_csv(client, "nameless", "?state=sent")
    assert row[16:20] == ["12,00", "0,00", "2,00", "2,00"]
    make_order({offer: 3}, status=Status.CANCELLED)
    (row,) = rows_of_csv(client, "nameless", "?state=cancelled")
    assert row[16:20] == ["6,00", "0,00", "0,00", "0"]


@pytest.mark.parametrize("letter", ["\ud800", "\udfff", "\ufffe", "\uffff", "\x00", "\x0b"])
def test_a_character_that_no_spreadsheet_may_hold_leaves_the_file_readable(letter):
    row = [f"Zoé{letter} Secret", f"={letter}1"]
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(["x", "y"], [row], "T"))).active
    assert [cell.value for cell in sheet[2]] == ["Zoé Secret", "'=1"]
    assert "Zoé Secret;'=1" in write_csv(["x", "y"], [row], "").decode("utf-8-sig")


def test_the_file_without_names_has_none(client):
    make_order(requester={"note": "Sonnez chez Exemple", "organisation": "École", "phone": "02 000 00 00"})
    (row,) = rows_of_csv(client, "nameless")
    private = (*WHOSE, "École", "Sonnez chez Exemple", "02 000 00 00", "1030")
    assert not any(word in cell for word in private for cell in row)
    assert "Schaerbeek" in row  # a commune is nobody


def test_an_anonymous_order_has_its_row_without_a_name(client):
    order = make_order(status=Status.SENT)
    anonymise(order)
    (row,) = rows_of_csv(client, query="?state=all")
    assert row[0] == order.reference
    assert row[-8:] == [""] * 8


def test_the_file_holds_what_the_list_holds(client):
    waiting, dutch = make_order(), make_order(language="nl")
    sent = make_order(status=Status.SENT)

    def numbers(query):
        return {row[0] for row in rows_of_csv(client, query=query)}

    assert numbers("") == {waiting.reference, dutch.reference}
    assert numbers("?language__exact=nl") == {dutch.reference}
    assert numbers("?state=sent") == {sent.reference}


FORMULAS = ["=1+1", "+32 2 000", "-1", "@SUM(A1)", "\t=1", "'=1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_nothing_that_a_reader_wrote_is_a_formula(client, formula):
    make_order(requester={"name": formula, "note": formula})
    (row,) = rows_of_csv(client)
    (cells,) = cells_of_xlsx(client)
    for written in (*row, *(cell.value for cell in cells if isinstance(cell.value, str))):
        assert not written.startswith(("=", "+", "-", "@", "\t"))
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value == f"'{formula}" for cell in cells)


def test_numbers_can_be_added_up(client):
    make_order({offer_of("Guide", price_others=Decimal("2.50")): 6})
    (cells,) = cells_of_xlsx(client)
    assert [cells[place].value for place in (12, 13, 15)] == [6, 0, 2.5]
    assert {cells[place].data_type for place in (12, 13, 15, 16, 17)} == {"n"}


def test_a_sheet_of_texts_and_numbers_is_what_spreadsheets_here_read():
    rows = [["a", -3, Decimal("-2.50")]]
    assert write_csv(["x", "y", "z"], rows, "").decode("utf-8-sig").splitlines()[1] == "a;-3;-2,50"
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(["x", "y", "z"], rows, "T"))).active
    assert [cell.value for cell in sheet[2]] == ["a", -3, -2.5]


def test_the_export_takes_as_many_queries_for_ten_orders_as_for_one(client, django_assert_num_queries):
    make_order()
    rows_of_csv(client)
    with CaptureQueriesContext(connection) as one:
        rows_of_csv(client)
    for _number in range(9):
        make_order()
    with django_assert_num_queries(len(one)):
        rows_of_csv(client)


@pytest.mark.parametrize(
    ("language", "what", "name"),
    [
        ("fr", "whole", "commandes-avec-noms"),
        ("fr", "nameless", "commandes"),
        ("nl", "whole", "bestellingen-met-namen"),
        ("nl", "nameless", "bestellingen"),
    ],
)
def test_the_name_of_a_file_says_whether_names_are_in_it(language, what, name):
    make_order()
    response = verified(make_staff("Orders desk", language=language)).get(f"{EXPORT}{what}/csv/")
    disposition = response.headers["Content-Disposition"]
    assert re.fullmatch(rf'attachment; filename="{name}-\d{{4}}-\d\d-\d\d\.csv"', disposition)


def test_who_may_only_look_takes_nothing_away():
    reader = make_staff()
    reader.user_permissions.add(Permission.objects.get(codename="view_order"))
    client = verified(reader)
    make_order()
    assert client.get("/admin/orders/order/").status_code == 200
    for address in (EXPORT, f"{EXPORT}whole/csv/", f"{EXPORT}nameless/xlsx/"):
        assert client.get(address).status_code == 403
    assert EXPORT not in client.get("/admin/orders/order/").content.decode()


def test_the_log_says_who_took_names_away(client):
    make_order()
    rows_of_csv(client, "nameless")
    assert not LogEntry.objects.exists()
    rows_of_csv(client, "whole")
    entry = LogEntry.objects.get()
    assert entry.user.groups.get().name == "Orders desk"
    assert "1" in entry.change_message
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("path", ["whole/pdf/", "names/csv/", "whole/%00/"])
def test_a_file_that_there_is_not_is_not_found(client, path):
    assert client.get(EXPORT + path).status_code == 404


@pytest.mark.parametrize("query", ["?x=1", "?language__exact=%00", "?delivery__exact=" + "x" * 500, "?p=99999"])
def test_a_filter_that_cannot_be_is_no_fault(client, query):
    make_order()
    for path in ("", "whole/csv/"):
        assert client.get(f"{EXPORT}{path}{query}").status_code in (200, 302)


def test_more_orders_than_a_file_holds_are_exported_in_parts(client, monkeypatch):
    monkeypatch.setattr(admin_sheet, "MOST", 1)
    for status in (Status.NEW, Status.SENT):
        make_order(status=status)
    page = Sheet(client.get(f"{EXPORT}?state=all"))
    assert page.with_class("errornote")
    assert not [href for href in page.hrefs if "/csv/" in href]
    assert client.get(f"{EXPORT}whole/csv/?state=all").headers["Location"] == f"{EXPORT}?state=all"
    assert not LogEntry.objects.exists()
    assert len(rows_of_csv(client, query="?state=new")) == 1
