"""The page of a form that anybody may send."""

import datetime
import logging

from django.db import OperationalError
from django.http import HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import timezone
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView

from intake.limits import count_attempt, who_asks, window_at
from intake.submissions import AnotherContent, once

logger = logging.getLogger(__name__)


class TooManyAttempts(Exception):
    """Somebody has reached the limit."""


class CsrfCheck(CsrfViewMiddleware):
    """Django's check, which tells its result instead of answering with an error page."""

    def _reject(self, request, reason):
        return reason


class ProtectedFormMixin:
    """A page with a ProtectedForm: kept by no cache, sent once, by nobody too often, and never losing what was typed.

    `record(form)` does the work, in a transaction, and returns a reference of the result ("" where there is none);
    `get_success_url(reference)` says where the reader is led. Whoever sends the same form again is led there too.

    Combined with other mixins this one stands first: its page must not be kept, whatever they do with theirs.
    """

    #: What attempts are counted for (default: the form's name), how many of them, and within how many seconds.
    scope = ""
    limit = 5
    period = 60 * 60

    @classmethod
    def as_view(cls, **initkwargs):
        # The check is made in `post`, where what was typed can be shown again.
        return csrf_exempt(super().as_view(**initkwargs))

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def may_be_kept(self):
        """For pages that keep themselves otherwise: not this one."""
        return False

    def post(self, request, *args, **kwargs):
        if CsrfCheck(lambda request: None).process_view(request, None, (), {}):
            return self.ask_for_cookies()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            with once(form.ticket.key, form.form_name, form.fingerprint()) as submission:
                if submission.is_first:
                    self.count(form)
                    submission.result = self.record(form) or ""
        except TooManyAttempts:
            return self.too_many(form)
        except AnotherContent:
            return self.sent_already(form)
        except OperationalError as error:
            return self.could_not_keep(form, error)
        return HttpResponseRedirect(self.get_success_url(submission.result))

    def record(self, form):
        """Keep what a valid form says and return a reference of it, of at most 200 characters."""
        raise NotImplementedError

    def get_success_url(self, reference):
        """Return the address of the page that says what was done."""
        raise NotImplementedError

    def count(self, form):
        """Count this attempt; raises TooManyAttempts, which undoes the transaction, where that is one too many."""
        if not count_attempt(self.scope or form.form_name, who_asks(self.request), self.limit, self.period):
            raise TooManyAttempts

    def too_many(self, form):
        """Show the form again: not now."""
        now = timezone.now()
        _start, end = window_at(now, self.period)
        end = max(end, now + datetime.timedelta(minutes=1))
        form.hold_back(
            _("Too many messages came from your connection. Try again in %(time)s. All you wrote is still here.")
            % {"time": timeuntil(end, now, depth=1)}
        )
        response = self.show_again(form, 429)
        response.headers["Retry-After"] = str(int((end - now).total_seconds()))
        return response

    def sent_already(self, form):
        """Show the form again: it was sent before, with something else in it."""
        form.renew()
        form.hold_back(
            _(
                "You have sent this form before, with other words. We have kept those. "
                "To send these as well, send the form once more."
            )
        )
        return self.show_again(form, 409)

    def could_not_keep(self, form, error):
        """Show the form again: the disk is full, the database is too busy, or stops.

        Should the work be done all the same, and only the word of it be lost, sending it again finds what was done.
        """
        # Not the error's own words: they may hold what somebody wrote to us.
        cause = error.__cause__ or error
        kind = getattr(cause, "sqlite_errorname", type(cause).__name__)
        logger.error("%s could not be kept: %s", type(form).__name__, kind)
        form.hold_back(
            _("Something is wrong on our side. All you wrote is still here: please send it once more in a minute.")
        )
        response = self.show_again(form, 503)
        response.headers["Retry-After"] = "60"
        return response

    def ask_for_cookies(self):
        """Show the form again: it did not come from our page, or the browser keeps no cookies."""
        form = self.get_form()
        form.hold_back(
            _(
                "Your browser did not bring back our cookie, which proves that the form is ours. All you wrote is "
                "still here: please send it once more. If this comes back, allow cookies for this site."
            )
        )
        return self.show_again(form, 403)

    def show_again(self, form, status):
        """Return the page with a form as it was filled in."""
        return self.render_to_response(self.get_context_data(form=form), status=status)


class ProtectedFormView(ProtectedFormMixin, FormView):
    """The page of a ProtectedForm that is about nothing else."""
