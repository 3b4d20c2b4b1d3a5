"""What an order costs: the copies by who orders them, the postage by what they weigh."""

from dataclasses import dataclass, field
from decimal import Decimal

from orders.offers import Postage, PostageRate


@dataclass(frozen=True)
class BillLine:
    """Some copies of one offer and what they cost, in euro."""

    offer: object
    copies: int
    price_each: Decimal

    @property
    def price(self):
        return self.copies * self.price_each


@dataclass(frozen=True)
class Bill:
    """An order added up: prices in euro, weight in grams."""

    lines: list[BillLine] = field(default_factory=list)
    postage: Decimal = Decimal(0)
    weight: int = 0

    @property
    def copies(self):
        return sum(line.copies for line in self.lines)

    @property
    def price(self):
        return sum((line.price for line in self.lines), Decimal(0))

    @property
    def total(self):
        return self.price + self.postage


def make_bill(wishes, audience, *, by_post=True):
    """Add up an order.

    `wishes`: [(offer, copies)]; `audience`: an Audience; `by_post`: False for what is picked up, which has no postage.
    """
    lines = [BillLine(offer, copies, offer.price_for(audience)) for offer, copies in wishes]
    charged = sum(offer.weight * copies for offer, copies in wishes if offer.postage == Postage.BY_WEIGHT)
    return Bill(
        lines=lines,
        postage=postage_of(charged) if by_post else Decimal(0),
        weight=sum(offer.weight * copies for offer, copies in wishes),
    )


def postage_of(weight, rates=None):
    """Return what parcels of so many grams cost together: as many of the heaviest as it takes, and one for the rest.

    `rates`: [(up to, price)], lightest first; those of the database by default. Without any, nothing is charged.
    """
    if rates is None and weight:
        rates = list(PostageRate.objects.values_list("up_to", "price"))
    if not weight or not rates:
        return Decimal(0)
    heaviest, price = rates[-1]
    full, rest = divmod(weight, heaviest)
    last = next((price for up_to, price in rates if rest <= up_to), Decimal(0)) if rest else Decimal(0)
    return full * price + last
