"""The admin in the language of the person who uses it, and behind the second factor where that is asked for."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import translation

from accounts.second_factor import has_second_factor, is_verified

#: What somebody may open below /admin/ who has yet to set up a second factor.
FOR_SETTING_UP = frozenset({"jsi18n", "language", "login", "logout", "second_factor", "second_factor_set_up"})


class StaffLanguageMiddleware:
    """Activates the signed-in user's language below /admin/; public pages have theirs in the address."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            language = request.user.language
            if language in dict(settings.LANGUAGES):
                translation.activate(language)
                request.LANGUAGE_CODE = language
        return self.get_response(request)


class SecondFactorMiddleware:
    """Leads whoever has a second factor, or must have one, to the page that asks for it: at every address of the admin.

    What anybody may see is for the permissions to say: see accounts/admin_access.py. This one leads the way, and keeps
    watch where an address should have forgotten to ask.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Return where somebody must go first, None where they may go on."""
        user = request.user if request.path_info.startswith("/admin/") else None
        if user is None or not user.is_authenticated or is_verified(user):
            return None
        if has_second_factor(user):
            # A session from before it was set up: a password alone opens nothing any more.
            logout(request)
            return led_to("admin:login", request)
        if request.resolver_match.url_name not in FOR_SETTING_UP and needs_second_factor(user, request.path_info):
            return led_to("admin:second_factor_set_up", request)
        return None


def needs_second_factor(user, path):
    """Whether somebody may open an address only with a second factor.

    Whoever has a right in one of settings.SECOND_FACTOR_APPS needs it everywhere. Superusers, who have every right,
    need it for those apps: their own machine, and a site without orders, work without.
    """
    for app in settings.SECOND_FACTOR_APPS:
        if user.has_module_perms(app) and (not user.is_superuser or path.startswith(f"/admin/{app}/")):
            return True
    return False


def led_to(name, request):
    """Redirect to a page that leads back to where somebody wanted to go."""
    back = "" if request.resolver_match.url_name in FOR_SETTING_UP else request.get_full_path()
    return HttpResponseRedirect(reverse(name) + (f"?{urlencode({'next': back})}" if back else ""))
