"""Terms as readers see them, found by any spelling."""

from django.db.models import Exists, OuterRef, Prefetch, Q
from parler.managers import TranslatableManager

from content.folding import sort_key
from content.querysets import WORDS_FOUND_BY, ContentQuerySet, is_public
from themes.models import Theme


class TermQuerySet(ContentQuerySet):
    """Terms of the glossary."""

    def found_by(self, text):
        """Those that all words of `text` are found in: in the term, its abbreviation or a word beside it, any language.

        Accents, case, œ, apostrophes and inclusive marks do not count.
        """
        words = sort_key(text, length=None).split()[:WORDS_FOUND_BY]
        if not words:
            return self
        in_rows = self.has_row(is_public(), *(Q(find_key__contains=word) for word in words))
        rows = self.translation_model.objects.filter(
            is_public(), master=OuterRef("term"), language_code=OuterRef("language")
        )
        # A word is public with the text of its language.
        in_words = self.model._meta.get_field("all_words").related_model.objects.filter(Exists(rows))
        for word in words:
            in_words = in_words.filter(find_key__contains=word)
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
