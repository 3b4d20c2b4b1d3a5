"""Report an error: a page of its own for each public address, and the thanks."""

from django.http import Http404
from django.urls import resolve, reverse
from django.utils.translation import override
from django.views.generic.edit import FormMixin, ProcessFormView

from addresses.models import Address
from addresses.report_forms import ReportForm
from addresses.reporting import report_error
from content.languages import current_language
from content.views import ContentDetailView
from intake.views import ProtectedFormMixin


class BelowAddressView(ContentDetailView):
    """A page below that of an address, found by the same slug; it is there in each language."""

    model = Address
    #: Its URL name.
    page_name = ""

    def with_relations(self, queryset):
        return queryset.with_short_facts()

    def find_redirect(self, rows):
        redirect = super().find_redirect(rows)
        # It leads to the address: we stay on our page of it.
        slug = resolve(redirect.url).kwargs["slug"]
        redirect.headers["Location"] = reverse(f"addresses:{self.page_name}", kwargs={"slug": slug})
        return redirect

    def address_in(self, language):
        with override(language):
            return self.object.page(self.page_name)

    def canonical_path(self):
        # In the reader's language, whatever that of the address's texts is: it is there in each.
        return self.address_in(current_language())

    def crumbs(self):
        row = self.object.shown
        return [*super().crumbs(), {"text": row.title, "href": self.object.get_absolute_url(), "lang": row.title_lang}]


class ReportView(ProtectedFormMixin, FormMixin, BelowAddressView, ProcessFormView):
    """The form; what is sent stands in the staff's queue and turns the state of the address."""

    form_class = ReportForm
    template_name = "addresses/report_form.html"
    page_name = "report"
    scope = "addresses.report"

    def post(self, request, *args, **kwargs):
        self.found, redirect = self.find(kwargs["slug"])
        if redirect:
            return redirect
        self.object = self.get_object()
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "about": self.object.pk}

    def record(self, form):
        try:
            report_error(self.object, language=current_language(), **form.cleaned_data)
        except Address.DoesNotExist:
            raise Http404("It was deleted meanwhile.") from None

    def get_success_url(self, reference):
        return self.object.page("reported")


class ReportedView(BelowAddressView):
    """The thanks, and what happens next; an ordinary page that says nothing about who reads it."""

    template_name = "addresses/report_done.html"
    page_name = "reported"
