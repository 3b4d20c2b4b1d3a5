"""What an order costs: nothing hidden, and the same however it is added up."""

from decimal import Decimal

import pytest

from orders.models import Audience, Offer, Postage, PostageRate
from orders.pricing import make_bill, postage_of

RATES = [(350, Decimal("4.20")), (2000, Decimal("6.50")), (10_000, Decimal("9.90"))]


@pytest.mark.parametrize(
    ("weight", "price"),
    [
        (0, "0"),
        (1, "4.20"),
        (350, "4.20"),
        (351, "6.50"),
        (10_000, "9.90"),
        (10_001, "14.10"),  # a full parcel, and one gram in the lightest
        (12_000, "16.40"),
        (20_000, "19.80"),
        (30_000_350, "29704.20"),
    ],
)
def test_what_is_too_heavy_for_one_parcel_goes_in_several(weight, price):
    assert postage_of(weight, RATES) == Decimal(price)


def test_where_no_rate_is_set_nothing_is_charged():
    assert postage_of(5000, []) == 0


@pytest.mark.django_db
def test_the_rates_are_those_that_staff_wrote_down_in_whatever_order():
    for up_to, price in reversed(RATES):
        PostageRate.objects.create(up_to=up_to, price=price)
    assert postage_of(351) == Decimal("6.50")


def offer(**columns):
    return Offer(
        **{"price_volunteers": 0, "price_organisations": Decimal("1.25"), "price_others": Decimal("2.50"), **columns}
    )


@pytest.mark.parametrize(
    ("audience", "price"),
    [(Audience.VOLUNTEERS, "0"), (Audience.ORGANISATIONS, "6.25"), (Audience.OTHERS, "12.50")],
)
def test_the_price_is_that_for_whoever_orders(audience, price):
    bill = make_bill([(offer(), 3), (offer(), 2)], audience)
    assert (bill.copies, bill.price, bill.total) == (5, Decimal(price), Decimal(price))


@pytest.mark.django_db
def test_only_what_is_sent_at_a_charge_weighs_for_the_postage():
    PostageRate.objects.bulk_create([PostageRate(up_to=up_to, price=price) for up_to, price in RATES])
    free = offer(postage=Postage.FREE, weight=5000)
    charged = offer(postage=Postage.BY_WEIGHT, weight=100)
    bill = make_bill([(free, 2), (charged, 4)], Audience.OTHERS)
    assert (bill.weight, bill.postage) == (10_400, Decimal("6.50"))
    assert bill.total == 6 * Decimal("2.50") + Decimal("6.50")
    assert make_bill([(free, 2), (charged, 4)], Audience.OTHERS, by_post=False).postage == 0
    assert make_bill([(free, 2)], Audience.OTHERS).postage == 0


def test_an_empty_bill_costs_nothing():
    bill = make_bill([], Audience.OTHERS, by_post=False)
    assert (bill.copies, bill.price, bill.total, bill.weight) == (0, 0, 0, 0)
