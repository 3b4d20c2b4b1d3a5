"""The public pages of ordering: what can be ordered with its basket, then one page on which the order is placed."""

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from content.languages import current_language
from content.views import Page, UnkeptPageMixin
from intake.limits import count_attempt, who_asks
from intake.views import ProtectedFormView
from orders.basket import keep_basket, read_basket
from orders.catalogue import announced_pks, offers_shown, orderable_pks, prices_text
from orders.following import token_of
from orders.forms import BasketForm, OrderForm, posted_pks
from orders.models import AUDIENCE_OF, Audience, Delivery, Offer, Order, PostageRate
from orders.placing import CannotOrder, find_problems, place
from orders.totals import Totals

#: How often within how many seconds somebody may be told what cannot be had, or that it costs something else.
REFUSALS, REFUSALS_PERIOD = 60, 60 * 60


def may_be_told(request):
    """Count an answer that undid an order or a correction, and the count of that attempt; whether it may be given."""
    return count_attempt("orders.refused", who_asks(request), REFUSALS, REFUSALS_PERIOD)


def is_from_elsewhere(request):
    """Whether a browser says that another site sent a form; one that says nothing is believed."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site not in ("same-origin", "none")
    origin = request.headers.get("Origin")
    # Only the host: in front of us somebody else may speak HTTPS.
    return bool(origin) and origin.partition("://")[2] != request.get_host()


class WantedForm(forms.Form):
    """The edition that a link to the order page names."""

    edition = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class OrderView(UnkeptPageMixin, FormView):
    """What can be ordered, each with a box for the copies, and the basket.

    The first cookie is set when something is put in. So the page has no token against forged forms; a browser tells
    from where a form came, and all that one could do is to fill a basket.
    """

    template_name = "orders/order.html"

    @classmethod
    def as_view(cls, **initkwargs):
        return csrf_exempt(super().as_view(**initkwargs))

    @cached_property
    def basket(self):
        return read_basket(self.request)

    @cached_property
    def wanted_pk(self):
        """The key of the offer of the edition that the link named, None where it named none that readers see."""
        asked = WantedForm(self.request.GET)
        if not asked.is_valid():
            return None
        return Offer.objects.shown().filter(edition=asked.cleaned_data["edition"]).values_list("pk", flat=True).first()

    @cached_property
    def listed_pks(self):
        """What can be put in the basket, in the order of the page."""
        return orderable_pks(first=[self.wanted_pk])

    @cached_property
    def announced_pks(self):
        return announced_pks()

    @cached_property
    def known(self):
        """All the offers that the page names, fetched together: {primary key: Offer}."""
        wanted = [self.wanted_pk] if self.wanted_pk else []
        return offers_shown([*self.listed_pks, *self.basket, *self.announced_pks, *wanted])

    def named(self, pks):
        """Return {primary key: Offer} of those that still exist."""
        return {pk: self.known[pk] for pk in pks if pk in self.known}

    def kept_query(self):
        return f"?edition={self.known[self.wanted_pk].edition_id}" if self.wanted_pk else ""

    def get_form(self, form_class=None):
        data = self.request.POST if self.request.method == "POST" else None
        return BasketForm(data, offers=self.named(self.listed_pks), basket=self.basket)

    def post(self, request, *args, **kwargs):
        if is_from_elsewhere(request):
            raise PermissionDenied
        if "take_out" in request.POST:
            return self.answer(
                {pk: copies for pk, copies in self.basket.items() if str(pk) != request.POST["take_out"]}
            )
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        return self.answer(form.result)

    def answer(self, basket):
        """Lead to the page with a basket, which the browser keeps."""
        response = HttpResponseRedirect(reverse("orders:order") + "#basket")
        keep_basket(response, basket)
        return response

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["lines"] = [(offer, field, prices_text(offer)) for offer, field in context["form"].lines]
        context["in_basket"] = self.lines_of_basket()
        context["wanted"] = self.known.get(self.wanted_pk)
        context["is_unknown"] = "edition" in self.request.GET and self.wanted_pk is None
        context["announced"] = self.named(self.announced_pks).values()
        return context

    def lines_of_basket(self):
        """Return [(offer, copies, problem)] of the basket, the problem being "" where all is well."""
        offers = self.named(self.basket)
        problems = find_problems(offers, {pk: self.basket[pk] for pk in offers}, Delivery.PICK_UP)
        return [(offer, self.basket[pk], problems.get(pk, "")) for pk, offer in offers.items()]


def data_for_script():
    """Return what static/js/order.js adds up with: texts of words with a space between them."""
    rates = PostageRate.objects.values_list("up_to", "price")
    return {
        "audiences": " ".join(Audience.values),
        "kinds": " ".join(f"{kind}:{audience}" for kind, audience in AUDIENCE_OF.items()),
        "rates": " ".join(f"{up_to}:{price}" for up_to, price in rates),
    }


class TotalNotSeen(Exception):
    """The order would cost something else than the page said; undoes the transaction."""

    def __init__(self, total):
        super().__init__()
        self.total = total


class DetailsView(ProtectedFormView, UnkeptPageMixin):
    """One page for all that is left to say: the summary, who orders, where it goes. Sent, it is the order."""

    template_name = "orders/details.html"
    scope = "orders.order"
    limit = 20  # a school or an office shares a connection

    @cached_property
    def basket(self):
        return read_basket(self.request)

    @cached_property
    def pks(self):
        """The offers that the page is about: what the form came with, however the basket may have changed since."""
        return posted_pks(self.request.POST) if self.request.method == "POST" else list(self.basket)

    @cached_property
    def offers(self):
        return offers_shown(self.pks)

    def get_form(self, form_class=None):
        return OrderForm(
            offers=self.offers,
            basket=self.basket,
            is_changed=len(self.offers) < len(self.pks),
            **self.get_form_kwargs(),
        )

    def form_valid(self, form):
        try:
            response = super().form_valid(form)
        except CannotOrder as refusal:
            return self.refuse(form, refusal.problems)
        except TotalNotSeen as changed:
            return self.ask_to_agree(form, changed.total)
        if isinstance(response, HttpResponseRedirect):
            keep_basket(response, {pk: copies for pk, copies in self.basket.items() if pk not in self.offers})
        return response

    def record(self, form):
        data = form.cleaned_data
        order = Order(
            language=current_language(),
            **{name: data[name] for name in ("requester_kind", "purpose", "delivery")},
        )
        place(order, form.save(commit=False), form.copies)
        if order.total and not form.has_seen(order.total):
            raise TotalNotSeen(order.total)
        return token_of(order)

    def get_success_url(self, token):
        return reverse("orders:done", kwargs={"token": token})

    def refuse(self, form, problems):
        """Show the form again with what cannot be had; not without end, since it tells what others have ordered."""
        if not may_be_told(self.request):
            return self.too_many(form)
        form.add_problems(problems)
        return self.show_again(form, 200)

    def ask_to_agree(self, form, total):
        """Show the form again with what it costs; not without end, since each time an order is tried and undone."""
        if not may_be_told(self.request):
            return self.too_many(form)
        told = _("Together this costs %(total)s €. If you agree, send it once more.")
        form.hold_back(told % {"total": number_format(total, 2)})
        return self.show_again(form, 200)

    def form_invalid(self, form):
        # What cannot be had is said together with the rest.
        wishes = {offer.pk: copies for offer, copies in form.wishes()}
        form.add_problems(find_problems(self.offers, wishes, form.cleaned_data.get("delivery", Delivery.PICK_UP)))
        return self.show_again(form, 200)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        problems = {} if form.is_bound else self.problems_of_basket
        context["lines"] = [
            {
                "offer": offer,
                "field": field,
                "out": out,
                "problem": problems.get(offer.pk, ""),
                "prices": prices_text(offer),
                "euro": " ".join(str(offer.price_for(audience)) for audience in Audience),
            }
            for offer, field, out in form.line_fields()
        ]
        context["who_fields"] = [form[name] for name in form.who]
        context["address_fields"] = [form[name] for name in form.address_fields]
        context["totals"] = Totals.of(**self.wishes_so_far(form))
        context["script"] = data_for_script()
        context["keep_months"] = settings.ORDERS_KEEP_MONTHS
        context["page"] = Page(canonical="")
        return context

    @cached_property
    def problems_of_basket(self):
        return find_problems(self.offers, {pk: self.basket[pk] for pk in self.offers}, Delivery.PICK_UP)

    def wishes_so_far(self, form):
        """Return what totals are made of, as far as it is known: the arguments of `Totals.of`."""
        if not form.is_bound:
            gone = self.problems_of_basket
            return {"wishes": [(offer, self.basket[pk]) for pk, offer in self.offers.items() if pk not in gone]}
        data = form.cleaned_data
        return {
            "wishes": form.wishes(),
            "kind": data.get("requester_kind", ""),
            "delivery": data.get("delivery", ""),
        }
