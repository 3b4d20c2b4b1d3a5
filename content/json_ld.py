"""Structured data for search engines (schema.org, as JSON-LD)."""

import json

from django.utils.safestring import mark_safe

# As django.utils.html.json_script does: no text can close the script element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def script_text(data):
    """Return `data` as text that may stand inside `<script type="application/ld+json">`; "" for no data."""
    if not data:
        return ""
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False, separators=(",", ":"))
    # Escaped here, for the inside of a script element.
    return mark_safe(text.translate(ESCAPES))
