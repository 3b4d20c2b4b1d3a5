"""The link of an order opens this one and no other, and none once whose it was is forgotten."""

import uuid

import pytest
from django.core import signing

from orders.following import SIGNER, link_of, order_of, token_of
from orders.models import Requester, Status
from tests.makers import make_order

pytestmark = pytest.mark.django_db


def test_a_link_opens_its_order_and_says_nothing_about_anybody():
    order, other = make_order(), make_order()
    assert order_of(token_of(order)) == order
    assert order_of(token_of(other)) == other
    assert order.reference not in token_of(order)
    assert token_of(order) == f"{order.key.hex}.{SIGNER.signature(order.key.hex)}"


@pytest.mark.parametrize(("language", "word"), [("fr", "/fr/commander/"), ("nl", "/nl/bestellen/")])
def test_the_link_leads_to_the_page_in_the_language_of_the_order(language, word, settings):
    order = make_order(language=language)
    assert link_of(order).startswith(settings.SITE_URL + word)
    assert token_of(order) in link_of(order)


def test_a_token_that_was_changed_opens_nothing():
    order, other = make_order(), make_order()
    token = token_of(order)
    key, _dot, signature = token.partition(".")
    changed = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        f"{other.key.hex}.{signature}",
        f"{key}.",
        key,
        f".{signature}",
        token + "x",
        token + "\x00",
        key.upper() + "." + signature,
        "",
        "x" * 100_000,
        "é" * 50,
        str(order.pk),
        order.reference,
    ]
    assert [order_of(text) for text in changed] == [None] * len(changed)


def test_what_we_signed_for_something_else_opens_nothing():
    order = make_order()
    assert order_of(signing.Signer(sep=".").sign(order.key.hex)) is None
    assert order_of(SIGNER.sign("no key")) is None
    assert order_of(SIGNER.sign(uuid.uuid4().hex)) is None


def test_an_order_that_is_nobodys_any_more_is_opened_by_no_link():
    order = make_order(status=Status.SENT)
    token = token_of(order)
    Requester.objects.filter(order=order).delete()
    assert order_of(token) is None
