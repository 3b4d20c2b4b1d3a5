"""What the tests of the search stand on."""

from functools import partial

import pytest


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed():` what is done within follows a commit there: the list of words is written."""
    return partial(django_capture_on_commit_callbacks, execute=True)
