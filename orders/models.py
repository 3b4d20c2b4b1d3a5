"""Orders of printed brochures: what was ordered stays for the figures, who ordered it is forgotten in time."""

import contextlib
import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from addresses.gazetteer import communes_with, name_key
from content.language_fields import in_words, split_language_key
from orders.offers import MOST_COPIES, Audience, Availability, Mode, MovementKind, Offer, Postage, PostageRate
from orders.offers import StockMovement as StockMovement
from orders.reference import new_reference

__all__ = (
    "Audience",
    "Availability",
    "Delivery",
    "Mode",
    "MovementKind",
    "Offer",
    "Order",
    "OrderLine",
    "Postage",
    "PostageRate",
    "Purpose",
    "Requester",
    "RequesterKind",
    "Status",
    "StatusChange",
    "StockMovement",
)


class Status(models.TextChoices):
    """How far an order has come."""

    NEW = "new", pgettext_lazy("order", "new")
    CONFIRMED = "confirmed", pgettext_lazy("order", "confirmed")
    PREPARING = "preparing", pgettext_lazy("order", "being prepared")
    PARTLY_SENT = "partly_sent", pgettext_lazy("order", "partly sent")
    SENT = "sent", pgettext_lazy("order", "sent")
    CANCELLED = "cancelled", pgettext_lazy("order", "cancelled")


#: Where an order may go from each status. A sent one is closed; partly sent, what was not sent may be cancelled.
NEXT = {
    Status.NEW: (Status.CONFIRMED, Status.PREPARING, Status.PARTLY_SENT, Status.SENT, Status.CANCELLED),
    Status.CONFIRMED: (Status.PREPARING, Status.PARTLY_SENT, Status.SENT, Status.CANCELLED),
    Status.PREPARING: (Status.PARTLY_SENT, Status.SENT, Status.CANCELLED),
    Status.PARTLY_SENT: (Status.PARTLY_SENT, Status.SENT),
    Status.SENT: (),
    Status.CANCELLED: (),
}
CLOSED = (Status.SENT, Status.CANCELLED)
#: While it is in one of these, whoever ordered may correct its address, or cancel it.
MAY_CORRECT = (Status.NEW,)
MAY_CANCEL = (Status.NEW, Status.CONFIRMED)


class RequesterKind(models.TextChoices):
    """Who orders: for the price, and for the figures."""

    PERSON = "person", _("a person")
    VOLUNTEERS = "volunteers", _("a group of volunteers")
    SCHOOL = "school", _("a school or a training centre")
    ORGANISATION = "organisation", _("an organisation or a public service")


AUDIENCE_OF = {
    RequesterKind.PERSON: Audience.OTHERS,
    RequesterKind.VOLUNTEERS: Audience.VOLUNTEERS,
    RequesterKind.SCHOOL: Audience.ORGANISATIONS,
    RequesterKind.ORGANISATION: Audience.ORGANISATIONS,
}


class Purpose(models.TextChoices):
    """What the copies are for: for the figures."""

    LESSON = "lesson", _("a lesson or a training")
    EVENT = "event", _("an event or a stand")
    DISTRIBUTION = "distribution", _("handing out to people we meet")
    READING = "reading", _("reading it myself")
    OTHER = "other", _("something else")


class Delivery(models.TextChoices):
    """How the copies come to whoever ordered them."""

    POST = "post", _("by post")
    PICK_UP = "pick_up", _("picked up at our office")


#: The columns of a Requester that may be corrected later.
CONTACT = ("organisation", "name", "email", "phone", "street", "postcode", "locality")
#: How the outbox's `about` begins for every e-mail about an order.
MAIL_ABOUT = "orders.order:"


class Order(models.Model):
    """What was ordered, and how far it has come. Whose it is stands in its Requester, until that is erased."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField(_("number"), max_length=9, unique=True, default=new_reference, editable=False)
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now, db_index=True, editable=False)
    status = models.CharField(
        _("state"), max_length=20, choices=Status, default=Status.NEW, db_index=True, editable=False
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField(_("made anonymous"), null=True, blank=True, editable=False)

    requester_kind = models.CharField(_("who orders"), max_length=20, choices=RequesterKind)
    purpose = models.CharField(_("what for"), max_length=20, choices=Purpose)
    delivery = models.CharField(_("delivery"), max_length=20, choices=Delivery, default=Delivery.POST)
    # The NIS code of the commune, which tells nobody's street; "" where it is not known.
    commune = models.CharField(_("commune"), max_length=5, blank=True, editable=False)

    # Frozen when it was ordered: prices change, what was promised does not. In euro and grams.
    copies = models.PositiveIntegerField(_("copies"), editable=False)
    price = models.DecimalField(_("price of the copies"), max_digits=10, decimal_places=2, editable=False)
    postage = models.DecimalField(_("postage"), max_digits=8, decimal_places=2, editable=False)
    weight = models.PositiveIntegerField(_("weight in grams"), editable=False)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ("created_at", "pk")
        default_permissions = ("view", "change", "export", "erase")
        constraints = (
            models.CheckConstraint(
                condition=Q(price__gte=0, postage__gte=0, copies__gte=1), name="order_totals_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(status__in=CLOSED, closed_at__isnull=False)
                | (~Q(status__in=CLOSED) & Q(closed_at__isnull=True)),
                name="order_closed_when_sent_or_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True) | Q(status__in=CLOSED), name="order_open_is_never_anonymous"
            ),
        )

    def __str__(self):
        # Stands in the log of the admin: the number and nothing else.
        return self.reference

    @property
    def total(self):
        """What was to be paid when it was ordered, in euro."""
        return self.price + self.postage

    @property
    def copies_due(self):
        """What is to be paid for the copies, in euro, without those that will not come."""
        return sum((line.due for line in self.lines.all()), Decimal(0))

    @property
    def due(self):
        """What is to be paid as things stand, in euro: nothing for what is cancelled."""
        return Decimal(0) if self.status == Status.CANCELLED else self.copies_due + self.postage

    @property
    def is_closed(self):
        return self.status in CLOSED

    @property
    def may_go_to(self):
        """The statuses that it may have next."""
        return NEXT[Status(self.status)]

    @property
    def contact(self):
        """The Requester, None once the order was made anonymous."""
        return getattr(self, "requester", None)

    @property
    def mail_about(self):
        """What the outbox calls the e-mails about this order."""
        return f"{MAIL_ABOUT}{self.pk}"


class Requester(models.Model):
    """Who ordered and where it goes: personal data, all in one row, which is deleted when it is no longer needed."""

    order = models.OneToOneField(Order, models.CASCADE, related_name="requester", primary_key=True)
    organisation = models.CharField(_("organisation or school"), max_length=120, blank=True)
    name = models.CharField(_("your name"), max_length=120)
    email = models.EmailField(_("your e-mail"), max_length=254)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    # "" for what is picked up.
    street = models.CharField(_("street and number"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=4, blank=True)
    locality = models.CharField(_("commune"), max_length=80, blank=True)
    note = models.TextField(_("a remark for us"), max_length=1000, blank=True)
    # The e-mail as `email_key` makes it: one person's orders are counted and found by it.
    email_key = models.CharField(max_length=254, editable=False, db_index=True)

    class Meta:
        verbose_name = _("requester")
        verbose_name_plural = _("requesters")
        default_permissions = ()

    def __str__(self):
        # Never a name: Django writes this into logs.
        return self.order.reference

    def save(self, *args, **kwargs):
        self.email_key = email_key(self.email)
        super().save(*args, **kwargs)

    @property
    def commune(self):
        """The NIS code of the commune that the postcode belongs to, "" where there is none or we do not know it.

        Of several communes with one postcode it is the one that was written, else the first.
        """
        found = communes_with(self.postcode)
        key = name_key(self.locality)
        named = [commune for commune in found if key in {name_key(name) for name in commune.names.values()}]
        return (named or found)[0].nis if found else ""

    @property
    def address_lines(self):
        """The lines of a letter's address, without those that are empty."""
        place = f"{self.postcode} {self.locality}".strip()
        return [line for line in (self.organisation, self.name, self.street, place) if line]


def email_key(email):
    """Return what tells that two e-mail addresses are the same: without capitals, the domain as DNS knows it.

    ASCII for every address that the forms take; of others only the domain is made small, since "ſ" is no "s".
    """
    local, at, domain = email.strip().rpartition("@")
    with contextlib.suppress(UnicodeError):  # of what can be no domain
        domain = punycode(domain)
    return f"{local.lower() if local.isascii() else local}{at}{domain.lower()}"


class OrderLine(models.Model):
    """Some copies of one edition, as they were offered when they were ordered."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="lines", verbose_name=_("order"))
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="lines", verbose_name=_("edition"))
    title = models.CharField(_("title"), max_length=250)
    languages = models.CharField(max_length=60)  # as Edition.language_key
    copies = models.PositiveIntegerField(_("copies"), validators=[MinValueValidator(1), MaxValueValidator(MOST_COPIES)])
    sent = models.PositiveIntegerField(pgettext_lazy("copies", "sent"), default=0)
    dropped = models.PositiveIntegerField(pgettext_lazy("copies", "will not come"), default=0)
    price_each = models.DecimalField(_("price of a copy"), max_digits=7, decimal_places=2)
    weight_each = models.PositiveIntegerField(_("weight of a copy, in grams"), default=0)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering = ("pk",)
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["order", "offer"], name="orderline_one_per_edition"),
            models.CheckConstraint(
                condition=Q(copies__gte=1, copies__lte=MOST_COPIES), name="orderline_copies_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(copies__gte=F("sent") + F("dropped")), name="orderline_never_more_than_ordered"
            ),
        )

    def __str__(self):
        return f"{self.copies} × {self.title}"

    @property
    def language_text(self):
        """The languages in words: "French and Dutch"."""
        return in_words(split_language_key(self.languages))

    @property
    def price(self):
        """What the line cost when it was ordered, in euro."""
        return self.copies * self.price_each

    @property
    def due(self):
        """What is to be paid for it, in euro: nothing for copies that will not come."""
        return (self.copies - self.dropped) * self.price_each

    @property
    def to_send(self):
        """How many copies are still to be sent."""
        return self.copies - self.sent - self.dropped


class StatusChange(models.Model):
    """An order came to a status: when, and by whom."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="changes", verbose_name=_("order"))
    status = models.CharField(_("state"), max_length=20, choices=Status)
    at = models.DateTimeField(_("when"), default=timezone.now)
    # Nobody: whoever ordered did it, by the link of the order. So a colleague's account is closed, not deleted.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("by"), related_name="+", null=True, blank=True
    )
    copies = models.PositiveIntegerField(_("copies"), default=0)  # sent with this change

    class Meta:
        verbose_name = _("change of state")
        verbose_name_plural = _("changes of state")
        ordering = ("at", "pk")
        default_permissions = ()

    def __str__(self):
        return f"{self.order.reference}: {self.get_status_display()}"
