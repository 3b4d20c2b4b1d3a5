"""Terms as readers see them, found by any spelling."""

from django.db.models import Exists, OuterRef, Prefetch, Q
from parler.managers import TranslatableManager

from content.querysets import WORDS_FOUND_BY, ContentQuerySet, is_public
from glossary.wording import stems_asked_for
from themes.models import Theme


def one_of(stems):
    """The condition "one of these stands in the key that rows and words are found by"."""
    condition = Q()
    for stem in sorted(stems):
        condition |= Q(find_key__contains=stem)
    return condition


class TermQuerySet(ContentQuerySet):
    """Terms of the glossary."""

    def found_by(self, text):
        """Those that all words of `text` are found in: in the term, its abbreviation or a word beside it, any language.

        Accents, case, œ, apostrophes, inclusive marks, plurals and genders do not count.
        """
        conditions = [one_of(stems) for stems in stems_asked_for(text)[:WORDS_FOUND_BY]]
        if not conditions:
            # Signs without any word find nothing.
            return self.none() if text.strip() else self
        in_rows = self.has_row(is_public(), *conditions)
        rows = self.translation_model.objects.filter(
            is_public(), master=OuterRef("term"), language_code=OuterRef("language")
        )
        # A word is public with the text of its language; who looks for one that means something else wants that.
        words = self.model._meta.get_field("all_words").related_model.objects.exclude(kind="other_meaning")
        in_words = words.filter(Exists(rows), *conditions)
        return self.filter(in_rows | Q(pk__in=in_words.values("term")))

    def with_words(self):
        """Fetch the words beside the terms."""
        return self.prefetch_related("all_words")

    def with_relations(self):
        """Fetch what the page of a term shows: its words, themes and related terms."""
        return self.with_words().prefetch_related(
            Prefetch("themes", queryset=Theme.objects.public_unordered(), to_attr="public_themes"),
            Prefetch("see_also", queryset=self.model.objects.public_unordered(), to_attr="public_see_also"),
        )


class TermManager(TranslatableManager.from_queryset(TermQuerySet)):
    """The manager of terms."""
