"""A reader reports an error: without an account, in either language; staff are told once, and other readers at once."""

import datetime
import time

import pytest
from django.core import mail
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from addresses.checking import Report, record_check
from addresses.models import Address
from addresses.reporting import forget_old, report_error
from intake.forms import Ticket
from intake.models import OutboxMessage
from intake.outbox import send_due
from tests.intake.crowd import at_once
from tests.makers import make_address, make_desk
from tests.pages import LANGUAGES, Page, address, faults

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def staff(settings):
    settings.STAFF_EMAIL = ["desk@example.org"]


@pytest.fixture
def desk():
    """A useful address that somebody checked yesterday."""
    return make_address(
        fr={"title": "Permanence du toit", "slug": "permanence-du-toit"},
        nl={"title": "Loket onder dak", "slug": "loket-onder-dak"},
        phones=["02 000 00 01"],
        checks=[{"now": timezone.now() - DAY}],
    )


def form_of(obj, language="fr"):
    return address("addresses:report", language, slug=obj.translation_shown_in(language).slug)


def thanks_of(obj, language="fr"):
    return address("addresses:reported", language, slug=obj.translation_shown_in(language).slug)


def filled(obj, *, age=60, **typed):
    """What a browser sends a minute after the form of an address was opened."""
    ticket = str(Ticket.new(f"ReportForm:{obj.pk}", time.time() - age))
    return {"ticket": ticket, "homepage": "", "what": "hours", "message": "", "contact": "", **typed}


def send(client, obj, language="fr", **typed):
    return client.post(form_of(obj, language), filled(obj, **typed))


# --- The page --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_stands_on_a_page_of_its_own_that_nobody_keeps(client, desk, language):
    response = client.get(form_of(desk, language))
    page = Page(response)
    assert page.lang == language
    assert desk.translation_shown_in(language).title in page.text
    assert set(page.choices("what")) == set(Report.What.values)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not faults(page.html)


def test_the_page_of_an_address_leads_to_its_form(client, desk):
    for language in LANGUAGES:
        assert form_of(desk, language) in Page(client.get(desk.get_absolute_url(language))).hrefs()


def test_the_form_in_the_other_language_is_one_link_away(client, desk):
    links = client.get(form_of(desk, "fr")).context["language_links"]
    assert {link["code"]: link["href"] for link in links} == {code: form_of(desk, code) for code in LANGUAGES}


def test_an_address_that_exists_in_one_language_has_its_form_in_both(client):
    only_french = make_address(fr={"title": "Toit", "slug": "toit"}, nl=None)
    page = Page(client.get(form_of(only_french, "nl")))
    assert page.lang == "nl"
    assert page.language_of("Toit") == "fr"
    assert send(client, only_french, "nl").headers["Location"] == thanks_of(only_french, "nl")
    assert Report.objects.get().language == "nl"


def test_the_slug_of_the_other_language_leads_to_the_form_not_to_the_address(client, desk):
    for name, right in (("addresses:report", form_of(desk, "nl")), ("addresses:reported", thanks_of(desk, "nl"))):
        response = client.get(address(name, "nl", slug="permanence-du-toit"))
        assert response.status_code == 301
        assert response.headers["Location"] == right


def test_a_form_sent_to_the_slug_of_the_other_language_is_not_taken(client, desk):
    wrong = address("addresses:report", "nl", slug="permanence-du-toit")
    assert client.post(wrong, filled(desk)).headers["Location"] == form_of(desk, "nl")
    assert not Report.objects.exists()


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_an_address_that_is_not_public_has_no_form(client, state):
    hidden = make_address(fr={"slug": "cache", "state": state}, nl={"slug": "verborgen", "state": state})
    for name in ("addresses:report", "addresses:reported"):
        for language, slug in (("fr", "cache"), ("nl", "verborgen")):
            assert client.get(address(name, language, slug=slug)).status_code == 404
    assert client.post(address("addresses:report", "fr", slug="cache"), filled(hidden)).status_code == 404
    assert client.get(address("addresses:report", "fr", slug="nowhere")).status_code == 404
    assert not Report.objects.exists()


def test_only_the_page_of_the_form_sets_a_cookie(client, desk):
    for path in (desk.get_absolute_url("fr"), thanks_of(desk), address("addresses:list", "fr")):
        assert not client.get(path).cookies
    assert set(client.get(form_of(desk)).cookies) == {"csrf"}


def test_the_form_costs_the_same_queries_however_much_the_address_has(client, desk):
    def queries(path):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        return len(captured)

    few = [queries(form_of(desk)), queries(thanks_of(desk))]
    for number in range(5):
        desk.phones.create(number=f"02 000 00 1{number}")
        make_desk(desk)
        with transaction.atomic():
            report_error(desk, what="other", message=f"Report {number}", language="fr")
    assert [queries(form_of(desk)), queries(thanks_of(desk))] == few
    assert max(few) <= 12


# --- What was sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_waits_for_staff_and_the_reader_is_thanked(client, desk, language):
    response = send(client, desk, language, what="gone", message="Il n’y a plus rien 🏚", contact="reader@example.org")
    assert response.status_code == 302
    assert response.headers["Location"] == thanks_of(desk, language)
    report = Report.objects.get()
    assert (report.address, report.what, report.language) == (desk, "gone", language)
    assert (report.message, report.contact) == ("Il n’y a plus rien 🏚", "reader@example.org")
    assert report.settled_at is None
    response = client.get(response.headers["Location"])
    page = Page(response)
    assert "02 000 00 01" in page.text, "phone before you go"
    assert "public" in response.headers["Cache-Control"]
    assert not faults(page.html)


def test_staff_get_one_email_that_can_be_answered(client, desk):
    send(client, desk, what="gone", message="Il n’y a plus rien & <b>c’est dommage</b>", contact="reader@example.org")
    send_due(timezone.now(), None)
    (email,) = mail.outbox
    assert email.to == ["desk@example.org"]
    assert email.reply_to == ["reader@example.org"]
    assert "Permanence du toit" in email.body
    assert "Il n’y a plus rien & <b>c’est dommage</b>" in email.body
    assert f"/admin/addresses/address/{desk.pk}/check/" in email.body, "where it can be settled"
    for word in ("reader@example.org", "Permanence", "dommage"):
        assert word not in email.subject
        assert word not in OutboxMessage.objects.get().purpose


def test_nobody_but_staff_gets_an_email(client, desk):
    """The form must be no way to send e-mails to strangers."""
    send(client, desk, contact="stranger@example.org")
    send_due(timezone.now(), None)
    assert [email.to for email in mail.outbox] == [["desk@example.org"]]


def test_staff_get_one_email_while_something_waits(client, desk):
    other = make_address()
    send(client, desk, what="hours")
    send(client, desk, what="gone")
    assert Report.objects.count() == 2
    assert OutboxMessage.objects.count() == 1
    send(client, other, what="gone")
    assert OutboxMessage.objects.count() == 2
    with transaction.atomic():
        record_check(desk, how="call", result="right")
    send(client, desk, what="gone", message="Toujours fermé")
    assert OutboxMessage.objects.count() == 3


def test_readers_see_at_once_that_it_is_being_checked_and_that_it_was(client, desk, settings):
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    paths = [desk.get_absolute_url("fr"), address("addresses:list", "fr")]

    with override("fr"):
        words = gettext("Reported wrong, being checked")

    def pages_that_doubt():
        return [path for path in paths if words in Page(client.get(path)).text]

    assert pages_that_doubt() == []
    send(client, desk)
    assert pages_that_doubt() == paths
    with transaction.atomic():
        record_check(desk, how="call", result="right")
    assert pages_that_doubt() == []
    assert Report.objects.get().settled_at


def test_something_else_needs_words(client, desk):
    page = Page(send(client, desk, what="other", contact="reader@example.org"))
    assert "reader@example.org" in page.html, "nothing typed is lost"
    assert not faults(page.html)
    assert not Report.objects.exists()
    assert send(client, desk, what="other", message="La rampe").status_code == 302


def test_what_is_wrong_must_be_chosen_from_the_list(client, desk):
    for what in ("", "nonsense", "a\x00b"):
        assert "field__error" in Page(send(client, desk, what=what, message="La rampe")).html
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        {"message": "a" * 5000},
        {"message": "a\x00b"},
        {"contact": "a@example.org\nBcc: b@example.org"},
        {"contact": "a@example.org\r\nBcc: b@example.org"},
        {"contact": "a@example.org, b@example.org"},
        {"contact": "a@example.org\x00"},
        {"contact": "nobody"},
        {"contact": f"{'a' * 300}@example.org"},
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(client, desk, typed):
    page = Page(send(client, desk, **typed))
    assert "field__error" in page.html
    assert not Report.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_longest_message_may_have_as_many_lines_as_its_writer_likes(client, desk):
    """Browsers count a new line as one character and send two."""
    message = "\r\n".join(["😀" * 9] * 100)
    assert send(client, desk, message=message).status_code == 302
    assert Report.objects.get().message == "\n".join(["😀" * 9] * 100)


# --- The same again, and spam ----------------------------------------------------------------------------------


def test_the_same_form_twenty_times_is_one_report(client, desk):
    form = filled(desk, message="Fermé le lundi")
    for _ in range(20):
        response = client.post(form_of(desk), form)
        assert response.headers["Location"] == thanks_of(desk)
    assert Report.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_the_same_words_from_twenty_forms_are_one_report(client, desk):
    for number in range(20):
        response = client.post(form_of(desk), filled(desk, message="Fermé"), REMOTE_ADDR=f"192.0.2.{number}")
        assert response.headers["Location"] == thanks_of(desk)
    assert Report.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_the_same_words_again_once_it_was_settled_are_a_new_report(client, desk):
    send(client, desk)
    with transaction.atomic():
        record_check(desk, how="call", result="right")
    send(client, desk)
    assert Report.objects.count() == 2
    assert Report.objects.filter(settled_at=None).count() == 1


def test_who_says_the_same_and_can_be_asked_is_not_lost(client, desk):
    send(client, desk)
    send(client, desk, contact="reader@example.org")
    assert Report.objects.get().contact == "reader@example.org"
    for contact in ("reader@example.org", "other@example.org", "", "other@example.org"):
        send(client, desk, contact=contact)
    assert sorted(Report.objects.values_list("contact", flat=True)) == ["other@example.org", "reader@example.org"]
    assert OutboxMessage.objects.count() == 1


def test_the_form_of_one_address_does_not_report_on_another(client, desk):
    other = make_address()
    page = Page(client.post(form_of(other), filled(desk, message="Fermé le lundi")))
    assert "error-summary" in page.html
    assert not Report.objects.exists()


def test_a_report_on_an_address_that_is_deleted_meanwhile_finds_nothing(client, desk, monkeypatch):
    def deleted_first(address, **said):
        Address.objects.filter(pk=address.pk).delete()
        return report_error(address, **said)

    monkeypatch.setattr("addresses.report_views.report_error", deleted_first)
    assert send(client, desk).status_code == 404
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_same_words_from_two_readers_at_once_are_one_report_and_one_email():
    desk = make_address()

    def report():
        with transaction.atomic():
            report_error(desk, what="gone", language="fr")

    assert at_once(report, 4) == [None] * 4
    assert Report.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize("typed", [{"homepage": "https://spam.example"}, {"age": 1}, {"ticket": "forged"}])
def test_what_looks_like_a_machine_is_held_back_and_keeps_what_was_typed(client, desk, typed):
    page = Page(send(client, desk, message="Fermé le lundi", **typed))
    assert "Fermé le lundi" in page.html
    assert "error-summary" in page.html
    assert not Report.objects.exists()


def test_the_sixth_report_of_an_hour_is_refused_and_keeps_what_was_typed(client, desk):
    for number in range(5):
        assert send(client, desk, message=f"Report {number}").status_code == 302
    response = send(client, desk, message="Report 6")
    assert response.status_code == 429
    assert "Report 6" in response.content.decode()
    assert response.headers["Retry-After"]
    assert Report.objects.count() == 5
    assert client.post(form_of(desk), filled(desk, message="Another"), REMOTE_ADDR="192.0.2.9").status_code == 302


def test_a_form_without_our_cookie_is_shown_again_as_it_was_filled_in(desk):
    response = send(Client(enforce_csrf_checks=True), desk, message="Fermé le lundi")
    assert response.status_code == 403
    assert "Fermé le lundi" in response.content.decode()
    assert not Report.objects.exists()


# --- Afterwards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "settled", "is_kept", "is_known"),
    [
        # Days since it was sent and settled; whether the report is kept, and who sent it.
        (89, None, True, True),
        (91, None, True, False),
        (60, 29, True, True),
        (60, 31, True, False),
        (400, None, True, False),
        (400, 29, True, False),
        (400, 364, True, False),
        (400, 366, False, False),
    ],
)
def test_who_sent_a_report_is_forgotten_and_a_year_after_it_was_settled_the_report(
    desk, sent, settled, is_kept, is_known
):
    now = timezone.now()
    with transaction.atomic():
        report = report_error(desk, what="gone", language="fr", contact="reader@example.org")
    settled_at = now - settled * DAY if settled else None
    Report.objects.filter(pk=report.pk).update(sent_at=now - sent * DAY, settled_at=settled_at)
    for _ in range(2):
        forget_old(now, None)
        assert list(Report.objects.values_list("contact", flat=True)) == ["reader@example.org" * is_known] * is_kept
        # The e-mail about it holds the same.
        assert OutboxMessage.objects.exists() == is_known
