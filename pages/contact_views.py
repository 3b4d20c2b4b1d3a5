"""The page with the contact form, and the thanks."""

from django.urls import reverse
from django.views.generic import FormView

from content.languages import current_language
from content.views import PublicPageMixin, PublicTemplateView
from intake.views import ProtectedFormMixin
from pages.contact import send
from pages.contact_forms import ContactForm
from pages.views import our_details


class ContactView(ProtectedFormMixin, PublicPageMixin, FormView):
    """The form; what is sent goes to the staff by e-mail and is kept nowhere else."""

    form_class = ContactForm
    template_name = "pages/contact_form.html"
    scope = "pages.contact"

    def record(self, form):
        send(language=current_language(), **form.cleaned_data)

    def get_success_url(self, reference):
        return reverse("pages:contact_sent")

    def get_context_data(self, **kwargs):
        return super().get_context_data(us=our_details(), **kwargs)


class ContactSentView(PublicTemplateView):
    """The thanks; an ordinary page that says nothing about who reads it."""

    template_name = "pages/contact_done.html"
