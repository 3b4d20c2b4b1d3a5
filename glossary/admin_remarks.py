"""What deserves a second look after a term was saved; nothing of it keeps anybody from saving."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from content.folding import sort_key
from content.languages import CODES, language_name
from glossary.linking import names, without_brackets
from glossary.models import Term, WordKind
from glossary.wording import forms_of_term


@dataclass(frozen=True)
class Remark:
    """One sentence, and the other terms that it is about; `is_fine`: only to be known, nothing is odd."""

    words: str
    terms: tuple = ()
    is_fine: bool = False


def remarks_on(term):
    """Return what staff should know of a stored term, as a list of Remark."""
    terms = list(Term.objects.prefetch_related("translations", "all_words"))
    term = next(one for one in terms if one.pk == term.pk)
    others = [one for one in terms if one.pk != term.pk]
    remarks = _without_definition(term)
    for language in CODES:
        remarks += _shared(term, others, language)
        remarks += _contained(term, others, language)
        remarks += _names(term, language)
    return remarks


def _row_of(term, language):
    return next((row for row in term.translations.all() if row.language_code == language), None)


def writings(term, language):
    """Return all that stands for a term in a language: itself, its abbreviation, its synonyms."""
    row = _row_of(term, language)
    if row is None:
        return []
    synonyms = [word.text for word in term.words_in(language) if word.kind == WordKind.SYNONYM]
    return [text for text in (without_brackets(row.title), row.abbreviation, *synonyms) if text]


def _without_definition(term):
    return [
        Remark(_("There is no definition in %(language)s yet.") % {"language": language_name(row.language_code)})
        for row in term.translations.all()
        if not row.summary
    ]


def _shared(term, others, language):
    """Two terms with one abbreviation or synonym."""
    remarks = []
    for text in dict.fromkeys(writings(term, language)):
        same = [one for one in others if sort_key(text) in map(sort_key, writings(one, language))]
        if same:
            words = _("“%(text)s” stands for another term too: where it is explained, readers are offered both.")
            remarks.append(Remark(words % {"text": text}, tuple(same)))
    return remarks


def _contained(term, others, language):
    """A term that is a part of another one."""
    row = _row_of(term, language)
    if row is None:
        return []
    title = without_brackets(row.title)
    around = [one for one in others if any(_is_part(title, text, language) for text in writings(one, language))]
    within = [one for one in others if any(_is_part(text, title, language) for text in writings(one, language))]
    remarks = []
    if around:
        words = _("“%(text)s” is a part of other terms: where those stand in full, they are explained and this is not.")
        remarks.append(Remark(words % {"text": title}, tuple(around), is_fine=True))
    if within:
        words = _("Other terms are a part of “%(text)s”: where it stands in full, it is explained and they are not.")
        remarks.append(Remark(words % {"text": title}, tuple(within), is_fine=True))
    return remarks


def _is_part(text, longer, language):
    """Whether the words of `text`, in any of their forms, stand in a row in `longer` and are not all of it."""
    part, whole = forms_of_term(text, language), forms_of_term(longer, language)
    if not part or len(part) >= len(whole):
        return False
    return any(
        all(one & other for one, other in zip(part, whole[start:], strict=False))
        for start in range(len(whole) - len(part) + 1)
    )


def _names(term, language):
    """A term that is called like a commune or like something that has a page."""
    known = {sort_key(name): name for name in names()}
    return [
        Remark(_("“%(name)s” is also a name: written so, it is not explained as a term.") % {"name": known[key]})
        for text in dict.fromkeys(writings(term, language))
        if (key := sort_key(text)) in known and known[key] != text
    ]
