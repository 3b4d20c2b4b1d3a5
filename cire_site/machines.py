"""What machines look for at fixed addresses: robots.txt, security.txt, the web manifest."""

import datetime

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from cire_site.sitemaps import paths_of
from content.languages import CODES, current_language
from content.views import CacheableMixin

PLAIN_TEXT = "text/plain; charset=utf-8"
#: For how long what security.txt says may be relied on; RFC 9116 wants less than a year.
SECURITY_HOLDS = datetime.timedelta(days=180)
ICON_SIZES = (192, 512)
#: The paper of static/css/tokens.css.
PAPER = "#f3f1e9"


def lines(*pairs):
    return "".join(f"{name}: {value}\n" for name, value in pairs)


class RobotsView(CacheableMixin, View):
    """What search engines should leave alone: the admin, and the search, whose results are without end."""

    def get(self, request):
        text = lines(
            ("User-agent", "*"),
            ("Disallow", reverse("admin:index")),
            *(("Disallow", path) for path in paths_of("search").values()),
            ("Sitemap", settings.SITE_URL + reverse("sitemap")),
        )
        return HttpResponse(text, content_type=PLAIN_TEXT)


class SecurityView(CacheableMixin, View):
    """Whom to tell about a hole in the site (RFC 9116)."""

    def get(self, request):
        # A whole day: the same text, and so the same ETag, until tomorrow.
        today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
        text = lines(
            *(("Contact", contact) for contact in settings.SECURITY_CONTACT or contact_forms()),
            ("Expires", (today + SECURITY_HOLDS).isoformat().replace("+00:00", "Z")),
            ("Preferred-Languages", ", ".join([*CODES, "en"])),
            ("Canonical", settings.SITE_URL + reverse("security")),
        )
        return HttpResponse(text, content_type=PLAIN_TEXT)


def contact_forms():
    return [settings.SITE_URL + path for path in paths_of("pages:contact").values()]


class ManifestView(CacheableMixin, View):
    """How the site looks among the apps of a phone (https://www.w3.org/TR/appmanifest/), in each language."""

    def get(self, request):
        icons = [
            {"src": static(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in ICON_SIZES
        ]
        maskable = {**icons[-1], "src": static("icons/icon-maskable-512.png"), "purpose": "maskable"}
        manifest = {
            "id": reverse("start"),
            "name": f"CIRÉ, {_('useful addresses and publications')}",
            "short_name": "CIRÉ",
            "lang": current_language(),
            "dir": "ltr",
            "start_url": reverse("home"),
            "scope": reverse("start"),
            "display": "browser",
            "background_color": PAPER,
            "theme_color": PAPER,
            "icons": [*icons, maskable],
        }
        return JsonResponse(
            manifest, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
        )
