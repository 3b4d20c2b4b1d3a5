"""Checks in the admin: the queue of addresses to call, one click that records what was found, hours read aloud."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from addresses import admin_queue
from addresses.admin_forms import CheckForm
from addresses.checking import DOUBTING, How, Result, record_check, undo_check
from addresses.hours import Week, Weekday
from addresses.hours_fields import TIMES_LENGTH, day_in_words
from addresses.models import Address
from content.admin_history import object_number

#: A second click on the same button within this time is the first one again.
DOUBLE_CLICK = datetime.timedelta(minutes=1)
#: How long whoever recorded a check can take it back.
UNDO_TIME = datetime.timedelta(minutes=10)
CHECKS_SHOWN = 20


class ChecksAdmin:
    """Adds the queue of checks, and the recording of one, to the admin of addresses."""

    def may_check(self, request):
        """Whether this person may record what a check found."""
        return self.has_view_permission(request) and request.user.has_perm("addresses.add_check")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("queue/", view(self.queue_view), name=self.url_name("queue")),
            path("hours/", view(self.hours_view), name=self.url_name("hours")),
            path("<path:object_id>/check/", view(self.check_view), name=self.url_name("check")),
            path("<path:object_id>/check/<int:check_id>/undo/", view(self.undo_view), name=self.url_name("undo_check")),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"may_check": self.may_check(request), **(extra_context or {})})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["may_check"] = self.may_check(request)
            context["open_reports"] = open_reports(obj) if request.user.has_perm("addresses.view_report") else []
            context["checks"] = obj.checks.select_related("made_by")[:CHECKS_SHOWN]
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def waiting_sections(self, request):
        """Say on the start page what is to be checked first."""
        sections = super().waiting_sections(request)
        if not self.may_check(request):
            return sections
        keys = admin_queue.waiting()
        first = admin_queue.rows(keys[: admin_queue.SHOWN])
        entries = [
            {
                "text": str(address),
                "kind": address.checked_text,
                "href": f"{self.admin_url('queue')}#address-{address.pk}",
            }
            for address in first
        ]
        title = _("Addresses to check")
        return [*sections, {"title": title, "entries": entries, "count": len(keys), "href": self.admin_url("queue")}]

    # --- The queue

    def queue_view(self, request):
        """Show the addresses to call this week, with what is needed for the call."""
        if not self.may_check(request):
            raise PermissionDenied
        keys = admin_queue.waiting()
        how = request.GET.get("how")
        how = how if how in How.values else How.CALL
        addresses = admin_queue.rows(keys[: admin_queue.SHOWN])
        for address in addresses:
            address.likely_how = How.WEBSITE if how == How.CALL and not address.has_phone else how
        title = ngettext("%(n)d address to check this week", "%(n)d addresses to check this week", len(addresses))
        context = {
            "title": title % {"n": len(addresses)} if addresses else _("Addresses to check"),
            "count": len(keys),
            "most": admin_queue.SHOWN,
            "addresses": addresses,
            "may_ask": self.may_ask(request),
            **self._choices(),
        }
        return self._page(request, "addresses/admin/queue.html", context)

    @staticmethod
    def _choices():
        return {"hows": CheckForm.base_fields["how"].choices, "results": Result.choices}

    # --- One check

    def check_view(self, request, object_id):
        """Ask what a check found; POST records it."""
        if not self.may_check(request):
            raise PermissionDenied
        address = get_object_or_404(Address, pk=object_number(object_id))
        if request.method != "POST":
            return self._check_page(request, address, CheckForm())
        form = CheckForm(request.POST)
        if not form.is_valid() or self._is_to_be_sure(form) or not self._record(request, address, **form.cleaned_data):
            return self._check_page(request, address, form)
        if "queue" in request.POST:
            return HttpResponseRedirect(f"{self.admin_url('queue')}?{urlencode({'how': form.cleaned_data['how']})}")
        return HttpResponseRedirect(self.admin_url("change", address.pk))

    @staticmethod
    def _is_to_be_sure(form):
        """Whether the button says what readers are told at once, and has not been pressed a second time."""
        result = form.cleaned_data["result"]
        return result in DOUBTING and form.cleaned_data["sure"] != result

    def _record(self, request, address, how, result, note, seen_report, sure):
        """Record a check, once for two clicks; return whether that was done: not over a report that nobody has read."""
        with transaction.atomic():
            # A second click waits here for the first.
            Address.objects.select_for_update().get(pk=address.pk)
            if any(report.pk > (seen_report or 0) for report in open_reports(address)):
                return False
            lately = address.checks.filter(made_at__gt=timezone.now() - DOUBLE_CLICK)
            self.warn_if_gone(request, address, result)
            made = lately.filter(made_by=request.user, how=how, result=result).first()
            made = made or record_check(address, how=how, result=result, by=request.user, note=note)
        words = _("Recorded for “%(address)s”: %(result)s.") % {"address": address, "result": Result(result).label}
        self.message_user(request, format_html("{} {}", words, self._undo_button(request, made)))
        if result in DOUBTING:
            link = format_html('<a href="{}">{}</a>', self.admin_url("change", address.pk), _("Correct or withdraw it"))
            self.message_user(request, link, messages.WARNING)
        return True

    def warn_if_gone(self, request, address, result):
        """Say that the last check of a colleague found that an address no longer exists, where this one does not."""
        last = address.checks.exclude(how=How.CONFIRMATION).first()
        if last and last.result == Result.CLOSED and result != Result.CLOSED:
            words = _("On %(date)s a colleague found that it no longer exists. Make sure that it does.")
            self.message_user(
                request, words % {"date": date_format(timezone.localtime(last.made_at))}, messages.WARNING
            )

    def _undo_button(self, request, check):
        """Return a form that takes a check back; it stands in a message, where no template adds the token."""
        return format_html(
            '<form method="post" action="{}" class="undo"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button" name="queue" value="{}">{}</button></form>',
            self.admin_url("undo_check", check.address_id, check.pk),
            get_token(request),
            "1" if "queue" in request.POST else "",
            _("Undo"),
        )

    def undo_view(self, request, object_id, check_id):
        """Delete a check that the same person has just made."""
        if not self.may_check(request):
            raise PermissionDenied
        address = get_object_or_404(Address, pk=object_number(object_id))
        if request.method != "POST":
            # Whoever had to sign in again comes by here.
            return HttpResponseRedirect(self.admin_url("change", address.pk))
        with transaction.atomic():
            own = address.checks.select_for_update().filter(pk=check_id, made_by=request.user)
            check = own.filter(made_at__gt=timezone.now() - UNDO_TIME).exclude(how=How.CONFIRMATION).first()
            if check:
                undo_check(check)
        if check:
            self.message_user(request, _("The check of “%(address)s” was taken back.") % {"address": address})
        else:
            words = _("A check can be taken back for ten minutes, once, by whoever recorded it.")
            self.message_user(request, words, messages.ERROR)
        href = self.admin_url("queue") if request.POST.get("queue") else self.admin_url("change", address.pk)
        return HttpResponseRedirect(href)

    def _check_page(self, request, address, form):
        is_valid = form.is_bound and form.is_valid()
        to_be_sure = is_valid and self._is_to_be_sure(form)
        context = {
            "title": _("Record a check"),
            "original": address,
            "form": form,
            "reports": open_reports(address),
            "is_news": is_valid and not to_be_sure,
            "sure": Result(form.cleaned_data["result"]) if to_be_sure else None,
            "from_queue": "queue" in request.POST,
            **self._choices(),
        }
        return self._page(request, "addresses/admin/check.html", context)

    # --- Hours in words

    def hours_view(self, request):
        """Say the hours that somebody is typing in words, day by day, or what is wrong with them."""
        if not (self.may_change_facts(request) or self.has_add_permission(request)):
            raise PermissionDenied
        if request.method != "GET":
            return HttpResponseNotAllowed(["GET"])
        texts = {day.value: request.GET.get(day.value, "")[:TIMES_LENGTH] for day in Weekday}
        days = {day: _said(text) for day, text in texts.items()}
        problem = ""
        if not any(day["error"] for day in days.values()):
            try:
                Week.parse(texts)
            except ValidationError as error:
                problem = " ".join(error.messages)
        return JsonResponse({"days": days, "error": problem})


def open_reports(address):
    """Return what readers reported about an address and nobody has dealt with, the newest first."""
    return list(address.reports.filter(settled_at__isnull=True).order_by("-pk"))


def _said(text):
    try:
        return {"words": day_in_words(text), "error": ""}
    except ValidationError as error:
        return {"words": "", "error": " ".join(error.messages)}
