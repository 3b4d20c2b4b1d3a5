"""The pages behind the signed link of an order: how far it has come, correcting its address, cancelling it."""

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from content.views import Page, UnkeptPageMixin
from intake.forms import ProtectedForm, Ticket
from intake.models import Submission
from intake.submissions import was_sent
from intake.views import ProtectedFormView
from orders import handling
from orders.correcting import CorrectionFields
from orders.following import order_of, token_of
from orders.models import MAY_CANCEL, MAY_CORRECT, Delivery, Status
from orders.placing import CannotOrder
from orders.views import may_be_told


class OfOrderMixin(UnkeptPageMixin):
    """A page of one order: for whoever has the link, found by no search engine, written down by no cache."""

    @cached_property
    def order(self):
        order = order_of(self.kwargs["token"])
        if order is None:
            raise Http404
        return order

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def get_context_data(self, **kwargs):
        order = self.order
        context = super().get_context_data(order=order, requester=order.contact, lines=order.lines.all(), **kwargs)
        context["token"] = self.kwargs["token"]
        # The link stands neither in the head of the page nor below it on paper.
        context["page"] = Page(canonical="")
        context["may_correct"] = self.order.status in MAY_CORRECT
        context["may_cancel"] = self.order.status in MAY_CANCEL
        return context


class DoneView(OfOrderMixin, TemplateView):
    """The thanks: the number of the order, and what happens next."""

    template_name = "orders/done.html"


def words_of(change, order):
    """Say in a sentence what a change of state means for whoever ordered."""
    picked_up = order.delivery == Delivery.PICK_UP
    if change.copies and picked_up:
        done = ngettext(
            "%(count)s copy is ready at our office.", "%(count)s copies are ready at our office.", change.copies
        )
    else:
        done = ngettext("%(count)s copy has left.", "%(count)s copies have left.", change.copies)
    done %= {"count": change.copies}
    return {
        Status.NEW: _("We have your order."),
        Status.CONFIRMED: _("We have confirmed it."),
        Status.PREPARING: _("We are packing it."),
        Status.PARTLY_SENT: _("%(done)s The rest follows.") % {"done": done},
        Status.SENT: _("%(done)s Your order is complete.") % {"done": done}
        if change.copies
        else _("The rest will not come."),
        Status.CANCELLED: _("It is cancelled: nothing of it comes, and there is nothing to pay."),
    }[Status(change.status)]


class FollowView(OfOrderMixin, TemplateView):
    """How far an order has come, and what can still be changed."""

    template_name = "orders/follow.html"

    def get_context_data(self, **kwargs):
        steps = [(change.at, words_of(change, self.order)) for change in self.order.changes.all()]
        return super().get_context_data(steps=steps[::-1], **kwargs)


class ReadyForm(ProtectedForm):
    """A form behind a signed link, where no machine comes: it may be sent as soon as it is read."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.renew()


class CancelForm(ReadyForm):
    """One button."""


class CorrectForm(ReadyForm, CorrectionFields):
    """Who the order is for and where it goes, as they stand."""


class ChangeView(ProtectedFormView, OfOrderMixin):
    """A change that whoever ordered makes; once the order has moved on, the page says so instead of the form."""

    limit = 20
    #: As long as an order is in one of these it can be made.
    while_it_is = ()

    @property
    def is_late(self):
        return self.order.status not in self.while_it_is

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "about": self.order.pk}

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except handling.WrongState as moved_on:
            self.order.status = moved_on.order.status
            return self.show_again(form, 409)

    def get_success_url(self, token):
        return reverse("orders:follow", kwargs={"token": token})

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            is_late=self.is_late,
            is_cancelled=self.order.status == Status.CANCELLED,
            staff_email=settings.STAFF_EMAIL[0],
            **kwargs,
        )


class CorrectView(ChangeView):
    """Correct the name, the e-mail or the address, as long as nobody has begun with the order."""

    template_name = "orders/correct.html"
    form_class = CorrectForm
    scope = "orders.correct"
    while_it_is = MAY_CORRECT

    @cached_property
    def order(self):
        # With another e-mail the order has another link: of two taps, the second still comes by the earlier one.
        order = order_of(self.kwargs["token"]) or self.order_sent_before()
        if order is None:
            raise Http404
        return order

    def order_sent_before(self):
        """Return the order that this very form has corrected already, None where it was not sent before.

        Only with all that was typed: who has the earlier link, and may be a stranger, does not know that.
        """
        ticket = Ticket.of_any_form(self.request.POST.get(self.form_class.ticket_field, ""))
        submission = Submission.objects.filter(key=ticket.key).first() if ticket else None
        order = order_of(submission.result) if submission else None
        if order is None:
            return None
        form = self.form_class(self.request.POST, about=order.pk, instance=order.contact)
        return order if was_sent(form, submission) else None

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.order.contact}

    def record(self, form):
        return token_of(handling.correct_contact(self.order, form.columns, seen=form.cleaned_data["seen"]))

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except handling.CorrectedMeanwhile as meanwhile:
            form.show_what_stands(meanwhile.requester)
            return self.show_again(form, 409)
        except CannotOrder:
            return self.refuse(form)

    def refuse(self, form):
        """Show the form again: too much for the new address; not without end, since it tells what others have."""
        if not may_be_told(self.request):
            return self.too_many(form)
        form.add_error("email", _("With this e-mail address more was ordered than one person may have. Write to us."))
        return self.show_again(form, 200)


class CancelView(ChangeView):
    """Cancel the order, as long as nothing of it is packed."""

    template_name = "orders/cancel.html"
    form_class = CancelForm
    scope = "orders.cancel"
    while_it_is = MAY_CANCEL

    def record(self, form):
        return token_of(handling.cancel(self.order))
