"""The admin of the glossary."""

from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.admin import ContentAdmin
from content.folding import sort_key
from content.languages import CODES, current_language, language_name
from content.querysets import WORDS_FOUND_BY
from glossary.admin_filters import TodoFilter, to_be_confirmed
from glossary.admin_remarks import remarks_on
from glossary.linking import ask_for_linking
from glossary.models import Linking, Mention, Term, Word
from organisations.admin import PartOfBodyInline

#: How many terms to be confirmed the start page names.
MOST_WAITING = 8


class WordInline(PartOfBodyInline, admin.TabularInline):
    """The words beside a term: synonyms, words to avoid, other spellings."""

    model = Word
    extra = 0
    fields = ("language", "kind", "text", "why")

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        # Four columns side by side.
        if db_field.name == "text":
            kwargs["widget"] = AdminTextInputWidget(attrs={"class": "", "size": 18})
        elif db_field.name == "why":
            kwargs["widget"] = AdminTextareaWidget(attrs={"class": "", "rows": 2, "cols": 18})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "language":
            kwargs["choices"] = [(code, language_name(code)) for code in CODES]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(Term)
class TermAdmin(ContentAdmin):
    """Edits a term with its words; says how far the linking of all texts has come that follows each change."""

    change_list_template = "glossary/admin/change_list.html"
    text_columns = (
        *("title", "title_language", "abbreviation", "slug", "summary", "text"),
        *("law_as_of", "source"),
    )
    text_options = ("abbreviation_is_linked", "explain_words")
    shared_columns = ("themes", "see_also", "no_equivalent", "is_linked", "to_confirm")
    list_columns = ("abbreviations", "other_terms", "uses", "is_to_confirm")
    list_filter = (TodoFilter,)
    autocomplete_fields = ("themes", "see_also")
    inlines = (WordInline,)
    children = ("all_words",)

    # --- The list

    def get_queryset(self, request):
        explained = Mention.objects.filter(term=OuterRef("pk")).order_by().values("term")
        count = Subquery(explained.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        return super().get_queryset(request).annotate(number_of_uses=Coalesce(count, 0))

    def get_search_results(self, request, queryset, search_term):
        """Find by the term, its abbreviation and all words beside it, however they are written."""
        found, _may_have_duplicates = super().get_search_results(request, queryset, search_term)
        words = Word.objects.all()
        for part in sort_key(search_term, length=None).split()[:WORDS_FOUND_BY]:
            words = words.filter(find_key__contains=part)
        return queryset.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=words.values("term"))), False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"linking": linking_in_words(), **(extra_context or {})})

    @admin.display(description=gettext_lazy("abbreviation"))
    def abbreviations(self, obj):
        found = dict.fromkeys(row.abbreviation for row in obj.translations.all() if row.abbreviation)
        return " · ".join(found) or "–"

    @admin.display(description=gettext_lazy("in the other language"))
    def other_terms(self, obj):
        titles = [row.title for row in obj.translations.all() if row.language_code != current_language()]
        if obj.no_equivalent:
            titles.append(_("has no equivalent"))
        return " · ".join(titles) or "–"

    @admin.display(description=gettext_lazy("to be confirmed"))
    def is_to_confirm(self, obj):
        point = str(obj.to_confirm)
        return format_html('<span class="state" title="{}">{}</span>', point, _("to be confirmed")) if point else "–"

    @admin.display(description=gettext_lazy("explained in"), ordering="number_of_uses")
    def uses(self, obj):
        return obj.number_of_uses if obj.is_linked else _("not explained")

    # --- The start page

    def waiting_sections(self, request):
        """Name the terms of which CIRÉ must still confirm something, with the point."""
        waiting = to_be_confirmed(self.get_queryset(request))
        entries = [
            {"text": str(term), "kind": str(term.to_confirm), "href": self.admin_url("change", term.pk)}
            for term in waiting[:MOST_WAITING]
        ]
        section = {
            "title": _("To be confirmed by CIRÉ"),
            "entries": entries,
            "count": waiting.count(),
            "href": f"{self.admin_url('changelist')}?{TodoFilter.parameter_name}=confirm",
        }
        return [*super().waiting_sections(request), section]

    # --- The form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        words = WORDS_ON_THE_FORM.get(db_field.name)
        if words and field is not None:
            field.label, field.help_text = (capfirst(part) for part in words)
        return field

    # --- After a save

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        for remark in remarks_on(form.instance):
            links = format_html_join(
                " · ", '<a href="{}">{}</a>', ((self.admin_url("change", term.pk), term) for term in remark.terms)
            )
            level = messages.INFO if remark.is_fine else messages.WARNING
            self.message_user(request, format_html("{} {}", remark.words, links), level)

    def delete_model(self, request, obj):
        with transaction.atomic():
            super().delete_model(request, obj)
            ask_for_linking()

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            ask_for_linking()


#: What columns that every content has are called for a term: (label, help).
WORDS_ON_THE_FORM = {
    "title": (gettext_lazy("term"), gettext_lazy("As it is agreed; inclusive writing with ·: réfugié·e.")),
    "summary": (
        gettext_lazy("definition"),
        gettext_lazy("One or two short sentences that somebody who learns the language understands."),
    ),
    "text": (gettext_lazy("more about it"), gettext_lazy("Only where the definition is not enough.")),
}


def linking_in_words():
    """Return how far the last walk over all texts has come, in words; "" before the first one."""
    linking = Linking.objects.first()
    if linking is None:
        return ""
    if linking.started_at is None:
        return _("All texts will be linked anew in a moment.")
    if linking.finished_at is None:
        numbers = {"done": grouped(linking.done), "total": grouped(linking.total)}
        return _("All texts are being linked anew: %(done)s of %(total)s.") % numbers
    when = date_format(timezone.localtime(linking.finished_at), "DATETIME_FORMAT")
    words = {"when": when, "changed": grouped(linking.changed)}
    return _("All texts were linked anew on %(when)s; changed: %(changed)s.") % words


def grouped(number):
    """Return a whole number as it is written in the reader's language."""
    return number_format(number, force_grouping=True)
