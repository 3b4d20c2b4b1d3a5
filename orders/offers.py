"""What can be ordered of an edition: how many there are, for how much, how many for one person, and each movement."""

from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from content.fields import PartialDateField
from publications.models import Publication

#: The most that one order may have of one edition, whatever staff allow: a slip of the finger is no order.
MOST_COPIES = 9999
MOST_STOCK = 9_999_999


class Mode(models.TextChoices):
    """What staff decided about an edition on paper."""

    ON_PAPER = "on_paper", _("can be ordered while there are copies")
    SOON = "soon", _("not yet: it is being printed")
    PDF_ONLY = "pdf_only", _("only as a PDF")
    OUT_OF_PRINT = "out_of_print", _("out of print")


class Availability(models.TextChoices):
    """What a reader is told about an edition on paper; derived from the Mode, the stock and the publication."""

    ORDERABLE = "orderable", pgettext_lazy("brochure", "can be ordered")
    LOW = "low", pgettext_lazy("brochure", "only a few left")
    OUT_OF_STOCK = "out_of_stock", pgettext_lazy("brochure", "out of stock, will be printed again")
    OUT_OF_PRINT = "out_of_print", pgettext_lazy("brochure", "out of print")
    PDF_ONLY = "pdf_only", pgettext_lazy("brochure", "only as a PDF")
    SOON = "soon", pgettext_lazy("brochure", "available soon")


#: In which of them it can be put in a basket.
ORDERABLE = frozenset({Availability.ORDERABLE, Availability.LOW})


class Audience(models.TextChoices):
    """For whom a price is; a price of 0 is "free"."""

    VOLUNTEERS = "volunteers", _("volunteer groups")
    ORGANISATIONS = "organisations", _("organisations and schools")
    OTHERS = "others", _("others")


class Postage(models.TextChoices):
    """Who pays for sending an edition."""

    FREE = "free", _("we pay it")
    BY_WEIGHT = "by_weight", _("by weight")
    PICK_UP_ONLY = "pick_up_only", _("not sent: to be picked up")


class OfferQuerySet(models.QuerySet):
    """Offers."""

    def orderable(self):
        """Those with copies to be had; whether readers see the publication is for `shown`."""
        return self.filter(mode=Mode.ON_PAPER, on_hand__gt=F("reserved"))

    def shown(self):
        """Those whose publication readers can see and rely on."""
        return self.filter(edition__publication__in=Publication.objects.public_unordered().in_force())

    def to_reprint(self):
        """Those of which few enough are left to think of a new print run."""
        return self.filter(mode=Mode.ON_PAPER, on_hand__lte=F("reserved") + F("reprint_threshold"))


class Offer(models.Model):
    """How an edition can be ordered on paper, and how many copies there are."""

    edition = models.OneToOneField(
        "publications.Edition", models.PROTECT, related_name="offer", verbose_name=_("edition")
    )
    mode = models.CharField(_("on paper"), max_length=20, choices=Mode, default=Mode.ON_PAPER)
    expected_on = PartialDateField(
        _("expected"), help_text=_("When copies should arrive: 2027-03, or 2027-03-15. Readers see it.")
    )
    reprint_planned = models.BooleanField(
        _("will be printed again"),
        default=False,
        help_text=_("Without copies left, readers are told “out of stock, will be printed again”, not “out of print”."),
    )

    price_volunteers = models.DecimalField(
        _("price for volunteer groups"), max_digits=7, decimal_places=2, default=Decimal(0)
    )
    price_organisations = models.DecimalField(
        _("price for organisations and schools"), max_digits=7, decimal_places=2, default=Decimal(0)
    )
    price_others = models.DecimalField(_("price for others"), max_digits=7, decimal_places=2, default=Decimal(0))
    postage = models.CharField(_("postage"), max_length=20, choices=Postage, default=Postage.FREE)
    weight = models.PositiveIntegerField(
        _("weight of one copy, in grams"), default=0, validators=[MaxValueValidator(100_000)]
    )

    most_per_order = models.PositiveIntegerField(
        _("at most per order"),
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)],
    )
    most_per_requester = models.PositiveIntegerField(
        _("at most per person or organisation"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_STOCK)],
        help_text=_("Within the period below, all orders with one e-mail address together. Blank: no limit."),
    )
    period_days = models.PositiveSmallIntegerField(
        _("period, in days"), default=365, validators=[MinValueValidator(1), MaxValueValidator(3660)]
    )
    reprint_threshold = models.PositiveIntegerField(
        _("think of reprinting at"),
        default=50,
        validators=[MaxValueValidator(MOST_STOCK)],
        help_text=_("With so many free copies or fewer, staff are warned and readers told “only a few left”."),
    )

    # What the movements add up to, held here so that one conditional update can take a copy; see orders/stock.py.
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    reserved = models.PositiveIntegerField(pgettext_lazy("copies", "reserved"), default=0, editable=False)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("brochure to order")
        verbose_name_plural = _("brochures to order")
        constraints = (
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="offer_never_oversold"),
            models.CheckConstraint(
                condition=Q(price_volunteers__gte=0, price_organisations__gte=0, price_others__gte=0),
                name="offer_prices_not_negative",
                violation_error_message=_("A price cannot be negative. 0 means free."),
            ),
            models.CheckConstraint(
                condition=~Q(postage=Postage.BY_WEIGHT) | Q(weight__gte=1), name="offer_by_weight_has_a_weight"
            ),
            models.CheckConstraint(
                condition=Q(most_per_order__gte=1, most_per_order__lte=MOST_COPIES),
                name="offer_order_limit_within_reason",
            ),
            models.CheckConstraint(
                condition=Q(most_per_requester__isnull=True) | Q(most_per_requester__gte=F("most_per_order")),
                name="offer_requester_may_order_once",
                violation_error_message=_(
                    "The limit per person or organisation cannot be lower than that of one order."
                ),
            ),
        )

    def __str__(self):
        # The label tells the second edition from the first: "4th edition".
        return ", ".join(filter(None, [str(self.edition), self.edition.label]))

    def save(self, *args, update_fields=None, **kwargs):
        if update_fields is None and not self._state.adding:
            # What was read before an order came would be written over it: stock moves in orders/stock.py only.
            update_fields = {field.name for field in self._meta.concrete_fields} - {"id", "on_hand", "reserved"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean(self):
        super().clean()
        if self.postage == Postage.BY_WEIGHT and not self.weight:
            raise ValidationError({"weight": _("For postage by weight, the weight of a copy must be known.")})

    @property
    def free(self):
        """How many copies can still be ordered."""
        return self.on_hand - self.reserved

    @property
    def availability(self):
        """The Availability for readers, as far as stock and Mode tell it."""
        if self.mode != Mode.ON_PAPER:
            return Availability(self.mode)
        if self.free <= 0:
            return Availability.OUT_OF_STOCK if self.reprint_planned else Availability.OUT_OF_PRINT
        return Availability.LOW if self.free <= self.reprint_threshold else Availability.ORDERABLE

    @property
    def availability_text(self):
        return self.availability.label

    @property
    def can_be_ordered(self):
        """Whether there are copies; that readers can see and rely on the publication is for `shown()`."""
        return self.availability in ORDERABLE

    @property
    def most_now(self):
        """The most that one order can have of it now."""
        return max(0, min(self.free, self.most_per_order)) if self.mode == Mode.ON_PAPER else 0

    @property
    def needs_reprint(self):
        """Whether staff should think of a new print run; says the same as `to_reprint`."""
        return self.mode == Mode.ON_PAPER and self.free <= self.reprint_threshold

    def price_for(self, audience):
        """Return the price of a copy in euro for an Audience."""
        return getattr(self, f"price_{Audience(audience).value}")

    @property
    def is_free_for_all(self):
        return not any(self.price_for(audience) for audience in Audience)


class MovementKind(models.TextChoices):
    """Why the stock changed."""

    RECEIVED = "received", pgettext_lazy("copies", "received")
    CORRECTED = "corrected", pgettext_lazy("copies", "corrected")
    RESERVED = "reserved", pgettext_lazy("copies", "reserved")
    RELEASED = "released", pgettext_lazy("copies", "no longer reserved")
    SENT = "sent", pgettext_lazy("copies", "sent")


class StockMovement(models.Model):
    """A change of the stock: never changed, never deleted; a mistake is followed by a correction."""

    offer = models.ForeignKey(Offer, models.PROTECT, related_name="movements", verbose_name=_("edition"))
    kind = models.CharField(_("kind"), max_length=20, choices=MovementKind)
    on_hand = models.IntegerField(_("on hand"), default=0)  # how much it changes what lies on the shelf
    reserved = models.IntegerField(pgettext_lazy("copies", "reserved"), default=0)  # and what is promised of that
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, related_name="movements", verbose_name=_("order"), null=True, blank=True
    )
    at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("by"), related_name="+", null=True, blank=True
    )
    why = models.CharField(_("why"), max_length=200, blank=True, help_text=_("Without anybody’s name."))

    class Meta:
        verbose_name = _("movement of stock")
        verbose_name_plural = _("movements of stock")
        ordering = ("-at", "-pk")
        default_permissions = ("view", "add")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind=MovementKind.RECEIVED, on_hand__gt=0, reserved=0)
                | (Q(kind=MovementKind.CORRECTED, reserved=0) & ~Q(on_hand=0) & ~Q(why=""))
                | Q(kind=MovementKind.RESERVED, on_hand=0, reserved__gt=0, order__isnull=False)
                | Q(kind=MovementKind.RELEASED, on_hand=0, reserved__lt=0, order__isnull=False)
                | Q(kind=MovementKind.SENT, on_hand__lt=0, reserved=F("on_hand"), order__isnull=False),
                name="stockmovement_means_what_its_kind_says",
            ),
        )

    def __str__(self):
        return f"{self.get_kind_display()} {self.on_hand or self.reserved:+}"


class PostageRate(models.Model):
    """What sending a parcel costs up to a weight."""

    up_to = models.PositiveIntegerField(
        _("up to, in grams"), unique=True, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    price = models.DecimalField(_("price in euro"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("postage rate")
        verbose_name_plural = _("postage rates")
        ordering = ("up_to",)
        constraints = (
            models.CheckConstraint(condition=Q(up_to__gte=1, price__gte=0), name="postagerate_within_reason"),
        )

    def __str__(self):
        return f"≤ {self.up_to} g: {self.price} €"
