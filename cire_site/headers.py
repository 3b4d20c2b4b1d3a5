"""Headers that every answer carries: public pages, the admin, files and errors alike."""

from django.conf import settings
from django.utils.cache import add_never_cache_headers

HEADERS = {
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    """Adds what Django's SecurityMiddleware does not."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class AdminPolicyMiddleware:
    """Gives the admin its own content policy and keeps it out of caches.

    Stands inside django-csp's middleware, which writes the header.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # A preview brings the policy of the public page that it shows.
        if request.path_info.startswith("/admin/") and not hasattr(response, "_csp_config"):
            response._csp_config = settings.ADMIN_CONTENT_SECURITY_POLICY
        # Django lets some of its admin's pages be kept.
        if request.path_info.startswith("/admin/") and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response
