"""The e-mails about an order: to whoever ordered in their language, to staff in ours.

A subject holds the number of the order and nothing else; what staff get names nobody, since an order is for the
Orders desk alone.
"""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_noop

from intake.outbox import post_template, post_to_staff
from orders.following import link_of


def order_placed(order):
    """Confirm to whoever ordered that we have it, and tell staff that it came."""
    _tell_requester(order, "placed", gettext_noop("An order was received"))
    _tell_staff(order, "new_order", gettext_noop("An order came in"))


def order_confirmed(order):
    _tell_requester(order, "confirmed", gettext_noop("An order is confirmed"))


def order_sent(order, parcel, lines):
    """Say what is on its way, `parcel`: [(line, copies)], and what is still to come of `lines`."""
    rest = [(line, line.to_send) for line in lines if line.to_send]
    _tell_requester(order, "sent", gettext_noop("An order was sent"), parcel=parcel, rest=rest)


def order_finished(order):
    """Say that the rest will not come."""
    _tell_requester(order, "finished", gettext_noop("The rest of an order will not come"))


def order_cancelled(order, *, by_staff):
    _tell_requester(order, "cancelled", gettext_noop("An order was cancelled"), by_staff=by_staff)
    if not by_staff:
        _tell_staff(order, "cancelled_order", gettext_noop("Somebody cancels an order"))


def contact_corrected(order, *, by_staff):
    """Say that the address was changed: to the address that is right now, and to staff unless they did it."""
    _tell_requester(order, "corrected", gettext_noop("The address of an order was corrected"))
    if not by_staff:
        _tell_staff(order, "corrected_order", gettext_noop("Somebody corrects the address of an order"))


def email_changed(order, before):
    """Say to the earlier e-mail address that it is no longer the one of the order, and nothing about anybody."""
    _post(order, "moved", gettext_noop("The e-mail of an order was changed"), {}, to=before)


def _tell_requester(order, name, purpose, **more):
    requester = order.contact
    if requester is None:
        return
    context = {"requester": requester, "lines": list(order.lines.all()), "link": link_of(order), **more}
    _post(order, name, purpose, context, to=requester.email)


def _post(order, name, purpose, context, *, to):
    post_template(
        f"orders/mail/{name}",
        {"order": order, **context},
        to=to,
        language=order.language,
        purpose=purpose,
        about=order.mail_about,
        reply_to=settings.STAFF_EMAIL[0],
    )


def _tell_staff(order, name, purpose):
    href = settings.SITE_URL + reverse("admin:orders_order_change", args=[order.pk])
    post_to_staff(f"orders/mail/{name}", {"order": order, "href": href}, purpose=purpose, about=order.mail_about)
