"""The admin of this project: stock Django, a start page that says what waits, in the language of its user."""

from django.contrib.admin import AdminSite
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, gettext_lazy

from accounts.forms import StaffLoginForm
from content import due
from content.admin import ContentAdmin
from content.languages import CODES, own_name
from content.waiting import old_figures, waiting_texts


class CireAdminSite(AdminSite):
    """The admin."""

    site_header = gettext_lazy("CIRÉ: the site’s content")
    site_title = "CIRÉ"
    index_title = gettext_lazy("What waits")
    index_template = "content/admin/index.html"
    login_form = StaffLoginForm
    enable_nav_sidebar = True

    def get_urls(self):
        return [path("language/", self.admin_view(self.language_view), name="language"), *super().get_urls()]

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
        return super().index(request, {"waiting": self._waiting(request), "due": due.report(), **(extra_context or {})})

    def _waiting(self, request):
        """What waits, section by section, of what this member of staff may see."""
        sections = {
            "draft": {"title": gettext("Drafts"), "entries": [], "count": 0},
            "one_language": {"title": gettext("Published in one language only"), "entries": [], "count": 0},
            "older": {"title": gettext("The original text has changed since"), "entries": [], "count": 0},
            "figures": {
                "title": gettext("Figures older than three years, or without a year"),
                "entries": [],
                "count": 0,
            },
        }
        more = []
        for model, model_admin in self._registry.items():
            if not model_admin.has_view_permission(request):
                continue
            if hasattr(model_admin, "waiting_sections"):
                more += model_admin.waiting_sections(request)
            if not isinstance(model_admin, ContentAdmin):
                continue
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
        return [*more, *sections.values()]
