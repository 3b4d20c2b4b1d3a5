"""The admin of the search: what readers looked for in vain, perhaps a synonym or a text that is missing."""

from difflib import get_close_matches

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy

from glossary.models import Term
from search.models import MissedSearch

#: How alike a word and a term must be to be offered, and how many are.
LIKENESS, MOST_OFFERED = 0.6, 3


class MissedSearchList(ChangeList):
    """The list with the terms that each row may be another word for: looked up once for all of them."""

    def get_results(self, request):
        super().get_results(request)
        terms = terms_by_name()
        for missed in self.result_list:
            missed.similar = similar_terms(missed.words, terms.get(missed.language, {}))


@admin.register(MissedSearch)
class MissedSearchAdmin(admin.ModelAdmin):
    """Lists what several readers have looked for in vain; nothing of it can be changed."""

    list_display = ("words", "language", "count", "last_on", "similar_terms")
    list_filter = ("language",)
    list_display_links = None
    search_fields = ("words",)

    def get_queryset(self, request):
        return super().get_queryset(request).exclude(words="")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_changelist(self, request, **kwargs):
        return MissedSearchList

    @admin.display(description=gettext_lazy("perhaps another word for"))
    def similar_terms(self, missed):
        links = [(reverse("admin:glossary_term_change", args=[pk]), title) for pk, title in missed.similar]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "–"


def similar_terms(words, names):
    """Return [(primary key, title)] of the terms that are written much like some words; `names`: see terms_by_name."""
    return list(dict.fromkeys(names[name] for name in get_close_matches(words, names, MOST_OFFERED, LIKENESS)))


def terms_by_name():
    """Return {language: {folded name of a term: (its primary key, its title)}}, for two queries."""
    found = {}
    for row in Term._parler_meta.root_model.objects.all():
        found.setdefault(row.language_code, {})[row.find_key] = (row.master_id, row.title)
    for word in Term._meta.get_field("all_words").related_model.objects.all():
        found.setdefault(word.language, {})[word.find_key] = (word.term_id, word.text)
    return found
