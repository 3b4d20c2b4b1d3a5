"""Public pages of addresses: the list, one address, paper, a card for the phone book."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property

from addresses import json_ld, vcard
from addresses.booklet import booklet_href
from addresses.checking import CHECK_MONTHS
from addresses.filters import AddressFilterSet
from addresses.gazetteer import ATTRIBUTION
from addresses.hours import Weekday
from addresses.listing import ByCommune, in_groups
from addresses.models import Address
from addresses.plain_text import plain_text
from addresses.report_views import BelowAddressView
from addresses.today import today_line
from content.kept_pages import seconds_left_in_minute
from content.languages import current_language
from content.partial_dates import months_later
from content.views import ContentDetailView, ContentListView

NEARBY = 4


class OpenNowMixin:
    """A page that says what is open now, or who has gone: it holds until the clock's next minute."""

    def holds_for(self):
        return min(super().holds_for(), seconds_left_in_minute(self.asked_at))


class AddressListView(OpenNowMixin, ContentListView):
    """Useful addresses, municipality by municipality; the nearest first where the reader named a place."""

    model = Address
    filterset_class = AddressFilterSet

    def everything(self):
        return Address.objects.public(current_language()).current()

    def get_queryset(self):
        self.filterset = AddressFilterSet(self.request.GET, self.everything())
        return ByCommune(self.filterset.qs, self.filterset.place)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        for address in context["object_list"]:
            address.today = today_line(address, audiences=self.filterset.chosen["audience"])
        context["communes"] = in_groups(context["object_list"], self.filterset.place)
        context["place"] = self.filterset.place
        if self.filterset.active:
            context["page"].printed = context["page"].canonical + self.filterset.address()
        context["near"] = self.near(context)
        context["sources"] = ATTRIBUTION
        context["booklet_href"] = booklet_href(current_language())
        return context

    def near(self, context):
        """Return {place, is_empty} where the reader named a place; it is empty if another one comes first."""
        place = self.filterset.place
        groups = context["communes"] if context["page_obj"].number == 1 else []
        return place and {"place": place, "is_empty": bool(groups) and groups[0]["commune"] not in place.communes}


class AddressPaperView(AddressListView):
    """The same list, whole, to print: two columns on A4, with the day it was made and when to check it again."""

    template_name_suffix = "_paper"
    paginate_by = 500

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        today = timezone.localdate()
        ahead = [date for address in context["object_list"] if (date := address.next_check) > today]
        context["issued"] = today
        context["check_again"] = min(ahead, default=months_later(today, CHECK_MONTHS))
        return context


class AddressDetailView(OpenNowMixin, ContentDetailView):
    """One address: today's hours first, who can go, what to bring, how to get there, when it was last checked."""

    model = Address

    def with_relations(self, queryset):
        return queryset.with_relations()

    @cached_property
    def nearby(self):
        """A few other addresses in the same municipality."""
        if not self.object.commune_nis:
            return []
        others = Address.objects.public(current_language()).current().exclude(pk=self.object.pk)
        here = others.filter(commune_nis=self.object.commune_nis).with_facts()
        return list(here.filter(is_closed=False)[:NEARBY])

    def structured_data(self):
        return json_ld.place(self.object)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            nearby=self.nearby,
            weekday=Weekday.of(timezone.localdate()),
            plain_text=plain_text(self.object),
            **kwargs,
        )


class AddressCardView(OpenNowMixin, BelowAddressView):
    """One address as a vCard, to keep in a phone's address book."""

    page_name = "vcard"

    def get(self, request, *args, **kwargs):
        found, redirect = self.find(kwargs["slug"])
        if redirect:
            return redirect
        response = HttpResponse(vcard.card(found), content_type="text/vcard; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{found.shown.slug}.vcf"'
        return response
