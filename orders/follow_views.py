"""The pages behind the signed link of an order: how far it has come, correcting its address, cancelling it."""

from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from content.views import Page
from intake.forms import ProtectedForm
from intake.views import ProtectedFormView
from orders import handling
from orders.following import order_of
from orders.forms import ContactForm
from orders.models import Status
from orders.views import UnkeptPageMixin


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
        context = super().get_context_data(order=self.order, requester=self.order.contact, **kwargs)
        # The link stands neither in the head of the page nor below it on paper.
        context["page"] = Page(canonical="")
        context["token"] = self.kwargs["token"]
        context["may_correct"] = self.order.status == Status.NEW
        context["may_cancel"] = self.order.status in (Status.NEW, Status.CONFIRMED)
        return context


class DoneView(OfOrderMixin, TemplateView):
    """The thanks: the number of the order, and what happens next."""

    template_name = "orders/done.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(lines=self.order.lines.all(), **kwargs)


class FollowView(OfOrderMixin, TemplateView):
    """How far an order has come, and what can still be changed."""

    template_name = "orders/follow.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(lines=self.order.lines.all(), changes=self.order.changes.all(), **kwargs)


class ReadyForm(ProtectedForm):
    """A form behind a signed link, where no machine comes: it may be sent as soon as it is read."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self.renew()


class CancelForm(ReadyForm):
    """One button."""


class CorrectForm(ReadyForm, ContactForm):
    """Who the order is for and where it goes, as they stand."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.by_post:
            for name in self.address_fields:
                del self.fields[name]


class ChangeView(ProtectedFormView, OfOrderMixin):
    """A change that whoever ordered makes; once the order has moved on, the page says so instead."""

    limit = 20

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "about": self.order.pk}

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except handling.WrongState:
            return HttpResponseRedirect(reverse("orders:follow", kwargs=self.kwargs))

    def get_success_url(self, reference):
        return reverse("orders:follow", kwargs=self.kwargs)


class CorrectView(ChangeView):
    """Correct the name, the e-mail or the address, as long as nobody has begun with the order."""

    template_name = "orders/correct.html"
    form_class = CorrectForm
    scope = "orders.correct"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.order.contact}

    def record(self, form):
        handling.correct_contact(self.order, form.cleaned_data)


class CancelView(ChangeView):
    """Cancel the order, as long as nothing of it is packed."""

    template_name = "orders/cancel.html"
    form_class = CancelForm
    scope = "orders.cancel"

    def record(self, form):
        handling.cancel(self.order)
