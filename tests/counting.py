"""Work counted rather than timed: a count is the same on a busy machine."""

import sys


def calls_of(function, *args):
    """Return how many calls Python makes, its own and those into C, while `function(*args)` runs."""
    count = 0

    def note(_frame, event, _arg):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        function(*args)
    finally:
        sys.setprofile(before)
    return count
