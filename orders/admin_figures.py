"""The figures page of the Orders desk, and the same figures as a file."""

import datetime

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.sheets import WRITERS, file_response
from orders.figures import Period, charts, totals

FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2999, 12, 31)


class DayField(forms.DateField):
    """A day, chosen from the browser's own calendar; blank is as far as the default goes."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})

    def __init__(self, **kwargs):
        within_reason = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
        super().__init__(required=False, validators=within_reason, **kwargs)


class PeriodForm(forms.Form):
    """From when until when."""

    since = DayField(label=gettext_lazy("From"))
    until = DayField(label=gettext_lazy("Until"))

    def clean(self):
        cleaned = super().clean()
        default = Period.default()
        since, until = cleaned.get("since") or default.since, cleaned.get("until") or default.until
        if not self.errors and until < since:
            raise ValidationError(_("The period ends before it begins."))
        return cleaned

    @property
    def period(self):
        """The Period that was asked for, the default one where it makes no sense."""
        default = Period.default()
        if not self.is_valid():
            return default
        return Period(self.cleaned_data["since"] or default.since, self.cleaned_data["until"] or default.until)


class FiguresAdmin:
    """Adds the figures to the admin of orders."""

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("figures/", view(self.figures_view), name=self.url_name("figures")),
            path("figures/<str:kind>/", view(self.figures_file_view), name=self.url_name("figures_file")),
            *super().get_urls(),
        ]

    def _period_form(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        period = Period.default()
        given = {name: request.GET.get(name) or getattr(period, name).isoformat() for name in ("since", "until")}
        return PeriodForm(given, auto_id="%s")

    def figures_view(self, request):
        """Show what was sent in a period."""
        form = self._period_form(request)
        context = {
            "title": _("Figures"),
            "form": form,
            "period": form.period,
            "totals": totals(form.period),
            "charts": charts(form.period),
            "query": request.GET.urlencode(),
        }
        return self._page(request, "orders/admin/figures.html", context)

    def figures_file_view(self, request, kind):
        """Answer with the figures as a file."""
        if kind not in WRITERS:
            raise Http404
        period = self._period_form(request).period
        rows = [[chart.heading, row.label, row.copies] for chart in charts(period) for row in chart.rows]
        data = WRITERS[kind]([_("Counted by"), _("Name"), _("Copies sent")], rows, _("Figures"))
        name = f"{period.since.isoformat()}-{period.until.isoformat()}"
        return file_response(data, name, kind)
