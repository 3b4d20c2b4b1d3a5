"""The page on which an order is placed: what is wrong is told beside it, nothing typed is lost, nothing comes twice."""

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override, pgettext

from intake.models import OutboxMessage
from intake.outbox import send_due
from orders import views
from orders.models import Mode, Offer, Order, Postage, PostageRate, Requester, email_key
from tests.makers import make_edition, make_offer, make_order, make_publication, window, write
from tests.orders.buying import TYPED, error_at, errors_above, filled_in, put_in, send, ticket, value_of
from tests.pages import LANGUAGES, Page, address, faults

pytestmark = pytest.mark.django_db

DETAILS = {language: address("orders:details", language) for language in LANGUAGES}


def said(language, text):
    with override(language):
        return " ".join(gettext(text).split())


def titled(title, **columns):
    return make_offer(make_edition(make_publication(), title=title), **columns)


@pytest.fixture
def guide():
    return titled("Guide")


@pytest.fixture
def cards():
    """What costs something, and more by post."""
    PostageRate.objects.create(up_to=1000, price=Decimal("4.50"))
    prices = {"price_organisations": Decimal(2), "price_others": Decimal(3)}
    return titled("Cartes", **prices, postage=Postage.BY_WEIGHT, weight=100)


def placed(response):
    """Return the order that a response thanks for."""
    assert response.status_code == 302, Page(response).text
    order = Order.objects.get()
    assert response.headers["Location"].startswith(("/fr/commander/merci/", "/nl/bestellen/bedankt/"))
    return order


def told(response, status=200):
    """Return the form that came back, on which everything typed still stands and by which nothing was ordered."""
    page = Page(response, status)
    assert not Order.objects.filter(requester__name=TYPED["name"]).exists()
    assert not OutboxMessage.objects.filter(to=TYPED["email"]).exists()
    for name, typed in TYPED.items():
        assert value_of(page, name) == typed, name
    assert faults(page.html) == []
    return page


# --- Placing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_is_placed_and_thanked_for_with_its_number(client, guide, language):
    put_in(client, {guide: 3}, language)
    page = Page(client.get(DETAILS[language]))
    assert value_of(page, f"copies-{guide.pk}") == "3"
    order = placed(send(client, {guide: 3}, language, note="Merci\r\nd’avance"))
    assert (order.language, order.copies, order.total) == (language, 3, 0)
    requester = order.requester
    assert (requester.name, requester.email, requester.locality) == ("Zoé Secret", "zoe@example.org", "Schaerbeek")
    assert requester.note == "Merci\nd’avance"
    assert Offer.objects.get(pk=guide.pk).reserved == 3


def test_the_reader_and_the_staff_are_written_to(client, guide):
    send(client, {guide: 3})
    send_due(timezone.now(), None)
    order = Order.objects.get()
    assert sorted(message.to[0] for message in mail.outbox) == ["staff@example.org", "zoe@example.org"]
    for message in mail.outbox:
        assert order.reference in message.subject
        assert "Zoé" not in message.subject


def test_the_basket_is_empty_afterwards_but_for_what_was_put_in_meanwhile(client, guide):
    other = titled("Autre")
    put_in(client, {guide: 3})
    put_in(client, {guide: 3, other: 2})
    response = send(client, {guide: 3})  # from a page that was opened before
    assert response.cookies["basket"]["max-age"] != 0
    page = Page(client.get(DETAILS["fr"]))
    assert "Autre" in page.text
    assert "Guide" not in page.text
    response = send(client, {other: 2}, ticket=ticket())
    assert response.cookies["basket"]["max-age"] == 0
    assert said("fr", "Your basket is empty.") in Page(client.get(DETAILS["fr"])).text


def test_a_title_that_was_taken_out_is_not_ordered_whatever_stands_in_its_box(client, guide):
    other = titled("Autre")
    order = placed(send(client, {guide: 3, other: "abc"}, **{f"out-{other.pk}": "on"}))
    assert [line.title for line in order.lines.all()] == ["Guide"]


def test_with_everything_taken_out_nothing_is_ordered(client, guide):
    page = told(send(client, {guide: 3}, **{f"out-{guide.pk}": "on"}))
    assert said("fr", "You have taken everything out: nothing is left to order.") in page.text


def test_what_is_picked_up_needs_no_address_and_keeps_none(client, guide):
    order = placed(send(client, {guide: 3}, delivery="pick_up", street="Chez moi", postcode="9", locality="x" * 500))
    requester = order.requester
    assert (requester.street, requester.postcode, requester.locality) == ("", "", "")
    assert order.commune == ""


@pytest.mark.parametrize(
    ("typed", "postcode", "locality"),
    [
        ({"postcode": "1050", "locality": ""}, "1050", "Ixelles"),
        ({"postcode": " 1050 ", "locality": ""}, "1050", "Ixelles"),
        ({"postcode": "B-1050", "locality": ""}, "1050", "Ixelles"),
        ({"postcode": "be-1050", "locality": "Bruxelles"}, "1050", "Bruxelles"),
        ({"postcode": "１０５０", "locality": " Elsene  "}, "1050", "Elsene"),
        ({"postcode": "1020", "locality": ""}, "1020", "Laeken"),
    ],
)
def test_the_place_is_taken_from_the_postcode_where_none_is_written(client, guide, typed, postcode, locality):
    requester = placed(send(client, {guide: 1}, **typed)).requester
    assert (requester.postcode, requester.locality) == (postcode, locality)


def test_the_place_is_in_the_readers_language(client, guide):
    assert placed(send(client, {guide: 1}, "nl", postcode="1050", locality="")).requester.locality == "Elsene"


@pytest.mark.parametrize("name", ["Zoé 🙂 🏳️‍🌈", "زوي", "O’Hara-d’Été", "=1+1", "<b>Zoé</b>", "{{ 7 }}%s"])
def test_any_name_is_kept_and_shown_as_it_is_written(client, guide, name):
    response = send(client, {guide: 1}, name=name, street=f"rue {name}")
    order = placed(response)
    assert (order.requester.name, order.requester.street) == (name, f"rue {name}")
    page = Page(client.get(response.headers["Location"]))
    assert name in page.text
    assert faults(page.html) == []


# --- What is wrong -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_form_says_what_is_missing_in_the_order_of_the_page(client, guide, language):
    empty = dict.fromkeys(TYPED, "")
    page = Page(send(client, {guide: ""}, language, **empty))
    missing = ["requester_kind", "name", "email", "purpose", "delivery", "street", "postcode"]
    assert list(errors_above(page)) == [f"copies-{guide.pk}", *missing]
    assert error_at(page, f"copies-{guide.pk}") == said(language, "Write how many copies, or take it out.")
    with override(language):
        assert page.title.startswith(pgettext("page title", "Error"))
    assert faults(page.html) == []


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "abc", "", "1e9", "²", "x" * 5000])
def test_a_number_that_is_none_is_told_beside_it(client, guide, written):
    page = told(send(client, {guide: written}))
    assert error_at(page, f"copies-{guide.pk}")
    assert list(errors_above(page)) == [f"copies-{guide.pk}"]


@pytest.mark.parametrize("written", ["101", "10000", str(10**30)])
def test_a_number_beyond_the_limit_is_told_with_it(client, guide, written):
    assert "100" in error_at(told(send(client, {guide: written})), f"copies-{guide.pk}")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("name", "x" * 5000),
        ("name", "🙂" * 5000),
        ("name", "a\x00b"),
        ("name", "a\x07b"),
        ("organisation", "x" * 121),
        ("street", "🙂" * 5000),
        ("street", "a\x1bb"),
        ("locality", "x" * 81),
        ("note", "x" * 1001),
        ("note", "a\x00b"),
        ("phone", "call me"),
        ("phone", "0" * 5000),
        ("email", "zoe"),
        ("email", "zoe@example.org\r\nBcc: everybody@example.org"),
        ("email", "zoe@example.org\nBcc: everybody@example.org"),
        ("email", "zoe@example.org, other@example.org"),
        ("email", "Zoe <zoe@example.org>"),
        ("email", "x" * 5000 + "@example.org"),
        ("email", "ſ@example.org"),
        ("email", "\u212a@example.org"),  # the sign of kelvin, which is a "k" without capitals
        ("email", f"zoe@{'.'.join(['ΐ' * 60] * 3)}.be"),
        ("email", f"zoe@{'.'.join(['éa' * 20] * 6)}.be"),
        ("name", "Zo\ufffe"),
        ("street", "rue \U0010ffff 5"),
        ("organisation", "École\ufdd0"),
        ("note", "a\x0bb"),
        ("note", "a\uffffb"),
        ("postcode", "10500"),
        ("postcode", "0000"),
        ("postcode", "9999"),
        ("postcode", "75001 Paris"),
        ("postcode", "1" * 5000),
        ("requester_kind", "king"),
        ("purpose", "none"),
        ("delivery", "pigeon"),
    ],
)
def test_a_field_that_cannot_be_is_told_beside_it_and_all_else_stays(client, guide, name, written):
    page = Page(send(client, {guide: 3}, **{name: written}))
    assert error_at(page, name), page.text
    assert list(errors_above(page)) == [name]
    for other, typed in TYPED.items():
        if other != name:
            assert value_of(page, other) == typed
    assert value_of(page, f"copies-{guide.pk}") == "3"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" Zoe@EXAMPLE.org ", "zoe@example.org"),
        ("zoe@München.example", "zoe@xn--mnchen-3ya.example"),
        (
            f"{'x' * 60}@{'y' * 60}.{'Y' * 60}.{'y' * 60}.example",
            f"{'x' * 60}@{'y' * 60}.{'y' * 60}.{'y' * 60}.example",
        ),
    ],
)
def test_an_address_that_there_can_be_is_taken_and_known_again(client, guide, written, key):
    assert placed(send(client, {guide: 3}, email=written)).requester.email_key == key


def test_addresses_that_are_not_the_same_have_not_the_same_key():
    assert email_key("ſ@x.be") != email_key("s@x.be")
    assert email_key("\u212a@x.be") != email_key("k@x.be")
    assert email_key("ß@x.be") != email_key("ss@x.be")
    assert email_key("S@X.be") == email_key("s@x.be")
    assert email_key("x" * 300) == "x" * 300  # whatever somebody looks for breaks nothing
    assert email_key("a@" + "é" * 300)


def test_letters_younger_than_python_are_letters(client, guide):
    written = "Zoé \U0001fae9 \U0001faff"
    requester = placed(send(client, {guide: 3}, name=written, note=f"{written}\n\tMerci")).requester
    assert (requester.name, requester.note) == (written, f"{written}\n\tMerci")


def test_a_line_break_in_a_name_begins_no_new_line_on_a_label(client, guide):
    requester = placed(send(client, {guide: 1}, name="Zoé\r\nSecret", street="rue\nde  l’Exemple\t1")).requester
    assert (requester.name, requester.street) == ("Zoé Secret", "rue de l’Exemple 1")


@pytest.mark.parametrize("name", [*TYPED, "ticket"])
def test_a_field_that_is_missing_breaks_nothing(client, guide, name):
    assert send(client, {guide: 3}, **{name: None}).status_code in (200, 302)


@pytest.mark.parametrize(
    "extra",
    [
        {"copies-": "3"},
        {"copies-0": "3"},
        {"copies-abc": "3"},
        {"copies-１": "3"},
        {"copies-1\x00": "3"},
        {f"copies-{'9' * 400}": "3"},
        {"price": "0", "status": "sent", "reference": "1234-5678", "closed_at": "2020-01-01", "email_key": "x"},
    ],
)
def test_what_no_form_of_ours_holds_is_ignored(client, guide, extra):
    order = placed(send(client, {guide: 3}, **extra))
    assert (order.status, order.copies, order.requester.email_key) == ("new", 3, "zoe@example.org")


def test_a_title_that_does_not_exist_is_told_and_the_rest_can_be_ordered(client, guide):
    page = told(send(client, {guide: 3}, **{"copies-987654": "2"}))
    assert said("fr", "A title of your basket is no longer offered. Look at the rest and send it again.") in page.text
    placed(send(client, {guide: 3}))


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_forged_form_orders_and_learns_nothing_of_what_is_not_public(client, state):
    publication = make_publication(fr={"title": "Caché"}, nl=None, state=state)
    hidden = make_offer(make_edition(publication, title="Cachée"))
    page = told(send(client, {hidden: 3}))
    assert "Cach" not in page.html
    assert error_at(page, f"copies-{hidden.pk}") == said("fr", "This brochure can no longer be ordered.")


def test_nobody_orders_more_titles_than_a_basket_holds(client):
    offers = [titled(f"Titre {number}") for number in range(31)]
    assert placed(send(client, dict.fromkeys(offers, 1))).lines.count() == 30


# --- What cannot be had ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_went_out_of_print_in_the_basket_is_said_before_anything_is_sent(client, guide, language):
    other = titled("Autre")
    put_in(client, {guide: 3, other: 2}, language)
    Offer.objects.filter(pk=guide.pk).update(mode=Mode.OUT_OF_PRINT)
    page = Page(client.get(DETAILS[language]))
    assert "Guide" in page.text
    with override(language):
        assert str(Offer(mode=Mode.OUT_OF_PRINT).availability_text) in page.text
    assert not list(page.elements("div", role="alert"))
    page = told(send(client, {guide: 3, other: 2}, language))
    assert list(errors_above(page)) == [f"copies-{guide.pk}"]
    order = placed(send(client, {guide: 3, other: 2}, language, **{f"out-{guide.pk}": "on"}))
    assert [line.title for line in order.lines.all()] == ["Autre"]


def test_what_somebody_else_took_meanwhile_is_told_beside_it(client):
    guide, other = titled("Guide", stock_of=10), titled("Autre")
    put_in(client, {guide: 8, other: 2})
    make_order({guide: 5})
    page = told(send(client, {guide: 8, other: 2}))
    assert "5" in error_at(page, f"copies-{guide.pk}")
    assert value_of(page, f"copies-{other.pk}") == "2"
    assert Offer.objects.get(pk=other.pk).reserved == 0


def test_the_limit_of_a_person_is_told(client):
    guide = titled("Guide", most_per_order=50, most_per_requester=60)
    make_order({guide: 40}, requester={"email": "ZOE@example.org", "name": "Autre nom"})
    page = Page(send(client, {guide: 30}))
    words = error_at(page, f"copies-{guide.pk}")
    assert "60" in words and "40" not in words, "what the other one ordered is nobody's business"
    assert Order.objects.count() == 1


def test_what_cannot_be_sent_is_told_and_can_be_picked_up(client):
    heavy = titled("Lourde", postage=Postage.PICK_UP_ONLY)
    page = told(send(client, {heavy: 1}))
    assert error_at(page, f"copies-{heavy.pk}")
    assert placed(send(client, {heavy: 1}, delivery="pick_up"))


def test_what_cannot_be_had_is_told_together_with_what_is_missing(client):
    gone = titled("Partie", stock_of=0)
    page = Page(send(client, {gone: 1}, name=""))
    assert list(errors_above(page)) == [f"copies-{gone.pk}", "name"]


def test_nobody_asks_without_end_what_others_have_ordered(client, monkeypatch):
    monkeypatch.setattr(views, "REFUSALS", 2)
    gone = titled("Partie", stock_of=0)
    assert [send(client, {gone: 1}, ticket=ticket()).status_code for _ in range(3)] == [200, 200, 429]


def test_a_withdrawn_title_in_the_basket_has_no_name(client):
    publication = make_publication(fr={"title": "Secrète"}, nl=None)
    offer = make_offer(make_edition(publication, title="Secrète"))
    put_in(client, {offer: 3})
    write(publication, "fr", **window("withdrawn"))
    page = Page(client.get(DETAILS["fr"]))
    assert "Secr" not in page.html
    assert said("fr", "A brochure that we no longer offer") in page.text


# --- Once --------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_order_even_of_the_last_copy(client):
    last = titled("Dernier", stock_of=1)
    form = filled_in({last: 1})
    first, second = (client.post(DETAILS["fr"], form) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1
    assert OutboxMessage.objects.count() == 2


def test_the_same_form_with_other_words_is_asked_about(client, guide):
    form = filled_in({guide: 1})
    client.post(DETAILS["fr"], form)
    page = Page(client.post(DETAILS["fr"], {**form, f"copies-{guide.pk}": "2"}), 409)
    assert value_of(page, f"copies-{guide.pk}") == "2"
    assert Order.objects.count() == 1
    again = value_of(page, "ticket")
    assert client.post(DETAILS["fr"], {**form, "ticket": again}).status_code == 302
    assert Order.objects.count() == 2


def test_a_form_that_was_refused_can_be_sent_again_with_its_own_ticket(client):
    guide = titled("Guide", stock_of=5)
    form = filled_in({guide: 6})
    told(client.post(DETAILS["fr"], form))
    placed(client.post(DETAILS["fr"], {**form, f"copies-{guide.pk}": "5"}))


@pytest.mark.parametrize(
    "changes", [{"ticket": "forged"}, {"ticket": ticket("LetterForm")}, {"homepage": "https://spam.example"}]
)
def test_machines_are_held_back_and_people_lose_nothing(client, guide, changes):
    told(send(client, {guide: 1}, **changes))


def test_nobody_can_write_a_form_in_no_time(client, guide):
    told(send(client, {guide: 1}, ticket=ticket(age=0)))


def test_a_connection_orders_twenty_times_an_hour(client, guide, monkeypatch):
    monkeypatch.setattr(views.DetailsView, "limit", 2)
    assert [send(client, {guide: 1}).status_code for _ in range(3)] == [302, 302, 429]
    assert Order.objects.count() == 2


def test_a_form_from_elsewhere_is_not_taken(guide):
    told(send(Client(enforce_csrf_checks=True), {guide: 1}), 403)


# --- What it costs -----------------------------------------------------------------------------------------------


def cells(page):
    """Return the rows of the table of totals."""
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("th", "td")]
        for row in page.elements("tr")
        if row.get("data-audience")
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_costs_nothing_says_so(client, guide, language):
    put_in(client, {guide: 3}, language)
    page = Page(client.get(DETAILS[language]))
    assert said(language, "There is nothing to pay.") in page.text
    assert cells(page) == []


def test_the_total_is_said_for_everybody_as_long_as_we_do_not_know_who_orders(client, cards):
    put_in(client, {cards: 2})
    rows = cells(Page(client.get(DETAILS["fr"])))
    assert [[re.sub(r"[^\d,]", "", cell) for cell in row[1:]] for row in rows] == [
        ["4,50", ""],  # volunteers pay the postage
        ["8,50", "4,00"],
        ["10,50", "6,00"],
    ]


def agreed_on(client, language="fr"):
    return value_of(Page(client.get(DETAILS[language])), "agreed")


def test_an_amount_that_the_page_said_is_agreed(client, cards):
    put_in(client, {cards: 2})
    order = placed(send(client, {cards: 2}, agreed=agreed_on(client), requester_kind="school"))
    assert (order.price, order.postage, order.total) == (Decimal("4.00"), Decimal("4.50"), Decimal("8.50"))


def test_what_is_picked_up_has_no_postage(client, cards):
    put_in(client, {cards: 2})
    assert placed(send(client, {cards: 2}, agreed=agreed_on(client), delivery="pick_up")).total == Decimal("6.00")


@pytest.mark.parametrize("agreed", ["", "0.00", "9.99", "abc", "10,50", "1" * 5000, "\x00"])
def test_an_amount_that_nobody_has_seen_is_asked_about_first(client, cards, agreed):
    put_in(client, {cards: 2})
    page = told(send(client, {cards: 2}, agreed=agreed))
    assert "10,50" in page.text
    assert cells(page) == [[cells(page)[0][0], cells(page)[0][1]]]
    assert placed(send(client, {cards: 2}, agreed=value_of(page, "agreed"))).total == Decimal("10.50")


def test_an_amount_is_not_asked_about_without_end(client, cards, monkeypatch):
    monkeypatch.setattr(views, "REFUSALS", 2)
    put_in(client, {cards: 2})
    answers = [send(client, {cards: 2}, agreed="0.01").status_code for _number in range(3)]
    assert answers == [200, 200, 429]
    assert not Order.objects.exists()


def test_a_price_that_rose_meanwhile_is_asked_about_first(client, cards):
    put_in(client, {cards: 2})
    agreed = agreed_on(client)
    Offer.objects.filter(pk=cards.pk).update(price_others=Decimal(5))
    page = told(send(client, {cards: 2}, agreed=agreed))
    assert "14,50" in page.text


def test_a_price_that_fell_to_nothing_needs_no_question(client, cards):
    put_in(client, {cards: 2})
    agreed = agreed_on(client)
    Offer.objects.update(price_others=0, postage=Postage.FREE)
    assert placed(send(client, {cards: 2}, agreed=agreed)).total == 0


# --- The page itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_basket_leads_back(client, language):
    page = Page(client.get(DETAILS[language]))
    assert said(language, "Your basket is empty.") in page.text
    assert address("orders:order", language) in page.hrefs()
    assert not [form for form in page.elements("form") if form.get("method") == "post"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_without_any_title_orders_nothing(client, language):
    page = Page(send(client, {}, language))
    assert said(language, "Your basket is empty.") in page.text
    assert not Order.objects.exists()


def test_nobody_keeps_the_page_finds_it_or_learns_where_it_was(client, guide):
    put_in(client, {guide: 3})
    answers = [client.get(DETAILS["fr"]), send(client, {guide: 3}, name=""), send(client, {guide: 3})]
    for response in answers:
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Referrer-Policy"] == "same-origin"
    assert "canonical" not in answers[0].content.decode()


def test_it_says_for_how_long_we_keep_a_name(client, guide, settings):
    settings.ORDERS_KEEP_MONTHS = 7
    put_in(client, {guide: 3})
    assert "7" in re.search(r"\w+ 7 \w+", Page(client.get(DETAILS["nl"])).text)[0]


def test_it_costs_the_same_few_queries_however_much_is_ordered(client):
    def cost(number):
        offers = [titled("Une") for _ in range(number)]
        reader = Client()
        put_in(reader, dict.fromkeys(offers, 1))
        reader.get(DETAILS["fr"])
        with CaptureQueriesContext(connection) as captured:
            reader.get(DETAILS["fr"])
        return len(captured)

    assert cost(2) == cost(20) <= 10


def test_a_server_error_writes_nobodys_name_into_the_log(client, guide, monkeypatch, caplog):
    monkeypatch.setattr(views, "place", lambda *args: 1 / 0)
    client.raise_request_exception = False
    response = send(client, {guide: 1}, note="secret-note")
    assert response.status_code == 500
    log = caplog.text + response.content.decode()
    assert not [word for word in ("Zoé", "Secret", "zoe@example.org", "secret-note") if word in log]
    assert not Requester.objects.exists()


@pytest.mark.parametrize(
    ("postcode", "locality", "goes_to"),
    [
        ("1030", "", "Schaerbeek"),
        ("1030", "Schaarbeek", "Schaarbeek"),
        ("1020", "Laeken", "Laeken"),
        ("5000", "Beez", "Beez"),
        ("1030", "Quartier des Fleurs", "Quartier des Fleurs"),
        ("1030", "Antwerpen", None),
        ("9000", "Schaerbeek", None),
    ],
)
def test_a_postcode_and_a_place_that_do_not_belong_together_are_asked_about(client, postcode, locality, goes_to):
    page = send(client, {titled("Guide"): 1}, postcode=postcode, locality=locality)
    if goes_to is None:
        assert postcode in error_at(Page(page), "locality")
    else:
        assert page.status_code == 302 and Requester.objects.get().locality == goes_to
