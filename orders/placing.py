"""Placing an order: all of it or nothing, in one transaction with its stock and its e-mails."""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders import letters, stock
from orders.models import (
    AUDIENCE_OF,
    Delivery,
    Offer,
    Order,
    OrderLine,
    Postage,
    RequesterKind,
    Status,
    StatusChange,
)
from orders.pricing import make_bill
from orders.reference import new_reference


class CannotOrder(Exception):
    """Some of what was wished cannot be had; nothing was ordered. `problems`: {primary key of the offer: words}."""

    def __init__(self, problems):
        super().__init__(len(problems))
        self.problems = problems


def place(order, requester, wishes):
    """Save an order with its lines, reserve its copies, post its e-mails, and return it; call it in a transaction.

    `order`: an Order with language, requester_kind, purpose and delivery; `requester`: a Requester; both not saved
    yet. `wishes`: {primary key of an offer: copies}, with one copy at least.

    Raises CannotOrder, which must undo the transaction, where an offer is not to be had in that number any more.
    """
    now = timezone.now()
    offers = offers_by_pk(wishes)
    problems = find_problems(offers, wishes, order.delivery)
    if problems:
        raise CannotOrder(problems)
    audience = AUDIENCE_OF[RequesterKind(order.requester_kind)]
    bill = make_bill(
        [(offers[pk], copies) for pk, copies in sorted(wishes.items())],
        audience,
        by_post=order.delivery == Delivery.POST,
    )
    order.created_at = now
    order.commune = requester.commune
    order.copies, order.price, order.postage, order.weight = bill.copies, bill.price, bill.postage, bill.weight
    save_with_free_reference(order)
    requester.order = order
    requester.save()
    for line in bill.lines:
        # Whoever takes copies of an offer at the same time has ended once ours are reserved, and is counted.
        words = reserve(line, order) or over_limit(line.offer, line.copies, requester.email_key, now)
        if words:
            problems[line.offer.pk] = words
        add_line(order, line)
    if problems:
        raise CannotOrder(problems)
    StatusChange.objects.create(order=order, status=Status.NEW, at=now)
    letters.order_placed(order)
    return order


def reserve(line, order):
    """Take the copies of a line of the bill; return why that cannot be, "" where it is done."""
    while True:
        try:
            stock.reserve(line.offer.pk, line.copies, order)
            return ""
        except stock.NotEnough:
            words = problem_with(Offer.objects.get(pk=line.offer.pk), line.copies)
            if words:
                return words
            # Somebody was faster, and somebody else gave copies back since: once more.


def offers_by_pk(pks):
    """Return {primary key: Offer} of those that exist, with all that `find_problems` looks at."""
    offers = Offer.objects.filter(pk__in=list(pks)).select_related("edition")
    return {offer.pk: offer for offer in offers}


def find_problems(offers, wishes, delivery):
    """Return {primary key: words} for what cannot be ordered as things stand."""
    shown = set(Offer.objects.shown().filter(pk__in=offers).values_list("pk", flat=True))
    problems = {}
    for pk, copies in wishes.items():
        offer = offers.get(pk)
        if offer is None or pk not in shown:
            problems[pk] = _("This brochure can no longer be ordered.")
        elif words := problem_with(offer, copies):
            problems[pk] = words
        elif offer.postage == Postage.PICK_UP_ONLY and delivery == Delivery.POST:
            problems[pk] = _("We cannot send this by post. Choose “picked up at our office”, or take it out.")
    return problems


def problem_with(offer, copies):
    """Return why so many copies of an offer cannot be ordered, "" where they can."""
    if not offer.most_now:
        return _("It cannot be ordered any more: %(state)s. Take it out to order the rest.") % {
            "state": offer.availability_text
        }
    if copies <= offer.most_now:
        return ""
    if offer.free < offer.most_per_order:
        return ngettext("Only %(count)s copy is left.", "Only %(count)s copies are left.", offer.free) % {
            "count": offer.free
        }
    return ngettext(
        "At most %(count)s copy per order.", "At most %(count)s copies per order.", offer.most_per_order
    ) % {"count": offer.most_per_order}


def over_limit(offer, copies, email_key, now):
    """Return why this person cannot have so many more copies now, "" where they can."""
    if offer.most_per_requester is None:
        return ""
    since = now - datetime.timedelta(days=offer.period_days)
    lines = OrderLine.objects.filter(
        offer=offer, order__requester__email_key=email_key, order__created_at__gte=since
    ).exclude(order__status=Status.CANCELLED)
    had = lines.aggregate(had=Sum(F("copies") - F("dropped"), default=0))["had"]
    if had + copies <= offer.most_per_requester:
        return ""
    # Not how many there were: anybody may write anybody's address.
    return _(
        "With one e-mail address, at most %(count)s copies can be ordered in %(days)s days. "
        "This would be more: write fewer, or write to us."
    ) % {"count": offer.most_per_requester, "days": offer.period_days}


def add_line(order, line):
    edition = line.offer.edition
    return OrderLine.objects.create(
        order=order,
        offer=line.offer,
        title=edition.title,
        languages=edition.language_key,
        copies=line.copies,
        price_each=line.price_each,
        weight_each=line.offer.weight,
    )


def save_with_free_reference(order):
    """Save a new order under a number that no other order has."""
    while True:
        try:
            with transaction.atomic():
                return order.save(force_insert=True)
        except IntegrityError:
            if not Order.objects.filter(reference=order.reference).exists():
                raise
            order.reference = new_reference()
