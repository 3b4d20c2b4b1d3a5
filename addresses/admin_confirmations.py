"""Confirmations in the admin: a service is asked about its address; what it proposes is decided field by field."""

import hashlib

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from addresses import confirming
from addresses.admin_checks import DOUBLE_CLICK
from addresses.admin_proposals import REMARK, TEXTS, proposals, put_all, waiting_values
from addresses.checking import Confirmation, How, Result, record_check
from addresses.models import Address
from content.admin_history import object_number
from content.differences import Differences
from content.languages import CODES, current_language, language_name
from content.saving import save_content

CONFIRMATIONS_SHOWN = 10

ACCEPT, REFUSE, LATER = "accept", "refuse", "later"


class AskForm(forms.Form):
    """In which language a service is asked."""

    language = forms.ChoiceField(
        label=gettext_lazy("Language of the e-mail"),
        choices=lambda: [(code, language_name(code)) for code in CODES],
        widget=forms.RadioSelect,
    )


class Decision:
    """A proposal as it stands on the page, with what was decided about it."""

    def __init__(self, proposal, *, may_write):
        self.proposal = proposal
        self.label, self.lang, self.key = proposal.label, proposal.lang, proposal.key
        self.stored, self.proposed = proposal.stored, proposal.proposed
        self.may_write = may_write
        self.reason = self.choice = ""
        self.is_changed_meanwhile = False

    @property
    def digest(self):
        """What tells whether the stored value is still the one that somebody has seen."""
        return hashlib.sha256(self.stored.encode()).hexdigest()[:16]

    @property
    def is_stored_already(self):
        return self.stored == self.proposed

    def read(self, data):
        """Take the choice that was sent, unless the stored value is no longer the one that was shown."""
        choice = data.get(f"choice-{self.key}")
        self.choice = choice if choice in (ACCEPT, REFUSE) else LATER
        self.is_changed_meanwhile = self.choice == ACCEPT and data.get(f"seen-{self.key}") != self.digest


class ConfirmationsAdmin:
    """Adds to the admin of addresses: asking a service whether all is right, and deciding on what it proposes."""

    def may_ask(self, request):
        """Whether this person may send a service the link by which it confirms."""
        return self.has_view_permission(request) and request.user.has_perm("addresses.add_confirmation")

    def may_decide(self, request):
        """Whether this person may accept or refuse what a service proposes."""
        return self.may_change_facts(request) and request.user.has_perm("addresses.change_confirmation")

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:object_id>/ask/", view(self.ask_view), name=self.url_name("ask")),
            path(
                "<path:object_id>/confirmation/<int:confirmation_id>/",
                view(self.confirmation_view),
                name=self.url_name("confirmation"),
            ),
            *super().get_urls(),
        ]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj:
            context["may_ask"] = self.may_ask(request)
            context["may_decide"] = self.may_decide(request)
            context["confirmations"] = list(obj.confirmations.select_related("asked_by")[:CONFIRMATIONS_SHOWN])
            for confirmation in context["confirmations"]:
                confirmation.is_waiting = bool(confirmation.answered_at and waiting_values(confirmation))
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def waiting_sections(self, request):
        """Say on the start page what services propose."""
        sections = super().waiting_sections(request)
        if not self.may_decide(request):
            return sections
        answers = waiting_answers()
        entries = [
            {
                "text": str(answer.address),
                "kind": answer.sent_to,
                "href": self.admin_url("confirmation", answer.address_id, answer.pk),
            }
            for answer in answers
        ]
        return [*sections, {"title": _("Changes that services propose"), "entries": entries, "count": len(answers)}]

    # --- Asking

    def ask_view(self, request, object_id):
        """Ask in which language; POST sends the service its link."""
        if not self.may_ask(request):
            raise PermissionDenied
        address = get_object_or_404(Address, pk=object_number(object_id))
        back = HttpResponseRedirect(self.admin_url("change", address.pk))
        if not address.email:
            self.message_user(request, _("This address has no e-mail: add one, then ask."), messages.ERROR)
            return back
        form = AskForm(request.POST or None, initial={"language": self._language_of(address)})
        if request.method != "POST" or not form.is_valid():
            context = {"title": _("Ask the service"), "original": address, "form": form}
            return self._page(request, "addresses/admin/ask.html", context)
        with transaction.atomic():
            # A second click waits here for the first.
            Address.objects.select_for_update().get(pk=address.pk)
            lately = address.confirmations.filter(asked_at__gt=timezone.now() - DOUBLE_CLICK)
            if not lately.filter(asked_by=request.user, sent_to=address.email).exists():
                confirming.ask(address, to=address.email, language=form.cleaned_data["language"], by=request.user)
        self.message_user(request, _("The service gets an e-mail at %(email)s.") % {"email": address.email})
        return back

    @staticmethod
    def _language_of(address):
        written = [row.language_code for row in address.translations.all()]
        return current_language() if current_language() in written else next(iter(written), CODES[0])

    # --- Deciding

    def confirmation_view(self, request, object_id, confirmation_id):
        """Show what a service proposes beside what is stored; POST writes what was accepted."""
        if not self.may_decide(request):
            raise PermissionDenied
        address = get_object_or_404(Address, pk=object_number(object_id))
        confirmation = get_object_or_404(address.confirmations, pk=confirmation_id)
        if request.method != "POST":
            return self._decide_page(request, confirmation, self._decisions(request, confirmation))
        with self.revision(request):
            # Nobody saves between this look and our save.
            address = Address.objects.select_for_update().get(pk=address.pk)
            confirmation = address.confirmations.select_for_update().get(pk=confirmation_id)
            decisions = self._decisions(request, confirmation)
            for decision in decisions:
                decision.read(request.POST)
            try:
                self._decide(request, confirmation, decisions)
            except ValidationError as error:
                return self._decide_page(
                    request, self._anew(confirmation), self._again(request, confirmation, decisions), error.messages
                )
        if any(decision.is_changed_meanwhile for decision in decisions):
            return self._decide_page(request, self._anew(confirmation), self._again(request, confirmation, decisions))
        href = self.admin_url("change", address.pk)
        if waiting_values(confirmation):
            href = self.admin_url("confirmation", address.pk, confirmation.pk)
        return HttpResponseRedirect(href)

    @staticmethod
    def _anew(confirmation):
        return Confirmation.objects.select_related("address").get(pk=confirmation.pk)

    def _decisions(self, request, confirmation):
        """Return a Decision for each proposal that waits."""
        found = []
        for proposal in proposals(confirmation.address, confirmation, waiting_values(confirmation)):
            may_write = proposal.kind not in TEXTS or self.may_write(request, proposal.part)
            found.append(Decision(proposal, may_write=may_write))
        for decision in found:
            # Each is tried on an address of its own: one that is wrong must not spoil the others.
            alone = Address.objects.get(pk=confirmation.address_id)
            (proposal,) = proposals(alone, confirmation, [decision.key])
            decision.reason = proposal.problem() if decision.may_write else _("You do not write this language.")
        return found

    def _again(self, request, confirmation, decisions):
        """Return the Decisions as they stand now, with what was chosen and what had changed meanwhile."""
        before = {decision.key: decision for decision in decisions}
        again = self._decisions(request, self._anew(confirmation))
        for decision in again:
            if earlier := before.get(decision.key):
                decision.choice, decision.is_changed_meanwhile = earlier.choice, earlier.is_changed_meanwhile
        return again

    def _decide(self, request, confirmation, decisions):
        """Write what was accepted, note what was refused; ValidationError, with nothing written, where that fails."""
        if confirmation.answered_at is None:
            return
        accepted = [d for d in decisions if d.choice == ACCEPT and not d.reason and not d.is_changed_meanwhile]
        refused = [decision for decision in decisions if decision.choice == REFUSE]
        if not accepted and not refused:
            return
        address = confirmation.address
        self._write(request, address, [decision.proposal for decision in accepted if not decision.proposal.is_remark])
        confirmation.accepted += [name for decision in accepted for name in decision.proposal.names]
        confirmation.refused += [name for decision in refused for name in decision.proposal.names]
        confirmation.save(update_fields=["accepted", "refused"])
        self.message_user(
            request,
            _("%(accepted)d accepted, %(refused)d refused.") % {"accepted": len(accepted), "refused": len(refused)},
        )
        if not waiting_values(confirmation):
            self._record_answer(request, confirmation)

    def _record_answer(self, request, confirmation):
        """Record an answer that was decided on as a check of its day; a mere remark is none."""
        has_corrected = bool(set(confirmation.accepted) - {REMARK})
        if confirmation.remark and not has_corrected:
            self._point_to_check(request, confirmation.address)
            return
        # Where all was refused, what is stored was right.
        result = Result.CORRECTED if has_corrected else Result.RIGHT
        now = confirmation.answered_at
        self.warn_if_gone(request, confirmation.address, result)
        record_check(confirmation.address, how=How.CONFIRMATION, result=result, by=request.user, now=now)

    def _point_to_check(self, request, address):
        """Say that somebody has to find out whether the address holds."""
        words = _("No check was recorded: the remark may say that the service has closed.")
        if self.may_check(request):
            href = self.admin_url("check", address.pk)
            words = format_html('{} <a href="{}">{}</a>', words, href, _("Record a check"))
        self.message_user(request, words, messages.WARNING)

    def _write(self, request, address, accepted):
        if not accepted:
            return
        put_all(address, accepted)
        for proposal in accepted:
            proposal.save_rows()
        save_content(address)
        labels = ", ".join(proposal.label for proposal in accepted)
        self.log_change(request, address, _("Accepted from the service: %(names)s") % {"names": labels})

    def _decide_page(self, request, confirmation, decisions, reasons=()):
        differences = Differences()
        context = {
            "title": _("What the service proposes"),
            "original": confirmation.address,
            "confirmation": confirmation,
            "rows": [(decision, differences.html(decision.stored, decision.proposed)) for decision in decisions],
            "reasons": reasons,
        }
        return self._page(request, "addresses/admin/confirmation.html", context)


def waiting_answers():
    """Return the answers of services with proposals that nobody has decided on, the oldest first."""
    said_something = ~Q(proposed={}) | ~Q(remark="")
    answers = Confirmation.objects.filter(said_something, answered_at__isnull=False).order_by("answered_at")
    answers = answers.select_related("address").prefetch_related("address__translations")
    return [answer for answer in answers if waiting_values(answer)]
