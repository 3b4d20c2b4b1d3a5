"""The page of what can be ordered: what it says beforehand, and what one can put in the basket and take out again."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from orders.basket import MOST_TITLES
from orders.models import Mode, Offer, Postage
from tests.makers import make_edition, make_offer, make_order, make_publication, make_us, window, write
from tests.orders.buying import boxes, error_at, errors_above, put_in, value_of
from tests.pages import LANGUAGES, Page, address, faults, words

pytestmark = pytest.mark.django_db

ORDER = {language: address("orders:order", language) for language in LANGUAGES}


def said(language, text):
    """Return our own English words in the reader's language, with spaces as `words` reads them."""
    with override(language):
        return " ".join(gettext(text).split())


def titled(title, language="fr", *, publication=None, **columns):
    """Make an offer of an edition with this title."""
    edition = make_edition(publication or make_publication(), [language], title=title)
    return make_offer(edition, **columns)


def entry(page, title):
    """The words of one title that can be ordered."""
    (found,) = [item for item in page.elements("li") if title in "".join(words(h) for h in item.iter("h3"))]
    return words(found)


def basket_on(page):
    """Return the words of the lines of the basket on the page of what can be ordered."""
    return [
        words(item) for item in page.elements("li") if item.get("class") == "basket__line" and any(item.iter("form"))
    ]


# --- What is said beforehand -------------------------------------------------------------------------------------


def test_what_can_be_ordered_comes_in_the_readers_language_first_then_by_title(client):
    for title, language in (("Zèbre", "fr"), ("Aap", "nl"), ("Écrire", "fr"), ("Zebra", "nl")):
        titled(title, language)
    assert Page(client.get(ORDER["fr"])).entries() == ["Écrire", "Zèbre", "Aap", "Zebra"]
    assert Page(client.get(ORDER["nl"])).entries() == ["Aap", "Zebra", "Écrire", "Zèbre"]


def test_only_what_can_be_ordered_has_a_box(client):
    titled("Là")
    titled("Épuisé", stock_of=0)
    titled("En PDF", mode=Mode.PDF_ONLY)
    titled("Plus imprimé", mode=Mode.OUT_OF_PRINT)
    for state in ("draft", "scheduled", "withdrawn"):
        titled(f"Caché {state}", publication=make_publication(fr={}, nl=None, state=state))
    titled("Dépassé", publication=make_publication(no_longer_valid=True))
    titled("Remplacé", publication=make_publication(superseded_by=make_publication()))
    page = Page(client.get(ORDER["fr"]))
    assert page.entries() == ["Là"]
    assert not any(word in page.html for word in ("Caché", "Dépassé", "Remplacé", "Plus imprimé"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_comes_later_is_said_with_its_month(client, language):
    titled("Bientôt", mode=Mode.SOON, expected_on="2027-03", stock_of=0)
    titled("Encore", reprint_planned=True, stock_of=0)
    titled("Jamais", stock_of=0)
    page = Page(client.get(ORDER[language]))
    assert page.entries() == []
    assert "Bientôt" in page.text
    assert {"fr": "mars 2027", "nl": "maart 2027"}[language] in page.text
    assert "Encore" in page.text
    assert "Jamais" not in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_prices_and_postage_are_said_before_anybody_chooses(client, language):
    paid = {"price_organisations": Decimal("2.50"), "price_others": Decimal(3)}
    titled("Payante", **paid, postage=Postage.BY_WEIGHT, weight=100)
    titled("Gratuite")
    titled("Lourde", postage=Postage.PICK_UP_ONLY)
    page = Page(client.get(ORDER[language]))
    assert "2,50" in entry(page, "Payante")
    assert "3,00" in entry(page, "Payante")
    assert said(language, "plus postage, by weight") in entry(page, "Payante")
    assert "€" not in entry(page, "Gratuite")
    assert said(language, "we pay the postage") in entry(page, "Gratuite")
    assert said(language, "to be picked up at our office, not sent") in entry(page, "Lourde")


@pytest.mark.parametrize(
    ("columns", "sentence", "values"),
    [
        ({}, "at most %(count)s per order", {"count": 100}),
        ({"most_per_order": 7}, "at most %(count)s per order", {"count": 7}),
        ({"most_per_requester": 200}, "%(count)s in a year", {"count": 200}),
        ({"most_per_requester": 200, "period_days": 30}, "%(count)s in %(days)s days", {"count": 200, "days": 30}),
        ({"most_per_order": 500}, "%(count)s copies left", {"count": 101}),
    ],
)
def test_limits_are_said_beside_the_box(client, columns, sentence, values):
    offer = titled("Une", stock_of=101, **columns)
    page = Page(client.get(ORDER["fr"]))
    (hint,) = page.elements("div", id=f"id_copies-{offer.pk}_helptext")
    with override("fr"):
        plural = gettext(sentence) if "copies left" not in sentence else ""
    expected = (plural % values) if plural else "101"
    assert expected.lower() in words(hint).lower()
    (box,) = page.elements("input", name=f"copies-{offer.pk}")
    assert hint.get("id") in box.get("aria-describedby")


def test_the_edition_that_a_link_names_comes_first(client):
    titled("Abeille")
    wanted = titled("Zèbre", "nl")
    page = Page(client.get(f"{ORDER['fr']}?edition={wanted.edition_id}"))
    assert page.entries() == ["Zèbre", "Abeille"]
    # With a button of its own: nobody passes all the others to press theirs.
    assert said("fr", "Put in the basket") in entry(page, "Zèbre")
    assert said("fr", "Put in the basket") not in entry(page, "Abeille")
    (link,) = [link for link in page.elements("a", hreflang="nl")]
    assert link.get("href") == f"{ORDER['nl']}?edition={wanted.edition_id}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_to_what_cannot_be_ordered_says_why(client, language):
    gone = titled("Partie", mode=Mode.OUT_OF_PRINT)
    page = Page(client.get(f"{ORDER[language]}?edition={gone.edition_id}"))
    assert said(language, "This brochure cannot be ordered now.") in page.text
    assert "Partie" in page.text
    with override(language):
        assert str(gone.availability_text) in page.text


@pytest.mark.parametrize("value", ["", "0", "-1", "abc", "1.5", "²", "\x00", "9" * 400, "' or 1=1", "12345"])
def test_a_link_that_names_nothing_says_so(client, value):
    titled("Là")
    page = Page(client.get(ORDER["fr"], {"edition": value}))
    assert said("fr", "This brochure cannot be ordered.") in page.text
    assert page.entries() == ["Là"]


@pytest.mark.parametrize("state", ["draft", "scheduled", "withdrawn"])
def test_a_link_to_what_is_not_public_is_like_one_to_nothing(client, state):
    hidden = titled("Cachée", publication=make_publication(fr={}, nl=None, state=state))
    answers = [client.get(ORDER["fr"], {"edition": pk}).content for pk in (hidden.edition_id, 987_654)]
    assert b"Cach" not in answers[0]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_to_order_is_said(client, language):
    page = Page(client.get(ORDER[language]))
    assert said(language, "Nothing can be ordered on paper at the moment.") in page.text
    assert not [form for form in page.elements("form") if form.get("method") == "post"]


# --- The basket --------------------------------------------------------------------------------------------------


def test_no_cookie_is_set_before_something_is_put_in(client):
    offer = titled("Une")
    response = client.get(ORDER["fr"])
    assert not response.cookies
    assert "csrf" not in response.content.decode()
    assert not client.get(address("orders:details", "fr")).cookies  # nothing to fill in
    response = put_in(client, {offer: 3})
    assert list(response.cookies) == ["basket"]
    assert response.headers["Location"] == f"{ORDER['fr']}#basket"
    assert not client.get(ORDER["fr"]).cookies


def test_the_page_is_kept_by_nobody(client):
    offer = titled("Une")
    for response in (client.get(ORDER["fr"]), put_in(client, {offer: 3}), put_in(client, {offer: "x"})):
        assert response.headers["Cache-Control"] == "no-store"
        assert "Expires" not in response.headers


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_put_in_stands_above_and_in_its_box(client, language):
    one, two = titled("Une"), titled("Deux")
    put_in(client, {one: 3, two: ""}, language)
    page = Page(client.get(ORDER[language]))
    (line,) = basket_on(page)
    assert line.startswith("3 × Une")
    assert value_of(page, f"copies-{one.pk}") == "3"
    assert value_of(page, f"copies-{two.pk}") == ""
    assert address("orders:details", language) in page.hrefs()


def test_both_languages_have_one_basket(client):
    offer = titled("Une")
    put_in(client, {offer: 3}, "fr")
    assert len(basket_on(Page(client.get(ORDER["nl"])))) == 1


@pytest.mark.parametrize("written", ["12", " 12 ", "012", "１２", "١٢", "۱۲"])
def test_a_number_may_be_written_as_one_likes(client, written):
    offer = titled("Une")
    put_in(client, {offer: written})
    (line,) = basket_on(Page(client.get(ORDER["fr"])))
    assert line.startswith("12 × ")


@pytest.mark.parametrize(
    "written", ["1.5", "1,5", "-1", "+3", "1e3", "1_0", "abc", "²", "½", "12 34", "3\x004", "🙂", "a" * 5000, "٣٫٥"]
)
def test_what_is_no_number_of_copies_is_told_beside_its_box_and_stays_there(client, written):
    offer, other = titled("Une"), titled("Deux")
    response = put_in(client, {offer: written, other: 4})
    assert not response.cookies
    page = Page(response)
    assert error_at(page, f"copies-{offer.pk}") == said("fr", "Write a whole number: 1 or more.")
    assert list(errors_above(page)) == [f"copies-{offer.pk}"]
    assert value_of(page, f"copies-{other.pk}") == "4"
    if "\x00" not in written:
        assert value_of(page, f"copies-{offer.pk}") == written
        assert faults(page.html) == []


@pytest.mark.parametrize("written", ["51", "9999", "10000", str(10**30), "9" * 5000])
def test_more_than_the_limit_is_told_with_the_limit(client, written):
    offer = titled("Une", most_per_order=50)
    page = Page(put_in(client, {offer: written}))
    assert "50" in error_at(page, f"copies-{offer.pk}")


def test_more_than_is_left_is_told_with_what_is_left(client):
    offer = titled("Une", stock_of=7)
    page = Page(put_in(client, {offer: 8}))
    assert "7" in error_at(page, f"copies-{offer.pk}")
    assert basket_on(page) == []


@pytest.mark.parametrize("written", ["", "0", "00", " "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_boxes_without_any_copies_are_told(client, written, language):
    offer = titled("Une")
    page = Page(put_in(client, {offer: written}, language))
    assert said(language, "Write beside a title how many copies you want.") in page.text
    assert (
        said(language, "Write beside a title how many copies you want.") not in Page(client.get(ORDER[language])).text
    )


@pytest.mark.parametrize("written", ["", "0"])
def test_a_title_is_taken_out_by_emptying_its_box(client, written):
    one, two = titled("Une"), titled("Deux")
    put_in(client, {one: 3, two: 4})
    put_in(client, {one: written, two: 4})
    (line,) = basket_on(Page(client.get(ORDER["fr"])))
    assert "Deux" in line


def test_a_title_is_taken_out_by_its_button_and_the_last_one_takes_the_cookie_along(client):
    one, two = titled("Une"), titled("Deux")
    put_in(client, {one: 3, two: 4})
    page = Page(client.get(ORDER["fr"]))
    buttons = {button.get("value"): words(button) for button in page.elements("button", name="take_out")}
    assert "Une" in buttons[str(one.pk)]
    client.post(ORDER["fr"], {"take_out": str(one.pk)})
    (line,) = basket_on(Page(client.get(ORDER["fr"])))
    assert "Deux" in line
    response = client.post(ORDER["fr"], {"take_out": str(two.pk)})
    assert response.cookies["basket"]["max-age"] == 0
    assert basket_on(Page(client.get(ORDER["fr"]))) == []


@pytest.mark.parametrize("value", ["", "abc", "\x00", "99999", "-1"])
def test_taking_out_what_is_not_there_changes_nothing(client, value):
    offer = titled("Une")
    put_in(client, {offer: 3})
    assert client.post(ORDER["fr"], {"take_out": value}).status_code == 302
    assert len(basket_on(Page(client.get(ORDER["fr"])))) == 1


def test_what_is_not_on_the_page_stays_in_the_basket_and_cannot_be_put_in(client):
    offer, gone = titled("Une"), titled("Autre")
    hidden = titled("Cachée", publication=make_publication(fr={}, nl=None, state="draft"))
    put_in(client, {offer: 1, gone: 2})
    Offer.objects.filter(pk=gone.pk).update(mode=Mode.OUT_OF_PRINT)
    put_in(client, {offer: 5, hidden: 3})
    lines = basket_on(Page(client.get(ORDER["fr"])))
    assert sorted(line.split(" ×")[0] for line in lines) == ["2", "5"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_went_out_of_print_in_the_basket_is_said_at_once_and_can_be_taken_out(client, language):
    offer = titled("Une")
    put_in(client, {offer: 3}, language)
    Offer.objects.filter(pk=offer.pk).update(mode=Mode.OUT_OF_PRINT)
    (line,) = basket_on(Page(client.get(ORDER[language])))
    assert "Une" in line
    with override(language):
        assert str(Offer(mode=Mode.OUT_OF_PRINT).availability_text) in line
    client.post(ORDER[language], {"take_out": str(offer.pk)})
    assert basket_on(Page(client.get(ORDER[language]))) == []


def test_fewer_copies_than_are_in_the_basket_are_said_at_once(client):
    offer = titled("Une", stock_of=10)
    put_in(client, {offer: 8})
    make_order({offer: 5})
    (line,) = basket_on(Page(client.get(ORDER["fr"])))
    assert "5" in line.replace("8 ×", "")


def test_a_title_that_was_withdrawn_is_not_named_any_more(client):
    offer = titled("Mardi", publication=make_publication(fr={"title": "Mardi"}, nl=None))
    put_in(client, {offer: 3})
    write(offer.edition.publication, "fr", **window("withdrawn"))
    page = Page(client.get(ORDER["fr"]))
    assert "Mardi" not in page.text
    (line,) = basket_on(page)
    assert said("fr", "A brochure that we no longer offer") in line


def test_a_basket_holds_thirty_titles(client):
    offers = [titled(f"Titre {number:02}") for number in range(MOST_TITLES + 1)]
    assert put_in(client, dict.fromkeys(offers[:-1], 1)).status_code == 302
    page = Page(put_in(client, {offers[-1]: 1}))
    assert str(MOST_TITLES) in page.text
    assert value_of(page, f"copies-{offers[-1].pk}") == "1"
    assert len(basket_on(Page(client.get(ORDER["fr"])))) == MOST_TITLES


# --- From elsewhere ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 302),  # an old browser says nothing
        ({"sec-fetch-site": "same-origin"}, 302),
        ({"sec-fetch-site": "none"}, 302),
        ({"origin": "http://testserver"}, 302),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
def test_another_site_fills_no_basket(headers, status):
    offer = titled("Une")
    reader = Client(enforce_csrf_checks=True)
    response = reader.post(ORDER["fr"], boxes({offer: 3}), headers=headers)
    assert response.status_code == status
    assert ("basket" in response.cookies) == (status == 302)


# --- The costs ---------------------------------------------------------------------------------------------------


def test_it_costs_the_same_few_queries_however_much_there_is(client):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(ORDER["fr"]).status_code == 200
        return len(captured)

    def more(number):
        offers = [titled("Une") for _ in range(number)]
        for _ in range(number):
            titled("Bientôt", mode=Mode.SOON, stock_of=0)
        put_in(client, dict.fromkeys(offers, 1))

    make_us()
    more(2)
    cost()
    few = cost()
    more(20)
    cost()  # the menu is looked up anew after any change of content
    assert cost() == few <= 10
