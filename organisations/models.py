"""An organisation; what a network and a group have in common with it; what a membership and a role are."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left, Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from parler.fields import TranslationsForeignKey

from content.fields import PartialDateField, WordsField
from content.models import Content, ContentTranslation, in_order
from content.partial_dates import PartialDate
from content.pictures import PictureField, shown_picture
from organisations.querysets import CollectiveManager, MembershipQuerySet, OrganisationManager


def not_earlier(later, earlier):
    """The condition "`later` is not before `earlier`" on two partial dates, on the precision that both have."""
    return Q(GreaterThanOrEqual(Left(later, Length(earlier)), Left(earlier, Length(later))))


class Body(Content):
    """Something that people founded and that has a name, a site and a logo: an organisation, a network, a group."""

    founded = PartialDateField(_("founded"))
    ended = PartialDateField(_("ended"))
    logo = PictureField(_("logo"), blank=True, width_field="logo_width", height_field="logo_height")
    logo_width = models.PositiveIntegerField(null=True, editable=False)
    logo_height = models.PositiveIntegerField(null=True, editable=False)
    logo_alt = WordsField(
        _("logo in words"), blank=True, help_text=_("What the logo shows, for people who do not see it.")
    )

    class Meta(Content.Meta):
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=not_earlier("ended", "founded"),
                name="%(class)s_not_ended_before_founded",
                violation_error_message=_("The end cannot come before the foundation."),
            ),
        )

    @property
    def founded_text(self):
        """When it was founded, in words; "" where that is not known."""
        return self.founded.text

    @property
    def ended_text(self):
        """When it ended, in words; "" where it goes on or that is not known."""
        return self.ended.text

    @property
    def logo_picture(self):
        """The logo as the `picture` component shows it, None where there is none."""
        return shown_picture(self, "logo", self.logo_alt)


class BodyTranslation(ContentTranslation):
    """The texts of an organisation, network or group in one language."""

    acronym = models.CharField(_("acronym"), max_length=30, blank=True, help_text=_("In this language: CBAR, BCHV."))
    short_name = models.CharField(
        _("short name"),
        max_length=60,
        blank=True,
        help_text=_("For lists and the timeline, where there is no acronym."),
    )
    website = models.URLField(_("website"), blank=True, help_text=_("With https://, the version in this language."))

    name_columns = (*ContentTranslation.name_columns, "acronym", "short_name")

    class Meta(ContentTranslation.Meta):
        abstract = True

    @property
    def heading(self):
        return self.acronym or self.short_name or self.title

    @property
    def heading_lang(self):
        # An acronym is said letter by letter, a short name is in the language of the name.
        return self.title_lang

    @property
    def website_host(self):
        """The website as people say it: without scheme, "www." and path."""
        return self.website.partition("://")[2].partition("/")[0].removeprefix("www.")


class Kind(models.TextChoices):
    """What sort of organisation it is."""

    NGO = "ngo", _("association")
    COORDINATION = "coordination", _("coordination of associations")
    FEDERATION = "federation", _("federation")
    PUBLIC_BODY = "public_body", _("public body")
    COURT = "court", _("court")


class Organisation(Body):
    """An organisation: our own, one that sits in a network or group with us, or an authority."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NGO)
    is_site = models.BooleanField(
        _("this is us"), default=False, help_text=_("The organisation whose site this is: its seats are “our seats”.")
    )

    objects = OrganisationManager()

    class Meta(Body.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = (
            *Body.Meta.constraints,
            models.UniqueConstraint(
                fields=["is_site"],
                condition=Q(is_site=True),
                name="organisation_one_is_the_site",
                violation_error_message=_("Another organisation is already the site’s own."),
            ),
        )


class OrganisationTranslation(BodyTranslation):
    master = TranslationsForeignKey(Organisation, models.CASCADE, related_name="translations", editable=False)

    class Meta(BodyTranslation.Meta):
        verbose_name = _("text of an organisation")
        verbose_name_plural = _("texts of organisations")


class Scope(models.TextChoices):
    """How far a network or group reaches."""

    BRUSSELS = "brussels", _("Brussels-Capital Region")
    FRENCH_COMMUNITY = "french_community", _("French Community")
    NATIONAL = "national", _("national")
    EUROPEAN = "european", _("European")
    EURO_AFRICAN = "euro_african", _("European and African")
    INTERNATIONAL = "international", _("international")


class Collective(Body):
    """A body that organisations sit in: a network or a group. Its seats and figures are `seats` and `figures`."""

    scope = models.CharField(_("scope"), max_length=20, choices=Scope, default=Scope.NATIONAL)
    themes = models.ManyToManyField("themes.Theme", verbose_name=_("themes"), related_name="%(app_label)s", blank=True)

    objects = CollectiveManager()

    class Meta(Body.Meta):
        abstract = True

    @cached_property
    def our_seats(self):
        """The seats of the site's own organisation, current ones first."""
        return sorted(self.fetched_our_seats, key=lambda seat: seat.sort_position)

    @cached_property
    def shown_seats(self):
        """The seats of all organisations that are published, current ones first."""
        named = [seat for seat in self.seats.all() if hasattr(seat, "organisation")]
        return sorted(named, key=lambda seat: seat.sort_position)

    @cached_property
    def shown_themes(self):
        """The themes that are published, in the order of their names."""
        return in_order(self.public_themes)

    @property
    def shown_figures(self):
        """The key figures, in the order that staff gave them."""
        return self.figures.all()


class Role(models.TextChoices):
    """In which role an organisation sits in a network or group."""

    FOUNDER = "founder", _("founding member")
    MEMBER = "member", _("member")
    PERMANENT_GUEST = "permanent_guest", _("permanent guest")
    COORDINATOR = "coordinator", _("coordinator")


ROLES = dict(Role.choices)


ONE_AT_A_TIME = "each_role_once_at_a_time"


class Membership(models.Model):
    """A seat: which organisation sits there, in which role, from when to when. Past seats are kept."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("organisation"), related_name="%(app_label)s_seats"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    since = PartialDateField(_("since"))
    since_or_before = models.BooleanField(
        _("or before"), default=False, help_text=_("The date is the first we know of; the seat may be older.")
    )
    until = PartialDateField(_("until"))
    ended = models.BooleanField(_("ended"), default=False, help_text=_("Only if the seat ended and nobody knows when."))
    mandated_by = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name=_("mandated by"),
        related_name="%(app_label)s_mandates",
        null=True,
        blank=True,
        help_text=_("The organisation that gave the mandate."),
    )
    to_be_confirmed = models.BooleanField(
        _("to be confirmed"), default=False, help_text=_("Readers see “to be confirmed” beside the role.")
    )
    note = WordsField(_("note"), blank=True, max_length=300, help_text=_("A finer word for the role, or a remark."))

    objects = MembershipQuerySet.as_manager()

    #: Primary keys of the stored seats that are edited, and checked, on the same page as this one.
    checked_together = frozenset()

    class Meta:
        abstract = True
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["body", "organisation", "role"],
                condition=Q(until="", ended=False),
                name=f"%(class)s_{ONE_AT_A_TIME}",
                violation_error_message=_("This organisation already holds this role now."),
            ),
            models.CheckConstraint(
                condition=not_earlier("until", "since"),
                name="%(class)s_not_over_before_it_began",
                violation_error_message=_("“Until” cannot come before “since”."),
            ),
            models.CheckConstraint(
                condition=Q(ended=False) | Q(until=""),
                name="%(class)s_ended_only_without_date",
                violation_error_message=_("Tick “ended” only where the date of the end is not known."),
            ),
            models.CheckConstraint(
                condition=Q(since_or_before=False) | ~Q(since=""),
                name="%(class)s_or_before_needs_a_date",
                violation_error_message=_("“Or before” needs a date in “since”."),
            ),
        )

    def __str__(self):
        return f"{self.get_role_display()}, {self.when}"

    def clean(self):
        """Refuse a seat that overlaps with another of the same organisation in the same role."""
        super().clean()
        if self.body_id is None or self.organisation_id is None:
            return
        same = type(self).objects.filter(body=self.body_id, organisation=self.organisation_id, role=self.role)
        for other in same.exclude(pk__in={self.pk, *self.checked_together} - {None}):
            if self.overlaps(other):
                raise ValidationError(
                    _("This organisation already holds this role in that time (%(when)s)."), params={"when": other.when}
                )

    def get_constraints(self):
        # The database holds it in any case; here it would look at rows that are about to change.
        return [
            (model, [rule for rule in rules if not (self.checked_together and rule.name.endswith(ONE_AT_A_TIME))])
            for model, rules in super().get_constraints()
        ]

    def overlaps(self, other):
        """Whether both seats are surely held at one time; an end or start that is not known proves nothing."""
        if self.ended or other.ended:
            return False
        for earlier, later in ((self, other), (other, self)):
            # Where no start is known, the seat is surely held only at its end, or today.
            begin = later.since or later.until or PartialDate.today()
            if earlier.until and not begin.is_before(earlier.until):
                return False
        return True

    @property
    def is_current(self):
        """Whether the seat is held today. A seat until 2018 is held to the end of 2018."""
        today = PartialDate.today()
        begun = not self.since or not today.is_before(self.since)
        return not self.ended and begun and (not self.until or not self.until.is_before(today))

    @property
    def role_text(self):
        return str(ROLES.get(self.role, self.role))

    @property
    def shown_note(self):
        """The note for this reader, None where there is none."""
        return self.note if self.note.text else None

    @property
    def when(self):
        """The dates in words: "since 2010", "2009 or before", "from 1999 to 2004", "start unknown"."""
        since, until = self.since.text, self.until.text
        if self.since_or_before:
            since = _("%(date)s or before") % {"date": since}
        if self.ended:
            return _("ended, began %(since)s") % {"since": since} if since else str(_("ended, dates unknown"))
        if until and since:
            only_years = self.since.is_year and self.until.is_year and not self.since_or_before
            words = _("from %(since)s to %(until)s") if only_years else _("%(since)s – %(until)s")
            return words % {"since": since, "until": until}
        if until:
            # French says "jusqu’en 2004" but "jusqu’au 3 mai 2004", "depuis 2010" but "depuis le 20 mai 2010".
            words = (
                pgettext("a day", "until %(until)s, start unknown")
                if self.until.is_day
                else _("until %(until)s, start unknown")
            )
            return words % {"until": until}
        if not since:
            return str(_("start unknown"))
        if self.since_or_before:
            return since
        return (pgettext("a day", "since %(since)s") if self.since.is_day else _("since %(since)s")) % {"since": since}

    @cached_property
    def sort_position(self):
        """Current seats first, then the oldest; those whose start is unknown last."""
        return (not self.is_current, self.since or "9", self.pk or 0)
