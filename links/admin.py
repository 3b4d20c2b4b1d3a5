"""The admin of lasting addresses: redirects with their import, what was deleted, what nobody found, the link report."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from links import sheet
from links.forms import ConfirmForm, DepartureForm, FileForm, MissingForm, RedirectForm, pack
from links.missing import RARE
from links.models import Departure, KnownSlug, Link, MissingAddress, Redirect
from links.references import addresses_of
from links.report import counts, make_report
from links.suggestions import suggest
from links.targets import read, shown_target

#: What the page of the import shows of a file.
EXAMPLES = {
    "columns": ";".join(sheet.COLUMNS),
    "old": "/publication/guide/",
    "new": "/fr/publications/",
    "star": "/publication/*",
    "star_to": "/fr/publications/*",
}
#: How many addresses that readers did not find the start page names.
MOST_WAITING = 8


class PagesMixin:
    """Pages of an admin beside its list and its form."""

    def admin_url(self, name, *args):
        """Return the address of one of this model's admin pages."""
        return reverse(f"admin:{self.url_name(name)}", args=args)

    def url_name(self, name):
        """Return the URL name of one of this model's admin pages, without its namespace."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def page(self, request, template, **context):
        """Return one of them."""
        context = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media, **context}
        return TemplateResponse(request, template, context)


class TargetAdmin(PagesMixin, admin.ModelAdmin):
    """Shows where something leads: the address that readers get now."""

    list_per_page = 50

    class Media:
        css = {"all": ("css/admin.css",)}

    def get_changelist_instance(self, request):
        changelist = super().get_changelist_instance(request)
        # Looked up together: a list costs the same however long it is.
        by_language = {}
        for one in changelist.result_list:
            by_language.setdefault(one.language or settings.LANGUAGE_CODE, set()).add(one.target)
        public = {code: addresses_of(targets, code) for code, targets in by_language.items()}
        for one in changelist.result_list:
            one.public_address = public[one.language or settings.LANGUAGE_CODE].get(one.target, "")
        return changelist

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, one):
        if not one.target:
            return format_html('<span class="state">{}</span>', _("gone for good"))
        address = one.public_address if read(one.target) else one.target
        if address:
            return format_html('<a href="{0}">{0}</a>', address)
        return format_html('{} <span class="state state--missing">{}</span>', shown_target(one), _("not public"))


class TargetFilter(admin.SimpleListFilter):
    """Redirects by what they lead to."""

    title = gettext_lazy("leads to")
    parameter_name = "leads"
    conditions = {
        "page": {"target__startswith": "ref:"},
        "address": {"target__startswith": "/"},
        "elsewhere": {"target__startswith": "http"},
        "gone": {"target": ""},
    }

    def lookups(self, request, model_admin):
        return [
            ("page", _("a page")),
            ("address", _("a list or a section")),
            ("elsewhere", _("another site")),
            ("gone", _("gone for good")),
        ]

    def queryset(self, request, queryset):
        return queryset.filter(**self.conditions.get(self.value(), {}))


@admin.register(Redirect)
class RedirectAdmin(TargetAdmin):
    """Old addresses and where they lead; many at once from a file."""

    form = RedirectForm
    change_list_template = "links/admin/redirect_list.html"
    list_display = ("path", "leads_to", "note", "last_used_on")
    list_filter = (TargetFilter,)
    search_fields = ("path", "target", "note")
    fields = ("path", "target", "note")

    def may_import(self, request):
        """Whether this person may add redirects and change them."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("import/", view(self.import_view), name=self.url_name("import")),
            path("export/", view(self.export_view), name=self.url_name("export")),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"may_import": self.may_import(request), **(extra_context or {})})

    def export_view(self, request):
        """Answer with what the list holds as it is filtered, as a file that can be imported."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            redirects = super().get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.admin_url("changelist"))
        name = f"redirects-{timezone.localdate().isoformat()}.csv"
        response = HttpResponse(sheet.write(redirects), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def import_view(self, request):
        """Ask for a file; show what it would change; do it when that is confirmed."""
        if not self.may_import(request):
            raise PermissionDenied
        if request.method != "POST":
            return self._import_page(request)
        is_confirmed = "held" in request.POST
        form = ConfirmForm(request.POST) if is_confirmed else FileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._import_page(request, reasons=[words for found in form.errors.values() for words in found])
        data = form.cleaned_data["held"] if is_confirmed else self._read(form.cleaned_data["file"])
        try:
            if is_confirmed:
                return self._carry_out(request, data, form.cleaned_data["digest"])
            return self._import_page(request, plan=sheet.Plan(data), data=data)
        except ValidationError as error:
            return self._import_page(request, reasons=error.messages)

    @staticmethod
    def _read(file):
        # One byte more than may be: enough for the reader to refuse it.
        return file.read(settings.IMPORT_MAX_BYTES + 1)

    def _carry_out(self, request, data, digest):
        """Write what the preview has shown, or show again what has changed since."""
        with transaction.atomic():
            # A form sent twice waits here for itself.
            get_user_model().objects.select_for_update().get(pk=request.user.pk)
            plan = sheet.Plan(data)
            if not plan.is_possible or plan.digest != digest:
                return self._import_page(request, plan=plan, data=data, changed_meanwhile=True)
            new, changed = plan.carry_out()
            for redirects, flag in ((new, ADDITION), (changed, CHANGE)):
                LogEntry.objects.log_actions(request.user.pk, redirects, flag, _("Import of a file"))
        added = ngettext("%(count)d new redirect", "%(count)d new redirects", len(new)) % {"count": len(new)}
        altered = ngettext("%(count)d changed", "%(count)d changed", len(changed)) % {"count": len(changed)}
        self.message_user(request, _("Imported: %(new)s, %(changed)s.") % {"new": added, "changed": altered})
        return HttpResponseRedirect(self.admin_url("changelist"))

    def _import_page(self, request, *, reasons=(), plan=None, data=b"", changed_meanwhile=False):
        confirm = None
        if plan is not None and plan.is_possible:
            confirm = ConfirmForm(initial={"held": pack(data), "digest": plan.digest}, auto_id=False)
        return self.page(
            request,
            "links/admin/import.html",
            title=_("Import redirects"),
            form=FileForm(),
            confirm=confirm,
            plan=plan,
            reasons=reasons,
            changed_meanwhile=changed_meanwhile,
            examples=EXAMPLES,
            most_rows=settings.IMPORT_MAX_ROWS,
            most_megabytes=settings.IMPORT_MAX_BYTES // 1024 // 1024,
        )


@admin.register(Departure)
class DepartureAdmin(TargetAdmin):
    """What was deleted, and what its readers are answered."""

    form = DepartureForm
    list_display = ("title", "kind", "left_at", "leads_to")
    search_fields = ("title",)
    fields = ("title", "kind", "left_at", "old_slugs", "target")
    readonly_fields = ("title", "kind", "left_at", "old_slugs")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("content_type")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, one):
        model = one.content_type.model_class()
        return model._meta.verbose_name if model else one.content_type.model

    @admin.display(description=gettext_lazy("old addresses"))
    def old_slugs(self, one):
        known = KnownSlug.objects.filter(content_type=one.content_type, object_id=one.object_id)
        return ", ".join(f"{slug} ({code})" for slug, code in known.values_list("slug", "language").order_by("slug"))


class IgnoredFilter(admin.SimpleListFilter):
    """What waits, or what staff have left alone."""

    title = gettext_lazy("state")
    parameter_name = "left_alone"

    def lookups(self, request, model_admin):
        return [("1", _("left alone"))]

    def choices(self, changelist):
        waiting, *others = super().choices(changelist)
        yield {**waiting, "display": _("waits")}
        yield from others

    def queryset(self, request, queryset):
        return queryset.filter(is_ignored=self.value() == "1")


@admin.register(MissingAddress)
class MissingAddressAdmin(PagesMixin, admin.ModelAdmin):
    """Addresses that nothing answers, the most wanted first; each can be led elsewhere."""

    list_display = ("path", "lead", "count", "last_on")
    list_display_links = None
    list_filter = (IgnoredFilter,)
    search_fields = ("path",)
    list_per_page = 50
    actions = ("leave_alone",)

    class Media:
        css = {"all": ("css/admin.css",)}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def may_redirect(self, request):
        """Whether this person may make redirects."""
        return request.user.has_perm("links.add_redirect")

    def get_list_display(self, request):
        shown = super().get_list_display(request)
        return [name for name in shown if name != "lead" or self.may_redirect(request)]

    @admin.display(description=gettext_lazy("redirect"))
    def lead(self, missing):
        return format_html(
            '<a class="button" href="{}">{}<span class="visually-hidden"> {}</span></a>',
            self.admin_url("redirect", missing.pk),
            _("Lead readers on"),
            missing.path,
        )

    def waiting_sections(self, request):
        """Return what waits for this person, for the start page: [{title, entries, count, href}]."""
        waiting = MissingAddress.objects.filter(is_ignored=False, count__gte=RARE)
        count = waiting.count() if self.may_redirect(request) else 0
        entries = [
            {
                "text": missing.path,
                "kind": ngettext("asked for once", "asked for %(count)d times", missing.count)
                % {"count": missing.count},
                "href": self.admin_url("redirect", missing.pk),
            }
            for missing in waiting[:MOST_WAITING]
        ]
        title = _("Addresses that readers did not find")
        section = {"title": title, "entries": entries, "count": count, "href": self.admin_url("changelist")}
        return [section] if count else []

    @admin.action(description=gettext_lazy("Leave these alone"), permissions=["change"])
    def leave_alone(self, request, queryset):
        count = queryset.update(is_ignored=True)
        words = ngettext("%(count)d address is left alone.", "%(count)d addresses are left alone.", count)
        self.message_user(request, words % {"count": count})

    def get_urls(self):
        return [
            path("<int:pk>/redirect/", self.admin_site.admin_view(self.redirect_view), name=self.url_name("redirect")),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Nothing in it is changed by hand."""
        return HttpResponseRedirect(self.admin_url("changelist"))

    def redirect_view(self, request, pk):
        """Offer the pages that may be meant; POST leads readers to the one that was chosen."""
        if not (self.may_redirect(request) and self.has_view_permission(request)):
            raise PermissionDenied
        missing = get_object_or_404(MissingAddress, pk=pk)
        form = MissingForm(missing.path, suggest(missing.path), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._lead_on(request, missing, form.rule)
            return HttpResponseRedirect(self.admin_url("changelist"))
        return self.page(
            request, "links/admin/missing_redirect.html", title=_("Lead readers on"), form=form, missing=missing
        )

    def _lead_on(self, request, missing, rule):
        columns = {"target": rule.target, "language": rule.language}
        with transaction.atomic():
            redirect, is_new = Redirect.objects.update_or_create(path=rule.path, defaults=columns)
            missing.delete()
            LogEntry.objects.log_actions(
                request.user.pk, [redirect], ADDITION if is_new else CHANGE, _("From an address that was not found")
            )
        if rule.target:
            words = _("%(path)s now leads to %(target)s.")
        else:
            words = _("Readers of %(path)s are now told that the page is gone.")
        told = words % {"path": rule.path, "target": shown_target(redirect)}
        self.message_user(request, told, messages.SUCCESS)


@admin.register(Link)
class LinkAdmin(PagesMixin, admin.ModelAdmin):
    """The link report in place of a list: one sees what is wrong, and goes to the text that it stands in."""

    class Media:
        css = {"all": ("css/admin.css",)}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(
            request,
            "links/admin/report.html",
            title=_("Link report"),
            parts=make_report(),
            counts=counts(),
            is_checking=settings.CHECK_EXTERNAL_LINKS,
        )

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """A link is changed where it stands."""
        return HttpResponseRedirect(self.admin_url("changelist"))
