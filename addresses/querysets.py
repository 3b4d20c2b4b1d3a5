"""Addresses as readers see them: with their desks and their checks, those of the past left out."""

from django.db.models import Exists, Max, Min, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from parler.managers import TranslatableManager

from addresses.checking import CONFIRMING, DOUBTING, Check, Report, closing_checks
from content.querysets import ContentQuerySet
from organisations.models import Organisation


class AddressQuerySet(ContentQuerySet):
    """Useful addresses."""

    def current(self):
        """Those whose last day at their place has not passed."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=timezone.localdate()))

    def with_checks(self):
        """Add `confirmed_at`, `doubted_at`, `reported_at` (datetimes or None), `check_months` and `is_closed`.

        `doubted_at`: when the last doubt that holds was raised. What a check found wrong holds until a later one
        confirms; what readers report holds until staff settle it, whatever comes later: `reported_at` is the last of
        those. `check_months`: a number or None. `is_closed`: whether the latest check that found anything found that
        it no longer exists.
        """
        checks = Check.objects.filter(address=OuterRef("pk")).order_by().values("address")
        reports = Report.objects.filter(address=OuterRef("pk"), settled_at__isnull=True).order_by().values("address")
        categories = self.model.categories.through.objects.filter(address=OuterRef("pk")).order_by().values("address")
        confirmed_later = Check.objects.filter(
            address=OuterRef("address"), result__in=CONFIRMING, made_at__gt=OuterRef("made_at")
        )
        still_wrong = checks.filter(~Exists(confirmed_later), result__in=DOUBTING)
        found_wrong = Subquery(still_wrong.annotate(at=Max("made_at")).values("at"))
        reported = Subquery(reports.annotate(at=Max("sent_at")).values("at"))
        return self.annotate(
            confirmed_at=Subquery(checks.filter(result__in=CONFIRMING).annotate(at=Max("made_at")).values("at")),
            # The later of the two; Greatest is null on SQLite where one of them is.
            doubted_at=Coalesce(Greatest(found_wrong, reported), found_wrong, reported),
            reported_at=reported,
            is_closed=Exists(closing_checks().filter(address=OuterRef("pk"))),
            check_months=Subquery(categories.annotate(months=Min("category__check_months")).values("months")),
        )

    def with_short_facts(self):
        """Fetch what a short list on another page shows besides the texts: whether it can be called, its checks."""
        return self.with_checks().prefetch_related("phones")

    def with_facts(self):
        """Fetch what a list shows besides the texts: needs, desks with their special days, phones, checks."""
        return self.with_short_facts().prefetch_related("categories", "desks", "special_days")

    def with_relations(self):
        """Fetch what the page of one address shows: the same, its organisation, where it moved to."""
        return self.with_facts().prefetch_related(
            Prefetch("organisation", queryset=Organisation.objects.public_unordered()),
            Prefetch("moved_to", queryset=self.model.objects.public_unordered()),
        )


class AddressManager(TranslatableManager.from_queryset(AddressQuerySet)):
    """The manager of addresses."""
