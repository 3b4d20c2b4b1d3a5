"""Staff ask a service whether its address is right, and decide field by field on what it proposes."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from reversion.models import Version

from addresses.checking import Check, Confirmation
from addresses.models import Address, OpenPeriod
from content.fields import Words
from intake.models import OutboxMessage
from tests.admin.desk import Sheet, change_url, signed_in, url
from tests.makers import make_address, make_desk, make_staff, write

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def user():
    return make_staff("Editors", language="fr")


@pytest.fixture
def editor(user):
    return signed_in(user)


@pytest.fixture
def address():
    address = make_address(
        fr={"title": "Toit", "street": "rue de l’Exemple 1"},
        nl={"title": "Dak", "street": "Voorbeeldstraat 1"},
        email="accueil@example.org",
        phones=["02 000 00 01", "02 000 00 02"],
    )
    make_desk(address, week={"mo": "9:00-12:00"})
    return Address.objects.get(pk=address.pk)


def answered(address, proposed, **columns):
    columns = {"sent_to": address.email, "language": "fr", "expires_at": timezone.now() + DAY, **columns}
    return Confirmation.objects.create(address=address, answered_at=timezone.now(), proposed=proposed, **columns)


def door(confirmation):
    return url(Address, "confirmation", confirmation.address_id, confirmation.pk)


def hidden(page):
    """What a browser sends back of the page besides the choices."""
    fields = [field for field in page.tree.iter("input") if (field.get("name") or "").startswith("seen-")]
    return {field.get("name"): field.get("value") for field in fields}


def decide(client, confirmation, page=None, **choices):
    page = page or Sheet(client.get(door(confirmation)))
    named = {f"choice-{name}": choice for name, choice in choices.items()}
    return client.post(door(confirmation), {**hidden(page), **named})


# --- Asking --------------------------------------------------------------------------------------------------------


def test_a_service_is_asked_in_its_language_and_once_for_two_clicks(editor, user, address):
    ask = url(Address, "ask", address.pk)
    assert ask in Sheet(editor.get(change_url(address))).hrefs
    assert "accueil@example.org" in Sheet(editor.get(ask)).text
    for _click in range(2):
        assert editor.post(ask, {"language": "nl"}).status_code == 302
    confirmation = Confirmation.objects.get()
    assert (confirmation.language, confirmation.asked_by, confirmation.sent_to) == ("nl", user, "accueil@example.org")
    assert OutboxMessage.objects.count() == 1
    assert "accueil@example.org" in Sheet(editor.get(change_url(address))).text
    assert editor.post(ask, {"language": "xx"}).status_code == 200
    assert not Check.objects.exists()


def test_a_service_without_an_e_mail_cannot_be_asked(editor):
    address = make_address()
    ask = url(Address, "ask", address.pk)
    assert ask not in Sheet(editor.get(change_url(address))).hrefs
    response = editor.post(ask, {"language": "fr"})
    assert Sheet(editor.get(response.headers["Location"])).messages
    assert not Confirmation.objects.exists()


# --- Deciding ------------------------------------------------------------------------------------------------------


def test_what_a_service_proposes_is_accepted_field_by_field(editor, user, address):
    desk = address.desks.get()
    confirmation = answered(
        address,
        {
            "street:fr": "rue de l’Exemple 2",
            "email": "nouveau@example.org",
            "website": "https://example.org/nouveau",
            "phones": [["02 000 00 01", "accueil"], ["02 000 00 03", ""]],
            f"week:{desk.pk}": {"mo": "9:00-12:00", "tu": "13:00-17:00"},
            "bring:fr": "Une pièce d’identité",
        },
        remark="Merci !",
    )
    assert door(confirmation) in Sheet(editor.get("/admin/")).hrefs
    page = Sheet(editor.get(door(confirmation)))
    for words in ("rue de l’Exemple 1", "rue de l’Exemple 2", "02 000 00 03", "Merci !"):
        assert words in page.text
    assert "13 h à 17 h" in page.text.replace("\xa0", " ")
    choices = {"street:fr": "accept", "email": "refuse", "phones": "accept", f"week:{desk.pk}": "accept"}
    assert decide(editor, confirmation, page, **choices).headers["Location"] == door(confirmation)
    address = Address.objects.get()
    assert address.translations.get(language_code="fr").street == "rue de l’Exemple 2"
    assert address.translations.get(language_code="nl").street == "Voorbeeldstraat 1"
    assert address.email == "accueil@example.org"
    assert [(p.number, p.label.get("fr")) for p in address.phones.all()] == [
        ("02 000 00 01", "accueil"),
        ("02 000 00 03", None),
    ]
    assert address.desks.get().week == {"mo": "9:00-12:00", "tu": "13:00-17:00"}
    assert OpenPeriod.objects.filter(desk=desk).count() == 2
    # It is a version with all its rows, and no check as long as something waits.
    assert Version.objects.get_for_object(address).count() == 1
    assert (
        "rue de l’Exemple 2"
        in Version.objects.get_for_object(address)
        .get()
        .revision.version_set.filter(content_type__model="addresstranslation", serialized_data__contains="Exemple 2")
        .get()
        .serialized_data
    )
    assert LogEntry.objects.get().user == user
    assert not Check.objects.exists()
    last = {"website": "accept", "bring:fr": "accept", "remark": "accept"}
    assert decide(editor, confirmation, **last).headers["Location"] == url(Address, "change", address.pk)
    check = Check.objects.get()
    assert (check.how, check.result, check.made_by) == ("confirmation", "corrected", user)
    address = Address.objects.get()
    assert address.website == "https://example.org/nouveau"
    assert address.translations.get(language_code="fr").bring == "Une pièce d’identité"
    confirmation.refresh_from_db()
    assert not confirmation.waiting
    assert confirmation.refused == ["email"]
    assert door(confirmation) not in Sheet(editor.get("/admin/")).hrefs
    # Sent again: nothing is left to decide.
    decide(editor, confirmation, page, **choices)
    assert Check.objects.count() == 1


def test_where_all_is_refused_the_address_was_right(editor, address):
    confirmation = answered(address, {"email": "autre@example.org"})
    decide(editor, confirmation, email="refuse")
    assert Check.objects.get().result == "right"
    assert Address.objects.get().email == "accueil@example.org"
    assert not LogEntry.objects.exists()


def test_what_a_service_writes_to_staff_waits_until_somebody_has_dealt_with_it(editor, address):
    confirmation = answered(address, {}, remark="Nous déménageons en mars.")
    assert door(confirmation) in Sheet(editor.get("/admin/")).hrefs
    assert door(confirmation) in Sheet(editor.get(change_url(address))).hrefs
    assert "Nous déménageons en mars." in Sheet(editor.get(door(confirmation))).text
    decide(editor, confirmation, remark="later")
    assert not Check.objects.exists()
    decide(editor, confirmation, remark="accept")
    assert not LogEntry.objects.exists()
    assert door(confirmation) not in Sheet(editor.get("/admin/")).hrefs


@pytest.mark.parametrize("choices", [{}, {"for_whom:fr": "refuse"}])
def test_a_service_that_says_it_has_closed_is_not_called_checked(editor, address, choices):
    proposed = {name: "" for name in choices}
    confirmation = answered(address, proposed, remark="Nous avons fermé définitivement le 1er novembre.")
    response = decide(editor, confirmation, remark="accept", **choices)
    assert not Check.objects.exists()
    assert Address.objects.with_checks().get().check_state == "never"
    (told,) = Sheet(editor.get(response.headers["Location"])).with_class("messagelist")
    assert url(Address, "check", address.pk) in [link.get("href") for link in told.iter("a")]


def test_an_old_answer_is_a_check_of_its_day_and_settles_nothing_that_readers_report(editor, address):
    said = timezone.now() - 60 * DAY
    confirmation = answered(address, {"email": "nouveau@example.org"})
    Confirmation.objects.update(answered_at=said)
    older = address.reports.create(what="hours", language="fr", sent_at=said - DAY)
    newer = address.reports.create(what="gone", language="fr")
    decide(editor, confirmation, email="accept")
    check = Check.objects.get()
    assert (check.made_at, check.result) == (said, "corrected")
    assert set(address.reports.filter(settled_at=None)) == {older, newer}
    assert Address.objects.with_checks().get().check_state == "doubted"


def test_the_commune_follows_from_the_postcode(editor, address):
    confirmation = answered(address, {"postcode": "9000"})
    page = Sheet(editor.get(door(confirmation)))
    assert "9000 Gand" in page.text
    decide(editor, confirmation, page, postcode="accept")
    assert Address.objects.get().place_text == "9000 Gand"
    confirmation = answered(address, {"postcode": "1030"})
    decide(editor, confirmation, postcode="accept")
    confirmation.refresh_from_db()
    assert not confirmation.waiting
    assert Address.objects.get().commune_nis == "21015"


def test_a_postcode_that_communes_share_is_accepted_with_the_commune_that_the_service_chose(editor, address):
    confirmation = answered(address, {"postcode": "1050", "commune_nis": "21009"})
    page = Sheet(editor.get(door(confirmation)))
    assert "1050 Ixelles" in page.text
    assert 'name="choice-commune_nis"' not in page.html
    decide(editor, confirmation, page, postcode="accept")
    assert Address.objects.get().place_text == "1050 Ixelles"
    confirmation.refresh_from_db()
    assert not confirmation.waiting
    assert Check.objects.get().result == "corrected"


def test_a_new_telephone_leaves_the_words_and_languages_of_the_others(editor, address):
    kept = address.phones.get(number="02 000 00 01")
    kept.label, kept.languages = Words({"fr": "accueil", "nl": "onthaal"}), ["ar", "fr"]
    kept.save()
    said = [["02 000 00 01", "permanence"], ["02 000 00 09", "juristes"]]
    decide(editor, answered(address, {"phones": said}), phones="accept")
    first, second = address.phones.order_by("pk")
    assert (first.pk, first.label, first.languages) == (
        kept.pk,
        {"fr": "permanence", "nl": "onthaal"},
        ["ar", "fr"],
    )
    assert (second.number, second.label) == ("02 000 00 09", {"fr": "juristes"})


INVALID = {
    "postcode": "1999",
    "email": "pas une adresse",
    "website": "javascript:alert(1)",
    "phones": [["zéro deux", ""]],
    "bring:fr": "x" * 401,
    "street:de": "Beispielstraße 1",
    "week:999999": {"mo": "9:00-12:00"},
    "is_sample": True,
    "slug:fr": "autre",
    "title:fr": "",
}


@pytest.mark.parametrize("name", INVALID)
def test_what_cannot_be_is_not_accepted_and_says_why(editor, address, name):
    confirmation = answered(address, {name: INVALID[name], "price_note:fr": "gratuit"})
    page = Sheet(editor.get(door(confirmation)))
    assert page.errors
    assert f'name="choice-{name}" value="accept"' not in page.html
    before = Address.objects.filter(pk=address.pk).values().get()
    decide(editor, confirmation, page, **{name: "accept", "price_note:fr": "accept"})
    address = Address.objects.get()
    assert Address.objects.filter(pk=address.pk).values().get() == before
    assert address.translations.get(language_code="fr").price_note == "gratuit"
    confirmation.refresh_from_db()
    assert list(confirmation.waiting) == [name]
    decide(editor, confirmation, **{name: "refuse"})
    assert Check.objects.get().result == "corrected"


@pytest.mark.parametrize("week", [{"mo": "12-9"}, {"mo": "9-12, 11-13"}, {"mo": "<b>"}, "lundi", [], {"xx": "9-12"}, 7])
def test_hours_that_cannot_be_are_not_accepted(editor, address, week):
    name = f"week:{address.desks.get().pk}"
    confirmation = answered(address, {name: week})
    assert editor.get(door(confirmation)).status_code == 200
    decide(editor, confirmation, **{name: "accept"})
    assert address.desks.get().week in ({"mo": "9:00-12:00"}, {})


def test_what_somebody_changed_meanwhile_is_never_written_over(editor, address):
    confirmation = answered(address, {"street:fr": "rue du Service 9", "email": "nouveau@example.org"})
    page = Sheet(editor.get(door(confirmation)))
    write(address, "fr", street="rue de la Collègue 5")
    response = decide(editor, confirmation, page, **{"street:fr": "accept", "email": "accept"})
    assert response.status_code == 200
    again = Sheet(response)
    assert "rue de la Collègue 5" in again.text
    assert again.errors
    address = Address.objects.get()
    assert address.translations.get(language_code="fr").street == "rue de la Collègue 5"
    assert address.email == "nouveau@example.org"
    # Whoever has seen it may accept.
    decide(editor, confirmation, again, **{"street:fr": "accept"})
    assert address.translations.get(language_code="fr").street == "rue du Service 9"


def test_nobody_accepts_a_text_in_a_language_that_they_do_not_write(address):
    confirmation = answered(address, {"street:nl": "Straat 2", "email": "nieuw@example.org"})
    french = signed_in(make_staff("Editors", languages=["fr"]))
    decide(french, confirmation, **{"street:nl": "accept", "email": "accept"})
    address = Address.objects.get()
    assert address.translations.get(language_code="nl").street == "Voorbeeldstraat 1"
    assert address.email == "nieuw@example.org"
    confirmation.refresh_from_db()
    assert list(confirmation.waiting) == ["street:nl"]


def test_a_service_that_has_not_answered_has_nothing_to_decide_on(editor, address):
    confirmation = Confirmation.objects.create(
        address=address, sent_to=address.email, language="fr", expires_at=timezone.now() + DAY
    )
    assert editor.get(door(confirmation)).status_code == 200
    decide(editor, confirmation, email="accept")
    assert not Check.objects.exists()
    other = make_address()
    assert editor.get(url(Address, "confirmation", other.pk, confirmation.pk)).status_code == 404
