"""Whose wrong passwords are counted: the address of the client, and only what the front server says of it."""

import pytest
from django.test import RequestFactory

from accounts.client_address import client_address


@pytest.mark.parametrize(
    ("behind", "forwarded", "expected"),
    [
        (False, None, "10.0.0.1"),
        (False, "203.0.113.9", "10.0.0.1"),  # anybody can write this header
        (True, "203.0.113.9", "203.0.113.9"),
        (True, "198.51.100.7, 203.0.113.9", "203.0.113.9"),  # the client claimed the first one
        (True, None, "10.0.0.1"),
        (True, " , ", "10.0.0.1"),
    ],
)
def test_the_address_is_the_one_that_somebody_trustworthy_saw(settings, behind, forwarded, expected):
    settings.BEHIND_FRONT_SERVER = behind
    headers = {"x-forwarded-for": forwarded} if forwarded is not None else {}
    request = RequestFactory().get("/admin/login/", headers=headers, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == expected
