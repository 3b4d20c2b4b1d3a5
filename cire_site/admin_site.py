"""The admin of this project: stock Django, a start page that says what waits, in the language of its user."""

import functools
import re

from django.contrib.admin import AdminSite
from django.contrib.admin.views.main import ERROR_FLAG
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts.forms import login_form
from accounts.second_factor import FEW_CODES, backup_codes_left, is_verified
from accounts.second_factor_views import BackupCodesView, SecondFactorView, SetUpView
from content import due
from content.admin import ContentAdmin
from content.languages import CODES, own_name
from content.waiting import old_figures, waiting_texts

#: The list of a model and its exports look up in the database whatever their address holds.
LOOKS_UP = re.compile(r"(\w+)_(?:changelist|export|export_file)")


class CireAdminSite(AdminSite):
    """The admin."""

    site_header = gettext_lazy("CIRÉ: the site’s content")
    site_title = "CIRÉ"
    index_title = gettext_lazy("What waits")
    index_template = "content/admin/index.html"
    login_form = staticmethod(login_form)
    enable_nav_sidebar = True

    def get_urls(self):
        return [
            path("language/", self.admin_view(self.language_view), name="language"),
            path("second-factor/", self.admin_view(SecondFactorView.as_view()), name="second_factor"),
            path("second-factor/set-up/", self.admin_view(SetUpView.as_view()), name="second_factor_set_up"),
            path("second-factor/backup-codes/", self.admin_view(BackupCodesView.as_view()), name="second_factor_codes"),
            *super().get_urls(),
        ]

    def admin_view(self, view, cacheable=False):
        """Guard every page of the admin; a filter that the database refuses is answered as Django answers others."""
        guarded = super().admin_view(view, cacheable)

        @functools.wraps(guarded)
        def answer(request, *args, **kwargs):
            if (of_list := LOOKS_UP.fullmatch(request.resolver_match.url_name or "")) and has_nul(request):
                return HttpResponseRedirect(f"{reverse(f'admin:{of_list[1]}_changelist')}?{ERROR_FLAG}=1")
            return guarded(request, *args, **kwargs)

        return answer

    def each_context(self, request):
        return {
            **super().each_context(request),
            "admin_languages": [{"code": code, "name": own_name(code)} for code in CODES],
        }

    def language_view(self, request):
        """Keep the language that this member of staff wants the admin in."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        language = request.POST.get("language")
        if language in CODES:
            request.user.language = language
            request.user.save(update_fields=["language"])
        back = request.POST.get("next", "")
        safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        return HttpResponseRedirect(back if safe else reverse("admin:index"))

    def index(self, request, extra_context=None):
        context = {
            "waiting": self._waiting(request),
            "due": due.report(),
            "codes_left": self._codes_left(request.user),
            # Superusers come here without, and are told what they do not see.
            "without_second_factor": request.user.is_superuser and not is_verified(request.user),
        }
        return super().index(request, {**context, **(extra_context or {})})

    @staticmethod
    def _codes_left(user):
        """How many backup codes somebody has who should soon make new ones; None for all others."""
        left = backup_codes_left(user) if is_verified(user) else FEW_CODES + 1
        return left if left <= FEW_CODES else None

    def _waiting(self, request):
        """What waits, section by section, of what this member of staff may see."""
        seen = [model_admin for model_admin in self._registry.values() if model_admin.has_view_permission(request)]
        more = [
            section
            for model_admin in seen
            if hasattr(model_admin, "waiting_sections")  # links, a neighbour of content, has no mixin of its
            for section in model_admin.waiting_sections(request)
        ]
        models = [model_admin.model for model_admin in seen if isinstance(model_admin, ContentAdmin)]
        return [*more, *text_sections(models)] if models else more


def has_nul(request):
    """Whether a query string holds the one character that PostgreSQL refuses in a text."""
    return any("\x00" in value for _name, values in request.GET.lists() for value in values)


def text_sections(models):
    """Return what waits of the texts and figures of content models, in the order of the start page."""
    sections = {
        "draft": {"title": gettext("Drafts"), "entries": [], "count": 0},
        "one_language": {"title": gettext("Published in one language only"), "entries": [], "count": 0},
        "older": {"title": gettext("The original text has changed since"), "entries": [], "count": 0},
        "figures": {"title": gettext("Figures older than three years, or without a year"), "entries": [], "count": 0},
    }
    for model in models:
        meta = model._meta
        address = f"admin:{meta.app_label}_{meta.model_name}_change"
        for kind, (count, objects) in waiting_texts(model).items():
            sections[kind]["count"] += count
            sections[kind]["entries"] += [
                {"text": str(obj), "kind": meta.verbose_name, "href": reverse(address, args=[obj.pk])}
                for obj in objects
            ]
        count, figures = old_figures(model)
        sections["figures"]["count"] += count
        sections["figures"]["entries"] += [
            {
                "text": f"{figure.body}: {figure.label}",
                "kind": figure.year or gettext("year unknown"),
                "href": reverse(address, args=[figure.body_id]),
            }
            for figure in figures
        ]
    return list(sections.values())
