"""An address as a vCard 4.0 (RFC 6350), which telephones keep in their address book."""

from django.conf import settings

from addresses.words import remarks

LINE = 75  # octets, RFC 6350 section 3.2


def card(address):
    """Return the vCard of a public address in the language of the text that is shown, as text with CRLF line ends."""
    row = address.shown
    commune = address.commune
    lines = [
        ("BEGIN", "VCARD"),
        ("VERSION", "4.0"),
        ("KIND", "org"),
        ("UID", f"urn:uuid:{address.key}"),
        (f"FN;LANGUAGE={row.title_lang}", escape(row.title)),
        *(("TEL;VALUE=uri;TYPE=work", phone.href) for phone in address.phones.all()),
    ]
    if row.street or commune:
        parts = ("", "", row.street, commune.name_in(row.language_code) if commune else "", "", address.postcode, "")
        lines.append(("ADR;TYPE=work", ";".join(map(escape, parts))))
    if address.has_point:
        lines.append(("GEO", f"geo:{address.latitude},{address.longitude}"))
    lines += [("EMAIL;TYPE=work", escape(address.email))] if address.email else []
    lines += [("URL", address.website)] if address.website else []
    # One note with a line each: telephones show no second one.
    lines += [("NOTE", escape("\n".join(notes)))] if (notes := remarks(address)) else []
    lines += [("SOURCE", settings.SITE_URL + address.get_absolute_url()), ("END", "VCARD")]
    return "".join(f"{fold(f'{name}:{value}')}\r\n" for name, value in lines)


def escape(text):
    """Return a text as a value: backslash, comma, semicolon and new lines marked (RFC 6350 section 3.4)."""
    for char in ("\\", ",", ";"):
        text = text.replace(char, f"\\{char}")
    return "\\n".join(text.splitlines())


def fold(line):
    """Return a line cut into lines of at most 75 octets, never inside a character."""
    lines, length = [""], 0
    for char in line:
        size = len(char.encode())
        if length + size > LINE:
            lines.append(" ")
            length = 1
        lines[-1] += char
        length += size
    return "\r\n".join(lines)
