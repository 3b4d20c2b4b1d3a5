"""Filters of addresses: the need, the place, the language spoken, when it is open, who can come and how."""

import datetime
from collections import Counter

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from addresses import gazetteer
from addresses.checking import closing_checks
from addresses.hours import Weekday
from addresses.models import Access, Address, Audience, Category, Cost, Desk, HoursKind, Known, OpenPeriod, Papers
from addresses.opening import RECEIVING
from content.filters import FLAG, YES, Facet, FacetFilter, PublicFilterSet, TextFilter, count_by
from content.kept_pages import seconds_left_in_minute
from content.language_fields import has_language, split_language_key
from content.languages import language_name

NOW = "now"
ONLY = _("Only")
#: Filters of one and the same desk.
OF_A_DESK = ("walk_in", "audience", "open")


class AddressFilterSet(PublicFilterSet):
    """Narrows addresses; `near` puts them in another order and narrows nothing.

    What is asked of a desk ("without appointment", "for women", "open now") must be true of one and the same desk.
    """

    shown_first = 2

    need = FacetFilter(legend=_("I am looking for"), kind="select", method="with_need")
    near = TextFilter(
        legend=_("Near"), hint=_("Postcode or municipality, for example 1030 or Namur"), method="as_it_is"
    )
    spoken = FacetFilter(legend=_("Language spoken"), kind="select", method="with_language")
    open = FacetFilter(legend=_("Open"), kind="select", method="as_it_is")
    papers = FacetFilter(legend=ONLY, kind=FLAG, method="without_papers")
    free = FacetFilter(legend=ONLY, kind=FLAG, method="free_of_charge")
    walk_in = FacetFilter(legend=ONLY, kind=FLAG, method="as_it_is")
    step_free = FacetFilter(legend=ONLY, kind=FLAG, method="without_steps")
    audience = FacetFilter(legend=_("Desk for"), kind="select", method="as_it_is")

    # --- The place

    def check_near(self, text):
        """Refuse a place that we do not know, offering those that are spelt alike."""
        if gazetteer.find_place(text):
            return
        if similar := gazetteer.similar_places(text):
            raise ValidationError(
                _("We do not know “%(text)s”. Did you mean: %(names)s?"),
                params={"text": text, "names": ", ".join(similar)},
            )
        raise ValidationError(
            _("We do not know “%(text)s”. Write a postcode, such as 1030, or a municipality."), params={"text": text}
        )

    def suggestions(self, name, written):
        """Return the places that are spelt alike, each with the address of the same list near it."""
        found = [gazetteer.find_place(text) for text in gazetteer.similar_places(written)]
        return [
            {
                "text": _("Search near %(place)s") % {"place": place.name},
                "href": self.address(added=[("near", place.text)]),
            }
            for place in found
            if place
        ]

    @cached_property
    def place(self):
        """The gazetteer.Place that the reader named, None for none."""
        return gazetteer.find_place(self.chosen["near"][0]) if self.chosen["near"] else None

    # --- What narrows

    def as_it_is(self, queryset, name, values):
        return queryset

    def with_need(self, queryset, name, values):
        having = Address.categories.through.objects.filter(category__key__in=values)
        return queryset.filter(pk__in=having.values("address"))

    def with_language(self, queryset, name, values):
        return queryset.filter(has_language("language_key", values))

    def without_papers(self, queryset, name, values):
        return queryset.filter(papers=Papers.NOT_ASKED)

    def free_of_charge(self, queryset, name, values):
        return queryset.filter(cost=Cost.FREE)

    def without_steps(self, queryset, name, values):
        return queryset.filter(step_free=Known.YES)

    def filter_queryset(self, queryset):
        return at_one_desk(super().filter_queryset(queryset), self.chosen)

    def _count(self, queryset, chosen):
        return super()._count(at_one_desk(queryset, chosen), chosen)

    # --- The choices

    def facets_age(self):
        """What is open changes with the minute."""
        return min(super().facets_age(), seconds_left_in_minute(timezone.now()))

    def count_facets(self):
        public = Address.objects.public_unordered().current().order_by().prefetch_related(None)
        ids = public.values("pk")
        here = self.language
        needs = count_by(Address.categories.through.objects.filter(address__in=ids), "category")
        spoken = Counter(
            code for key in public.values_list("language_key", flat=True) for code in split_language_key(key)
        )
        audiences = Counter(
            audience
            for _pk, audience in set(lasting_desks().filter(address__in=ids).values_list("address", "audience"))
        )

        def flag(words, queryset):
            return [Facet(YES, str(words), here, queryset.count())]

        return {
            "need": [
                Facet(category.key, category.name.text, category.name.lang, needs[category.pk])
                for category in Category.objects.all()
            ],
            "spoken": [
                Facet(code, language_name(code), here, count)
                for code, count in sorted(spoken.items(), key=lambda entry: (-entry[1], entry[0]))
            ],
            "open": [
                Facet(value, str(words), here, at_one_desk(public, {"open": [value]}).count())
                for value, words in ((NOW, _("now")), *((day.value, day.label) for day in Weekday))
            ],
            "papers": flag(_("no papers asked"), self.without_papers(public, "", [YES])),
            "free": flag(_("free"), self.free_of_charge(public, "", [YES])),
            "walk_in": flag(_("without appointment"), at_one_desk(public, {"walk_in": [YES]})),
            "step_free": flag(_("step-free access"), self.without_steps(public, "", [YES])),
            "audience": [
                Facet(audience.value, str(audience.label), here, audiences[audience.value])
                for audience in Audience
                if audience != Audience.EVERYONE
            ],
        }


def lasting_desks():
    """Return the desks whose hours have not run out: those that a page shows."""
    return Desk.objects.filter(Q(ends__isnull=True) | Q(ends__gte=timezone.localdate())).order_by()


def at_one_desk(queryset, chosen):
    """Return the addresses that have a desk for which all of OF_A_DESK that was chosen is true."""
    if not any(chosen.get(name) for name in OF_A_DESK):
        return queryset
    desks = lasting_desks()
    if chosen.get("walk_in"):
        # "By appointment" is said by the hours where the desk says nothing else.
        desks = desks.filter(access=Access.WALK_IN).exclude(hours_kind=HoursKind.APPOINTMENT)
    if chosen.get("audience"):
        desks = desks.filter(audience__in=chosen["audience"])
    if chosen.get("open"):
        # What a check found gone does not open, whatever its hours say.
        desks = desks.filter(is_open(chosen["open"])).exclude(address__in=closing_checks().values("address"))
    return queryset.filter(pk__in=desks.values("address"))


def is_open(values):
    """The condition on desks "open now" or "open on such a day"; `values` are NOW and codes of Weekdays.

    "On Monday", asked on a Monday, is later today for a desk of which some hours of today are left, those that are
    going on included; for one whose hours of today are over, or that has none, it is the Monday in a week. Only a
    desk that one can go to or call is open, and only while it and its address are there.
    """
    now = timezone.localtime()
    today, periods = now.date(), OpenPeriod.objects
    condition = Q()
    for value in values:
        date = today if value == NOW else next_date(Weekday(value), today)
        if value == NOW:
            condition |= has_period(periods.open_at(now), today)
        elif date == today:
            in_a_week = today + datetime.timedelta(days=7)
            condition |= has_period(periods.left_on(now), today) | has_period(periods.begun_on(in_a_week), in_a_week)
        else:
            condition |= has_period(periods.begun_on(date), date)
    return condition & Q(access__in=RECEIVING)


def has_period(periods, date):
    """The condition on desks that one of these OpenPeriods is theirs, and that they are there on a date."""
    condition = Q(pk__in=periods.values("desk"))
    for first in ("starts", "address__valid_from"):
        condition &= Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": date})
    for last in ("ends", "address__valid_until"):
        condition &= Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": date})
    return condition


def next_date(weekday, today):
    """Return the next date that is such a day of the week, today included."""
    ahead = (list(Weekday).index(weekday) - today.weekday()) % 7
    return today + datetime.timedelta(days=ahead)
