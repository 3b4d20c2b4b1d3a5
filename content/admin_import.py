"""Import and export of content in the admin: what a file would change is shown first, then done whole or not."""

import base64
import binascii
import hashlib
import json
import logging
import zlib

import reversion
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from tablib import Dataset

from content.differences import Differences
from content.languages import CODES, current_language, fallback_chain
from content.publication import State
from content.resources import as_key
from content.sheet_columns import text_in
from content.sheets import CONTROL, WRITERS, file_response, read_sheet

logger = logging.getLogger(__name__)

MOST_REASONS = 200


class FileForm(forms.Form):
    """Asks for the file."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV or Excel (.xlsx), with the columns of an export."),
    )


class ConfirmForm(forms.Form):
    """Carries the file from the preview to its import: nothing of it is kept on the server in between."""

    held = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(widget=forms.HiddenInput, required=False)
    digest = forms.CharField(widget=forms.HiddenInput)

    def clean_held(self):
        """Unpack the file, never more than a file may hold."""
        try:
            unpacker = zlib.decompressobj()
            return unpacker.decompress(
                base64.urlsafe_b64decode(self.cleaned_data["held"]), settings.IMPORT_MAX_BYTES + 1
            )
        except (ValueError, binascii.Error, zlib.error):
            raise ValidationError(_("The preview did not come back whole. Choose the file again.")) from None


def pack(data):
    """Return bytes as text that a form can carry, see ConfirmForm."""
    return base64.urlsafe_b64encode(zlib.compress(data)).decode()


class Refused(Exception):
    """Ends an import with nothing written; holds the Plan to show."""

    def __init__(self, plan):
        super().__init__()
        self.plan = plan


class Plan:
    """What a file would change, or why it cannot be imported."""

    def __init__(self, resource_class, sheet, *, may_add, check=True, dry_run=True):
        dataset = Dataset(*sheet.rows, headers=sheet.headers)
        resource = resource_class(
            numbers=sheet.numbers, is_lossy=sheet.is_lossy, may_add=may_add, check=check and dry_run
        )
        self.result = resource.import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)
        self.has_lost_letters = sheet.is_lossy and any("?" in cell for row in sheet.rows for cell in row)
        self.absent = [name for name in resource.importable_columns if name not in sheet.headers]
        self.reasons = [
            (resource.number(row.number), "" if column == NON_FIELD_ERRORS else column, list(reasons))
            for row in self.result.invalid_rows
            for column, reasons in row.error_dict.items()
        ]
        failures = [(row.number, row.errors) for row in self.result.error_rows]
        failures += [(0, [error]) for error in self.result.base_errors]
        for number, errors in failures:
            logger.error("Row %s of an import failed", number, exc_info=errors[0].error)
            words = _("This row could not be saved. Nothing is wrong with your words: tell whoever runs the site.")
            self.reasons.append((resource.number(number) if number else "", "", [words]))
        self.changed = [row for row in self.result.rows if row.is_valid() and not row.is_skip()]
        self.new_count = sum(row.is_new() for row in self.changed)
        self.changed_count = len(self.changed) - self.new_count
        self.same_count = sum(row.is_skip() for row in self.result.rows)

    @property
    def is_possible(self):
        """Whether there is something to do and nothing in its way."""
        return bool(self.changed) and not self.reasons

    @property
    def digest(self):
        """Return what tells two plans apart: it differs where somebody has changed something in between."""
        said = [
            [row.number, None if row.is_new() else str(row.instance.key), row.twin]
            + [[change.column, change.before, change.after] for change in row.changes]
            for row in self.changed
        ]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()

    def rows(self, admin_url):
        """Yield a dict for each row that changes something, for the page."""
        differences = Differences()
        for row in self.changed:
            obj = row.instance
            texts = {} if row.is_new() else {text.language_code: text for text in obj.translations.all()}
            touched = {change.language for change in row.changes} - {""}
            public = [code for code, text in texts.items() if text.pk and text.state == State.PUBLISHED]
            title, title_lang = title_of(obj)
            yield {
                "number": row.number,
                "is_new": row.is_new(),
                "title": title,
                "title_lang": title_lang,
                "href": "" if row.is_new() else admin_url("change", obj.pk),
                "twin": row.twin,
                # Facts stand beside every text.
                "is_public": bool(set(public) & touched or (public and any(not c.language for c in row.changes))),
                "changes": [
                    {
                        "column": change.column,
                        "language": change.language,
                        "html": differences.html(change.before, change.after),
                    }
                    for change in row.changes
                ],
            }


def title_of(obj):
    """Return (title, language) of an object that may not be saved yet, for this member of staff."""
    for code in fallback_chain(current_language()):
        if text := text_in(obj, code):
            return text.title, text.title_lang
    return "–", ""


class ImportExportAdmin:
    """Adds an import and an export to a ContentAdmin, by its `resource_class`. Not the package's own mixin: its pages
    need inline styles, and its preview is kept in a file."""

    resource_class = None  # a ContentResource

    def may_import(self, request):
        """Whether this person may change facts and texts in every language."""
        return self.may_change_facts(request) and all(self.may_write(request, code) for code in CODES)

    def changelist_view(self, request, extra_context=None):
        context = {"may_import": self.may_import(request), "may_export": self.has_view_permission(request)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=self.url_name("import")),
            path("export/", view(self.export_view), name=self.url_name("export")),
            path("export/<str:kind>/", view(self.export_file_view), name=self.url_name("export_file")),
            *super().get_urls(),
        ]

    # --- Export

    def _exported(self, request):
        """What the list holds as it is filtered."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.get_changelist_instance(request).queryset

    def export_view(self, request):
        """Say what an export holds, and offer it."""
        try:
            count = self._exported(request).count()
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        words = self.resource_class.words
        return self._page(
            request,
            "content/admin/export.html",
            {
                "title": words.export_title,
                "count": count,
                "count_text": words.listed % {"count": count},
                "query": request.GET.urlencode(),
                "columns": list(self.resource_class().fields),
                "most_rows": settings.IMPORT_MAX_ROWS,
            },
        )

    def export_file_view(self, request, kind):
        """Answer with the file."""
        if kind not in WRITERS:
            raise Http404
        try:
            dataset = self.resource_class().export(self._exported(request))
            rows = [dataset[place] for place in range(len(dataset))]
            data = WRITERS[kind](dataset.headers, rows, self.opts.app_label)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.admin_url("export"))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(f"{self.admin_url('export')}?{request.GET.urlencode()}")
        return file_response(data, f"{self.opts.app_label}-{timezone.localdate().isoformat()}", kind)

    # --- Import

    def import_view(self, request):
        """Ask for a file; show what it would change; do it when that is confirmed."""
        if not self.may_import(request):
            raise PermissionDenied
        if request.method == "POST" and "held" in request.POST:
            form = ConfirmForm(request.POST)
            if not form.is_valid():
                reasons = form.errors.get("held") or [_("The preview did not come back whole. Choose the file again.")]
                return self._import_page(request, reasons=reasons)
            sent = form.cleaned_data
            return self._import(request, sent["held"], sent["name"], sent["digest"])
        if request.method == "POST":
            form = FileForm(request.POST, request.FILES)
            if not form.is_valid():
                return self._import_page(request, reasons=form.errors.get("file"))
            file = form.cleaned_data["file"]
            # One byte more than may be: enough for the reader to refuse it.
            return self._import(request, file.read(settings.IMPORT_MAX_BYTES + 1), file.name)
        return self._import_page(request)

    def _import(self, request, data, name, digest=None):
        """Show what a file would change, or do it if that is what `digest` has shown."""
        try:
            sheet = read_sheet(data, list(self.resource_class().fields), required="key")
        except ValidationError as error:
            return self._import_page(request, reasons=error.messages)
        name = CONTROL.sub("", name)[:100]
        if digest is None:
            plan = Plan(self.resource_class, sheet, may_add=self.has_add_permission(request))
            return self._import_page(request, plan=plan, held=pack(data), name=name)
        try:
            plan = self._carry_out(request, sheet, name, digest)
        except Refused as refused:
            return self._import_page(request, plan=refused.plan, held=pack(data), name=name, changed_meanwhile=True)
        self.message_user(request, self._success(plan))
        return HttpResponseRedirect(self.admin_url("changelist"))

    def _carry_out(self, request, sheet, name, digest):
        """Write everything in one transaction and one version; Refused, with nothing written, where that fails."""
        may_add = self.has_add_permission(request)
        keys = [key for row in Dataset(*sheet.rows, headers=sheet.headers)["key"] if (key := as_key(row))]
        with transaction.atomic(), self.revision(request):
            # A form sent twice waits here for itself; so does whoever is saving one of these objects.
            get_user_model().objects.select_for_update().get(pk=request.user.pk)
            list(self.model.objects.filter(key__in=keys).order_by("pk").select_for_update().values_list("pk"))
            # The first says what would change now; the second checks each object as a whole and saves it.
            if Plan(self.resource_class, sheet, may_add=may_add, check=False).digest != digest:
                raise Refused(Plan(self.resource_class, sheet, may_add=may_add))
            done = Plan(self.resource_class, sheet, may_add=may_add, dry_run=False)
            if done.reasons:
                raise Refused(done)
            note = _("Import of the file “%(name)s”") % {"name": name}
            reversion.set_comment(note)
            for is_new, flag in ((True, ADDITION), (False, CHANGE)):
                rows = [row.instance for row in done.changed if row.is_new() is is_new]
                LogEntry.objects.log_actions(request.user.pk, rows, flag, note)
        return done

    def _success(self, plan):
        changed = ngettext("%(count)d changed", "%(count)d changed", plan.changed_count)
        return _("Imported: %(new)s, %(changed)s. Nothing was published by it.") % {
            "new": self.resource_class.words.added % {"count": plan.new_count},
            "changed": changed % {"count": plan.changed_count},
        }

    def _import_page(self, request, *, reasons=(), plan=None, held="", name="", changed_meanwhile=False):
        confirm = None
        if plan is not None and plan.is_possible:
            confirm = ConfirmForm(initial={"held": held, "name": name, "digest": plan.digest}, auto_id=False)
        words = self.resource_class.words
        return self._page(
            request,
            "content/admin/import.html",
            {
                "title": words.import_title,
                "words": words,
                "form": FileForm(),
                "confirm": confirm,
                "reasons": reasons,
                "plan": plan,
                "added": words.added % {"count": plan.new_count} if plan else "",
                "file_name": name,
                "row_reasons": plan.reasons[:MOST_REASONS] if plan else [],
                "more_reasons": max(0, len(plan.reasons) - MOST_REASONS) if plan else 0,
                "rows": list(plan.rows(self.admin_url)) if confirm else [],
                "changed_meanwhile": changed_meanwhile,
                "columns": self.resource_class().importable_columns,
                "most_rows": settings.IMPORT_MAX_ROWS,
                "most_megabytes": settings.IMPORT_MAX_BYTES // 1024 // 1024,
            },
        )
