"""What somebody may ask of us about themselves: all that we hold, as a file, and to be forgotten."""

import json

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from intake.outbox import check_address
from orders.admin_sheet import FILE_NAMES, WHOLE
from orders.desk_words import age_sentence
from orders.erasing import erase_person, export_person, forgotten_open, letters_to, orders_of
from orders.models import Order
from orders.reference import read_reference

EXPORT, ERASE = "export", "erase"
#: Orders on the start page.
SHOWN = 8


class PersonForm(forms.Form):
    """Who it is about: an e-mail, or the number of one of their orders."""

    who = forms.CharField(
        label=gettext_lazy("E-mail, or the number of an order"),
        max_length=254,
        widget=forms.TextInput(attrs={"size": 40, "autocomplete": "off"}),
    )
    #: Ticked where open orders are to be ended too.
    end_open = forms.BooleanField(required=False)

    def clean_who(self):
        """Return the e-mail."""
        who = self.cleaned_data["who"]
        reference = read_reference(who)
        if not reference:
            check_address(who)
            return who
        order = Order.objects.filter(reference=reference, requester__isnull=False).select_related("requester").first()
        if order is None:
            raise ValidationError(_("No order has this number, or it was made anonymous."))
        return order.requester.email


class PersonAdmin:
    """Adds a page to the admin of orders: nothing of it stands in an address, all of it is posted."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [path("person/", view(self.person_view), name=self.url_name("person")), *super().get_urls()]

    def person_view(self, request):
        """Show a person's orders; export or erase them."""
        if not (self.has_erase_permission(request) or self.has_export_permission(request)):
            raise PermissionDenied
        form = PersonForm(request.POST or None)
        context = {"title": _("Erase or export a person"), "form": form}
        if form.is_valid():
            email, do = form.cleaned_data["who"], request.POST.get("do")
            orders = list(orders_of(email).order_by("-created_at", "-pk"))
            letters = letters_to(email).count()
            if do == EXPORT and (orders or letters):
                return self._export_person(request, email, orders)
            if do == ERASE and (orders or letters):
                return self._erase_person(request, email, form.cleaned_data["end_open"])
            context |= {
                "email": email,
                "orders": [{"order": order, "href": self.admin_url("change", order.pk)} for order in orders],
                "letters": letters,
                "some_open": any(not order.is_closed for order in orders),
                "may_export": self.has_export_permission(request),
                "may_erase": self.has_erase_permission(request),
            }
        return self._page(request, "orders/admin/person.html", context)

    def forgotten_sections(self):
        """Name for the start page the orders that keep their names for too long, since nobody closes them."""
        orders = forgotten_open(timezone.now()).order_by("created_at", "pk")
        entries = [
            {"text": order.reference, "kind": age_sentence(order), "href": self.admin_url("change", order.pk)}
            for order in orders[:SHOWN]
        ]
        if not entries:
            return []
        title = _("Old orders that keep a name: send or cancel them")
        return [{"title": title, "entries": entries, "count": orders.count(), "href": self.admin_url("changelist")}]

    def _export_person(self, request, email, orders):
        """Answer with everything as a file; the log tells of which orders, not of whom."""
        if not self.has_export_permission(request):
            raise PermissionDenied
        for order in orders or [None]:
            note(request, order, _("Exported for whoever ordered."))
        data = json.dumps(export_person(email), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        name = f"{FILE_NAMES[WHOLE]}-{timezone.localdate().isoformat()}.json"
        return HttpResponse(
            data,
            content_type="application/json; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def _erase_person(self, request, email, end_open):
        if not self.has_erase_permission(request):
            raise PermissionDenied
        words = _("Made anonymous on request.")
        erased = erase_person(email, by=request.user, log=lambda order: note(request, order, words), end_open=end_open)
        count = len(erased.references)
        if count:
            told = ngettext("%(count)s order was made anonymous.", "%(count)s orders were made anonymous.", count)
            self.message_user(request, told % {"count": count}, messages.SUCCESS)
        if erased.letters:
            told = ngettext("%(count)s e-mail was deleted.", "%(count)s e-mails were deleted.", erased.letters)
            self.message_user(request, told % {"count": erased.letters}, messages.SUCCESS)
        if erased.open_references:
            told = _("Still open, and kept: %(orders)s. Send or cancel them first, or tick “End them too”.")
            told %= {"orders": ", ".join(erased.open_references)}
            self.message_user(request, told, messages.WARNING)
        return HttpResponseRedirect(self.admin_url("person"))


def note(request, order, words):
    """Note in the log of the admin what was done with an order, None: with e-mails to somebody without one."""
    LogEntry.objects.create(
        user=request.user,
        content_type=ContentType.objects.get_for_model(Order),
        object_id=order and str(order.pk),
        object_repr=str(order or _("E-mails about orders")),
        action_flag=CHANGE,
        change_message=words,
    )
