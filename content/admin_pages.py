"""Pages of our own in the admin: their addresses, and the frame that they stand in."""

from django.contrib.admin.utils import quote
from django.template.response import TemplateResponse
from django.urls import reverse


class PagesMixin:
    """Gives an admin pages beside Django's own: names and addresses that hold the model's, and the admin's frame."""

    def admin_url(self, name, *args):
        """Return the address of one of this model's admin pages."""
        meta = self.model._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[quote(arg) for arg in args])

    def url_name(self, name):
        """Return the URL name of one of this model's admin pages, without its namespace."""
        return f"{self.model._meta.app_label}_{self.model._meta.model_name}_{name}"

    def _page(self, request, template, context):
        """Answer with a page in the frame of the admin."""
        request.current_app = self.admin_site.name
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, template, context)
