"""The export of the Orders desk: what the list holds, as a file."""

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from content.sheets import WRITERS, file_response
from orders.sheet import table

#: The most orders that one file holds: made at once, in memory.
MOST = 10_000
#: With names and addresses, or without.
WHOLE, NAMELESS = "whole", "nameless"
#: Who finds the file on a disk a year later sees whether it holds personal data.
FILE_NAMES = {WHOLE: pgettext_lazy("file name", "orders-with-names"), NAMELESS: pgettext_lazy("file name", "orders")}


class SheetAdmin:
    """Adds an export to the admin of orders."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("export/", view(self.export_view), name=self.url_name("export")),
            path("export/<str:what>/<str:kind>/", view(self.export_file_view), name=self.url_name("export_file")),
            *super().get_urls(),
        ]

    def _exported(self, request):
        """What the list holds as it is filtered."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        return self.get_changelist_instance(request).queryset

    def export_view(self, request):
        """Say what an export holds, and offer it."""
        try:
            count = self._exported(request).count()
        except IncorrectLookupParameters:
            return HttpResponseRedirect(request.path)
        context = {
            "title": _("Export of orders"),
            "count": count,
            "most": MOST,
            "is_too_much": count > MOST,
            "query": request.GET.urlencode(),
        }
        return self._page(request, "orders/admin/export.html", context)

    def export_file_view(self, request, what, kind):
        """Answer with the file; the log says who took names and addresses away."""
        if kind not in WRITERS or what not in (WHOLE, NAMELESS):
            raise Http404
        try:
            orders = list(self._exported(request)[: MOST + 1])
            if len(orders) > MOST:
                return self._back_to_export(request)  # its page says why
            data = WRITERS[kind](*table(orders, with_contact=what == WHOLE), _("Orders"))
        except IncorrectLookupParameters:
            return HttpResponseRedirect(self.admin_url("export"))
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return self._back_to_export(request)
        if what == WHOLE:
            self._log_export(request, len(orders))
        return file_response(data, f"{FILE_NAMES[what]}-{timezone.localdate().isoformat()}", kind)

    def _back_to_export(self, request):
        return HttpResponseRedirect(f"{self.admin_url('export')}?{request.GET.urlencode()}")

    def _log_export(self, request, count):
        """Note that somebody took personal data away: about no order, since it is about many."""
        told = ngettext(
            "%(count)s order, with names and addresses", "%(count)s orders, with names and addresses", count
        )
        LogEntry.objects.create(
            user=request.user,
            content_type=ContentType.objects.get_for_model(self.model),
            object_repr=_("Export"),
            action_flag=CHANGE,
            change_message=told % {"count": count},
        )
