"""Checks in the admin: the queue of addresses to call, one click that records what was found, hours read aloud."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from addresses import admin_queue
from addresses.admin_forms import CheckForm
from addresses.checking import DOUBTING, How, Result, record_check
from addresses.hours import Week, Weekday
from addresses.hours_fields import TIMES_LENGTH, day_in_words
from addresses.models import Address
from content.admin_history import object_number

#: A second click on the same button within this time is the first one again.
DOUBLE_CLICK = datetime.timedelta(minutes=1)
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
        context = {
            "title": _("Addresses to check"),
            "count": len(keys),
            "most": admin_queue.SHOWN,
            "addresses": admin_queue.rows(keys[: admin_queue.SHOWN]),
            "how": how if how in How.values else How.CALL,
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
        if not form.is_valid() or not self._record(request, address, **form.cleaned_data):
            return self._check_page(request, address, form)
        if "queue" in request.POST:
            return HttpResponseRedirect(f"{self.admin_url('queue')}?{urlencode({'how': form.cleaned_data['how']})}")
        return HttpResponseRedirect(self.admin_url("change", address.pk))

    def _record(self, request, address, how, result, note, seen_report):
        """Record a check, once for two clicks; return whether that was done: not over a report that nobody has read."""
        with transaction.atomic():
            # A second click waits here for the first.
            Address.objects.select_for_update().get(pk=address.pk)
            if any(report.pk > (seen_report or 0) for report in open_reports(address)):
                return False
            lately = address.checks.filter(made_at__gt=timezone.now() - DOUBLE_CLICK)
            if not lately.filter(made_by=request.user, how=how, result=result).exists():
                record_check(address, how=how, result=result, by=request.user, note=note)
        words = {"address": address, "result": Result(result).label}
        self.message_user(request, _("Recorded for “%(address)s”: %(result)s.") % words)
        if result in DOUBTING:
            link = format_html('<a href="{}">{}</a>', self.admin_url("change", address.pk), _("Correct or withdraw it"))
            self.message_user(request, link, messages.WARNING)
        return True

    def _check_page(self, request, address, form):
        context = {
            "title": _("Record a check"),
            "original": address,
            "form": form,
            "reports": open_reports(address),
            "is_news": form.is_bound and form.is_valid(),
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

    def _page(self, request, template, context):
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.model._meta, **context}
        return TemplateResponse(request, template, context)


def open_reports(address):
    """Return what readers reported about an address and nobody has dealt with, the newest first."""
    return list(address.reports.filter(settled_at__isnull=True).order_by("-pk"))


def _said(text):
    try:
        return {"words": day_in_words(text), "error": ""}
    except ValidationError as error:
        return {"words": "", "error": " ".join(error.messages)}
