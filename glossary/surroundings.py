"""What stands around an expression in a text: whether it is (part of) a name, a quotation, an address or a compound.

There it is not the word of the glossary, or not ours to explain. Where we cannot know, it is taken for a name: a wrong
link is worse than none.
"""

import re
from bisect import bisect_right

from glossary.wording import ARTICLES, set_of

HYPHENS = "-‐‑"
QUOTATION = re.compile(
    r"«[^«»\n]*(?:»|$)|“[^“”\n]*(?:”|$)|„[^„“”\n]*(?:[“”]|$)|\"[^\"\n]*(?:\"|$)|(?<!\w)‘(?:[^‘’\n]|’(?=\w))*’",
    re.MULTILINE,
)
#: How far we look for what stands before.
NEAR = 80
#: After this a capital says nothing; "M." and "prof." end no sentence.
SENTENCE_START = re.compile(r"(?:\A|\n|[!?…•]|(?<!\bprof)(?<!\bmevr)(?<=\w{3})\.|[\d)»”]\.)\s*\Z", re.IGNORECASE)
ADDRESS_BEFORE = re.compile(r"\S*(?:(?:://|@|\bwww|\w\.\w)\S*|[#=&\\.])\Z")
ADDRESS_AFTER = re.compile(r"[@=\\]|\.\w|\S*(?:://|@)")
#: "Réfugiés et Migrants", "Vluchtelingen zonder Grenzen": what joins the words of a name, and the next letter.
NEXT_WORD = {
    "fr": re.compile(r"[ \u00a0](?:(?:et|sans|&)[ \u00a0])?(\w)"),
    "nl": re.compile(r"[ \u00a0](?:(?:en|zonder|&)[ \u00a0])?(\w)"),
}
#: With a capital these begin the name of an institution: "Comité belge d’aide aux réfugiés".
HEADS = {
    "fr": set_of(
        "Agence Aide Alliance Assises Association Bureau Campagne Cellule Centre Collectif Comité Commissariat "
        "Commission Conseil Coordination Délégation Direction Fédération Fondation Fonds Forum Groupe Haut Initiative "
        "Institut Journée Ligue Maison Mouvement Observatoire Office Organisation Plan Plate Plateforme Point "
        "Programme Projet Réseau Secrétariat Semaine Service Services Solidarité Syndicat Union"
    ),
    "nl": set_of(
        "Agentschap Bureau Centrum Coalitie Comité Commissariaat Commissie Coördinatie Dag Dienst Federatie Fonds "
        "Forum Groep Huis Hulp Initiatief Instituut Liga Netwerk Organisatie Plan Platform Project Raad Steunpunt "
        "Stichting Unie Vereniging Week Werkgroep"
    ),
}
#: … where one of these stands before the words in question, at most an article between.
LINKS = {
    "fr": set_of("à au aux avec contre d de des du en et pour sans sur"),
    "nl": set_of("aan bij en met om rond tegen van voor zonder"),
}
#: How many words a name has before them, at most.
LONGEST_NAME = 6


class Surroundings:
    """The surroundings of any words of one text; `words` are those of wording.words_in."""

    def __init__(self, text, words, language):
        self.text, self.words, self.language = text, words, language
        self._quotations = [found.span() for found in QUOTATION.finditer(text)]

    def allow(self, first, last, expressions):
        """Whether the words from `first` to `last`, which are these expressions, may be explained here."""
        start, end = self.words[first][1], self.words[last][2]
        if self._is_quoted(start) or self._is_address(start, end):
            return False
        if any(expression.exact for expression in expressions):
            return not self._is_introduced(start, end) and not self._is_shouted(first, last)
        if self._is_compound(start, end):
            return False
        if any(has_capital(expression.text) for expression in expressions):
            return True  # a name itself, whatever stands beside it
        return not self._is_capitalised(start, end) and not self._ends_a_name(first)

    def _is_quoted(self, start):
        before = bisect_right(self._quotations, (start, 0)) - 1
        return before >= 0 and start < self._quotations[before][1]

    def _is_address(self, start, end):
        """Whether it is part of an address, a file name or a hashtag: www.asile.be."""
        near = self.text[max(0, start - NEAR) : start].split()
        joined = near[-1] if near and not self.text[start - 1].isspace() else ""
        return bool(ADDRESS_BEFORE.match(joined) or ADDRESS_AFTER.match(self.text[end : end + NEAR]))

    def _is_compound(self, start, end):
        """Whether a hyphen binds it to another word: "ex-réfugié", "asiel- en migratiebeleid"."""
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 1]
        return bool(after and after in HYPHENS) or (before[-1:] in tuple(HYPHENS) and not before[:1].isspace())

    def _is_introduced(self, start, end):
        """Whether an abbreviation stands alone in brackets: it abbreviates the words before, whatever they are."""
        return self.text[start - 1 : start] == "(" and self.text[end : end + 1] == ")"

    def _is_shouted(self, first, last):
        """Whether capitals say nothing, all words around being written so: "LOI DU 15 DÉCEMBRE"."""
        near = [*self.words[max(0, first - 2) : first], *self.words[last + 1 : last + 3]]
        written = [self.text[start:end] for _key, start, end in near]
        return len(written) > 1 and all(word == word.upper() for word in written)

    def _is_capitalised(self, start, end):
        """Whether capital letters make it (part of) a name; at the beginning of a sentence one says nothing."""
        written = self.text[start:end]
        if has_capital(written[1:]):
            return True
        if not has_capital(written):
            return False
        before = self.text[max(0, start - NEAR) : start]
        following = NEXT_WORD[self.language].match(self.text, end)
        return not SENTENCE_START.search(before) or bool(following and following[1].isupper())

    def _ends_a_name(self, first):
        """Whether it is the end of an institution's name, which began with a capital some words before."""
        linked = False
        for number in range(first - 1, max(-1, first - 1 - LONGEST_NAME), -1):
            _key, start, end = self.words[number]
            if self.text[end : self.words[number + 1][1]].strip(" \u00a0'’-"):
                return False
            word = self.text[start:end]
            if linked and word in HEADS[self.language]:
                return True
            if word.lower() in LINKS[self.language]:
                linked = True
            elif not linked and word.lower() not in ARTICLES[self.language]:
                return False
        return False


def has_capital(text):
    return text != text.lower()
