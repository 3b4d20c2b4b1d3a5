"""The admin of publications and their editions."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.admin import ContentAdmin
from content.admin_history import object_number
from content.admin_import import ImportExportAdmin
from content.language_fields import has_language
from content.languages import CODES, language_name
from content.publication import State
from content.querysets import is_public
from content.saving import save_content, validate_content
from organisations.admin import PartOfBodyInline
from organisations.admin_forms import RowsFormSet
from publications.models import Edition, FileState, Publication, PublicationTranslation, Validity
from publications.resources import PublicationResource

OLD_LAW_YEARS = 2


class EditionFormSet(RowsFormSet):
    """The editions of one publication: each language, or set of languages, once."""

    def clean(self):
        """Refuse two rows in the same languages; no constraint is checked whose column is not on the form."""
        super().clean()
        seen = set()
        for form in self.forms:
            if form in self.deleted_forms or not form.is_valid() or not form.cleaned_data:
                continue
            if form.instance.language_key in seen:
                form.add_error("languages", _("There is already an edition in this language."))
            seen.add(form.instance.language_key)

    def save_existing_objects(self, commit=True):
        """Save the rows that were there; a language may pass from one to another, in whatever order they are saved."""
        moving = [form.instance.pk for form in self.initial_forms if {"languages", "DELETE"} & set(form.changed_data)]
        for pk in moving if commit else ():
            Edition.objects.filter(pk=pk).update(language_key=f"-{pk}")
        return super().save_existing_objects(commit)


class EditionInline(PartOfBodyInline, admin.StackedInline):
    """The languages that a publication exists in, with their files."""

    model = Edition
    formset = EditionFormSet
    extra = 0
    readonly_fields = ("file_report", "cover_preview")
    fields = (
        ("languages", "title"),
        ("label", "format", "paper_size", "pages", "isbn"),
        ("pdf", "file_report"),
        ("cover", "cover_preview"),
        ("focus_x", "focus_y"),
    )

    class Media:
        js = ("js/editions.js",)

    @admin.display(description=gettext_lazy("file"))
    def file_report(self, edition):
        return format_html(
            '<span data-edition-file="{}" data-state="{}">{}</span>',
            edition.pk or "",
            edition.file_state,
            file_report(edition),
        )

    @admin.display(description=gettext_lazy("cover"))
    def cover_preview(self, edition):
        if not edition.cover:
            return "–"
        return format_html(
            '<span class="focus" data-focus="{}"><img src="{}" alt="{}" width="240"></span>',
            edition.pk,
            edition.cover.url,
            _("The whole cover: drag the circle to what must stay visible"),
        )


def file_report(edition):
    """Say how far the reading of an edition's PDF has come."""
    if edition.file_state == FileState.READY:
        return _("%(pages)d pages, %(size)s") % {"pages": edition.pdf_pages, "size": filesizeformat(edition.pdf_bytes)}
    if edition.file_state == FileState.FAILED:
        return _("Could not be read: %(reason)s") % {"reason": edition.get_pdf_problem_display()}
    return edition.file_state.label


class NoEditionFilter(admin.SimpleListFilter):
    """Publications without an edition in one of the site's languages."""

    title = gettext_lazy("editions")
    parameter_name = "no_edition"

    def lookups(self, request, model_admin):
        return [(code, _("no edition in %(language)s") % {"language": language_name(code)}) for code in CODES]

    def queryset(self, request, queryset):
        if self.value() in CODES:
            editions = Edition.objects.filter(has_language("language_key", [self.value()]))
            return queryset.exclude(pk__in=editions.values("publication"))
        return queryset


class OldLawFilter(admin.SimpleListFilter):
    """Publications about a state of the law that is more than two years old."""

    title = gettext_lazy("law as of")
    parameter_name = "law"

    def lookups(self, request, model_admin):
        return [("old", _("older than two years"))]

    def queryset(self, request, queryset):
        if self.value() == "old":
            today = timezone.localdate()
            limit = today.replace(year=today.year - OLD_LAW_YEARS, day=min(today.day, 28)).isoformat()
            # "2024" is not before "2024-06-15": compared on the precision that both have.
            return queryset.exclude(law_as_of__in=["", limit[:4], limit[:7]]).filter(law_as_of__lt=limit)
        return queryset


class ValidityFilter(admin.SimpleListFilter):
    """Whether readers may rely on it."""

    title = gettext_lazy("validity")
    parameter_name = "validity"

    def lookups(self, request, model_admin):
        return Validity.choices

    def queryset(self, request, queryset):
        successors = PublicationTranslation.objects.filter(is_public(), master=OuterRef("superseded_by"))
        gone, superseded = Q(no_longer_valid=True), Q(Exists(successors))
        conditions = {
            Validity.NO_LONGER_VALID: gone,
            Validity.SUPERSEDED: superseded & ~gone,
            Validity.UNDER_REVISION: Q(under_revision=True) & ~superseded & ~gone,
            Validity.IN_FORCE: Q(under_revision=False) & ~superseded & ~gone,
        }
        return queryset.filter(conditions[self.value()]) if self.value() in Validity.values else queryset


@admin.register(Publication)
class PublicationAdmin(ImportExportAdmin, ContentAdmin):
    resource_class = PublicationResource
    text_columns = (
        *("title", "title_language", "name_explained", "subtitle", "series", "slug", "summary", "text"),
        *("action_label", "action_url"),
    )
    shared_columns = (
        *(
            "kind",
            "published_on",
            "themes",
            "networks",
            "groups",
            "organisations",
            "responsible_editor",
            "legal_deposit",
        ),
        *("law_as_of", "under_revision", "no_longer_valid", "superseded_by"),
        *("level", "outcome", "outcome_on", "campaign_from", "campaign_until"),
    )
    list_columns = ("kind", "published", "validity_text", "edition_languages")
    list_filter = ("kind", ValidityFilter, NoEditionFilter, OldLawFilter)
    autocomplete_fields = ("themes", "networks", "groups", "organisations", "superseded_by")
    inlines = (EditionInline,)
    children = ("editions",)
    actions = ("mark_as_superseded",)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("editions", "superseded_by__translations")

    @admin.display(description=gettext_lazy("published on"))
    def published(self, obj):
        return obj.published_on.text or "–"

    @admin.display(description=gettext_lazy("validity"))
    def validity_text(self, obj):
        successor = obj.superseded_by
        if successor is not None:  # its texts have been fetched
            rows = successor.translations.all()
            successor.public_translations = [row for row in rows if row.state == State.PUBLISHED]
        return obj.validity.label

    @admin.display(description=gettext_lazy("editions"))
    def edition_languages(self, obj):
        return ", ".join(edition.language_key.strip("+") for edition in obj.editions.all()) or "–"

    # --- Several at once

    def has_facts_permission(self, request):
        """Translators may open the page, and so have Django's "change"; what is marked here is a fact."""
        return self.may_change_facts(request)

    @admin.action(description=gettext_lazy("Mark as superseded by…"), permissions=["facts"])
    def mark_as_superseded(self, request, queryset):
        """Ask for the newer publication, then save each of the chosen ones with it."""
        successor = Publication.objects.filter(pk=object_number(request.POST.get("successor") or "0")).first()
        if successor is None:
            chosen = list(queryset.values_list("pk", flat=True))
            context = {
                **self.admin_site.each_context(request),
                "opts": self.model._meta,
                "title": _("Which publication supersedes them?"),
                "chosen": queryset,
                "candidates": Publication.objects.exclude(pk__in=chosen)
                .in_title_order()
                .prefetch_related("translations"),
            }
            return TemplateResponse(request, "publications/admin/mark_as_superseded.html", context)
        done = 0
        for publication in queryset:
            publication.superseded_by = successor
            try:
                with self.revision(request):
                    validate_content(publication)
                    save_content(publication)
                    self.log_change(request, publication, _("Superseded by %(title)s") % {"title": successor})
                done += 1
            except ValidationError as error:
                reasons = " ".join(error.messages)
                self.message_user(request, f"{publication}: {reasons}", messages.ERROR)
        if done:
            self.message_user(
                request, _("%(count)d marked as superseded by “%(title)s”.") % {"count": done, "title": successor}
            )
        return HttpResponseRedirect(request.get_full_path())

    # --- Progress of the files

    def get_urls(self):
        view = self.admin_site.admin_view(self.files_view)
        return [path("<path:object_id>/files/", view, name=self.url_name("files")), *super().get_urls()]

    def files_view(self, request, object_id):
        """Tell the page how far the files of its editions have been read: {edition: {state, text}}."""
        publication = get_object_or_404(Publication, pk=object_number(object_id))
        if not self.has_view_or_change_permission(request, publication):
            raise PermissionDenied
        return JsonResponse(
            {
                str(edition.pk): {"state": edition.file_state, "text": str(file_report(edition))}
                for edition in publication.editions.all()
            }
        )
