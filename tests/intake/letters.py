"""A page of the tests' own on which anybody may write us a letter, and the addresses of a site that has it."""

from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import path, reverse

from cire_site.urls import handler400, handler403, handler404, handler500, urlpatterns
from content.views import PublicPageMixin
from intake.forms import ProtectedForm
from intake.outbox import post_to_staff
from intake.views import ProtectedFormView

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


class LetterForm(ProtectedForm):
    name = forms.CharField(max_length=50, help_text="As you like.")
    email = forms.EmailField(required=False)
    words = forms.CharField(widget=forms.Textarea, max_length=5000)
    kind = forms.ChoiceField(choices=[("error", "An error"), ("thanks", "Thanks")], widget=forms.RadioSelect)
    answer = forms.BooleanField(required=False)


class LetterView(ProtectedFormView, PublicPageMixin):
    """Sends the letter to the staff; its reference is the key of the e-mail."""

    form_class = LetterForm
    template_name = "letters/letter.html"
    limit = 3

    def record(self, form):
        (message,) = post_to_staff("letters/plain", form.cleaned_data, purpose="A letter")
        return str(message.key)

    def get_success_url(self, reference):
        return reverse("thanks", args=[reference])


urlpatterns = [
    *i18n_patterns(
        path("letter/", LetterView.as_view(), name="letter"),
        path("thanks/<uuid:key>/", lambda request, key: HttpResponse("Thanks"), name="thanks"),
    ),
    # After ours: any other word may be a free page.
    *urlpatterns,
]
