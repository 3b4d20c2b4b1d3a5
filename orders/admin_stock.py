"""What can be ordered, in the admin: prices and limits, the shelf and its movements, what to reprint."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Subquery, Sum
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from content.admin_history import object_number
from content.admin_pages import PagesMixin
from content.kept_pages import note_change
from content.waiting import WaitingMixin
from intake.submissions import AnotherContent, once
from orders import stock
from orders.admin_access import OrdersDeskMixin
from orders.admin_filters import AvailabilityFilter
from orders.admin_forms import Change, LoadedForm, StockForm
from orders.models import Availability, MovementKind, Offer, PostageRate, StockMovement
from publications.models import Edition

MOVEMENTS_SHOWN = 100
SHOWN = 8


class EditionChoiceField(forms.ModelChoiceField):
    """An edition, with the label that tells the second from the first."""

    def label_from_instance(self, edition):
        return str(Offer(edition=edition))


@admin.register(Offer)
class OfferAdmin(OrdersDeskMixin, WaitingMixin, PagesMixin, admin.ModelAdmin):
    """Lists what can be ordered with its stock; copies only move on the page "Stock"."""

    form = LoadedForm
    change_form_template = "orders/admin/offer.html"
    change_list_template = "orders/admin/offers.html"
    list_display = ("title", "told", "free_copies", "stock_link", "sent_copies")
    list_filter = (AvailabilityFilter, "postage")
    list_select_related = ("edition__publication",)
    search_fields = ("edition__title",)
    list_per_page = 100
    actions = None
    fieldsets = (
        (None, {"fields": ("edition", "mode", "reprint_planned", "expected_on")}),
        (
            gettext_lazy("Prices in euro"),
            {
                "fields": ("price_volunteers", "price_organisations", "price_others", "postage", "weight"),
                "description": gettext_lazy("0 is free. Orders that are placed already keep their price."),
            },
        ),
        (gettext_lazy("Limits"), {"fields": ("most_per_order", "most_per_requester", "period_days")}),
        (gettext_lazy("Reprinting"), {"fields": ("reprint_threshold",)}),
    )

    class Media:
        css = {"all": ("css/admin.css", "css/admin_orders.css")}

    # --- The list

    def get_queryset(self, request):
        sent = StockMovement.objects.filter(offer=OuterRef("pk"), kind=MovementKind.SENT).order_by().values("offer")
        total = sent.annotate(total=-Sum("on_hand")).values("total")
        return super().get_queryset(request).annotate(sent_in_all=Subquery(total))

    def get_ordering(self, request):
        return ("edition__title", "edition__language_key")

    @admin.display(description=gettext_lazy("title"), ordering="edition__title")
    def title(self, offer):
        return format_html('<span lang="{}">{}</span>', offer.edition.lang, offer)

    @admin.display(description=gettext_lazy("what readers are told"))
    def told(self, offer):
        html = format_html('<span class="state state--offer-{}">{}</span>', offer.availability, offer.availability_text)
        if offer.needs_reprint and offer.availability == Availability.LOW:
            return format_html('{} <span class="late">{}</span>', html, _("think of reprinting"))
        return html

    @admin.display(description=pgettext_lazy("copies", "free"), ordering=F("on_hand") - F("reserved"))
    def free_copies(self, offer):
        return offer.free

    @admin.display(description=gettext_lazy("stock"), ordering="on_hand")
    def stock_link(self, offer):
        words = _("%(on_hand)s on hand, %(reserved)s reserved")
        words %= {"on_hand": offer.on_hand, "reserved": offer.reserved}
        href = self.admin_url("stock", offer.pk)
        return format_html('<a href="{}">{}<span class="visually-hidden"> {}</span></a>', href, words, offer)

    @admin.display(description=gettext_lazy("sent in all"), ordering="sent_in_all")
    def sent_copies(self, offer):
        return offer.sent_in_all or 0

    def waiting_sections(self, request):
        """Say on the start page of what few copies are left."""
        offers = Offer.objects.to_reprint().select_related("edition").order_by(F("on_hand") - F("reserved"), "pk")
        entries = [
            {
                "text": str(offer),
                "kind": ngettext("%(count)s copy free", "%(count)s copies free", offer.free) % {"count": offer.free},
                "href": self.admin_url("stock", offer.pk),
            }
            for offer in offers[:SHOWN]
        ]
        href = self.admin_url("changelist")
        return [{"title": _("Think of reprinting"), "entries": entries, "count": offers.count(), "href": href}]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Brochures to order"), **(extra_context or {})})

    # --- The form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "edition":
            kwargs["queryset"] = Edition.objects.filter(offer__isnull=True).order_by("title", "language_key")
            kwargs["form_class"] = EditionChoiceField
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        return ("edition",) if obj is not None else ()

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        note_change()  # the page of the publication says something else now

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["may_move"] = self.has_move_permission(request)
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    # --- The shelf

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/stock/", view(self.stock_view), name=self.url_name("stock")),
            *super().get_urls(),
        ]

    def stock_view(self, request, object_id):
        """Show the copies of an edition and each of their movements; POST notes what came or was counted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        offers = Offer.objects.select_related("edition__publication")
        offer = get_object_or_404(offers, pk=object_number(object_id))
        if request.method != "POST":
            return self._stock_page(request, offer, StockForm(initial={"seen": offer.on_hand}))
        if not self.has_move_permission(request):
            raise PermissionDenied
        form = StockForm(request.POST)
        if form.is_valid() and self._move(request, offer, form):
            return HttpResponseRedirect(self.admin_url("stock", offer.pk))
        return self._stock_page(request, offer, form)

    def _move(self, request, offer, form):
        """Note what came or was counted, once for a page sent twice; returns whether that is settled."""
        given = form.cleaned_data
        fingerprint = "/".join(str(given[name]) for name in ("change", "copies", "why"))
        try:
            with once(given["key"], f"orders.stock:{offer.pk}", fingerprint) as submission:
                if submission.is_first:
                    move = receive if given["change"] == Change.RECEIVED else count
                    told = move(request, offer, given)
                    self.log_change(request, offer, told)
        except AnotherContent:
            form.add_error(None, _("This was noted already. Open the page again for another movement."))
        except CountedMeanwhile:
            form.add_error("copies", _("Copies left or came since you opened this page. Look at the figures again."))
            form.data = {**form.data.dict(), "seen": Offer.objects.get(pk=offer.pk).on_hand}
        except stock.NotEnough:
            form.add_error("copies", _("More copies than that are promised to orders: cancel some of these first."))
        else:
            self.message_user(request, _("Noted."), messages.SUCCESS)
            return True
        return False

    def _stock_page(self, request, offer, form):
        offer = Offer.objects.select_related("edition__publication").get(pk=offer.pk)
        movements = offer.movements.select_related("order", "by")
        context = {
            "title": _("Stock: %(title)s") % {"title": offer},
            "original": offer,
            "offer": offer,
            "form": form,
            "may_move": self.has_move_permission(request),
            "movements": movements[:MOVEMENTS_SHOWN],
            "count": movements.count(),
            "most": MOVEMENTS_SHOWN,
        }
        return self._page(request, "orders/admin/stock.html", context)


class CountedMeanwhile(Exception):
    """What was counted is compared with a figure that has changed since."""


def receive(request, offer, given):
    """Put on the shelf what came; returns what the log says."""
    stock.receive(offer.pk, given["copies"], by=request.user, why=given["why"])
    return _("Copies received: %(count)s.") % {"count": given["copies"]}


def count(request, offer, given):
    """Have as many copies as were counted; returns what the log says."""
    now = Offer.objects.select_for_update().get(pk=offer.pk)
    if now.on_hand != given["seen"]:
        raise CountedMeanwhile
    difference = given["copies"] - now.on_hand
    if difference:
        stock.correct(offer.pk, difference, by=request.user, why=given["why"])
    return _("Copies counted: %(count)s.") % {"count": given["copies"]}


@admin.register(PostageRate)
class PostageRateAdmin(OrdersDeskMixin, PagesMixin, admin.ModelAdmin):
    """Lists what a parcel costs."""

    form = LoadedForm
    change_form_template = "orders/admin/loaded.html"
    fields = ("up_to", "price")
    list_display = ("weight", "price")
    actions = None

    class Media:
        css = {"all": ("css/admin.css",)}

    @admin.display(description=gettext_lazy("up to"), ordering="up_to")
    def weight(self, rate):
        return f"{rate.up_to} g"
