"""What happens when content is saved, one function a step; the order stands in settings.CONTENT_STEPS."""

import re

from django.utils import timezone
from django.utils.text import slugify

from content import pictures, rich_text
from content.folding import sort_key
from content.saving import loaded_translations

TITLE_TAG = re.compile(r"(</?h)([23])>")


def clean_rich_text(obj):
    """Take out of each text what an editor may not write, whoever wrote it; keep its links as references."""
    for row in loaded_translations(obj):
        row.text = rich_text.as_stored(row.text or "", row.language_code)


def fold_titles(obj):
    """Make the keys that lists are ordered by and that staff find by, and the address where none was chosen."""
    for row in loaded_translations(obj):
        row.title_key = sort_key(row.heading)
        row.find_key = sort_key(" ".join(getattr(row, name) for name in row.name_columns), length=None)
        if not row.slug:
            row.slug = free_slug(row)


def free_slug(row):
    """Return an address made from the heading that no other object of this kind has in any language."""
    limit = row._meta.get_field("slug").max_length
    stem = slugify(sort_key(row.heading))[: limit - 4].strip("-") or row._meta.model_name
    others = type(row).objects.exclude(master_id=row.master_id).filter(slug__startswith=stem)
    taken = set(others.values_list("slug", flat=True)) | row.refused_slugs()
    return next(slug for slug in [stem, *(f"{stem}-{number}" for number in range(2, 999))] if slug not in taken)


def note_changed_texts(obj):
    """Keep each text's fingerprint, and when it last changed in a way that a translator must know."""
    rows = loaded_translations(obj)
    for row in rows:
        fingerprint = row.make_fingerprint()
        if fingerprint == row.fingerprint:
            continue
        if obj.minor_change and row.fingerprint:
            for other in rows:
                if other.source_language == row.language_code and other.source_fingerprint == row.fingerprint:
                    other.source_fingerprint = fingerprint
        else:
            row.changed_at = timezone.now()
        row.fingerprint = fingerprint


def render_text(obj):
    """Make what readers get from what the editor wrote."""
    for row in loaded_translations(obj):
        row.text_html = shown_html(row)


def shown_html(row):
    """Return the HTML of a text as it stands on its page, before anything in it is linked."""
    html = rich_text.as_shown(row.text, row.language_code)
    if not row.lowers_titles:
        return html
    # Titles in a text stand below the titles of the page's own sections, which are h2.
    return TITLE_TAG.sub(lambda tag: f"{tag[1]}{int(tag[2]) + 1}>", html)


def write_rows(obj):
    """Write the object and its translations."""
    obj.save()
    # parler writes only the rows that it has seen change; all of them are loaded by now.
    obj.save_translations()


def make_renditions(obj):
    """Make the smaller AVIF and WebP pictures that pages use."""
    for field in pictures.picture_fields(type(obj)):
        pictures.make_renditions(obj, field)
