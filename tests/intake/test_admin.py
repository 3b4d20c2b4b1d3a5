"""Staff see what was sent, what waits and why; to whom and in which words is for fewer eyes."""

import datetime
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core import mail
from django.db import transaction

from intake.models import PAUSES, MessageState, OutboxMessage
from intake.outbox import post, send_due
from tests.admin.desk import Sheet, make_superuser, signed_in, url, verified
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

LIST = "/admin/intake/outboxmessage/"
PRIVATE = ("private@example.org", "Your letter", "Secret Person")


@pytest.fixture
def message():
    with transaction.atomic():
        (message,) = post(
            to="private@example.org",
            subject="Your letter",
            text="Dear Secret Person",
            purpose="Thanks for a letter",
            language="fr",
        )
    return message


def put(message, **columns):
    OutboxMessage.objects.filter(pk=message.pk).update(**columns)


def press(client, *messages):
    data = {"action": "try_again_now", "_selected_action": [message.pk for message in messages]}
    return client.post(LIST, data, follow=True)


def detail(message):
    return url(OutboxMessage, "change", message.pk)


def test_publishers_see_that_it_waits_and_nothing_of_whom_it_is_for(message):
    client = signed_in(make_staff("Publishers"))
    for address in (LIST, detail(message)):
        page = Sheet(client.get(address))
        assert "Thanks for a letter" in page.text
        for word in PRIVATE:
            assert word not in page.html


def test_who_may_read_it_reads_it(message):
    reader = make_staff("Publishers")
    reader.user_permissions.add(Permission.objects.get(codename="read_outboxmessage"))
    for user in (reader, make_superuser()):
        page = Sheet(verified(user).get(detail(message)))
        assert all(word in page.html for word in PRIVATE)


def test_nobody_reads_it_by_a_password_alone(message):
    reader = make_staff("Publishers")
    reader.user_permissions.add(Permission.objects.get(codename="read_outboxmessage"))
    for user in (reader, make_superuser()):
        page = Sheet(signed_in(user).get(detail(message)))
        assert not any(word in page.html for word in PRIVATE)


@pytest.mark.parametrize("about", ["orders.order:1", "orders.order", "nonsense.thing:2"])
def test_who_may_not_see_what_it_is_about_reads_no_letter_about_it(message, about):
    put(message, about=about)
    reader = make_staff("Publishers")
    reader.user_permissions.add(Permission.objects.get(codename="read_outboxmessage"))
    page = Sheet(verified(reader).get(detail(message)))
    assert "Thanks for a letter" in page.text
    assert not any(word in page.html for word in PRIVATE)


def test_who_sees_orders_and_may_read_mail_reads_the_letters_about_them(message):
    put(message, about="orders.order:1")
    reader = make_staff("Publishers", "Orders desk")
    reader.user_permissions.add(Permission.objects.get(codename="read_outboxmessage"))
    page = Sheet(verified(reader).get(detail(message)))
    assert all(word in page.html for word in PRIVATE)


@pytest.mark.parametrize("group", ["Editors", "Translators"])
def test_others_of_the_staff_see_nothing_of_it(message, group):
    client = signed_in(make_staff(group))
    assert client.get(LIST).status_code == 403
    assert client.get(detail(message)).status_code == 403
    assert press(client, message).status_code == 403
    assert "outboxmessage" not in Sheet(client.get("/admin/")).html


def test_nobody_writes_changes_or_deletes_mail_by_hand(message):
    client = signed_in(make_superuser())
    assert client.get(LIST + "add/").status_code == 403
    assert client.post(detail(message), {"subject": "Forged"}).status_code == 403
    assert client.post(url(OutboxMessage, "delete", message.pk), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [message.pk], "post": "yes"})
    assert OutboxMessage.objects.get().subject == "Your letter"


@pytest.mark.parametrize(
    ("columns", "state"),
    [
        ({"failures": len(PAUSES) + 1, "problem": "SMTPRecipientsRefused 550"}, MessageState.GIVEN_UP),
        (
            {"claimed_until": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "interruptions": 1},
            MessageState.UNCERTAIN,
        ),
        (
            {"failures": 2, "next_try_at": datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)},
            MessageState.WAITING,
        ),
    ],
)
def test_what_failed_is_sent_when_somebody_asks_for_it(message, columns, state, clock):
    put(message, **columns)
    assert OutboxMessage.objects.get().state == state
    send_due(clock.now, None)
    assert mail.outbox == []
    page = Sheet(press(signed_in(make_staff("Publishers")), message))
    assert "1 " in page.messages
    send_due(clock.now, None)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("column", ["sent_at", "claimed_until"])
def test_what_was_sent_or_is_being_sent_is_not_sent_again(message, column, clock):
    put(message, **{column: clock.now + datetime.timedelta(minutes=1)})
    page = Sheet(press(signed_in(make_superuser()), message))
    assert "0 " in page.messages
    send_due(clock.now, None)
    assert mail.outbox == []
    assert not LogEntry.objects.exists()


def test_the_log_of_the_admin_names_nobody(message):
    put(message, failures=len(PAUSES) + 1)
    press(signed_in(make_superuser()), message)
    entry = LogEntry.objects.get()
    assert entry.object_repr.startswith("Thanks for a letter, ")
    assert not [word for word in PRIVATE if word in f"{entry.object_repr} {entry.change_message}"]


def test_who_may_look_but_not_send_has_no_button(message):
    viewer = make_staff()
    viewer.user_permissions.add(Permission.objects.get(codename="view_outboxmessage"))
    client = signed_in(viewer)
    put(message, failures=len(PAUSES) + 1)
    assert "try_again_now" not in Sheet(client.get(LIST)).html
    press(client, message)
    assert OutboxMessage.objects.get().state == MessageState.GIVEN_UP


def test_the_list_is_narrowed_by_state_and_costs_the_same_with_many(message, clock, django_assert_max_num_queries):
    put(message, sent_at=clock.now)
    with transaction.atomic():
        post(
            to=[f"{number}@example.org" for number in range(30)],
            subject="Hello",
            text="Hello",
            purpose="Another thing",
            language="nl",
        )
    client = signed_in(make_superuser())
    page = Sheet(client.get(f"{LIST}?state=sent"))
    assert "Thanks for a letter" in page.text
    assert "Another thing" not in page.text
    assert client.get(f"{LIST}?state=nonsense").status_code in {200, 302}
    with django_assert_max_num_queries(8):
        client.get(LIST)


def test_what_went_wrong_is_told_in_words_with_the_code(message):
    told = set()
    for problem in ("SMTPRecipientsRefused 550", "TimeoutError", "SMTPAuthenticationError 535", "BadHeaderError"):
        put(message, problem=problem, failures=1)
        ((_box, _purpose, _written, _state, words),) = Sheet(signed_in(make_superuser()).get(LIST)).rows()
        assert words.endswith(f" ({problem})")
        told.add(words.removesuffix(f" ({problem})"))
    assert len(told) == 4
    assert "" not in told


def test_states_are_told_in_the_language_of_the_staff(message):
    put(message, sent_at=datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC))
    states = set()
    for language in ("fr", "nl"):
        page = Sheet(signed_in(make_superuser(language=language)).get(LIST))
        assert page.tree.get("lang") == language
        states.add(re.sub(r"[\W\d]+", " ", page.rows()[0][3]))
    assert len(states) == 2
