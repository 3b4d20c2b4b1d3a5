"""What the log says of an error: where it happened and of which kind, nothing that a reader typed."""

import logging
import sys
import uuid

import pytest
from django.core import signing
from django.db import DataError, IntegrityError, OperationalError

from addresses.checking import Confirmation
from cire_site.logs import DiscreetFormatter
from orders import following
from orders.models import Order

TYPED = "Zoé Canari, rue du Secret 7"


def line_of(message, *arguments, error=None):
    """Return what the log says of an error that is raised here."""
    exc_info = None
    if error is not None:
        try:
            raise error
        except type(error):
            exc_info = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, arguments, exc_info)
    return DiscreetFormatter("{levelname} {message}", style="{").format(record)


@pytest.mark.parametrize(
    "error",
    [ValueError(TYPED), KeyError(TYPED), IntegrityError(f"DETAIL: {TYPED}"), DataError(TYPED), Exception(TYPED)],
)
def test_an_error_is_told_by_its_kind_and_place_not_by_its_words(error):
    line = line_of("Broken", error=error)
    assert TYPED not in line
    assert type(error).__name__ in line
    assert "test_logs.py" in line
    assert "line_of" in line


@pytest.mark.parametrize(
    "error",
    [NameError("no name"), OperationalError("connection refused"), TypeError("wrong type"), ImportError("gone")],
)
def test_what_only_our_code_or_the_machine_says_is_told(error):
    assert str(error) in line_of("Broken", error=error)


def test_only_the_first_line_of_it():
    assert TYPED not in line_of("Broken", error=OperationalError(f"refused\nDETAIL: {TYPED}"))


def test_a_subclass_of_a_telling_error_may_say_anything_and_is_not_told():
    class Own(TypeError):
        pass

    assert TYPED not in line_of("Broken", error=Own(TYPED))


def test_errors_that_led_to_one_are_told_the_same_way_first_things_first():
    try:
        try:
            raise ValueError(TYPED)
        except ValueError as first:
            raise KeyError(TYPED) from first
    except KeyError as error:
        line = line_of("Broken", error=error)
    assert TYPED not in line
    assert line.index("ValueError") < line.index("KeyError")


def test_what_was_hidden_on_purpose_stays_hidden():
    try:
        try:
            raise ValueError("first")
        except ValueError:
            raise KeyError("second") from None
    except KeyError as error:
        assert "ValueError" not in line_of("Broken", error=error)


def test_the_links_that_are_somebodys_alone_are_not_in_a_line():
    tokens = [
        following.token_of(Order(key=uuid.uuid4())),
        Confirmation(key=uuid.uuid4()).token,
        signing.dumps({"a": 1}),
    ]
    for token in tokens:
        line = line_of("Error %s at %s", "1a2b", f"/fr/commander/suivre/{token}/")
        assert token not in line
        assert token[-20:] not in line
        assert line.startswith("ERROR Error 1a2b at /fr/commander/suivre/(")


@pytest.mark.parametrize(
    "text", ["/fr/publications/une-brochure-au-titre-long/", "orders.erasing.anonymise_old", "a:b"]
)
def test_other_addresses_and_names_stay_readable(text):
    assert text in line_of("At %s", text)
