"""Public pages of the glossary: the index, one term, the table of both languages."""

from itertools import groupby
from string import ascii_uppercase

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.generic import View

from content.languages import CODES, current_language, fallback_chain, language_name
from content.querysets import is_public
from content.sheets import CSV, file_response
from content.views import ContentDetailView, ContentListView, PublicPageMixin
from glossary import json_ld, sheet
from glossary.filters import TermFilterSet, word_that_fits
from glossary.models import Term, WordKind

#: How many pages of each kind the page of a term names.
MOST_USES = 5
#: A longer index names the words only: a page stays light for a cheap phone.
MOST_DEFINED = 70


class TermListView(ContentListView):
    """The index from A to Z, whole: a glossary is leafed through."""

    model = Term
    filterset_class = TermFilterSet
    paginate_by = 500

    def get_queryset(self):
        return super().get_queryset().with_words()

    def structured_data(self):
        return json_ld.term_set(self.object_list)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        terms = context["object_list"]
        for text in self.filterset.chosen["q"]:
            for term in terms:
                term.found_through = word_that_fits(term, text)
        context["letters"] = letters(terms)
        # What is left of a narrowed list needs no alphabet.
        context["index"] = {"has_alphabet": not context["active_filters"], "is_brief": len(terms) > MOST_DEFINED}
        return context


def letters(terms):
    """Return the alphabet as [{letter, anchor, terms}]; nothing where there are no terms, given in their order."""
    found = {initial: list(group) for initial, group in groupby(terms, key=lambda term: term.shown.initial)}
    others = [initial for initial in found if initial not in ascii_uppercase]
    return [
        {"letter": letter, "anchor": f"letter-{'other' if letter == '#' else letter}", "terms": found.get(letter, [])}
        for letter in (*others, *ascii_uppercase)
        if found
    ]


class TermDetailView(ContentDetailView):
    """One term: its definition, the term in the other language, where it stands on the site."""

    model = Term

    def crumbs(self):
        return [{"text": _("Glossary"), "href": reverse("glossary:list"), "lang": current_language()}]

    def with_relations(self, queryset):
        return queryset.with_relations()

    @property
    def elsewhere(self):
        """The term in each other language, as [{language, code, row (None where it has no public text), href}].

        A preview knows nothing of the other languages.
        """
        rows = {row.language_code: row for row in self.object.public_translations}
        return [
            {
                "language": language_name(code),
                "code": code,
                "row": rows.get(code),
                "href": self.object.get_absolute_url(code),
            }
            for code in CODES
            if code != self.object.shown.language_code and not self.preview
        ]

    @cached_property
    def uses(self):
        """The pages that explain this term, kind by kind, as [{title, items, more}]; a few of each."""
        uses = []
        for key in sorted(self.object.mentions.order_by().values_list("content_type", flat=True).distinct()):
            content_type = ContentType.objects.get_for_id(key)
            model = content_type.model_class()
            items = list(explained_on(model, self.object.mentions.filter(content_type=content_type))[: MOST_USES + 1])
            if items:
                title = capfirst(model._meta.verbose_name_plural)
                uses.append({"title": title, "items": items[:MOST_USES], "more": len(items) > MOST_USES})
        return uses

    def structured_data(self):
        return json_ld.term(self.object)

    def get_context_data(self, **kwargs):
        words = self.object.words
        return super().get_context_data(
            elsewhere=self.elsewhere,
            synonyms=[word for word in words if word.kind == WordKind.SYNONYM],
            to_avoid=[word for word in words if word.kind == WordKind.DISCOURAGED],
            uses=self.uses,
            **kwargs,
        )


def explained_on(model, mentions):
    """Return the public contents of a kind whose text, as this reader is shown it, holds one of the mentions."""
    rows = model.objects.all().translation_model.objects.filter(is_public(), master=OuterRef("pk"))
    condition, shown_before = Q(), []
    for language in fallback_chain(current_language()):
        condition |= Q(
            Exists(rows.filter(language_code=language)),
            Exists(mentions.filter(object_id=OuterRef("pk"), language=language)),
            ~Exists(rows.filter(language_code__in=shown_before)),
        )
        shown_before.append(language)
    return model.objects.public().filter(condition)


class TermTableView(ContentListView):
    """Both languages side by side, the reader's first, to print."""

    model = Term
    template_name_suffix = "_table"
    paginate_by = 500

    def get_queryset(self):
        return super().get_queryset().with_words()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["columns"] = [capfirst(language_name(code)) for code in fallback_chain(current_language())]
        context["rows"] = side_by_side(context["object_list"])
        context["crumbs"] = [{"text": _("Glossary"), "href": reverse("glossary:list"), "lang": current_language()}]
        return context


def side_by_side(terms):
    """Return the rows of the table as [{term, texts: a side for each language, the reader's first}]."""
    chain = fallback_chain(current_language())
    return [{"term": term, "texts": [side_of(term, code) for code in chain]} for term in terms]


def side_of(term, language):
    """Return one side of a term as {code, row (None where that language has no public text), synonyms}."""
    row = next((row for row in term.public_translations if row.language_code == language), None)
    words = [word for word in term.words_in(language) if word.kind == WordKind.SYNONYM] if row else []
    return {"code": language, "row": row, "synonyms": words}


class TermSheetView(PublicPageMixin, View):
    """The same with the definitions, whole, for a spreadsheet."""

    def get(self, request):
        rows = side_by_side(Term.objects.public().with_words())
        return file_response(sheet.as_csv(rows), sheet.file_name(), CSV)
