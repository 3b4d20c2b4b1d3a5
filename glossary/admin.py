"""The admin of the glossary."""

from django.contrib import admin

from content.admin import ContentAdmin
from glossary.models import Term, Word
from organisations.admin import PartOfBodyInline


class WordInline(PartOfBodyInline, admin.TabularInline):
    """The words beside a term: synonyms, words to avoid, other spellings."""

    model = Word
    extra = 0
    fields = ("language", "kind", "text", "why")


@admin.register(Term)
class TermAdmin(ContentAdmin):
    """Edits a term."""

    text_columns = (
        *(
            "title",
            "title_language",
            "abbreviation",
            "abbreviation_is_linked",
            "slug",
            "summary",
            "text",
            "law_as_of",
            "source",
        ),
    )
    shared_columns = ("themes", "see_also", "no_equivalent", "is_linked", "to_confirm")
    autocomplete_fields = ("themes", "see_also")
    inlines = (WordInline,)
    children = ("all_words",)
