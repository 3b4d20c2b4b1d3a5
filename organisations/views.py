"""Public pages of organisations, and what the pages of networks and groups have in common."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from content.languages import current_language
from content.views import ContentDetailView, ContentListView
from organisations import json_ld
from organisations.filters import CollectiveFilterSet
from organisations.models import Organisation
from organisations.timeline import make_timeline
from themes.views import newest_publications

FIRST_ADDRESSES = 6


class OrganisationListView(ContentListView):
    model = Organisation


class OrganisationDetailView(ContentDetailView):
    model = Organisation

    @cached_property
    def seats_in(self):
        """Where this organisation sits, current seats first, as [{object, seat}]."""
        seats = [
            seat
            for relation in (self.object.networks_seats, self.object.groups_seats)
            for seat in relation.all().with_public("body", "mandated_by")
        ]
        seats = [seat for seat in seats if hasattr(seat, "body")]
        seats.sort(key=lambda seat: (not seat.is_current, seat.body.shown.title_key, seat.sort_position))
        return [{"object": seat.body, "seat": seat} for seat in seats]

    @cached_property
    def addresses(self):
        """The first useful addresses of this organisation."""
        # What stands above is reached from the object, never by import.
        public = self.object.addresses.public(current_language()).current()
        return list(public.with_short_facts()[:FIRST_ADDRESSES])

    def structured_data(self):
        pairs = [(entry["object"], entry["seat"]) for entry in self.seats_in]
        data = json_ld.organisation(self.object)
        member_of = json_ld.memberships(pairs)
        return {**data, "memberOf": member_of} if member_of else data

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            seats_in=self.seats_in,
            publications=newest_publications(self.object),
            addresses=self.addresses,
            **kwargs,
        )


class CollectiveListView(ContentListView):
    """A list of networks or groups, narrowed by our role, theme and scope."""

    filterset_class = CollectiveFilterSet

    def get_queryset(self):
        return super().get_queryset().with_our_seats()


class CollectiveDetailView(ContentDetailView):
    """A network or group: our seat on a timeline, then everybody's."""

    def with_relations(self, queryset):
        return queryset.with_all_seats()

    def crumbs(self):
        together = {
            "text": _("Networks and groups"),
            "href": reverse("networks_and_groups"),
            "lang": current_language(),
        }
        return [together, *super().crumbs()]

    def structured_data(self):
        members = [
            json_ld.role(seat, "member", json_ld.organisation(seat.organisation))
            for seat in self.object.shown_seats
            if seat.is_current and not seat.to_be_confirmed
        ]
        data = json_ld.organisation(self.object)
        return {**data, "member": members} if members else data

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["timeline"] = make_timeline([self.object])
        context["seats"] = self.object.shown_seats
        context["publications"] = newest_publications(self.object)
        return context
