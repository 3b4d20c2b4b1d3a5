"""Marking the words of the glossary in the HTML of a text: what is linked where, and what never is.

Nothing here knows the database. The HTML is read as a stream and given back unchanged but for the marks, so that no
nesting, however broken, can be made worse.
"""

from html import escape
from html.parser import HTMLParser
from itertools import count

#: Never inside these: links, headings, quotations.
APART = {"a", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "q", "cite", "code", "pre", "abbr", "dfn"}
#: A heading begins a new section, in which a term may be linked again.
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
VOID = {"br", "hr", "img", "wbr", "input", "meta", "link"}
#: How many different notes a page carries: more help nobody.
MOST_NOTES = 12
#: Longer texts are marked up to here; a book is no page.
MOST_CHARACTERS = 200_000


class Marker(HTMLParser):
    """Reads the HTML of one text and writes it again with its marks.

    `lexicon`: a matching.Lexicon of the text's language; `skip`: targets never linked here, such as the term itself.
    Afterwards `html` is the marked text and `notes` {targets: number}, in the order in which they are met.
    """

    def __init__(self, lexicon, *, skip=(), most=MOST_NOTES):
        super().__init__(convert_charrefs=True)
        self.lexicon, self.skip, self.most = lexicon, set(skip), most
        self.notes, self.places = {}, {}
        self._open, self._seen, self._out, self._read = [], set(), [], 0

    @property
    def html(self):
        return "".join(self._out)

    @property
    def is_apart(self):
        """Whether nothing is linked here: inside a link, a heading, a quotation or another language."""
        return any(tag in APART or foreign for tag, foreign in self._open)

    def handle_starttag(self, tag, attrs):
        self._out.append(self.get_starttag_text())
        if tag in HEADINGS:
            self._seen = set()
        if tag not in VOID:
            language = dict(attrs).get("lang")
            foreign = bool(language) and language.split("-")[0] != self.lexicon.language
            self._open.append((tag, foreign))

    def handle_startendtag(self, tag, attrs):
        self._out.append(self.get_starttag_text())

    def handle_endtag(self, tag):
        self._out.append(f"</{tag}>")
        names = [name for name, _foreign in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data):
        room = MOST_CHARACTERS - self._read
        self._read += len(data)
        if self.is_apart or room <= 0:
            self._out.append(escape(data, quote=False))
            return
        position = 0
        for found in self.lexicon.find(data[:room]):
            targets = tuple(target for target in found.targets if target not in self.skip)
            number = self._number(targets)
            if not number:
                continue
            self._out.append(escape(data[position : found.start], quote=False))
            self._out.append(self._mark(number, data[found.start : found.end]))
            position = found.end
        self._out.append(escape(data[position:], quote=False))

    def _number(self, targets):
        """Return the number of the note of these targets; 0 where nothing is linked."""
        if not targets or targets in self._seen or (targets not in self.notes and len(self.notes) >= self.most):
            return 0
        self._seen.add(targets)
        return self.notes.setdefault(targets, len(self.notes) + 1)

    def _mark(self, number, words):
        # Each mark leads to a place of its own in the notes, so that it can lead back to where the reader was.
        place = f"{number}-{next(self.places.setdefault(number, count(1)))}"
        return f'<a class="explained" id="word-{place}" href="#note-{place}">{escape(words, quote=False)}</a>'


def mark(html, lexicon, **options):
    """Return (marked HTML, {targets: how many places}) of a text; see Marker."""
    marker = Marker(lexicon, **options)
    marker.feed(html)
    marker.close()
    places = {targets: next(marker.places[number]) - 1 for targets, number in marker.notes.items()}
    return marker.html, places
