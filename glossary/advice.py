"""What the glossary says about a text while staff write it: agreed words and words to avoid. Advice, never a gate."""

import html
import re
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from content.languages import CODES, language_name
from glossary.linking import vocabulary_now
from glossary.marking import MOST_CHARACTERS
from glossary.matching import Expression, Lexicon
from glossary.models import Term, Word, WordKind

#: Tags inside a sentence; all others end one.
INLINE_TAG = re.compile(r"</?(?:a|em|span|strong)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Line:
    """One word of an Advice: `words` as the text has or needs them, `other` those agreed in the other language."""

    words: str
    lang: str
    other: str = ""
    other_lang: str = ""
    note: str = ""
    note_lang: str = ""
    href: str = ""
    is_marked: bool = False


@dataclass(frozen=True)
class Advice:
    """What is said about a text under one title; `is_open`: shown unfolded, as something may have to be done."""

    title: str
    lines: tuple

    @property
    def is_open(self):
        return any(line.is_marked or line.note for line in self.lines)


def advice_on(obj, language):
    """Return a list of Advice on the stored text of an object in `language`. An entry of settings.ADMIN_ADVICE."""
    texts = {row.language_code: plain_text(row) for row in obj.translations.all()}
    own_term = obj.pk if isinstance(obj, Term) else None
    advice = [words_to_avoid(texts.get(language, ""), language, own_term)]
    vocabulary = vocabulary_now()
    found = {code: _Found(text, vocabulary.lexicons[code], own_term) for code, text in texts.items()}
    for other in CODES:
        if other != language:
            pair = _Pair(vocabulary.terms, language, other)
            here, there = found.get(language), found.get(other)
            advice += [pair.used(here, there), pair.lacking(here, there)]
    return [one for one in advice if one.lines]


def plain_text(row):
    """Return the words of a text as readers read them, without its mark-up; sentences stay apart."""
    text = "\n".join(str(getattr(row, name)) for name in row.translated_columns)[:MOST_CHARACTERS]
    return html.unescape(TAG.sub("\n", INLINE_TAG.sub("", text)))


def words_to_avoid(text, language, own_term=None):
    """Return the Advice on the words of a text that are better avoided, each with the reason."""
    public = Term.objects.public_in(language).exclude(pk=own_term)
    words = Word.objects.filter(language=language, kind__in=(WordKind.DISCOURAGED, WordKind.OTHER_MEANING))
    words = words.filter(term__in=public).prefetch_related(Prefetch("term", Term.objects.public_unordered()))
    expressions = [Expression(word.text, word if word.kind == WordKind.DISCOURAGED else None) for word in words]
    # Each word once, as it is first written.
    written = {}
    for found in Lexicon(expressions, language).find(text):
        for word in found.targets:
            written.setdefault(word, text[found.start : found.end])
    lines = [
        Line(f"“{as_written}”", language, note=word.why, note_lang=language, href=word.term.get_absolute_url(language))
        for word, as_written in written.items()
    ]
    return Advice(_("Words better avoided"), tuple(lines))


class _Found:
    """The terms of a text: `terms`, those used as such, in their order; `held`, all that stand there somehow."""

    def __init__(self, text, lexicon, own_term):
        used = dict.fromkeys(target for found in lexicon.find(text) for target in found.targets)
        self.terms = [target for target in used if target != own_term]
        self.held = lexicon.targets_in(text)


class _Pair:
    """Compares the terms of the text on the form with those of the text in the other language; None: no text."""

    def __init__(self, terms, language, other):
        self.terms, self.language, self.other = terms, language, other

    def used(self, here, there):
        """Return the Advice on the terms in this text: how the other language calls them, and where it does not."""
        note = _("missing in the text in %(language)s") % {"language": language_name(self.other)}
        lines = [self._line(pk, note if there and pk not in there.held else "") for pk in (here.terms if here else ())]
        lines.sort(key=lambda line: not line.is_marked)
        return Advice(_("Words of the glossary in this text"), tuple(lines))

    def lacking(self, here, there):
        """Return the Advice on the terms of the other text that this one does not have (yet)."""
        note = _("missing here") if here else ""
        held = here.held if here else ()
        lines = [self._line(pk, note) for pk in (there.terms if there else ()) if pk not in held]
        title = _("Words of the glossary in the text in %(language)s that this one does not have")
        return Advice(title % {"language": language_name(self.other)}, tuple(lines))

    def _line(self, pk, note):
        term = self.terms[pk]
        rows = {row.language_code: row for row in term.public_translations}
        unknown = next((code for code in (self.language, self.other) if code not in rows), None)
        if unknown:
            # Nothing is agreed: nothing can be missing.
            words = _("has no equivalent in %(language)s") if term.no_equivalent else _("no text in %(language)s yet")
            note = words % {"language": language_name(unknown)}
        return Line(
            name_of(rows.get(self.language)),
            self.language,
            name_of(rows.get(self.other)),
            self.other,
            note=note,
            href=term.get_absolute_url(self.language),
            is_marked=bool(note) and not unknown,
        )


def name_of(row):
    """Return a term as it is agreed, with its abbreviation; "" where it has no text."""
    if row is None:
        return ""
    return f"{row.title} ({row.abbreviation})" if row.abbreviation else row.title
