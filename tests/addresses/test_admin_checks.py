"""Staff call the addresses that wait, record what they found with one click, and deal with what readers reported."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from addresses import admin_queue
from addresses.checking import Check, CheckState, Confirmation, Report
from addresses.models import Address, Category
from addresses.reporting import about, tell_staff
from content.kept_pages import current_version
from intake.models import OutboxMessage
from tests.admin.desk import Form, Sheet, change_url, make_outsider, make_superuser, signed_in, url
from tests.admin.test_policy import check_policy
from tests.makers import make_address, make_staff
from tests.pages import LANGUAGES

pytestmark = pytest.mark.django_db

QUEUE = url(Address, "queue")
REPORTS = url(Report, "changelist")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def user():
    return make_staff("Editors", language="fr")


@pytest.fixture
def editor(user):
    return signed_in(user)


def checked(days_ago, **columns):
    return {"now": timezone.now() - days_ago * DAY, **columns}


def report(address, days_ago=0, **columns):
    columns = {"what": "hours", "language": "fr", "message": "Le jeudi c’est fermé.", **columns}
    return Report.objects.create(address=address, sent_at=timezone.now() - days_ago * DAY, **columns)


def queued(client):
    """Return the names in the queue, in order."""
    page = Sheet(client.get(QUEUE))
    return [heading.find("a").text for heading in page.tree.iter("h2") if (heading.get("id") or "").startswith("name-")]


def check(client, address, how="call", result="right", **more):
    seen = max([0, *address.reports.values_list("pk", flat=True)])
    sure = {"sure": result} if result in ("wrong", "closed") else {}
    data = {"how": how, "result": result, "queue": "1", "seen_report": seen, **sure, **more}
    return client.post(url(Address, "check", address.pk), data)


# --- The queue -----------------------------------------------------------------------------------------------------


def test_what_readers_reported_comes_first_then_what_was_never_checked_then_the_longest_overdue(editor):
    make_address(fr={"title": "Due depuis peu"}, checks=[checked(200)])
    make_address(fr={"title": "Due depuis longtemps"}, checks=[checked(900)])
    make_address(fr={"title": "Jamais"})
    make_address(fr={"title": "Fraîche"}, checks=[checked(3)])
    make_address(fr={"title": "Brouillon", "state": "draft"}, nl=None)
    make_address(fr={"title": "Partie"}, valid_until=timezone.localdate() - DAY)
    make_address(fr={"title": "Fausse"}, checks=[checked(20, result="wrong")])
    report(make_address(fr={"title": "Signalée hier"}, checks=[checked(3)]), days_ago=1)
    old = make_address(fr={"title": "Signalée deux fois"})
    report(old, days_ago=5)
    report(old)
    assert queued(editor) == [
        "Signalée deux fois",
        "Signalée hier",
        "Fausse",
        "Jamais",
        "Due depuis longtemps",
        "Due depuis peu",
    ]


def test_an_address_of_a_need_that_is_checked_often_is_due_sooner(editor):
    make_address(fr={"title": "Urgences"}, categories=["emergency", "school"], checks=[checked(70)])
    make_address(fr={"title": "École"}, categories=["school"], checks=[checked(70)])
    assert queued(editor) == ["Urgences"]


@pytest.mark.parametrize("today", ["2026-02-28", "2026-03-01", "2026-08-31", "2027-01-15"])
def test_the_list_of_what_is_due_says_what_each_address_says(today):
    now = timezone.make_aware(datetime.datetime.fromisoformat(f"{today}T12:00"))
    for days in (58, 59, 60, 61, 62, 63, 180, 181, 182, 183, 184, 185, 186, 365, 367):
        for needs in ([], ["emergency"], ["diplomas", "school"]):
            make_address(categories=needs, checks=[{"now": now - days * DAY}], fr={"title": "A"}, nl=None)
    never, wrong, right = ([{"now": now - 9 * DAY, "result": result}] for result in ("unreachable", "wrong", "right"))
    for checks in (
        never,
        wrong,
        right,
        [*wrong, {"now": now - 8 * DAY}],
        [*right, {"now": now - 9 * DAY, "result": "wrong"}],
    ):
        make_address(checks=checks)
        make_address(checks=checks).reports.create(what="gone", language="fr", sent_at=now - 10 * DAY)
    addresses = Address.objects.with_checks()
    for state in CheckState:
        found = {address.pk for address in admin_queue.in_check_state(addresses, state, now)}
        said = {
            address.pk
            for address in addresses
            if CheckState.of(address.confirmed_at, address.doubted_at, address.check_months, now) == state
        }
        assert found == said, state


def test_the_queue_shows_ten_with_what_a_call_needs(editor):
    for number in range(11):
        make_address(fr={"title": f"Adresse {number}"}, phones=[f"02 000 00 {number:02}"])
    first = make_address(fr={"title": "Signalée"}, phones=["02 000 00 99"], website="https://example.org/", desks=[{}])
    report(first, message="Fermé <b>le jeudi</b>.", contact="lectrice@example.org")
    response = editor.get(QUEUE)
    page = Sheet(response)
    assert len(queued(editor)) == 10
    assert {"tel:+3220000099", "https://example.org/", "mailto:lectrice@example.org"} <= set(page.hrefs)
    assert "Fermé <b>le jeudi</b>." in page.text
    assert "9 h à 17 h" in page.text.replace("\xa0", " ")
    assert "12" in page.text


def test_one_click_records_a_check_and_takes_the_address_out_of_the_queue(editor, user):
    address = make_address(fr={"title": "Toit"})
    open_report = report(address)
    before = current_version()
    response = check(editor, address, how="website", note="Vu en ligne")
    assert response.status_code == 302
    made = Check.objects.get()
    assert (made.how, made.result, made.made_by, made.note) == ("website", "right", user, "Vu en ligne")
    open_report.refresh_from_db()
    assert open_report.settled_by == user
    assert queued(editor) == []
    assert current_version() > before
    # How is remembered for the next one.
    make_address()
    page = Sheet(editor.get(response.headers["Location"]))
    assert [option.get("value") for option in page.tree.iter("option") if option.get("selected") is not None] == [
        "website"
    ]


@pytest.mark.parametrize("result", ["right", "corrected", "wrong", "closed", "unreachable"])
def test_whatever_was_found_the_address_leaves_the_queue_for_now(editor, result):
    address = make_address()
    report(address)
    check(editor, address, result=result)
    assert queued(editor) == []
    Check.objects.update(made_at=timezone.now() - 8 * DAY)
    again = result in ("wrong", "closed", "unreachable")
    assert len(queued(editor)) == again
    # A new report brings it back at once.
    check(editor, address, result=result)
    report(address)
    assert len(queued(editor)) == 1


def test_a_report_that_nobody_has_read_is_not_settled_by_a_check(editor):
    address = make_address()
    report(address)
    data = {"how": "call", "result": "right", "queue": "1", "note": "Tout va bien"}
    for seen in ({}, {"seen_report": "0"}):
        response = editor.post(url(Address, "check", address.pk), {**data, **seen})
        assert response.status_code == 200
        page = Sheet(response)
        assert "Le jeudi c’est fermé." in page.text
        assert page.errors
    assert not Check.objects.exists()
    fields = [field for field in page.tree.iter("input") if field.get("name") in ("seen_report", "note", "queue")]
    again = {field.get("name"): field.get("value") for field in fields}
    assert again["note"] == "Tout va bien"
    assert editor.post(url(Address, "check", address.pk), {**data, **again}).headers["Location"].startswith(QUEUE)
    assert Check.objects.count() == 1
    assert not address.reports.filter(settled_at=None).exists()


def test_a_double_click_is_one_check(editor):
    address = make_address()
    for _click in range(3):
        assert check(editor, address).status_code == 302
    assert Check.objects.count() == 1
    check(editor, address, result="wrong")
    assert Check.objects.count() == 2
    check(signed_in(make_staff("Editors")), address)
    assert Check.objects.count() == 3
    Check.objects.update(made_at=timezone.now() - DAY)
    check(editor, address)
    assert Check.objects.count() == 4


@pytest.mark.parametrize("result", ["wrong", "closed"])
def test_what_readers_are_warned_of_at_once_is_asked_twice(editor, result):
    address = make_address()
    for sure in ("", "closed" if result == "wrong" else "wrong"):
        page = Sheet(check(editor, address, "visit", result, note="Porte close", sure=sure))
        assert not Check.objects.exists()
    sent = {f.get("name"): f.get("value") for f in page.tree.iter("input") if f.get("name")}
    assert (sent["sure"], sent["queue"], sent["note"]) == (result, "1", "Porte close")
    assert [button.get("value") for button in page.tree.iter("button") if button.get("name") == "result"] == [result]
    sent = {**sent, "how": "visit", "result": result}
    assert editor.post(url(Address, "check", address.pk), sent).status_code == 302
    made = Check.objects.get()
    assert (made.how, made.result, made.note) == ("visit", result, "Porte close")


def undo(client, page):
    (form,) = [form for form in page.tree.iter("form") if "/undo/" in (form.get("action") or "")]
    return client.post(form.get("action"), {"queue": "1"})


def test_a_slip_is_taken_back_with_the_reports_that_it_settled(editor, user):
    address = make_address()
    older = report(address, settled_at=timezone.now() - DAY, settled_by=user)
    waits = report(address)
    check(editor, address, result="closed")
    page = Sheet(editor.get(QUEUE))
    assert not address.reports.filter(settled_at=None).exists()
    assert undo(editor, page).headers["Location"] == QUEUE
    assert not Check.objects.exists()
    assert list(address.reports.filter(settled_at=None)) == [waits]
    older.refresh_from_db()
    assert older.settled_by == user
    # Pressed again, nothing is left to take back, and that is said.
    assert Sheet(editor.get(undo(editor, page).headers["Location"])).messages


def test_a_check_is_taken_back_by_whoever_made_it_within_ten_minutes(editor):
    address = make_address()
    check(editor, address)
    page = Sheet(editor.get(QUEUE))
    made = Check.objects.get()
    door = url(Address, "undo_check", address.pk, made.pk)
    assert editor.get(door).status_code == 302
    assert signed_in(make_staff()).post(door).status_code == 403
    undo(signed_in(make_staff("Editors")), page)
    Check.objects.update(made_at=timezone.now() - datetime.timedelta(minutes=11))
    undo(editor, page)
    assert Check.objects.get() == made


def test_whoever_finds_open_what_a_colleague_found_gone_is_told(editor):
    address = make_address(checks=[checked(20, result="closed")])
    check(editor, address)
    assert "n’existe plus" in Sheet(editor.get(QUEUE)).text


def test_where_there_is_no_telephone_the_website_is_looked_at(editor):
    make_address(phones=["02 000 00 01"])
    make_address()
    page = Sheet(editor.get(QUEUE))
    chosen = [option.get("value") for option in page.tree.iter("option") if option.get("selected") is not None]
    assert chosen == ["call", "website"]


def test_addresses_of_which_nothing_is_known_do_not_fill_the_queue(editor):
    for number in range(10):
        make_address(fr={"title": f"Vide {number}"}, postcode="", commune_nis="", email="")
    make_address(fr={"title": "Toit"}, phones=["02 000 00 01"], checks=[checked(900)])
    names = queued(editor)
    assert names[0] == "Toit"
    assert len(names) == 10


def test_a_check_that_makes_no_sense_is_refused_in_words(editor):
    address = make_address()
    for how, result, note in (("", "right", ""), ("call", "", ""), ("confirmation", "right", ""), ("call", "x", "")):
        response = check(editor, address, how, result, note=note)
        assert response.status_code == 200
        assert Sheet(response).errors
    assert check(editor, address, note="x" * 401).status_code == 200
    assert not Check.objects.exists()
    assert editor.post(url(Address, "check", 999_999), {"how": "call", "result": "right"}).status_code == 404
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(make_staff("Editors"))
    assert check(forged, address).status_code == 403
    assert not Check.objects.exists()


def test_a_check_is_recorded_from_the_page_of_an_address_too_which_lists_the_past_ones(editor, user):
    address = make_address(checks=[checked(400, note="Sonner fort")])
    page = Form(editor, change_url(address))
    assert "Sonner fort" in page.text
    report(address, message="La poignée est cassée.", settled_at=timezone.now())
    report(address, message="C’est fermé.")
    page = Form(editor, change_url(address))
    assert "C’est fermé." in page.text
    assert "poignée" not in page.text
    Report.objects.all().delete()
    door = url(Address, "check", address.pk)
    assert door in page.hrefs
    assert editor.get(door).status_code == 200
    response = editor.post(door, {"how": "visit", "result": "corrected", "note": ""})
    assert response.headers["Location"] == url(Address, "change", address.pk)
    assert Address.objects.with_checks().get().check_state == "fresh"


def test_the_start_page_and_the_queue_cost_the_same_however_many_wait(editor):
    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            assert editor.get(address).status_code == 200
        return len(captured)

    def make_more(count):
        for number in range(count):
            address = make_address(
                categories=["legal"], checks=[checked(900)], phones=[f"02 000 00 0{number}"], desks=[{}]
            )
            report(address)
            answer = {"proposed": {"email": "a@example.org"}, "answered_at": timezone.now()}
            Confirmation.objects.create(
                address=address, sent_to="b@example.org", language="fr", expires_at=timezone.now() + DAY, **answer
            )

    make_more(1)
    queries("/admin/")
    one = [queries("/admin/"), queries(QUEUE)]
    make_more(6)
    assert [queries("/admin/"), queries(QUEUE)] == one
    assert "7" in Sheet(editor.get("/admin/")).text
    assert QUEUE in Sheet(editor.get("/admin/")).hrefs
    assert QUEUE in Sheet(editor.get(url(Address, "changelist"))).hrefs


# --- What readers reported -----------------------------------------------------------------------------------------


def press(client, report, button):
    return client.post(f"{REPORTS}{report.pk}/{button}/")


def test_reports_are_read_settled_without_a_check_and_never_changed(editor, user):
    address = make_address(fr={"title": "Toit"})
    settled = report(address, days_ago=9, settled_at=timezone.now(), message="Ancien")
    newer, older = report(address, message="Récent"), report(address, days_ago=3, message="Attend")
    page = Sheet(editor.get(REPORTS))
    assert [row[1].rpartition(")")[2] for row in page.rows()] == ["Attend", "Récent", "Ancien"]
    assert url(Address, "change", address.pk) in page.hrefs
    before = current_version()
    assert press(editor, older, "settle").status_code == 302
    older.refresh_from_db()
    assert older.settled_by == user
    assert current_version() > before
    assert not Check.objects.exists()
    first = settled.settled_at
    press(editor, settled, "settle")
    settled.refresh_from_db()
    assert settled.settled_at == first
    assert editor.get(f"{REPORTS}add/").status_code == 403
    assert editor.post(f"{REPORTS}{newer.pk}/change/", {"message": "X"}).status_code == 403
    assert press(editor, newer, "spam").status_code == 403
    assert editor.get(f"{REPORTS}{newer.pk}/settle/").status_code == 405


def test_spam_is_deleted_and_the_log_holds_no_word_of_any_reader():
    publisher = signed_in(make_staff("Publishers"))
    address = make_address()
    spam = report(address, message="Achetez mes montres", contact="vendeur@example.org")
    other = report(address, message="Achetez mes sacs", contact="vendeur@example.org")
    third = report(address, message="Achetez tout", contact="vendeur@example.org")
    with transaction.atomic():
        tell_staff(spam)
    assert press(publisher, spam, "spam").status_code == 302
    assert not OutboxMessage.objects.exists(), "it does not stay in the outbox"
    press(publisher, other, "settle")
    fourth = report(address, message="Achetez mes pneus", contact="vendeur@example.org")
    with transaction.atomic():
        for left in (third, fourth, other):
            tell_staff(left)
    publisher.post(f"{REPORTS}{fourth.pk}/delete/", {"post": "yes"})
    bulk = {"action": "delete_selected", "_selected_action": third.pk, "post": "yes"}
    publisher.post(REPORTS, bulk)
    assert [left.pk for left in Report.objects.all()] == [other.pk]
    assert [message.about for message in OutboxMessage.objects.all()] == [about(other)]
    publisher.post(url(Address, "delete", address.pk), {"post": "yes"})
    assert not Report.objects.exists()
    said = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() >= 4
    assert "Achetez" not in said
    assert "vendeur" not in said


# --- Who may do what -----------------------------------------------------------------------------------------------

EDITORS = {"editor", "publisher", "superuser"}


def test_who_gets_in_where():
    address = make_address(email="accueil@example.org")
    answer = {"proposed": {"email": "b@example.org"}, "answered_at": timezone.now()}
    confirmation = Confirmation.objects.create(
        address=address, sent_to="a@example.org", language="fr", expires_at=timezone.now() + DAY, **answer
    )
    people = {
        "anonymous": Client(),
        "outsider": signed_in(make_outsider()),
        "no_group": signed_in(make_staff()),
        "translator": signed_in(make_staff("Translators")),
        "editor": signed_in(make_staff("Editors")),
        "publisher": signed_in(make_staff("Publishers")),
        "superuser": signed_in(make_superuser()),
    }
    doors = {
        QUEUE: EDITORS,
        url(Address, "hours"): EDITORS,
        url(Address, "check", address.pk): EDITORS,
        url(Address, "ask", address.pk): EDITORS,
        url(Address, "confirmation", address.pk, confirmation.pk): EDITORS,
        url(Address, "import"): EDITORS,
        url(Address, "export"): EDITORS | {"translator"},
        url(Address, "export_file", "csv"): EDITORS | {"translator"},
        REPORTS: EDITORS,
    }
    for door, allowed in doors.items():
        for who, client in people.items():
            response = client.get(door)
            if who in ("anonymous", "outsider"):
                assert response.headers["Location"].startswith("/admin/login/"), (who, door)
            else:
                assert response.status_code == (200 if who in allowed else 403), (who, door)
    for who in set(people) - EDITORS:
        check(people[who], address)
        people[who].post(url(Address, "ask", address.pk), {"language": "fr"})
        people[who].post(url(Address, "confirmation", address.pk, confirmation.pk), {"choice-email": "refuse"})
    assert not Check.objects.exists()
    assert Confirmation.objects.count() == 1
    assert Confirmation.objects.get().waiting


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_keeps_to_the_strict_policy_of_the_admin(language):
    address = make_address(email="accueil@example.org", phones=["02 000 00 01"], desks=[{}], checks=[checked(900)])
    report(address)
    answer = {"proposed": {"email": "b@example.org", "postcode": "1999"}, "answered_at": timezone.now()}
    confirmation = Confirmation.objects.create(
        address=address, sent_to="a@example.org", language="fr", expires_at=timezone.now() + DAY, **answer
    )
    client = signed_in(make_superuser(language=language))
    for page in (
        QUEUE,
        REPORTS,
        url(Category, "changelist"),
        url(Category, "add"),
        url(Address, "check", address.pk),
        url(Address, "ask", address.pk),
        url(Address, "confirmation", address.pk, confirmation.pk),
        url(Address, "import"),
        url(Address, "export"),
    ):
        response = client.get(page)
        check_policy(response)
        assert "%(" not in response.content.decode(), page
        assert response.headers["Cache-Control"].count("no-store") == 1, page
