"""The site with the protection of its stock taken out: a control, which proves that the tests would notice.

Ordering as it is easily written: look how many copies are left, and if there are enough, take them off and save.
"""

import threading

from cire_site.wsgi import application as application
from intake.views import ProtectedFormMixin
from orders import placing, stock
from orders.offers import MovementKind, Offer, StockMovement

_seen = threading.local()
_form_valid = ProtectedFormMixin.form_valid
_offers_by_pk = placing.offers_by_pk


def form_valid(self, form):
    """Look at the stock before the transaction begins, as a form does that checks what it is given."""
    _seen.offers = _offers_by_pk(form.copies)
    return _form_valid(self, form)


def offers_by_pk(pks):
    """What was looked at before."""
    return _seen.offers


def reserve(offer_pk, copies, order):
    """Take the copies off what was there, and save that."""
    offer = _seen.offers[offer_pk]
    if offer.free < copies:
        raise stock.NotEnough
    offer.reserved += copies
    Offer.save(offer, update_fields=["reserved"])
    StockMovement.objects.create(offer=offer, kind=MovementKind.RESERVED, reserved=copies, order=order)


ProtectedFormMixin.form_valid = form_valid
placing.offers_by_pk = offers_by_pk
stock.reserve = reserve
