"""Which rows readers may see: every public page starts from `public()`."""

from django.db.models import Exists, F, FilteredRelation, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from parler.managers import TranslatableManager, TranslatableQuerySet

from content.folding import sort_key
from content.languages import CODES, current_language, fallback_chain

#: A database stops at a thousand conditions, and nobody looks for so many words.
WORDS_FOUND_BY = 20


def is_public(now=None, prefix=""):
    """The condition "this translation row is public now": publish_from <= now < publish_until."""
    now = now or timezone.now()
    started = Q(**{f"{prefix}publish_from__lte": now})
    not_over = Q(**{f"{prefix}publish_until__isnull": True}) | Q(**{f"{prefix}publish_until__gt": now})
    return started & not_over


def older_translation(queryset):
    """The condition on translation rows "the text this was made from has changed since"."""
    source = queryset.translation_model.objects.filter(
        master=OuterRef("master"), language_code=OuterRef("source_language")
    )
    return Exists(source.exclude(fingerprint=OuterRef("source_fingerprint")))


class ContentQuerySet(TranslatableQuerySet):
    """Content as readers see it."""

    @property
    def translation_model(self):
        return self.model._parler_meta.root_model

    def public(self, language=None):
        """What a reader of `language` is shown: published in at least one language, in the order of its titles.

        Objects come with `public_translations` (a list of rows) prefetched: two queries in all. The title that
        counts for the order is the one shown: the reader's language, else the next one.
        """
        now = timezone.now()
        language = language or current_language()
        # One join per language, each matching one row at most, so nothing is ever listed twice.
        joins = {
            f"public_{code}": FilteredRelation(
                "translations",
                condition=Q(translations__language_code=code) & is_public(now, "translations__"),
            )
            for code in CODES
        }
        shown = [f"public_{code}" for code in fallback_chain(language)]
        in_any = Q()
        for name in shown:
            in_any |= Q(**{f"{name}__isnull": False})
        keys = [F(f"{name}__title_key") for name in shown]
        ordered = self.alias(**joins).filter(in_any).order_by(Coalesce(*keys) if len(keys) > 1 else keys[0], "pk")
        return ordered.with_public_texts()

    def public_unordered(self):
        """The same without the order of titles: for lists that have another order, and that may be long."""
        return self.filter(self.has_row(is_public())).with_public_texts()

    def with_public_texts(self):
        """Fetch `public_translations`, the rows that readers may see now."""
        rows = self.translation_model.objects.filter(is_public())
        return self.prefetch_related(Prefetch("translations", queryset=rows, to_attr="public_translations"))

    def in_title_order(self, language=None):
        """Everything there is, for staff, in the order of the titles they see."""
        joins = {
            f"row_{code}": FilteredRelation("translations", condition=Q(translations__language_code=code))
            for code in CODES
        }
        keys = [F(f"row_{code}__title_key") for code in fallback_chain(language or current_language())]
        return self.alias(**joins).order_by(Coalesce(*keys) if len(keys) > 1 else keys[0], "pk")

    def named_like(self, text):
        """What has all the words of `text` in its names, in any one language, whatever accents and case."""
        words = sort_key(text, length=None).split()[:WORDS_FOUND_BY]
        conditions = [Q(find_key__contains=word) for word in words]
        return self.filter(self.has_row(*conditions)) if words else self

    def public_in(self, language):
        """Only what is published in that very language (sitemaps, hreflang, feeds)."""
        return self.filter(self.has_row(is_public(), language_code=language))

    def has_row(self, *conditions, **values):
        """The condition "has a translation row that fits", which lists nothing twice."""
        return Exists(self.translation_model.objects.filter(*conditions, master=OuterRef("pk"), **values))


class ContentManager(TranslatableManager.from_queryset(ContentQuerySet)):
    """The manager of every content model."""
