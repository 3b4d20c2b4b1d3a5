"""The desk: the queue of orders, and the page of one order on which each of its steps is a button."""

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from content.admin_history import object_number
from content.admin_pages import PagesMixin
from content.languages import language_name
from content.waiting import WaitingMixin
from intake.models import MessageState, OutboxMessage
from intake.outbox import try_again
from orders import admin_finding, handling
from orders.admin_access import OrdersDeskMixin
from orders.admin_figures import FiguresAdmin
from orders.admin_filters import StateFilter
from orders.admin_forms import CorrectForm, FindForm, SendForm
from orders.admin_paper import PaperAdmin
from orders.admin_person import PersonAdmin
from orders.admin_sheet import SheetAdmin
from orders.desk_words import age_sentence, age_text, is_late, place_name, titles_text, way_text, who_did
from orders.models import CLOSED, Order, OrderLine, Status

SHOWN = 8

#: What a button does where no number goes with it: its function, the state that it leads to, what is said afterwards.
STEPS = {
    "confirm": (handling.confirm, Status.CONFIRMED, gettext_lazy("Confirmed: an e-mail says so.")),
    "prepare": (handling.prepare, Status.PREPARING, gettext_lazy("Noted: it is being prepared.")),
    "cancel": (handling.cancel, Status.CANCELLED, gettext_lazy("Cancelled: its copies are free again.")),
    "finish": (handling.finish, Status.SENT, gettext_lazy("Closed: what was left will not come, an e-mail says so.")),
}
#: Those that are asked about once more.
TO_BE_SURE = ("cancel", "finish")
SEND, RETRY = "send", "retry"
#: An e-mail that leaves no more by itself.
IN_TROUBLE = (MessageState.GIVEN_UP, MessageState.UNCERTAIN)


@admin.register(Order)
class OrderAdmin(
    OrdersDeskMixin, WaitingMixin, PaperAdmin, SheetAdmin, FiguresAdmin, PersonAdmin, PagesMixin, admin.ModelAdmin
):
    """Lists what is to be done, what waits longest first; nothing of an order is typed over.

    The log of the admin holds the number of an order and what was done, nobody's name. Nobody is looked for in an
    address either: the search is a form that is posted (`find_view`).
    """

    change_list_template = "orders/admin/change_list.html"
    list_display = ("number", "since", "state", "who", "titles", "copies", "goes_to")
    list_filter = (StateFilter, "delivery", "requester_kind", "language")
    list_per_page = 50
    actions = ("confirm_them", "prepare_them", "print_pick_list", "print_labels", "print_slips")

    class Media:
        css = {"all": ("css/admin.css", "css/admin_orders.css")}

    def get_queryset(self, request):
        lines = Prefetch("lines", queryset=OrderLine.objects.order_by("pk"))
        return super().get_queryset(request).select_related("requester").prefetch_related(lines)

    def get_ordering(self, request):
        # What is done is looked up: the last first. What waits is done: the oldest first.
        closed = request.GET.get(StateFilter.parameter_name) in (*CLOSED, "all")
        return ("-created_at", "-pk") if closed else ("created_at", "pk")

    # --- Who may do what

    def has_add_permission(self, request):
        return False  # an order comes from whoever orders, on the public page

    def has_delete_permission(self, request, obj=None):
        return False  # it stays for the figures; who ordered is erased

    # --- Columns

    @admin.display(description=pgettext_lazy("order", "number"))
    def number(self, order):
        return order.reference

    @admin.display(description=gettext_lazy("waits for"), ordering="created_at")
    def since(self, order):
        return format_html('<span class="{}">{}</span>', "late" if is_late(order) else "waits", age_text(order))

    @admin.display(description=gettext_lazy("state"), ordering="status")
    def state(self, order):
        return format_html('<span class="state state--order-{}">{}</span>', order.status, order.get_status_display())

    @admin.display(description=gettext_lazy("who"))
    def who(self, order):
        contact = order.contact
        if contact is None:
            return format_html('<span class="quiet">{}</span>', _("made anonymous"))
        return contact.organisation or contact.name

    @admin.display(description=gettext_lazy("titles"))
    def titles(self, order):
        return format_html('<span class="titles">{}</span>', titles_text(order))

    @admin.display(description=gettext_lazy("goes to"))
    def goes_to(self, order):
        return way_text(order)

    # --- The list

    def changelist_view(self, request, extra_context=None):
        context = {
            "title": _("Orders"),
            "find_form": FindForm(auto_id="find_%s"),
            "narrowed": bool(set(request.GET) - {StateFilter.parameter_name, ORDER_VAR, PAGE_VAR}),
            "may_export": self.has_export_permission(request),
            "may_erase": self.has_erase_permission(request),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def find_view(self, request):
        """List the orders that fit what somebody on the phone says; posted, so that no address holds a name."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = FindForm(request.POST or None, auto_id="find_%s")
        found = None
        if form.is_valid():
            found = admin_finding.find(self.get_queryset(request), form.cleaned_data["words"])
            if len(found) == 1:
                return HttpResponseRedirect(self.admin_url("change", found[0].pk))
        context = {"title": _("Find an order"), "form": form, "orders": self._rows(found or []), "found": found}
        return self._page(request, "orders/admin/find.html", {**context, "most": admin_finding.SHOWN})

    def _rows(self, orders):
        """Return what the short table of orders shows."""
        return [
            {
                "order": order,
                "href": self.admin_url("change", order.pk),
                "since": age_text(order),
                "who": self.who(order),
                "titles": self.titles(order),
            }
            for order in orders
        ]

    def waiting_sections(self, request):
        """Say on the start page which orders wait, the oldest first."""
        if not self.has_change_permission(request):
            return []
        orders = Order.objects.exclude(status__in=CLOSED).order_by("created_at", "pk")
        entries = [
            {
                "text": order.reference,
                "kind": f"{order.get_status_display()}, {age_sentence(order)}",
                "href": self.admin_url("change", order.pk),
            }
            for order in orders[:SHOWN]
        ]
        title, href = _("Orders to deal with"), self.admin_url("changelist")
        waiting = {"title": title, "entries": entries, "count": orders.count(), "href": href}
        return [waiting, *self.forgotten_sections()]

    # --- Steps of several orders at once

    @admin.action(description=gettext_lazy("Confirm"), permissions=["change"])
    def confirm_them(self, request, queryset):
        self._take_step_of_all(request, queryset, "confirm")

    @admin.action(description=gettext_lazy("Being prepared"), permissions=["change"])
    def prepare_them(self, request, queryset):
        self._take_step_of_all(request, queryset, "prepare")

    def _take_step_of_all(self, request, queryset, name):
        # Counted here: asked again, a list of new orders holds none of those that are confirmed by now.
        done, refused = 0, []
        for order in queryset.order_by("created_at", "pk"):
            try:
                self._take_step(request, order, name)
                done += 1
            except handling.WrongState:
                refused.append(order.reference)
        if done:
            told = ngettext("Done for %(count)s order.", "Done for %(count)s orders.", done) % {"count": done}
            self.message_user(request, told, messages.SUCCESS)
        if refused:
            told = _("Not possible in their state: %(orders)s.") % {"orders": ", ".join(refused)}
            self.message_user(request, told, messages.WARNING)

    # --- One order

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("find/", view(self.find_view), name=self.url_name("find")),
            path("<path:object_id>/correct/", view(self.correct_view), name=self.url_name("correct")),
            *super().get_urls(),
        ]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show an order; POST takes one of its steps."""
        order = get_object_or_404(Order.objects.select_related("requester"), pk=object_number(object_id))
        if not self.has_view_permission(request, order):
            raise PermissionDenied
        if request.method != "POST":
            return self._order_page(request, order)
        if not self.has_change_permission(request, order):
            raise PermissionDenied
        try:
            return self._press(request, order, request.POST.get("do"))
        except handling.WrongState as moved_on:
            return self._too_late(request, moved_on.order)

    def correct_view(self, request, object_id):
        """Change who an order is for, or where it goes, as long as something of it may leave."""
        orders = Order.objects.select_related("requester").filter(requester__isnull=False)
        order = get_object_or_404(orders, pk=object_number(object_id))
        if not self.has_change_permission(request, order):
            raise PermissionDenied
        form = CorrectForm(request.POST or None, instance=order.requester)
        if form.is_valid():
            try:
                return self._correct(request, order, form)
            except handling.WrongState as moved_on:
                return self._too_late(request, moved_on.order)
            except handling.CorrectedMeanwhile as meanwhile:
                form.show_what_stands(meanwhile.requester)
        context = {"title": _("Correct the address"), "original": order, "order": order, "form": form}
        return self._page(request, "orders/admin/correct.html", context)

    def _correct(self, request, order, form):
        """Keep what is right now; raises handling.WrongState and CorrectedMeanwhile."""
        with transaction.atomic():
            handling.correct_contact(order, form.columns, by=request.user, seen=form.cleaned_data["seen"])
            self.log_change(request, order, _("Address corrected."))
        self.message_user(request, _("Corrected: an e-mail says so."), messages.SUCCESS)
        return self._back_to(order)

    def _too_late(self, request, order):
        """Say that somebody else has been faster; nothing was changed."""
        told = _("Nothing was changed: somebody else has dealt with this order meanwhile. It is now “%(state)s”.")
        self.message_user(request, told % {"state": order.get_status_display()}, messages.ERROR)
        return self._back_to(order)

    def _press(self, request, order, button):
        """Do what a button says; raises handling.WrongState."""
        if button == SEND:
            return self._send(request, order)
        if button == RETRY:
            return self._retry(request, order)
        if button in TO_BE_SURE and "sure" not in request.POST:
            return self._order_page(request, order, sure=button)
        if button in STEPS:
            self._take_step(request, order, button)
            self.message_user(request, STEPS[button][2], messages.SUCCESS)
        return self._back_to(order)

    def _take_step(self, request, order, name):
        act, status, _told = STEPS[name]
        with transaction.atomic():
            act(order, by=request.user)
            self.log_change(request, order, _("State: %(state)s.") % {"state": status.label})

    def _send(self, request, order):
        """Note what leaves; the page comes back where the numbers cannot be."""
        if order.is_closed:
            raise handling.WrongState(order)
        lines = lines_of(order)
        form = SendForm(lines, request.POST)
        if not form.is_valid():
            if "after" in form.errors or form.cleaned_data.get("after") != sum(line.sent for line in lines):
                raise handling.WrongState(order)
            return self._order_page(request, order, form=form)
        number = sum(form.copies.values())
        told = ngettext("%(count)s copy sent.", "%(count)s copies sent.", number) % {"count": number}
        try:
            with transaction.atomic():
                order = handling.send(order, form.copies, by=request.user, after=form.cleaned_data["after"])
                self.log_change(request, order, told)
        except handling.WrongCopies:
            raise handling.WrongState(order) from None
        change = order.changes.last()
        slip = format_html('<a href="{}">{}</a>', self.parcel_href(change), _("Packing slip of this parcel"))
        self.message_user(request, format_html("{} {}", told, slip), messages.SUCCESS)
        return self._back_to(order)

    def _retry(self, request, order):
        """Have e-mails tried again that were given up."""
        tried = try_again(OutboxMessage.objects.filter(about=order.mail_about))
        told = ngettext("%(count)s message is tried again.", "%(count)s messages are tried again.", len(tried))
        self.message_user(request, told % {"count": len(tried)}, messages.SUCCESS)
        return self._back_to(order)

    def _back_to(self, order):
        return HttpResponseRedirect(self.admin_url("change", order.pk))

    def _order_page(self, request, order, *, form=None, sure=""):
        lines = lines_of(order)
        may_change = self.has_change_permission(request, order)
        may_send = may_change and any(status in order.may_go_to for status in (Status.SENT, Status.PARTLY_SENT))
        form = form or SendForm(lines)
        mails = list(OutboxMessage.objects.filter(about=order.mail_about).order_by("created_at", "pk"))
        for mail in mails:
            mail.purpose_text = _(mail.purpose)
        context = {
            "title": _("Order %(number)s") % {"number": order.reference},
            "original": order,
            "order": order,
            "since": age_sentence(order),
            "is_late": is_late(order),
            "language": language_name(order.language),
            "place": place_name(order),
            "lines": [(line, form.field_of(line) if may_send else None) for line in lines],
            "form": form,
            "may_send": may_send,
            "buttons": self._buttons(order) if may_change else [],
            "may_correct": may_change and order.contact is not None and not order.is_closed,
            "sure": sure,
            "history": self._history(order),
            "mails": mails,
            "may_retry": may_change and any(mail.state in IN_TROUBLE for mail in mails),
            "papers": self.papers_of(order),
            "slip_href": self.admin_url("paper", "slips"),
        }
        return self._page(request, "orders/admin/order.html", context)

    @staticmethod
    def _buttons(order):
        """Return the steps that an order may take now beside sending: [(name, words, is the likely one)]."""
        offered = []
        if Status.CONFIRMED in order.may_go_to:
            offered.append(("confirm", _("Confirm: tell whoever ordered that it is all right"), True))
        if Status.PREPARING in order.may_go_to:
            offered.append(("prepare", _("Being prepared"), False))
        if order.status == Status.PARTLY_SENT:
            offered.append(("finish", _("Nothing more comes"), False))
        if Status.CANCELLED in order.may_go_to:
            offered.append(("cancel", _("Cancel this order"), False))
        return offered

    def _history(self, order):
        """Return what happened, in words: [(change, by whom, address of the packing slip)]."""
        return [
            (change, who_did(change), self.parcel_href(change) if change.copies and order.contact else "")
            for change in order.changes.select_related("by")
        ]


def lines_of(order):
    """Return the lines of an order, in the order of the pick list, with what lies on the shelf."""
    return list(order.lines.select_related("offer__edition").order_by("title", "pk"))
