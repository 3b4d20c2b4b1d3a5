"""The history of content in the admin: every save is kept, any version can be compared and brought back."""

from contextlib import contextmanager

import reversion
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from parler.admin import TranslatableAdmin
from reversion.models import Version

from content import history
from content.admin_pages import PagesMixin
from content.admin_widgets import is_number
from content.languages import CODES, language_name
from content.saving import delete_content

VERSIONS_SHOWN = 200


def object_number(object_id):
    """Return a primary key from an address; 404 for anything that is none."""
    text = unquote(object_id)
    if not is_number(text):
        raise Http404
    return int(text)


class HistoryAdmin(PagesMixin, TranslatableAdmin):
    """Keeps a version at every save and brings versions back, in all languages at once.

    Not reversion's own VersionAdmin: its form shows one language, and its restore publishes.
    """

    object_history_template = "content/admin/history.html"

    @staticmethod
    @contextmanager
    def revision(request):
        """Everything saved inside is one version, by this member of staff."""
        # A save and its version are stored together or not at all; only looking at a page locks nothing.
        with reversion.create_revision(atomic=request.method == "POST"):
            reversion.set_user(request.user)
            yield

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/history/<int:version_id>/", view(self.version_view), name=self.url_name("version")),
            path("deleted/", view(self.deleted_view), name=self.url_name("deleted")),
            path("deleted/<int:version_id>/", view(self.recover_view), name=self.url_name("recover")),
            *super().get_urls(),
        ]

    def add_view(self, request, form_url="", extra_context=None):
        with self.revision(request):
            return super().add_view(request, form_url, extra_context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        with self.revision(request):
            return super().change_view(request, object_id, form_url, extra_context)

    def delete_model(self, request, obj):
        self._keep_last_version(request, [obj])
        delete_content(obj)

    def delete_queryset(self, request, queryset):
        self._keep_last_version(request, queryset)
        with transaction.atomic():
            for obj in queryset:
                delete_content(obj)

    def _keep_last_version(self, request, objects):
        """What is deleted can be brought back as it was then, even if a command wrote it last."""
        for obj in objects:
            with self.revision(request):
                reversion.add_to_revision(obj)
                reversion.set_comment(_("Deleted"))

    def log_addition(self, request, obj, message):
        return self._say_in_version(super().log_addition(request, obj, message))

    def log_change(self, request, obj, message):
        return self._say_in_version(super().log_change(request, obj, message))

    @staticmethod
    def _say_in_version(entry):
        """Let the list of versions say what was done, in the language of whoever reads it."""
        if reversion.is_active():
            reversion.set_comment(entry.change_message)
        return entry

    def history_view(self, request, object_id, extra_context=None):
        obj = self.model.objects.filter(pk=object_number(object_id)).first()
        versions = history.versions_of(obj)[:VERSIONS_SHOWN] if obj else []
        context = {"versions": versions, "may_restore": self.may_restore(request), **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def may_restore(self, request):
        """A restore replaces facts and the texts of all languages: only for those who may change them all."""
        return self.may_change_facts(request) and all(self.may_write(request, code) for code in CODES)

    def version_view(self, request, object_id, version_id):
        """Show what a version of the history holds beside what is stored now; POST brings it back."""
        obj = get_object_or_404(self.model, pk=object_number(object_id))
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        version = get_object_or_404(Version.objects.get_for_object(obj), pk=version_id)
        may_restore = self.may_restore(request)
        return self._restore_page(request, version, obj, may_restore)

    def deleted_view(self, request):
        """List what was deleted and can be brought back."""
        if not self.may_recover(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": _("Deleted: %(kind)s") % {"kind": self.model._meta.verbose_name_plural},
            "versions": history.deleted_versions(self.model),
        }
        return TemplateResponse(request, "content/admin/deleted.html", context)

    def may_recover(self, request):
        """Whether this person may bring back what was deleted."""
        return self.has_add_permission(request) and self.has_delete_permission(request) and self.may_restore(request)

    def recover_view(self, request, version_id):
        """Show what a deleted object held; POST brings it back, as drafts."""
        if not self.may_recover(request):
            raise PermissionDenied
        version = get_object_or_404(history.deleted_versions(self.model), pk=version_id)
        return self._restore_page(request, version, None, may_restore=True)

    def _restore_page(self, request, version, obj, may_restore):
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            try:
                with self.revision(request):
                    restored = history.restore(version)
                    reversion.add_to_revision(restored)
                    when = timezone.localtime(version.revision.date_created)
                    note = _("Brought back the version of %(when)s.") % {"when": f"{when:%d/%m/%Y %H:%M}"}
                    self.log_change(request, restored, note)
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
                return HttpResponseRedirect(request.path)
            self.message_user(
                request,
                _(
                    "The version was brought back in all its languages. "
                    "What is public and what is not stayed as it was."
                ),
            )
            return HttpResponseRedirect(self.admin_url("change", restored.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": obj,
            "title": str(obj or version.object_repr),
            "version": version,
            "may_restore": may_restore,
            "comparison": self._comparison(version, obj),
        }
        return TemplateResponse(request, "content/admin/version.html", context)

    def _comparison(self, version, obj):
        """Return [{language, rows: [(label, then, now, changed)]}] of the texts then and now."""
        then = history.texts_in(version)
        now = {row.language_code: row for row in obj.translations.all()} if obj else {}
        fields = self.model._parler_meta.root_model._meta
        comparison = []
        for code in CODES:
            if code not in then:
                continue  # written later: it stays as it is
            rows = []
            for column in self.text_columns:
                old = str(then.get(code, {}).get(column) or "")
                new = str(getattr(now.get(code), column, "") or "")
                if old or new:
                    rows.append((capfirst(str(fields.get_field(column).verbose_name)), old, new, old != new))
            comparison.append({"language": capfirst(language_name(code)), "code": code, "rows": rows})
        return comparison
