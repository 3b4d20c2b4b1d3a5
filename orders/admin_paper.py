"""Papers of the desk: pages to print, and the same as PDFs where the machine can make them."""

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from content.admin_history import object_number
from content.admin_widgets import is_number
from content.paper import CannotPrint, can_print, print_pdf
from orders.admin_forms import name_of
from orders.models import Delivery, Order, OrderLine, Status, StatusChange
from orders.paper import LABELS_ON_SHEET, goes_by_post, label_sheets, pick_list, slip_of_parcel, slip_to_pack
from organisations.models import Organisation

#: So many orders go onto paper at once.
MOST_ORDERS = 200
CSS = settings.BASE_DIR / "static" / "css"
STYLE = (CSS / "tokens.css", CSS / "paper.css")


class LabelsForm(forms.Form):
    """Where the labels begin on a sheet of which some are gone."""

    used = forms.IntegerField(
        label=gettext_lazy("Labels already gone from the first sheet"),
        min_value=0,
        max_value=LABELS_ON_SHEET - 1,
        required=False,
        initial=0,
    )


@dataclass(frozen=True)
class Paper:
    """A kind of paper: the template of what is printed, and its name in the admin."""

    template: str
    title: object


PAPERS = {
    "pick-list": Paper("orders/paper/pick_list.html", gettext_lazy("Pick list")),
    "labels": Paper("orders/paper/labels.html", gettext_lazy("Address labels")),
    "slips": Paper("orders/paper/slips.html", gettext_lazy("Packing slips")),
}


class PaperAdmin:
    """Adds the papers to the admin of orders: a choice of orders leads to a page, which its browser prints.

    Addresses hold the primary keys of orders, which tell nothing about anybody.
    """

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("paper/<str:kind>/", view(self.paper_view), name=self.url_name("paper")),
            path("paper/<str:kind>/pdf/", view(self.paper_pdf_view), name=self.url_name("paper_pdf")),
            path("<path:object_id>/parcel/<int:change_id>/", view(self.parcel_view), name=self.url_name("parcel")),
            path(
                "<path:object_id>/parcel/<int:change_id>/pdf/",
                view(self.parcel_pdf_view),
                name=self.url_name("parcel_pdf"),
            ),
            *super().get_urls(),
        ]

    # --- Ways to a paper

    @admin.action(description=gettext_lazy("Pick list"), permissions=["view"])
    def print_pick_list(self, request, queryset):
        return self._to_paper(request, queryset, "pick-list")

    @admin.action(description=gettext_lazy("Address labels"), permissions=["view"])
    def print_labels(self, request, queryset):
        return self._to_paper(request, queryset, "labels")

    @admin.action(description=gettext_lazy("Packing slips"), permissions=["view"])
    def print_slips(self, request, queryset):
        return self._to_paper(request, queryset, "slips")

    def _to_paper(self, request, queryset, kind):
        pks = list(queryset.order_by("created_at", "pk").values_list("pk", flat=True)[: MOST_ORDERS + 1])
        if len(pks) > MOST_ORDERS:
            told = _("At most %(most)s orders go onto paper at once.") % {"most": MOST_ORDERS}
            self.message_user(request, told, messages.ERROR)
            return None
        return HttpResponseRedirect(self._paper_href(kind, pks))

    def _paper_href(self, kind, pks):
        return f"{self.admin_url('paper', kind)}?{urlencode({'orders': '-'.join(map(str, pks))})}"

    def papers_of(self, order):
        """Return [(address, words)] of the papers of an open order beside its packing slip."""
        if order.is_closed:
            return []
        papers = [(self._paper_href("pick-list", [order.pk]), _("Pick list"))]
        if goes_by_post(order):
            papers.append((self._paper_href("labels", [order.pk]), _("Address label")))
        return papers

    def parcel_href(self, change):
        """Return the address of the packing slip of a parcel that left."""
        return self.admin_url("parcel", change.order_id, change.pk)

    # --- The papers

    def paper_view(self, request, kind):
        """Show a paper of the orders that the address names."""
        orders = self._orders_named(request, kind)
        if not orders:
            self.message_user(request, _("Choose orders first."), messages.WARNING)
            return HttpResponseRedirect(self.admin_url("changelist"))
        form = LabelsForm(request.GET if "used" in request.GET else None)
        context = {
            **self._content(kind, orders, request),
            "form": form if kind == "labels" else None,
            "chosen": request.GET.get("orders", ""),
            "back": self.admin_url("changelist"),
            "pdf_href": f"{self.admin_url('paper_pdf', kind)}?{request.GET.urlencode()}",
        }
        return self._paper(request, PAPERS[kind], context)

    def paper_pdf_view(self, request, kind):
        """Answer with a paper as a PDF."""
        orders = self._orders_named(request, kind)
        if not orders or not can_print():
            raise Http404
        back = f"{self.admin_url('paper', kind)}?{request.GET.urlencode()}"
        return self._pdf(request, PAPERS[kind], self._content(kind, orders, request), kind, back)

    def parcel_view(self, request, object_id, change_id):
        """Show the packing slip of a parcel that left."""
        change = self._parcel(request, object_id, change_id)
        context = {
            **self._slips([slip_of_parcel(change)]),
            "back": self.admin_url("change", change.order_id),
            "pdf_href": self.admin_url("parcel_pdf", change.order_id, change.pk),
        }
        return self._paper(request, PAPERS["slips"], context)

    def parcel_pdf_view(self, request, object_id, change_id):
        """Answer with the packing slip of a parcel that left as a PDF."""
        change = self._parcel(request, object_id, change_id)
        if not can_print():
            raise Http404
        content = self._slips([slip_of_parcel(change)])
        return self._pdf(request, PAPERS["slips"], content, change.order.reference, self.parcel_href(change))

    def _orders_named(self, request, kind):
        """Return the orders of `?orders=1-2-3`, oldest first; 404 for a kind of paper that there is none of."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in PAPERS:
            raise Http404
        pks = [int(part) for part in request.GET.get("orders", "").split("-") if is_number(part)][:MOST_ORDERS]
        orders = Order.objects.filter(pk__in=pks, requester__isnull=False).exclude(status=Status.CANCELLED)
        return list(self._with_lines(orders).order_by("created_at", "pk"))

    @staticmethod
    def _with_lines(orders):
        lines = OrderLine.objects.select_related("offer__edition").order_by("title", "pk")
        return orders.select_related("requester").prefetch_related(Prefetch("lines", queryset=lines))

    def _parcel(self, request, object_id, change_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        orders = self._with_lines(Order.objects.filter(requester__isnull=False))
        order = get_object_or_404(orders, pk=object_number(object_id))
        change = get_object_or_404(StatusChange, pk=change_id, order=order, copies__gt=0)
        change.order = order
        return change

    def _content(self, kind, orders, request):
        """Return what the template of a kind of paper shows."""
        if kind == "pick-list":
            return {"picks": pick_list(orders), "orders": orders, "made_at": timezone.now()}
        if kind == "labels":
            form = LabelsForm(request.GET)
            used = form.cleaned_data["used"] or 0 if form.is_valid() else 0
            return {"sheets": label_sheets(orders, used), "others": [o for o in orders if not goes_by_post(o)]}
        return self._slips([self._slip_to_pack(request, order) for order in orders])

    @staticmethod
    def _slip_to_pack(request, order):
        """The slip of what is packed now: the numbers of the order's page, where it asks with them; else all."""
        typed = {line.pk: request.GET.get(name_of(line), "") for line in order.lines.all()}
        copies = {pk: int(text) for pk, text in typed.items() if is_number(text)}
        return slip_to_pack(order, copies or None)

    @staticmethod
    def _slips(slips):
        """Return the slips as HTML, each in the language of its order."""
        parts = []
        for slip in slips:
            with override(slip.order.language):
                context = {
                    "slip": slip,
                    "order": slip.order,
                    "contact": slip.order.contact,
                    "us": Organisation.objects.us(),
                    "site_url": settings.SITE_URL,
                    "staff_email": settings.STAFF_EMAIL[0],
                    "by_post": slip.order.delivery == Delivery.POST,
                }
                parts.append(SafeString(render_to_string("orders/paper/_slip.html", context)))
        return {"slips": parts}

    # --- Page and PDF

    def _paper(self, request, paper, content):
        context = {"title": paper.title, "can_print": can_print(), **content}
        return self._page(request, paper.template, context)

    def _pdf(self, request, paper, content, name, back):
        html = render_to_string(paper.template, {"title": paper.title, "for_pdf": True, **content})
        try:
            data = print_pdf(html, "".join(sheet.read_text() for sheet in STYLE))
        except CannotPrint:
            self.message_user(request, _("The PDF could not be made. Print the page instead."), messages.ERROR)
            return HttpResponseRedirect(back)
        headers = {"Content-Type": "application/pdf", "Content-Disposition": f'inline; filename="{name}.pdf"'}
        return HttpResponse(data, headers=headers)
