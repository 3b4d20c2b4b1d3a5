"""Compresses answers on their way out, all but files."""

from django.http import FileResponse
from django.middleware.gzip import GZipMiddleware


class CompressionMiddleware(GZipMiddleware):
    """Django's own would compress pictures, PDFs and archives once more, and take their length and strong ETag away."""

    def process_response(self, request, response):
        return response if isinstance(response, FileResponse) else super().process_response(request, response)
