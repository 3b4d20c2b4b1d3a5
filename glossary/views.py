"""Public pages of the glossary: the index, one term, the table of both languages."""

from itertools import groupby
from string import ascii_uppercase

from django.contrib.contenttypes.models import ContentType
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst

from content.languages import CODES, current_language
from content.views import ContentDetailView, ContentListView
from glossary import json_ld, sheet
from glossary.filters import TermFilterSet
from glossary.models import Term

#: How many pages of each kind the page of a term names.
MOST_USES = 5


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
        found = {
            initial: list(terms)
            for initial, terms in groupby(context["object_list"], key=lambda term: term.shown.initial)
        }
        others = [initial for initial in found if initial not in ascii_uppercase]
        context["letters"] = [
            {
                "letter": letter,
                "anchor": f"letter-{letter if letter != '#' else 'other'}",
                "terms": found.get(letter, []),
            }
            for letter in (*others, *ascii_uppercase)
        ]
        return context


class TermDetailView(ContentDetailView):
    """One term: its definition, the term in the other language, where it stands on the site."""

    model = Term

    def with_relations(self, queryset):
        return queryset.with_relations()

    @cached_property
    def uses(self):
        """The pages that explain this term, kind by kind, as [{title, items, more}]; a few of each."""
        by_kind = {}
        for content_type_id, object_id in self.object.mentions.values_list("content_type", "object_id").distinct():
            by_kind.setdefault(content_type_id, []).append(object_id)
        uses = []
        for content_type_id, keys in sorted(by_kind.items()):
            model = ContentType.objects.get_for_id(content_type_id).model_class()
            public = model.objects.public(current_language()).filter(pk__in=keys)
            items = list(public[: MOST_USES + 1])
            if items:
                title = capfirst(model._meta.verbose_name_plural)
                uses.append({"title": title, "items": items[:MOST_USES], "more": len(items) > MOST_USES})
        return uses

    def structured_data(self):
        return json_ld.term(self.object)

    def get_context_data(self, **kwargs):
        return super().get_context_data(uses=self.uses, **kwargs)


class TermTableView(ContentListView):
    """French and Dutch side by side, to print."""

    model = Term
    template_name_suffix = "_table"
    paginate_by = 500

    def get_queryset(self):
        return super().get_queryset().with_words()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["rows"] = [
            {"term": term, "texts": [side_of(term, code) for code in CODES]} for term in context["object_list"]
        ]
        return context


def side_of(term, language):
    """Return one side of a term as {code, row (None where that language has no public text), synonyms}."""
    row = next((row for row in term.public_translations if row.language_code == language), None)
    words = [word for word in term.words_in(language) if word.kind == "synonym"] if row else []
    return {"code": language, "row": row, "synonyms": words}


class TermSheetView(TermTableView):
    """The same for a spreadsheet."""

    def render_to_response(self, context, **response_kwargs):
        response = HttpResponse(sheet.as_csv(context["rows"]), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{sheet.file_name()}"'
        return response
