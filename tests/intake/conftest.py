"""What the tests of intake have in common: a clock that they move, and the templates of the letters."""

import datetime
from pathlib import Path

import pytest
from django.utils import timezone


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = timezone.now()

    def forward(self, **amount):
        self.now += datetime.timedelta(**amount)


@pytest.fixture
def clock(monkeypatch):
    """Let the time of the database's columns and of all that is due be this clock's."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", lambda: clock.now)
    return clock


@pytest.fixture(autouse=True)
def letters(settings):
    """Let the templates of the letters be found, and the staff be one person."""
    first, *others = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [*first["DIRS"], Path(__file__).parent / "templates"]}, *others]
    settings.STAFF_EMAIL = ["desk@example.org"]
