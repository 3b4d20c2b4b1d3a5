"""The page behind a confirmation link: the service answers without an account, once."""

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import cached_property

from addresses.checking import Confirmation
from addresses.confirmation_forms import ChangesForm, RightForm
from addresses.confirming import NoLongerOpen, as_asked, propose, say_right
from content.languages import current_language
from content.views import Page, PublicTemplateView, UnkeptPageMixin
from intake.views import ProtectedFormView

#: What the thanks are for.
RIGHT, CHANGES, REMARK = "right", "changes", "remark"


class ConfirmationView(ProtectedFormView, UnkeptPageMixin):
    """What the site says now, the button "everything is right", and a form for what should change.

    Opening the link answers nothing: programs that look through e-mails do that too.
    """

    template_name = "addresses/confirmation_form.html"
    scope = "addresses.confirm"
    limit = 20  # services of one house share a connection

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.confirmation = Confirmation.of_token(kwargs["token"])

    def get(self, request, *args, **kwargs):
        if not self.is_open:
            return self.gone()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        # One that was answered goes on: it may be this same form, sent twice by a double tap.
        if self.confirmation is None:
            return self.gone()
        return super().post(request, *args, **kwargs)

    @cached_property
    def address(self):
        """The address as the service sees it here."""
        return as_asked(self.confirmation.address_id)

    @cached_property
    def facts(self):
        """What the page says about it, as HTML."""
        return render_to_string("addresses/_facts_asked.html", {"address": self.address})

    @property
    def is_open(self):
        """Whether this link can still be answered."""
        return self.confirmation is not None and self.confirmation.is_open

    def get_form(self, form_class=None):
        if self.request.POST.get("answer") == "right":
            return self.right_form(**self.get_form_kwargs())
        return self.changes_form(**self.get_form_kwargs())

    def right_form(self, **kwargs):
        return RightForm(facts=self.facts, about=self.confirmation.pk, **kwargs)

    def changes_form(self, **kwargs):
        return ChangesForm(address=self.address, facts=self.facts, about=self.confirmation.pk, **kwargs)

    def form_valid(self, form):
        self.sent = RIGHT if isinstance(form, RightForm) else CHANGES if form.proposals else REMARK
        try:
            return super().form_valid(form)
        except NoLongerOpen:
            return self.gone()

    def form_invalid(self, form):
        return self.show_again(form, 200)

    def show_again(self, form, status):
        return super().show_again(form, status) if self.is_open else self.gone()

    def record(self, form):
        if isinstance(form, RightForm):
            say_right(self.confirmation)
        else:
            propose(
                self.confirmation,
                proposed=form.proposals,
                remark=form.remark_said,
                language=current_language(),
            )

    def get_success_url(self, reference):
        return f"{reverse('addresses:confirmed')}?sent={self.sent}"

    def gone(self):
        """Say that nothing can be answered here, why, and what to do."""
        if self.confirmation:
            # Read anew: it may have been answered while this answer was on its way.
            self.confirmation.refresh_from_db()
            reason = "answered" if self.confirmation.answered_at else "expired"
        else:
            reason = "deleted" if Confirmation.key_of(self.kwargs["token"]) else "incomplete"
        return self.response_class(
            request=self.request,
            template="addresses/confirmation_gone.html",
            context=self.get_context_data(form=None, reason=reason),
            status=404 if reason == "incomplete" else 410,
        )

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # The link stands neither in the head of the page nor below it on paper.
        context["page"] = Page(canonical="")
        form = context["form"]
        if form is not None:
            context["right_form"] = form if isinstance(form, RightForm) else self.right_form()
            context["changes_form"] = form if isinstance(form, ChangesForm) else self.changes_form()
            context["address"], context["facts"] = self.address, self.facts
        return context


class ConfirmedView(PublicTemplateView):
    """The thanks, for what was sent; the same for everybody."""

    template_name = "addresses/confirmation_done.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"sent": self.request.GET.get("sent", "")}
