"""Who ordered is forgotten, by itself after some months and at once on request; the figures stay right."""

import datetime
import io
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import ProtectedError, Sum
from django.utils import timezone

from content.due import run_due
from intake.models import OutboxMessage
from intake.outbox import post
from orders import erasing, following, handling, stock
from orders.models import Order, OrderLine, Requester, Status, StockMovement
from tests.admin.desk import Sheet, make_superuser, signed_in, verified
from tests.makers import make_offer, make_order, make_staff

pytestmark = pytest.mark.django_db

PERSON = "/admin/orders/order/person/"
MARCH = datetime.datetime(2026, 3, 15, 11, 30, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def closed_order(status=Status.SENT, *, closed_at=None, **given):
    order = make_order(status=status, **given)
    if closed_at:
        Order.objects.filter(pk=order.pk).update(closed_at=closed_at)
    return Order.objects.get(pk=order.pk)


def figures():
    """Return all that the figures are made of."""
    kept = ("copies", "price", "postage", "weight", "commune", "purpose", "requester_kind", "created_at", "closed_at")
    return (
        list(Order.objects.order_by("pk").values("reference", "status", *kept)),
        list(OrderLine.objects.order_by("pk").values()),
        list(StockMovement.objects.order_by("pk").values()),
        Order.objects.aggregate(Sum("copies")),
    )


def has_contact(order):
    return Requester.objects.filter(order=order).exists()


# --- One order -------------------------------------------------------------------------------------------------


def test_an_order_forgets_whose_it_is_and_keeps_what_the_figures_need():
    order = closed_order()
    before = figures()
    after = erasing.anonymise(order)
    assert after.anonymised_at is not None
    assert not has_contact(order)
    assert Order.objects.get(pk=order.pk).contact is None
    assert not OutboxMessage.objects.filter(about=order.mail_about).exists()
    assert figures() == before
    assert stock.differences() == []


def test_the_link_of_an_erased_order_leads_nowhere():
    order = closed_order()
    token = following.token_of(order)
    assert following.order_of(token) == order
    after = erasing.anonymise(order)
    assert following.order_of(token) is None
    assert following.order_of(following.token_of(after)) is None
    assert after.key != order.key


def test_erasing_twice_is_no_harm():
    order = closed_order()
    first = erasing.anonymise(order)
    assert erasing.anonymise(order).anonymised_at == first.anonymised_at


@pytest.mark.parametrize("status", [Status.NEW, Status.CONFIRMED, Status.PREPARING, Status.PARTLY_SENT])
def test_an_open_order_needs_to_know_whose_it_is(status):
    order = make_order(status=status)
    with pytest.raises(erasing.StillOpen):
        erasing.anonymise(order)
    assert has_contact(order)
    assert OutboxMessage.objects.filter(about=order.mail_about).exists()


def test_only_the_letters_of_that_order_go():
    offer = make_offer()
    order, other = closed_order(wishes={offer: 1}), closed_order(wishes={offer: 2})
    kept = OutboxMessage.objects.filter(about=other.mail_about).count()
    erasing.anonymise(order)
    assert OutboxMessage.objects.filter(about=other.mail_about).count() == kept > 0


# --- By itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "months", "since"),
    [
        ("2026-11-23", 12, "2025-11-23"),
        ("2026-11-23", 1, "2026-10-23"),
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2027-02-28"),
        ("2026-01-31", 2, "2025-11-30"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-12-05", 24, "2024-12-05"),
        ("2026-01-05", 1, "2025-12-05"),
    ],
)
def test_months_are_those_of_the_calendar(now, months, since):
    noon = datetime.datetime.fromisoformat(f"{now}T12:00:00+01:00")
    assert f"{timezone.localtime(erasing.kept_since(noon, months)):%Y-%m-%d}" == since


@pytest.mark.parametrize("status", [Status.SENT, Status.CANCELLED])
def test_the_orders_that_are_old_enough_are_forgotten_when_the_clock_comes_by(status, settings):
    settings.ORDERS_KEEP_MONTHS = 12
    order = closed_order(status, closed_at=MARCH)
    year_later = MARCH.replace(year=2027)
    erasing.anonymise_old(year_later, None)
    assert has_contact(order)  # not a moment too soon
    erasing.anonymise_old(year_later + datetime.timedelta(minutes=1), None)
    assert not has_contact(order)


def test_it_counts_from_when_an_order_was_closed_not_from_when_it_was_placed(settings):
    settings.ORDERS_KEEP_MONTHS = 2
    order = closed_order(closed_at=MARCH, created_at=MARCH - 300 * DAY)
    erasing.anonymise_old(MARCH + 30 * DAY, None)
    assert has_contact(order)


def test_an_order_that_nobody_closed_is_not_forgotten_however_old(settings):
    order = make_order(created_at=MARCH - 900 * DAY)
    erasing.anonymise_old(MARCH, None)
    assert has_contact(order)
    assert list(erasing.forgotten_open(MARCH)) == [order]


def test_the_periodic_work_of_the_site_does_it():
    order = closed_order(closed_at=timezone.now() - 400 * DAY)
    recent = closed_order(closed_at=timezone.now() - 300 * DAY)
    assert run_due() == []
    assert not has_contact(order)
    assert has_contact(recent)


def test_one_more_run_changes_nothing():
    closed_order(closed_at=MARCH)
    erasing.anonymise_old(MARCH + 500 * DAY, None)
    before = list(Order.objects.values())
    erasing.anonymise_old(MARCH + 501 * DAY, MARCH + 500 * DAY)
    assert list(Order.objects.values()) == before


# --- The command -----------------------------------------------------------------------------------------------


def run_command(*arguments, **options):
    told = io.StringIO()
    call_command("anonymise_orders", *arguments, stdout=told, **options)
    return told.getvalue()


def test_a_dry_run_tells_and_changes_nothing():
    order = closed_order(closed_at=timezone.now() - 400 * DAY)
    recent = closed_order()
    told = run_command("--dry-run")
    assert order.reference in told
    assert recent.reference not in told
    assert "1 orders" in told
    assert "would be" in told
    assert has_contact(order)


def test_the_command_reports_by_numbers_and_names_nobody():
    order = closed_order(closed_at=timezone.now() - 400 * DAY)
    stuck = make_order(created_at=timezone.now() - 500 * DAY)
    contact = order.requester
    told = run_command()
    assert order.reference in told
    assert stuck.reference in told
    for word in (contact.name, contact.email, contact.street):
        assert word not in told
    assert not has_contact(order)
    assert has_contact(stuck)
    assert "0 orders" in run_command()


def test_another_number_of_months_can_be_given():
    order = closed_order(closed_at=timezone.now() - 100 * DAY)
    run_command("--months", "6")
    assert has_contact(order)
    run_command("--months", "2")
    assert not has_contact(order)


@pytest.mark.parametrize("months", [0, -1])
def test_a_number_of_months_that_would_erase_everything_is_refused(months):
    order = closed_order()
    with pytest.raises(CommandError):
        run_command(months=months)
    assert has_contact(order)


# --- A person --------------------------------------------------------------------------------------------------


def test_a_person_is_found_by_e_mail_whatever_its_capitals():
    order = closed_order(requester={"email": "Zoe@Example.org"})
    closed_order(requester={"email": "zoe@example.com"})
    assert list(erasing.orders_of(" zoe@EXAMPLE.org ")) == [order]


def test_a_person_is_erased_at_once_and_others_are_not():
    offer = make_offer()
    hers = [closed_order(wishes={offer: 1}, requester={"email": "zoe@example.org"}) for _number in range(2)]
    other = closed_order(wishes={offer: 1}, requester={"email": "other@example.org"})
    before = figures()
    erased = erasing.erase_person("ZOE@example.org", log=print, by=make_staff())
    assert erased.references == [order.reference for order in hers]
    assert erased.open_references == []
    assert not any(has_contact(order) for order in hers)
    assert has_contact(other)
    assert figures() == before


def test_an_open_order_is_kept_unless_it_is_ended_too():
    offer, staff = make_offer(), make_staff()
    closed = closed_order(wishes={offer: 1})
    for status in (Status.NEW, Status.PREPARING, Status.PARTLY_SENT):
        make_order({offer: 3}, status=status)
    erased = erasing.erase_person("dominique@example.org", log=print, by=staff)
    assert erased.references == [closed.reference]
    assert len(erased.open_references) == 3
    erased = erasing.erase_person("dominique@example.org", log=print, by=staff, end_open=True)
    assert len(erased.references) == 3
    assert not Requester.objects.exists()
    assert not OutboxMessage.objects.exclude(purpose__contains="staff").filter(to="dominique@example.org").exists()
    assert set(Order.objects.values_list("status", flat=True)) == {Status.SENT, Status.CANCELLED}
    offer.refresh_from_db()
    assert offer.reserved == 0
    assert stock.differences() == []


def test_a_letter_to_an_earlier_address_of_the_order_goes_with_it():
    order = make_order(requester={"email": "old@example.org"})
    handling.correct_contact(order, {"email": "new@example.org"})
    handling.cancel(order)
    assert OutboxMessage.objects.filter(to="old@example.org").exists()
    erasing.erase_person("new@example.org", log=print, by=make_staff())
    assert not OutboxMessage.objects.filter(to__in=["old@example.org", "new@example.org"]).exists()


def test_letters_go_where_the_orders_have_another_address_by_now():
    order = make_order(requester={"email": "typo@example.org"})
    handling.correct_contact(order, {"email": "zoe@example.org"})
    logged = []
    erased = erasing.erase_person("TYPO@example.org", log=logged.append, by=make_staff())
    assert (erased.references, erased.letters, logged) == ([], 2, [None])
    assert not OutboxMessage.objects.filter(to="typo@example.org").exists()
    assert OutboxMessage.objects.filter(to="zoe@example.org").exists()
    assert has_contact(order)


def test_the_letters_of_an_order_that_stays_open_stay_with_it():
    open_order, closed = make_order(), closed_order()
    erasing.erase_person("dominique@example.org", log=print, by=make_staff())
    letters = OutboxMessage.objects.filter(to="dominique@example.org")
    assert {letter.about for letter in letters} == {open_order.mail_about}
    assert not has_contact(closed)


def test_what_cannot_be_logged_is_not_erased():
    def broken(order):
        raise ZeroDivisionError

    order = closed_order()
    letters = OutboxMessage.objects.count()
    with pytest.raises(ZeroDivisionError):
        erasing.erase_person("dominique@example.org", log=broken, by=make_staff())
    assert has_contact(order)
    assert OutboxMessage.objects.count() == letters


def test_letters_to_an_address_that_only_looks_the_same_are_somebody_elses():
    closed_order()
    OutboxMessage.objects.filter(to="dominique@example.org").update(to="ſ@example.org")
    assert erasing.letters_to("ſ@EXAMPLE.org").count() == 2
    assert not erasing.letters_to("s@example.org").exists()
    assert not erasing.letters_to("S@example.org").exists()


def test_letters_about_something_else_stay():
    closed_order()
    with transaction.atomic():
        post(to="dominique@example.org", subject="x", text="x", purpose="x", language="fr", about="addresses.report:1")
    erasing.erase_person("dominique@example.org", log=print, by=make_staff())
    assert OutboxMessage.objects.get(to="dominique@example.org").about == "addresses.report:1"


def test_an_export_holds_all_that_we_know_of_a_person_and_nothing_of_others():
    given = {"name": "Zoé Exemple", "email": "zoe@example.org", "phone": "02 123", "note": "Merci", "street": "Rue 5"}
    order = closed_order(requester=given, by=make_staff(first_name="Colleague"))
    closed_order(requester={"email": "other@example.org", "name": "Somebody Else"})
    data = erasing.export_person("zoe@example.org")
    (exported,) = data["orders"]
    assert exported["reference"] == order.reference
    for name, value in given.items():
        assert exported["requester"][name] == value
    assert exported["lines"][0]["copies"] == 5
    assert [change["status"] for change in exported["changes"]] == ["new", "sent"]
    assert len(exported["emails"]) == 2
    assert all(mail["to"] == "zoe@example.org" for mail in exported["emails"])
    assert "Somebody Else" not in str(data)
    assert "Colleague" not in str(data)


def test_what_an_export_leaves_out_is_no_personal_data():
    """A new column must be decided upon: shown to whom it is about, or known to be nobody's."""
    order = closed_order()
    exported = erasing.order_as_data(order, erasing.letters_to(order.requester.email))
    left_out = {column.name for column in Order._meta.concrete_fields} - set(exported)
    assert left_out == {"id", "key"}
    assert {column.name for column in Requester._meta.concrete_fields} - set(exported["requester"]) == {
        "order",
        "email_key",
    }


# --- The page --------------------------------------------------------------------------------------------------


@pytest.fixture
def desk():
    return verified(make_staff("Orders desk"))


def test_the_desk_sees_exports_and_erases_a_person(desk):
    order = closed_order()
    page = Sheet(desk.post(PERSON, {"who": "dominique@example.org", "do": "show"}))
    assert order.reference in page.text
    response = desk.post(PERSON, {"who": "dominique@example.org", "do": "export"})
    assert json.loads(response.content)["orders"][0]["reference"] == order.reference
    assert 'filename="commandes-avec-noms-' in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]
    response = desk.post(PERSON, {"who": "dominique@example.org", "do": "erase"})
    assert response.headers["Location"] == PERSON
    assert not has_contact(order)
    assert Sheet(desk.get(PERSON)).messages
    page = Sheet(desk.post(PERSON, {"who": "dominique@example.org", "do": "show"}))
    assert order.reference not in page.text


def test_a_person_is_found_by_the_number_of_an_order(desk):
    order, other = closed_order(), closed_order(requester={"email": "other@example.org"})
    page = Sheet(desk.post(PERSON, {"who": order.reference.replace("-", " "), "do": "show"}))
    assert order.reference in page.text
    assert other.reference not in page.text


def test_looking_at_the_page_erases_nothing(desk):
    order = closed_order()
    for data in ({}, {"who": "dominique@example.org"}, {"who": "dominique@example.org", "do": "x"}):
        assert desk.post(PERSON, data).status_code == 200
        assert desk.get(PERSON, {**data, "do": "erase"}).status_code == 200
    assert has_contact(order)


def test_open_orders_are_said_and_ended_only_when_that_is_ticked(desk):
    order = make_order()
    page = Sheet(desk.post(PERSON, {"who": "dominique@example.org"}))
    assert [field for field in page.tree.iter("input") if field.get("name") == "end_open"]
    desk.post(PERSON, {"who": "dominique@example.org", "do": "erase"})
    assert has_contact(order)
    assert order.reference in Sheet(desk.get(PERSON)).messages
    desk.post(PERSON, {"who": "dominique@example.org", "do": "erase", "end_open": "on"})
    assert not has_contact(order)


@pytest.mark.parametrize("who", ["", "x", "1234-5678", "é" * 5000, "\x00", "a@b.c\nBcc: d@e.f", "<script>@x"])
def test_who_nobody_is_is_said_in_words(who, desk):
    closed_order()
    for do in ("show", "export", "erase"):
        response = desk.post(PERSON, {"who": who, "do": do})
        assert response.status_code == 200
        assert Sheet(response).errors
    assert Requester.objects.count() == 1


def test_an_address_without_orders_is_said_so(desk):
    for do in ("show", "export", "erase"):
        response = desk.post(PERSON, {"who": "nobody@example.org", "do": do})
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/html")


def test_who_has_letters_and_no_order_gets_them_and_is_forgotten(desk):
    order = make_order(requester={"email": "typo@example.org"})
    handling.correct_contact(order, {"email": "zoe@example.org"})
    page = Sheet(desk.post(PERSON, {"who": "typo@example.org", "do": "show"}))
    assert order.reference not in page.text
    assert {"export", "erase"} <= {button.get("value") for button in page.tree.iter("button")}
    data = json.loads(desk.post(PERSON, {"who": "typo@example.org", "do": "export"}).content)
    assert data["orders"] == []
    assert [mail["to"] for mail in data["other_emails"]] == ["typo@example.org"] * 2
    assert desk.post(PERSON, {"who": "typo@example.org", "do": "erase"}).status_code == 302
    assert "2" in Sheet(desk.get(PERSON)).messages
    assert not OutboxMessage.objects.filter(to="typo@example.org").exists()
    entries = LogEntry.objects.filter(content_type__model="order")
    assert entries.count() == 2
    assert not any("typo" in f"{entry.object_repr}{entry.change_message}" for entry in entries)
    assert desk.get("/admin/").status_code == 200  # the start page lists what was logged
    page = Sheet(desk.post(PERSON, {"who": "typo@example.org", "do": "show"}))
    assert not {"export", "erase"} & {button.get("value") for button in page.tree.iter("button")}


def test_the_start_page_names_old_orders_that_nobody_closed(desk):
    recent = make_order()
    link = f"/admin/orders/order/{recent.pk}/change/"
    times = desk.get("/admin/").content.decode().count(link)
    Order.objects.filter(pk=recent.pk).update(created_at=timezone.now() - 400 * DAY)
    assert desk.get("/admin/").content.decode().count(link) == times + 1


def test_a_colleague_who_dealt_with_an_order_is_not_deleted():
    colleague = make_staff()
    order = make_order(status=Status.SENT, by=colleague)
    with pytest.raises(ProtectedError):
        colleague.delete()
    assert order.changes.get(status=Status.SENT).by == colleague


def test_the_log_holds_the_number_and_nobodys_name(desk):
    order = closed_order()
    desk.post(PERSON, {"who": "dominique@example.org", "do": "export"})
    desk.post(PERSON, {"who": "dominique@example.org", "do": "erase"})
    entries = LogEntry.objects.filter(object_id=str(order.pk))
    assert entries.count() == 2
    for entry in entries:
        assert entry.object_repr == order.reference
        assert "ominique" not in entry.change_message


def test_nobody_else_opens_the_page():
    order = closed_order()
    half = make_staff()
    half.user_permissions.add(Permission.objects.get(codename="view_order"))
    for client in (
        signed_in(make_superuser()),
        signed_in(make_staff("Orders desk")),
        verified(make_staff("Publishers")),
        verified(half),
    ):
        for do in ("show", "export", "erase"):
            assert client.post(PERSON, {"who": order.reference, "do": do}).status_code in {302, 403}
        assert client.get(PERSON).status_code in {302, 403}
    assert has_contact(order)


@pytest.mark.parametrize("right", ["export_order", "erase_order"])
def test_each_right_opens_its_own_button(right):
    order, user = closed_order(), make_staff()
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_order", right]))
    client = verified(user)
    allowed = {do: client.post(PERSON, {"who": order.reference, "do": do}).status_code for do in ("export", "erase")}
    assert allowed == ({"export": 200, "erase": 403} if right == "export_order" else {"export": 403, "erase": 302})


# --- SQLite's files --------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no such setting")
def test_what_is_deleted_is_overwritten_in_every_connection():
    with connection.cursor() as cursor:
        assert erasing.pragma(cursor, "secure_delete") == (1,)


@pytest.mark.django_db(transaction=True)
def test_the_journal_is_emptied_and_nobody_waits_less_than_before():
    closed_order()
    assert erasing.wipe_journal()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert erasing.pragma(cursor, "busy_timeout") == (20_000,)


def test_within_a_transaction_the_journal_cannot_be_emptied_and_that_is_said():
    with transaction.atomic():
        assert erasing.wipe_journal() == (connection.vendor != "sqlite")
