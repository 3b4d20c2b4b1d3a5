"""How a line of the log is written: without what readers typed, and without the links that are theirs alone."""

import logging
import re
import traceback

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.template import TemplateDoesNotExist, TemplateSyntaxError

#: Errors whose words come from our code or from the machine. Of all others only the kind is told, since a ValueError
#: repeats what somebody typed, and PostgreSQL the whole row that it refuses.
TELLING = frozenset(
    {
        AttributeError,
        FileNotFoundError,
        ImportError,
        ImproperlyConfigured,
        MemoryError,
        ModuleNotFoundError,
        NameError,
        OperationalError,
        PermissionError,
        TemplateDoesNotExist,
        TemplateSyntaxError,
        TypeError,
    }
)
#: What stands in a link that only its receiver knows: text, and our signature of it.
SIGNED = re.compile(r"(?:[\w-]+[.:]){1,3}[\w-]{43}(?![\w-])", re.ASCII)


class DiscreetFormatter(logging.Formatter):
    """Tells of an error where it happened and of which kind it is."""

    def format(self, record):
        return SIGNED.sub("(signed)", super().format(record))

    def formatException(self, exc_info):
        _kind, error, _traceback = exc_info
        told = []
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + in_short(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nafter which\n".join(reversed(told))


def in_short(error):
    """Return the kind of an error, and the first line of its words where they can hold nothing that somebody typed."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    words = str(error).strip().partition("\n")[0] if kind in TELLING else ""
    return f"{name}: {words}" if words else name
