"""What readers reported, in the admin: read, settled or thrown away, never changed."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses.checking import Report
from addresses.reporting import forget_emails
from content.admin_history import object_number
from content.kept_pages import note_change

OPEN, SETTLED = "open", "settled"


class SettledFilter(admin.SimpleListFilter):
    """Whether somebody has dealt with it."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [(OPEN, _("waiting")), (SETTLED, _("settled"))]

    def queryset(self, request, queryset):
        if self.value() in (OPEN, SETTLED):
            return queryset.filter(settled_at__isnull=self.value() == OPEN)
        return queryset


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """Lists what readers reported, what waits first.

    Nothing here writes a reader's words or e-mail into the log: a report is called by its kind and its day.
    """

    list_filter = (SettledFilter, "what")
    list_per_page = 50
    list_display_links = None
    fields = ("what", "address_link", "message", "contact", "sent_at", "settled_text")

    class Media:
        css = {"all": ("css/admin.css",)}

    def get_queryset(self, request):
        reports = super().get_queryset(request).select_related("address", "settled_by")
        return reports.prefetch_related("address__translations")

    def get_ordering(self, request):
        return (F("settled_at").desc(nulls_first=True), "sent_at", "pk")

    def get_list_display(self, request):
        return ("address_link", "said", "settled_text", self._buttons(request))

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    # --- Who may do what

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False  # nobody rewrites what a reader said; settling it asks for the right by itself

    @staticmethod
    def _may_settle(request):
        return request.user.has_perm("addresses.change_report")

    # --- Columns

    @admin.display(description=gettext_lazy("address"))
    def address_link(self, report):
        href = reverse("admin:addresses_address_change", args=[report.address_id])
        return format_html('<a href="{}">{}</a>', href, report.address)

    @admin.display(description=gettext_lazy("what readers say"))
    def said(self, report):
        when = date_format(timezone.localtime(report.sent_at))
        html = format_html("<strong>{}</strong> ({})", report.get_what_display(), when)
        if report.message:
            words = linebreaksbr(report.message, autoescape=True)
            html = format_html('{}<blockquote lang="{}">{}</blockquote>', html, report.language, words)
        if report.contact:
            html = format_html('{}<a href="mailto:{}">{}</a>', html, report.contact, report.contact)
        return html

    @admin.display(description=gettext_lazy("state"))
    def settled_text(self, report):
        if report.settled_at is None:
            return format_html('<strong class="state state--published">{}</strong>', _("waiting"))
        words = {"date": date_format(timezone.localtime(report.settled_at)), "name": report.settled_by or "–"}
        return _("settled on %(date)s by %(name)s") % words

    def _buttons(self, request):
        """Return the column of buttons that this person may press; the list's own form carries them."""
        may_settle, may_delete = self._may_settle(request), self.has_delete_permission(request)

        def buttons(report):
            offered = []
            if may_settle and report.settled_at is None:
                offered.append((reverse("admin:addresses_report_settle", args=[report.pk]), _("Settled")))
            if may_delete:
                offered.append((reverse("admin:addresses_report_spam", args=[report.pk]), _("Spam: delete")))
            return format_html_join(" ", '<button class="button" formaction="{}">{}</button>', offered)

        buttons.short_description = _("Without a check")
        return buttons

    # --- What the buttons do

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/settle/", view(self.settle_view), name="addresses_report_settle"),
            path("<path:object_id>/spam/", view(self.spam_view), name="addresses_report_spam"),
            *super().get_urls(),
        ]

    def settle_view(self, request, object_id):
        """Take a report out of the queue without a check."""
        return self._press(request, object_id, self._may_settle(request), self._settle)

    def spam_view(self, request, object_id):
        """Throw a report away."""
        return self._press(request, object_id, self.has_delete_permission(request), self._throw_away)

    def _press(self, request, object_id, may, act):
        if not may:
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        with transaction.atomic():
            report = get_object_or_404(Report.objects.select_for_update(), pk=object_number(object_id))
            act(request, report)
            note_change()
        return HttpResponseRedirect(reverse("admin:addresses_report_changelist"))

    def _settle(self, request, report):
        if report.settled_at is None:
            report.settled_at, report.settled_by = timezone.now(), request.user
            report.save(update_fields=["settled_at", "settled_by"])
            self.log_change(request, report, _("Settled without a check"))
        self.message_user(request, _("The report is settled."))

    def _throw_away(self, request, report):
        self.log_deletions(request, [report])
        forget_emails([report])
        report.delete()
        self.message_user(request, _("The report was deleted."))

    def delete_model(self, request, obj):
        forget_emails([obj])
        super().delete_model(request, obj)
        note_change()

    def delete_queryset(self, request, queryset):
        with transaction.atomic():
            forget_emails(queryset)
            super().delete_queryset(request, queryset)
            note_change()
