"""Marking the words of the glossary in the HTML of a text: what is linked where, and what never is.

Nothing here knows the database. The HTML is cut where its tags begin and given back as it was but for the marks, so
that no nesting, however broken, can be made worse.
"""

import html
import re
from collections import Counter, deque
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import accumulate

#: Never inside these: links, headings, quotations, what is no text.
APART = {"a", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "q", "cite", "code", "pre", "abbr", "dfn"}
APART |= {"script", "style"}
#: A heading begins a new section, in which a term may be linked again.
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
#: Tags inside a sentence; all others end one.
INLINE = {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd", "mark", "q", "s"}
INLINE |= {"samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
VOID = {"br", "hr", "img", "wbr", "input", "meta", "link"}
ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-f]+|\w+);?", re.IGNORECASE)
#: How many different notes a page carries: more help nobody.
MOST_NOTES = 12
#: Longer texts are marked up to here; a book is no page.
MOST_CHARACTERS = 200_000


class Cutter(HTMLParser):
    """Cuts HTML into (where it begins, kind, tag, attributes); kinds: start, end, text, other.

    What no method is called for, such as "</>", belongs to the piece before.
    """

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.pieces = [(0, "other", "", {})]
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self.feed(source)
        self.close()

    def _cut(self, kind, tag="", attrs=()):
        line, column = self.getpos()
        self.pieces.append((self._lines[line - 1] + column, kind, tag, dict(attrs)))

    def handle_starttag(self, tag, attrs):
        self._cut("start", tag, attrs)

    def handle_startendtag(self, tag, attrs):
        # In HTML the stroke says nothing: only void elements end where they begin.
        self._cut("start", tag, attrs)

    def handle_endtag(self, tag):
        self._cut("end", tag)

    def handle_data(self, data):
        self._cut("text")

    def handle_comment(self, data):
        self._cut("other")

    def handle_decl(self, decl):
        self._cut("other")

    def handle_pi(self, data):
        self._cut("other")

    def unknown_decl(self, data):
        self._cut("other")


@dataclass(frozen=True)
class Piece:
    """A piece of the text of one paragraph: `place` among all pieces of the source, whether it is apart, its text.

    `offsets`: where each character of `text` begins in the source of the piece, and where the last one ends.
    """

    place: int
    is_apart: bool
    text: str
    offsets: list


class Marker:
    """Marks one text.

    `lexicon`: a matching.Lexicon of the text's language; `skip`: targets never linked here, such as the term itself.
    Afterwards `html` is the marked text, `notes` are {targets: number} and `places` {number: how many marks}.
    """

    def __init__(self, source, lexicon, *, skip=(), most=MOST_NOTES):
        self.lexicon, self.skip, self.most = lexicon, set(skip), most
        self.notes, self.places = {}, {}
        self._open, self._open_tags, self._apart = [], Counter(), 0
        self._seen, self._paragraph, self._read = set(), [], 0
        pieces = Cutter(source).pieces
        ends = [piece[0] for piece in pieces[1:]] + [len(source)]
        self._sources = [source[piece[0] : end] for piece, end in zip(pieces, ends, strict=True)]
        for place, (_start, kind, tag, attrs) in enumerate(pieces):
            getattr(self, f"_read_{kind}")(place, tag, attrs)
        self._end_paragraph()

    @property
    def html(self):
        return "".join(self._sources)

    # --- Reading

    def _read_start(self, place, tag, attrs):
        if tag == "br":
            self._paragraph.append(Piece(place, True, "\n", [0, 0]))
        elif tag not in INLINE:
            self._end_paragraph()
        if tag in HEADINGS:
            self._seen = set()
        if tag not in VOID:
            language = attrs.get("lang")
            foreign = bool(language) and language.split("-")[0].lower() != self.lexicon.language
            self._open.append((tag, foreign or tag in APART))
            self._open_tags[tag] += 1
            self._apart += self._open[-1][1]

    def _read_end(self, place, tag, attrs):
        if tag not in INLINE:
            self._end_paragraph()
        closed = None
        while self._open_tags[tag] and closed != tag:
            # What was opened inside and not closed is closed with it.
            closed, is_apart = self._open.pop()
            self._open_tags[closed] -= 1
            self._apart -= is_apart

    def _read_text(self, place, tag, attrs):
        self._paragraph.append(Piece(place, bool(self._apart), *without_entities(self._sources[place])))

    def _read_other(self, place, tag, attrs):
        """A comment: nothing that anybody reads."""

    # --- Marking

    def _end_paragraph(self):
        """Mark a paragraph. Its words are found in the whole of it: "demandeurs <em>d’asile</em>" is no "asile"."""
        pieces, self._paragraph = self._paragraph, []
        text = "".join(piece.text for piece in pieces)
        if not text or self._read >= MOST_CHARACTERS:
            return
        self._read += len(text)
        found = deque(self.lexicon.find(text))
        begin = 0
        for piece in pieces:
            end = begin + len(piece.text)
            here = []
            while found and found[0].start < end:
                here.append(found.popleft())
            if here and not piece.is_apart:
                # Only what stands in one piece: a mark across tags would break their nesting.
                self._mark_piece(piece, [one for one in here if one.end <= end], begin)
            begin = end

    def _mark_piece(self, piece, found, begin):
        source, out, done = self._sources[piece.place], [], 0
        for one in found:
            number = self._number(tuple(target for target in one.targets if target not in self.skip))
            if number:
                start, end = piece.offsets[one.start - begin], piece.offsets[one.end - begin]
                out += [source[done:start], self._mark(number, source[start:end])]
                done = end
        self._sources[piece.place] = "".join([*out, source[done:]])

    def _number(self, targets):
        """Return the number of the note of these targets; 0 where nothing is linked."""
        if not targets or targets in self._seen or (targets not in self.notes and len(self.notes) >= self.most):
            return 0
        self._seen.add(targets)
        return self.notes.setdefault(targets, len(self.notes) + 1)

    def _mark(self, number, words):
        # Each mark leads to a place of its own in the notes, so that it can lead back to where the reader was.
        self.places[number] = self.places.get(number, 0) + 1
        place = f"{number}-{self.places[number]}"
        return f'<a class="explained" id="word-{place}" href="#note-{place}">{words}</a>'


def without_entities(source):
    """Return (the text that a piece of HTML is read as, where each of its characters begins in the source)."""
    text, offsets, done = [], [], 0
    for found in ENTITY.finditer(source):
        read = html.unescape(found[0])
        text += [source[done : found.start()], read]
        offsets += [*range(done, found.start()), *[found.start()] * len(read)]
        done = found.end()
    text.append(source[done:])
    offsets += range(done, len(source) + 1)
    # A new line in the source is a blank to a reader.
    return "".join(text).replace("\n", " "), offsets


def mark(source, lexicon, **options):
    """Return (marked HTML, {targets: how many places}) of a text; see Marker."""
    marker = Marker(source, lexicon, **options)
    return marker.html, {targets: marker.places[number] for targets, number in marker.notes.items()}
