"""Shows what changed between two texts, as HTML with <ins> and <del>."""

import time

from diff_match_patch import diff_match_patch
from django.utils.html import format_html
from django.utils.safestring import mark_safe

#: Seconds that the differences of one page may take; after that, old and new stand whole one after the other.
PATIENCE = 3.0
#: How much of what stays the same is shown around a change.
AROUND = 60


class Differences:
    """The differences of one page."""

    def __init__(self):
        self.engine = diff_match_patch()
        self.engine.Diff_Timeout = 0.1
        self.until = time.monotonic() + PATIENCE

    def html(self, before, after):
        """Return safe HTML: what went is in <del>, what came in <ins>, long parts that stay are shortened."""
        if not before or not after or time.monotonic() > self.until:
            parts = [(-1, before), (1, after)]
        else:
            parts = self.engine.diff_main(before, after)
            self.engine.diff_cleanupSemantic(parts)
        html = []
        for place, (kind, text) in enumerate(parts):
            if not text:
                continue
            if kind == 0:
                html.append(format_html("{}", shortened(text, first=place == 0, last=place == len(parts) - 1)))
            else:
                html.append(format_html("<ins>{}</ins>" if kind > 0 else "<del>{}</del>", text))
        return mark_safe("".join(html))  # each part was escaped above


def shortened(text, *, first, last):
    """Return a text that stays the same with only what stands next to a change."""
    if len(text) <= 2 * AROUND + 20:
        return text
    return ("" if first else text[:AROUND]) + " … " + ("" if last else text[-AROUND:])
