"""What an order costs before it is placed: for whoever has not said yet who they are, for each kind of them."""

from dataclasses import dataclass

from orders.models import AUDIENCE_OF, Delivery
from orders.offers import Audience
from orders.pricing import Bill, make_bill


@dataclass(frozen=True)
class Total:
    """What an order costs some of those who may order it; `who` is "" where it costs everybody the same."""

    who: str
    by_post: Bill
    picked_up: Bill

    @property
    def amounts(self):
        """What may have to be paid, in euro."""
        return [self.by_post.total, self.picked_up.total]


def totals_of(wishes, kind="", delivery=""):
    """Return the totals of an order: one for each audience whose prices differ, one alone where the kind is known.

    `wishes`: [(offer, copies)]; `kind`: a RequesterKind; `delivery`: a Delivery; "" for what is not known yet.
    """
    audiences = [AUDIENCE_OF[kind]] if kind else list(Audience)
    totals = [Total(str(audience.label), *_bills(wishes, audience, delivery)) for audience in audiences]
    if len({tuple(total.amounts) for total in totals}) == 1:
        return [Total("", totals[0].by_post, totals[0].picked_up)]
    return totals


def _bills(wishes, audience, delivery):
    """Return the bill by post and that of what is picked up: the same one where the choice is made."""
    by_post, picked_up = (make_bill(wishes, audience, by_post=way) for way in (True, False))
    if delivery:
        by_post = picked_up = by_post if delivery == Delivery.POST else picked_up
    return by_post, picked_up


def amounts_shown(totals):
    """Return all amounts of totals in one line, as a form brings them back."""
    return " ".join(sorted({f"{amount:.2f}" for total in totals for amount in total.amounts}))
