"""Networks, groups and seats as readers see them: constant in queries, naming only what is published."""

from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Left, Length
from parler.managers import TranslatableManager

from content.languages import current_language
from content.partial_dates import PartialDate
from content.querysets import ContentQuerySet
from themes.models import Theme


class OrganisationQuerySet(ContentQuerySet):
    """Organisations."""

    def site(self):
        """The organisation whose site this is."""
        return self.filter(is_site=True)


class OrganisationManager(TranslatableManager.from_queryset(OrganisationQuerySet)):
    """The manager of organisations."""

    def us(self):
        """The organisation whose site this is, as readers see it; None where it is not published.

        It stands on every page, so it is kept for settings.FACETS_MAX_AGE seconds.
        """
        language = current_language()
        found = cache.get_or_set(
            f"site-owner:{language}", lambda: list(self.public(language).site()), settings.FACETS_MAX_AGE
        )
        return found[0] if found else None


def is_current():
    """The condition "this seat is held today", as Membership.is_current says it for one."""
    today = Value(str(PartialDate.today()))
    return Q(ended=False) & (Q(until="") | Q(until__gte=Left(today, Length("until"))))


class MembershipQuerySet(QuerySet):
    """Seats of networks or groups."""

    def current(self):
        """Seats held today."""
        return self.filter(is_current())

    def ours(self):
        """Seats of the site's own organisation."""
        return self.filter(organisation__is_site=True)

    def with_mandate(self, language):
        """Fetch who gave the mandate; `mandated_by` is None where that organisation is not published."""
        return self.prefetch_related(Prefetch("mandated_by", queryset=self._organisations(language)))

    def with_organisations(self, language):
        """Fetch who holds the seat; there is no `organisation` (see hasattr) where it is not published."""
        return self.prefetch_related(Prefetch("organisation", queryset=self._organisations(language)))

    def with_bodies(self, language):
        """Fetch the network or group of each seat; there is no `body` (see hasattr) where it is not published."""
        bodies = self.model._meta.get_field("body").related_model.objects.public(language)
        return self.prefetch_related(Prefetch("body", queryset=bodies))

    def _organisations(self, language):
        return self.model._meta.get_field("organisation").related_model.objects.public(language)


class CollectiveQuerySet(ContentQuerySet):
    """Networks or groups."""

    @property
    def seats(self):
        return self.model._meta.get_field("seats").related_model.objects

    def where_we_are(self, roles):
        """Where our own organisation holds one of `roles` today."""
        ours = self.seats.ours().current().filter(role__in=roles, body=OuterRef("pk"))
        return self.filter(Exists(ours))

    def with_our_seats(self, language):
        """Fetch what every list shows of a network or group: our seats, themes and figures."""
        return self.prefetch_related(
            Prefetch("seats", queryset=self.seats.ours().with_mandate(language), to_attr="fetched_our_seats"),
            Prefetch("themes", queryset=Theme.objects.public(language), to_attr="shown_themes"),
            "figures",
        )

    def with_all_seats(self, language):
        """Fetch everybody's seat as well, for a page of its own."""
        everybody = self.seats.with_organisations(language).with_mandate(language)
        return self.with_our_seats(language).prefetch_related(Prefetch("seats", queryset=everybody))


class CollectiveManager(TranslatableManager.from_queryset(CollectiveQuerySet)):
    """The manager of networks and groups."""
