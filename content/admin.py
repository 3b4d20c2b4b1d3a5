"""What the admin of every kind of content has in common."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from js_asset import Media
from parler.utils.views import get_language_parameter

from content.admin_filters import text_state_filters
from content.admin_forms import ContentForm
from content.admin_history import HistoryAdmin, object_number
from content.admin_texts import TextsMixin
from content.admin_widgets import ChoicesMixin
from content.languages import CODES, language_name
from content.models import Content
from content.saving import save_content
from content.views import render_preview
from content.waiting import WaitingMixin

PUBLICATION = ("publish_from", "publish_until")


class ContentAdmin(WaitingMixin, TextsMixin, ChoicesMixin, HistoryAdmin):
    """Edits content one language at a time.

    Who may do what: "change" edits everything, "translate" only texts, "publish" also makes texts public;
    and everybody writes only in their own languages (User.may_write).
    """

    form = ContentForm
    change_form_template = "content/admin/change_form.html"
    change_list_template = "content/admin/change_list.html"
    search_fields = ("translations__title",)  # shows the search box; get_search_results does the work
    list_per_page = 50

    #: Columns of the text of one language, in the order of the form.
    text_columns = ("title", "title_language", "name_explained", "slug", "summary", "text")
    #: Columns of that text that say what is done with it, below the others.
    text_options = ("explain_words",)
    #: Columns that are the same in every language.
    shared_columns = ()
    #: Reverse relations edited on the same page and kept in the same history.
    children = ()

    class Media:
        css = {"all": ("css/admin.css",)}

    # --- Lists

    def get_queryset(self, request):
        return super().get_queryset(request).in_title_order().prefetch_related("translations")

    def get_ordering(self, request):
        return ()  # get_queryset orders by the titles shown

    def get_list_display(self, request):
        return ("heading", *self.list_columns, *(self._state_column(code) for code in CODES))

    #: Columns between the name and the states.
    list_columns = ()

    def get_list_filter(self, request):
        return (*text_state_filters(), *self.list_filter)

    def get_search_results(self, request, queryset, search_term):
        return queryset.named_like(search_term), False

    @admin.display(description=gettext_lazy("name"))
    def heading(self, obj):
        return str(obj)

    def _state_column(self, code):
        def state(obj):
            row = next((row for row in obj.translations.all() if row.language_code == code), None)
            if row is None:
                return format_html('<span class="state state--missing">{}</span>', _("no text"))
            older = row.is_older_than(row.source_among(obj.translations.all()))
            return format_html(
                '<a class="state state--{}" href="{}?language={}">{}</a>{}',
                row.state,
                self.admin_url("change", obj.pk),
                code,
                row.state.label,
                format_html(' <span class="state state--older">{}</span>', _("older translation")) if older else "",
            )

        state.short_description = capfirst(language_name(code))
        state.__name__ = f"state_{code}"
        return state

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"may_recover": self.may_recover(request), **(extra_context or {})})

    # --- Who may do what

    def _may(self, request, action):
        meta = self.model._meta
        return request.user.has_perm(f"{meta.app_label}.{action}_{meta.model_name}")

    def has_change_permission(self, request, obj=None):
        return self._may(request, "change") or self._may(request, "translate")

    def has_delete_permission(self, request, obj=None):
        """Deleting an object deletes its texts: only for those who write all of them."""
        rows = obj.translations.all() if isinstance(obj, Content) else ()
        return super().has_delete_permission(request, obj) and all(
            self.may_write(request, row.language_code) for row in rows
        )

    def may_change_facts(self, request):
        """Whether this person may change more than texts."""
        return self._may(request, "change")

    def may_write(self, request, language):
        """Whether this person may change the text in `language`."""
        return self._may(request, "translate") and request.user.may_write(language)

    def may_publish(self, request, language):
        """Whether this person may make the text in `language` public, or hide it."""
        return self._may(request, "publish") and self.may_write(request, language)

    def get_readonly_fields(self, request, obj=None):
        language = self.get_form_language(request, obj)
        readonly = list(super().get_readonly_fields(request, obj))
        if not self._may(request, "change") and obj is not None:
            readonly += self.shared_columns
        if not self.may_write(request, language):
            readonly += (*self.text_columns, *self.text_options)
        if not self.may_publish(request, language):
            readonly += PUBLICATION
        return readonly

    # --- The form

    def get_fieldsets(self, request, obj=None):
        language = language_name(self.get_form_language(request, obj))
        return [
            (_("Text in %(language)s") % {"language": language}, {"fields": (*self.text_columns, *self.text_options)}),
            (_("Publication in %(language)s") % {"language": language}, {"fields": [PUBLICATION]}),
            *([(_("The same in every language"), {"fields": self.shared_columns})] if self.shared_columns else []),
        ]

    def get_form(self, request, obj=None, **kwargs):
        form = super().get_form(request, obj, **kwargs)
        form.children = self.children
        return form

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name in ("title", "name_explained"):
            kwargs["widget"] = AdminTextInputWidget(attrs={"class": "vLargeTextField"})
        elif db_field.name == "summary":
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": 3})
        elif isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request):
        return {}  # nothing is filled in from the address, where anything may stand

    def _language(self, request, obj=None):
        # An address without a language opens the first one that this person writes.
        mine = next((code for code in CODES if self.may_write(request, code)), CODES[0])
        return get_language_parameter(request, self.query_language_key, default=mine)

    def get_form_language(self, request, obj=None):
        language = super().get_form_language(request, obj)
        if language not in CODES:
            raise Http404
        return language

    def get_object(self, request, object_id, *args, **kwargs):
        if self._language(request) not in CODES:
            raise Http404
        return super().get_object(request, object_id, *args, **kwargs)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        language = self.get_form_language(request, obj)
        context.update(self.texts_context(request, obj, language))
        context["may_edit_something"] = add or self.may_change_facts(request) or self.may_write(request, language)
        context["conflicts"] = getattr(context["adminform"].form, "conflicts", [])
        context["advice"] = self._advice(obj, language)
        response = super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)
        # The editor's import map stands in the page itself: the admin's policy lets it in by this nonce.
        response.context_data["media"] = Media.from_media(context["media"], nonce=str(request.csp_nonce))
        return response

    @staticmethod
    def _advice(obj, language):
        """Return what settings.ADMIN_ADVICE has to say about a stored text; nothing about an object that is new."""
        if obj is None:
            return []
        return [advice for path in settings.ADMIN_ADVICE for advice in import_string(path)(obj, language)]

    # --- Saving

    def add_view(self, request, form_url="", extra_context=None):
        if not self.may_write(request, self.get_form_language(request)):
            raise PermissionDenied  # it would be an object without any text
        return super().add_view(request, form_url, extra_context)

    def save_model(self, request, obj, form, change):
        language = form.language_code
        cache = obj._translations_cache[obj._parler_meta.root_model]
        row = cache.get(language)
        if row is not None and not row.pk and (form.leaves_text_out or not self.may_write(request, language)):
            # An empty tab was open: saving the shared facts makes no empty text.
            del cache[language]
            row = None
        if row is not None:
            self.use_buttons(request, obj, row)
        save_content(obj, minor_change=form.cleaned_data["minor_change"])

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if self.children:
            # Seats, figures and editions are stored only now: what follows from them follows here.
            save_content(form.instance)

    # --- Other addresses: each asks for the same rights as the form

    def get_urls(self):
        return [
            # Not through admin_view: that would send strangers to the login and so tell that there is a draft.
            path("<path:object_id>/preview/<str:language>/", self.preview_view, name=self.url_name("preview")),
            *super().get_urls(),
        ]

    def preview_view(self, request, object_id, language):
        """Show staff the public page of a text that is not public (yet); 404 for everybody else."""
        if not self.admin_site.has_permission(request) or not self.has_view_permission(request):
            raise Http404
        obj = get_object_or_404(self.model, pk=object_number(object_id))
        row = get_object_or_404(obj.translations.all(), language_code=language)
        response = render_preview(request, obj, row, f"{self.admin_url('change', obj.pk)}?language={language}")
        # It is a public page: what the policy for those would block must show here.
        response._csp_config = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        return response

    def delete_translation(self, request, object_id, language_code):
        """Ask, then delete the text of one language; the last text stays."""
        obj = get_object_or_404(self.model, pk=object_number(object_id))
        row = get_object_or_404(obj.translations.all(), language_code=language_code)
        if not self.has_delete_permission(request) or not self.may_write(request, language_code):
            raise PermissionDenied
        name = _("text in %(language)s") % {"language": language_name(language_code)}
        if obj.translations.count() == 1:
            self.message_user(request, _("The last text cannot be deleted alone."), messages.ERROR)
            return HttpResponseRedirect(self.admin_url("change", obj.pk))
        if request.method == "POST":
            with self.revision(request):
                entry = self.log_change(request, obj, [{"deleted": {"name": name, "object": str(row)}}])
                row.delete()
                save_content(self.model.objects.get(pk=obj.pk))
            self.message_user(request, entry.get_change_message())
            return HttpResponseRedirect(self.admin_url("change", obj.pk))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete this text"),
            "opts": self.model._meta,
            "object": obj,
            "object_name": name,
            "deleted_objects": [row],
            "media": self.media,
        }
        return TemplateResponse(request, "admin/delete_confirmation.html", context)


class FigureInline(admin.StackedInline):
    """The key figures of a network or group."""

    extra = 0
    fields = ("label", ("value", "value_to", "at_least", "approximately"), ("year", "source", "position"))
    verbose_name = gettext_lazy("key figure")
    verbose_name_plural = gettext_lazy("key figures")
