"""What an order costs before it is placed: as long as nobody has said who orders, for each kind of them."""

from dataclasses import dataclass

from orders.models import AUDIENCE_OF, Delivery
from orders.offers import Audience
from orders.pricing import Bill, make_bill


@dataclass(frozen=True)
class Row:
    """What an order costs one Audience; `who` is "" where it costs everybody the same."""

    who: str
    audience: str
    by_post: Bill
    picked_up: Bill

    @property
    def amounts(self):
        """What may have to be paid, in euro: by post, picked up."""
        return self.by_post.total, self.picked_up.total


@dataclass(frozen=True)
class Totals:
    """All that an order may cost, as far as it is known who orders, and how it comes to them."""

    rows: list[Row]

    @classmethod
    def of(cls, wishes, kind="", delivery=""):
        """Add up [(offer, copies)] for a RequesterKind and a Delivery, "" where they are not known yet."""
        audiences = [AUDIENCE_OF[kind]] if kind else list(Audience)
        rows = [Row(audience.label, audience, *_bills(wishes, audience, delivery)) for audience in audiences]
        if len({row.amounts for row in rows}) == 1:
            # The dearest by its prices, should they differ once there are more copies.
            return cls([Row("", rows[-1].audience, rows[-1].by_post, rows[-1].picked_up)])
        return cls(rows)

    @property
    def is_free(self):
        return not any(amount for row in self.rows for amount in row.amounts)

    @property
    def ways_differ(self):
        """Whether somebody pays less who comes to pick it up."""
        return any(len(set(row.amounts)) > 1 for row in self.rows)

    @property
    def shown(self):
        """All the amounts in one line, as a form brings back what its page said."""
        return " ".join(sorted({f"{amount:.2f}" for row in self.rows for amount in row.amounts}))


def _bills(wishes, audience, delivery):
    """Return the bill by post and that of what is picked up: the same one where the choice is made."""
    by_post, picked_up = (make_bill(wishes, audience, by_post=way) for way in (True, False))
    if delivery:
        by_post = picked_up = by_post if delivery == Delivery.POST else picked_up
    return by_post, picked_up
