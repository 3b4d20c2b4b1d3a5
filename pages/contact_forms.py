"""The contact form."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from intake.forms import MessageField, ProtectedForm


class Subject(models.TextChoices):
    """What somebody writes about."""

    QUESTION = "question", _("A question about our work")
    PAGE = "page", _("A mistake on a page")
    ACCESS = "access", _("Something on the site that I cannot use")
    PRIVACY = "privacy", _("My personal data")
    PRESS = "press", _("Press")
    OTHER = "other", pgettext_lazy("subject", "Something else")


class ContactForm(ProtectedForm):
    """What about, the words, and where to answer if the reader wants an answer."""

    subject = forms.ChoiceField(label=_("Subject"), choices=[("", _("Choose…")), *Subject.choices])
    message = MessageField(
        label=_("Your message"),
        max_length=5000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_("Write as you like, in French or in Dutch. Do not send copies of your papers."),
    )
    name = forms.CharField(
        label=_("Your name"), required=False, max_length=100, widget=forms.TextInput({"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("Without it we read your message, but cannot answer."),
    )
