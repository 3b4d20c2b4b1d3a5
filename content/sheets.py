"""Sheets of cells as files: CSV and XLSX, as spreadsheets write them here, and safe to open in one."""

import codecs
import csv
import datetime
import io
import re
import zipfile
from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

CSV, XLSX = "csv", "xlsx"
CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: Excel cuts longer cells off without a word.
LONGEST_CELL = 32_767
MOST_COLUMNS = 200
#: What an XLSX file may hold once unpacked, in bytes.
MOST_UNPACKED = 40 * 1024 * 1024
#: Windows in Western Europe: what Excel writes as plain "CSV".
OLD_ENCODING = "cp1252"

# What no XML file may hold, and so no spreadsheet: one such character makes all of it unreadable.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet takes these for the start of a formula. An apostrophe in front makes them text; reading takes it off.
FORMULA = re.compile(r"^'*[=+\-@\t\r\n]")
ESCAPED = re.compile(r"^'+[=+\-@\t\r\n]")

csv.field_size_limit(settings.IMPORT_MAX_BYTES)


@dataclass
class Sheet:
    """The cells of a file as text, without its blank rows."""

    headers: list
    rows: list
    #: The number that each row has in the spreadsheet.
    numbers: list
    #: Whether the file's encoding may not know every character, so that some may have become "?".
    is_lossy: bool = False


# --- Writing ---------------------------------------------------------------------------------------------------


def safe_cell(value):
    """Return a text that no spreadsheet takes for a formula; a number (int, Decimal) stays one."""
    if not isinstance(value, str):
        return value
    text = CONTROL.sub("", value)
    return f"'{text}" if FORMULA.match(text) else text


def write_csv(headers, rows, title):
    """Return the bytes of a CSV file as Excel in Belgium reads it: semicolons, UTF-8 with a byte order mark.

    It has no place for a title.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def csv_cell(value):
    """Return a cell as Excel in Belgium reads it: 3.50 is "3,50" there."""
    return str(value).replace(".", ",") if isinstance(value, Decimal) else safe_cell(value)


def write_xlsx(headers, rows, title):
    """Return the bytes of an Excel file with one sheet; ValidationError where a text is too long for one."""
    rows = [[safe_cell(cell) for cell in row] for row in rows]
    for row in rows:
        for header, text in zip(headers, row, strict=True):
            if isinstance(text, str) and len(text) > LONGEST_CELL:
                raise ValidationError(
                    _("A text is too long for an Excel file (%(column)s, %(key)s). Take the CSV file instead."),
                    params={"column": header, "key": row[0]},
                )
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    sheet.append(headers)
    for row in rows:
        cells = [WriteOnlyCell(sheet, value=text) for text in row]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.number_format = "@"  # text: else Excel makes a day of what is a month
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WRITERS = {CSV: write_csv, XLSX: write_xlsx}


def file_response(data, name, kind):
    """Answer with a sheet that a writer made, to be saved under a name."""
    disposition = f'attachment; filename="{name}.{kind}"'
    return HttpResponse(data, headers={"Content-Type": CONTENT_TYPES[kind], "Content-Disposition": disposition})


# --- Reading ---------------------------------------------------------------------------------------------------


def read_sheet(data, known_columns, required):
    """Return the Sheet in a file's bytes, whatever the file's name says; ValidationError with the reason.

    Its headers are all among `known_columns`, each once, with the one that is `required` among them.
    """
    if len(data) > settings.IMPORT_MAX_BYTES:
        raise ValidationError(
            _("The file is too large: at most %(limit)d MB. Split it."),
            params={"limit": settings.IMPORT_MAX_BYTES // 1024 // 1024},
        )
    if not data.strip():
        raise ValidationError(_("The file is empty."))
    if data.startswith(b"PK\x03\x04"):
        lines, is_lossy = xlsx_lines(data), False
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValidationError(_("This is an old Excel file, or one with a password. Save it as .xlsx, without any."))
    else:
        text, is_lossy = decode(data)
        lines = csv_lines(text)
    lines = ((number, line) for number, line in lines if any(cell.strip() for cell in line))
    _number, headers = next(lines, (0, []))
    headers = check_headers([header.strip().lower() for header in headers], known_columns, required)
    sheet = Sheet(headers, [], [], is_lossy)
    for number, line in lines:
        if len(sheet.rows) == settings.IMPORT_MAX_ROWS:
            raise ValidationError(
                _("The file has more than %(limit)d rows. Split it."), params={"limit": settings.IMPORT_MAX_ROWS}
            )
        sheet.rows.append(fitted(number, line, headers))
        sheet.numbers.append(number)
    named = [place for place, header in enumerate(headers) if header]
    sheet.headers = [headers[place] for place in named]
    sheet.rows = [[row[place] for place in named] for row in sheet.rows]
    if not sheet.rows:
        raise ValidationError(_("The file has no rows below the names of its columns."))
    return sheet


def check_headers(headers, known_columns, required):
    """Return the headers without blank ones at the end; ValidationError where a column is unknown, double, missing."""
    while headers and not headers[-1]:
        headers.pop()
    problems = []
    for header in dict.fromkeys(filter(None, headers)):
        if header not in known_columns:
            shown = CONTROL.sub("", header)[:60]
            problems.append(_("“%(column)s” is not a column that can be imported.") % {"column": shown})
        elif headers.count(header) > 1:
            problems.append(_("The column “%(column)s” is there twice.") % {"column": header})
    if required not in headers:
        problems.append(_("The column “%(column)s” is missing.") % {"column": required})
    if problems:
        known = ", ".join(known_columns)
        hint = _("The first row must hold the names of the columns. Known are: %(columns)s.") % {"columns": known}
        raise ValidationError([*problems[:10], hint])
    return headers


def fitted(number, line, headers):
    """Return a row with as many cells as there are headers; ValidationError where a value stands outside of them."""
    line = [*line, *[""] * (len(headers) - len(line))]
    stray = [cell for place, cell in enumerate(line) if cell.strip() and not "".join(headers[place : place + 1])]
    if stray:
        raise ValidationError(
            _("Row %(number)d: “%(value)s” stands in a column without a name. Is there a separator too many?"),
            params={"number": number, "value": CONTROL.sub("", stray[0])[:60]},
        )
    return [bare(cell) for cell in line[: len(headers)]]


def bare(cell):
    """Take off the apostrophe that `safe_cell` has put in front."""
    return cell[1:] if ESCAPED.match(cell) else cell


def decode(data):
    """Return (text, whether characters may have been lost) of a CSV file."""
    try:
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text, is_lossy = data.decode("utf-16"), False
        else:
            try:
                text = data.decode("utf-8-sig")
                # Nothing but ASCII may be what is left of any language.
                is_lossy = data.isascii()
            except UnicodeDecodeError:
                text, is_lossy = data.decode(OLD_ENCODING), True
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise ValidationError(_("This is neither a CSV file nor an Excel file (.xlsx)."))
    return text, is_lossy


def csv_lines(text):
    """Yield (number, cells) of each line, the first being 1."""
    start = 0
    if text[:4].lower() == "sep=":  # Excel's own way of naming the separator
        start = text.find("\n") + 1
    first = text[start:].lstrip("\r\n").partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=delimiter, strict=True)
    number = 1 if start else 0
    try:
        for line in reader:
            number += 1
            yield number, line[:]
    except csv.Error:
        raise ValidationError(
            _("Row %(number)d cannot be read: its quotation marks do not match."), params={"number": number + 1}
        ) from None


def xlsx_lines(data):
    """Yield (number, cells) of each line of the first sheet of an Excel file."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(member.file_size for member in packed.infolist()) > MOST_UNPACKED:
                raise ValidationError(_("The Excel file is too large once unpacked. Split it."))
            # No spreadsheet program writes one, and entities grow without bound.
            if any(b"<!DOCTYPE" in packed.read(member).replace(b"\x00", b"") for member in packed.infolist()):
                raise ValueError("document type in a sheet")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        lines = book.worksheets[0].iter_rows(max_row=settings.IMPORT_MAX_ROWS * 10, max_col=MOST_COLUMNS)
        for number, line in enumerate(lines, 1):
            yield number, [cell_text(number, cell) for cell in line]
    except ValidationError:
        raise
    except Exception as error:  # a parser that was written for good files: whatever it trips over
        raise ValidationError(_("The Excel file cannot be read. Is it really an .xlsx file?")) from error


def cell_text(number, cell):
    """Return the value of a cell of an Excel file as somebody would type it."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        raise ValidationError(
            _("Row %(number)d holds a formula with an error: %(value)s."), params={"number": number, "value": value}
        )
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
