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
    begun = Q(since="") | Q(since__lte=Left(today, Length("since")))
    return Q(ended=False) & begun & (Q(until="") | Q(until__gte=Left(today, Length("until"))))


class MembershipQuerySet(QuerySet):
    """Seats of networks or groups."""

    def current(self):
        """Seats held today."""
        return self.filter(is_current())

    def ours(self):
        """Seats of the site's own organisation."""
        return self.filter(organisation__is_site=True)

    def with_public(self, *names):
        """Fetch related content ("organisation", "mandated_by", "body") as far as readers may see it.

        What is not published is absent: `mandated_by` is None, the others are not there (see hasattr).
        """
        return self.prefetch_related(
            *(
                Prefetch(name, queryset=self.model._meta.get_field(name).related_model.objects.public_unordered())
                for name in names
            )
        )


class CollectiveQuerySet(ContentQuerySet):
    """Networks or groups."""

    @property
    def seats(self):
        return self.model._meta.get_field("seats").related_model.objects

    def where_we_are(self, roles):
        """Where our own organisation holds one of `roles` today."""
        ours = self.seats.ours().current().filter(role__in=roles, body=OuterRef("pk"))
        return self.filter(Exists(ours))

    def with_our_seats(self):
        """Fetch what every list shows of a network or group: our seats, themes and figures."""
        return self.prefetch_related(
            Prefetch("seats", queryset=self.seats.ours().with_public("mandated_by"), to_attr="fetched_our_seats"),
            Prefetch("themes", queryset=Theme.objects.public_unordered(), to_attr="public_themes"),
            "figures",
        )

    def with_all_seats(self):
        """Fetch everybody's seat as well, for a page of its own."""
        everybody = self.seats.with_public("organisation", "mandated_by")
        return self.with_our_seats().prefetch_related(Prefetch("seats", queryset=everybody))


class CollectiveManager(TranslatableManager.from_queryset(CollectiveQuerySet)):
    """The manager of networks and groups."""
