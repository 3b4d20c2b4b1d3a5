"""The admin in the language of the person who uses it."""

from django.conf import settings
from django.utils import translation


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
