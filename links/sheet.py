"""Redirects as a file: read whole or not at all, with what it would change said first."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from links.addresses import normal_address
from links.models import Redirect
from links.rules import check_redirect, stored_redirects
from links.targets import read_address, shown_target

COLUMNS = ("old", "new", "note")
DELIMITERS = ";\t,"
#: A spreadsheet takes what begins so for a formula.
FORMULA = ("=", "+", "-", "@")
NEW, CHANGED, SAME = "new", "changed", "same"


@dataclass
class Row:
    """One redirect of a file, and what it would change."""

    number: int
    path: str
    target: str
    language: str
    note: str
    change: str
    before: str = ""

    @property
    def leads_to(self):
        return shown_target(self)


class Plan:
    """What a file would change, or why it cannot be imported."""

    def __init__(self, data):
        self.rows, self.reasons, self.twice = [], [], []
        lines = self._once(read_lines(data))
        stored = {one.path: one for one in Redirect.objects.all()}
        # Each row is looked at beside all others of the file: together they may make a circle.
        known = stored_redirects() | {path: _target(new) for path, (_number, _old, new, _note) in lines.items()}
        for path, line in lines.items():
            self._read(line, stored, {key: target for key, target in known.items() if key != path})

    def _once(self, lines):
        """Return {path: (number, old, new, note)} of lines; one that is there twice must say the same."""
        once = {}
        for number, (old, new, note) in lines:
            path = _path(old)
            if path not in once:
                once[path] = (number, old, new, note)
            elif once[path][2] == new:
                self.twice.append((number, once[path][0]))
            else:
                words = _("“%(path)s” is in row %(first)d already, with another new address.")
                self.reasons.append((number, "old", words % {"path": path[:100], "first": once[path][0]}))
        return once

    def _read(self, line, stored, known):
        number, written, new, note = line
        try:
            rule = check_redirect(written, new, known)
        except ValidationError as error:
            columns = {"path": "old", "target": "new"}
            self.reasons += [(number, columns[field], " ".join(words)) for field, words in error.message_dict.items()]
            return
        if len(note) > 200:
            self.reasons.append((number, "note", _("A note has at most %(limit)d characters.") % {"limit": 200}))
            return
        old = stored.get(rule.path)
        change = NEW if old is None else CHANGED
        if old and (old.target, old.language, old.note) == (rule.target, rule.language, note):
            change = SAME
        before = shown_target(old) if change == CHANGED else ""
        self.rows.append(Row(number, rule.path, rule.target, rule.language, note, change, before))

    @property
    def changed(self):
        return [row for row in self.rows if row.change != SAME]

    def count(self, change):
        return sum(row.change == change for row in self.rows)

    @property
    def counts(self):
        return {change: self.count(change) for change in (NEW, CHANGED, SAME)}

    @property
    def is_possible(self):
        """Whether there is something to do and nothing in its way."""
        return bool(self.changed) and not self.reasons

    @property
    def digest(self):
        """Return what tells two plans apart: it differs where somebody has changed a redirect in between."""
        said = [[row.path, row.target, row.language, row.note, row.change, row.before] for row in self.changed]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def carry_out(self):
        """Write the redirects; return ([new], [changed])."""
        made = {NEW: [], CHANGED: []}
        for row in self.changed:
            columns = {"target": row.target, "language": row.language, "note": row.note}
            redirect, _made = Redirect.objects.update_or_create(path=row.path, defaults=columns)
            made[row.change].append(redirect)
        return made[NEW], made[CHANGED]


def _path(old):
    """Return an old address as it is kept, or as it was written where it is none: that is told with its row."""
    try:
        return normal_address(old)
    except ValueError:
        return old


def _target(new):
    try:
        return read_address(new)[0]
    except ValidationError:
        return ""


# --- Files -----------------------------------------------------------------------------------------------------


def read_lines(data):
    """Return [(number, (old, new, note))] of a CSV file; ValidationError with the reason where it is none.

    The first line may name the columns; without, they are old, new and note.
    """
    if len(data) > settings.IMPORT_MAX_BYTES:
        limit = settings.IMPORT_MAX_BYTES // 1024 // 1024
        raise ValidationError(_("The file is too large: at most %(limit)d MB. Split it."), params={"limit": limit})
    text = decode(data)
    if not text.strip():
        raise ValidationError(_("The file is empty."))
    first = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        lines = list(enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1))
    except csv.Error:
        raise ValidationError(_("This file is no CSV file.")) from None
    lines = [(number, line) for number, line in lines if any(cell.strip() for cell in line)]
    places = columns_of([cell.strip().lower() for cell in lines[0][1]])
    if places:
        lines = lines[1:]
    if not lines:
        raise ValidationError(_("The file has no rows below the names of its columns."))
    if len(lines) > settings.IMPORT_MAX_ROWS:
        limit = settings.IMPORT_MAX_ROWS
        raise ValidationError(_("The file has more than %(limit)d rows. Split it."), params={"limit": limit})
    places = places or {name: place for place, name in enumerate(COLUMNS)}
    return [(number, tuple(_cell(line, places.get(name)) for name in COLUMNS)) for number, line in lines]


def columns_of(headers):
    """Return {column: place} of a line that names columns, None for one that holds addresses already."""
    if headers[0].startswith("/") or "://" in headers[0]:
        return None
    missing = [name for name in ("old", "new") if name not in headers]
    if missing:
        raise ValidationError(
            [
                *(_("The column “%(column)s” is missing.") % {"column": name} for name in missing),
                _("The first row must hold the names of the columns. Known are: %(columns)s.")
                % {"columns": ", ".join(COLUMNS)},
            ]
        )
    return {name: headers.index(name) for name in COLUMNS if name in headers}


def _cell(line, place):
    text = line[place].strip() if place is not None and place < len(line) else ""
    return text.removeprefix("'") if text.startswith(tuple(f"'{sign}" for sign in FORMULA)) else text


def decode(data):
    """Return the text of a file: UTF-8, or what Excel writes as plain CSV in Western Europe."""
    if b"\x00" in data or data.startswith(b"PK\x03\x04"):
        raise ValidationError(_("This file is no CSV file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def write(redirects):
    """Return redirects as the bytes of a CSV file that Excel in Belgium reads, and that `read_lines` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for redirect in redirects:
        cells = (redirect.path, shown_target(redirect), redirect.note)
        writer.writerow([f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells])
    return "\ufeff".encode() + text.getvalue().encode()
