"""The sitemap: every page in the languages that it is published in, each with its other languages beside it."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.functional import cached_property
from django.utils.translation import override
from django.views.generic import View

from addresses.models import Address
from cire_site.sections import SECTIONS
from content.languages import CODES
from content.models import address, content_models
from content.querysets import is_public
from content.views import CacheableMixin

#: How many objects one file tells of. A file may hold 50,000 addresses: one a language.
PER_FILE = 10_000
#: Pages that belong to no object, by their URL names; those that do not exist are left out.
FIXED = ("home", *(section.name for section in SECTIONS), "glossary:table")


@dataclass(frozen=True)
class Entry:
    """One page: its path and the day of its last change (or None) in each language that it is published in."""

    paths: dict
    changes: dict
    default: str  # for readers of any other language

    @property
    def urls(self):
        """What the file says of each language, as [{href, changed, alternates}]."""
        alternates = [(code, settings.SITE_URL + path) for code, path in self.paths.items()]
        alternates.append(("x-default", settings.SITE_URL + self.default))
        return [
            {"href": settings.SITE_URL + path, "changed": self.changes.get(code), "alternates": alternates}
            for code, path in self.paths.items()
        ]


class FixedPages:
    """The pages that belong to no object."""

    files = 1

    def entries(self, number):
        found = []
        for name in FIXED:
            paths = paths_of(name)
            if paths:
                # / leads to the reader's own language.
                found.append(Entry(paths, {}, reverse("start") if name == "home" else paths[CODES[0]]))
        return found


def paths_of(name):
    """Return {language: path} of a URL name; {} where there is none of that name."""
    paths = {}
    for code in CODES:
        with override(code):
            try:
                paths[code] = reverse(name)
            except NoReverseMatch:
                return {}
    return paths


class ContentPages:
    """The pages of one kind of content."""

    def __init__(self, model):
        self.model = model

    @cached_property
    def objects(self):
        """What has a public page, by primary key; no address that has gone or that is invented."""
        objects = self.model.objects.all()
        if self.model is Address:
            objects = objects.current().filter(is_sample=False)
        return objects.filter(objects.has_row(is_public())).order_by("pk")

    @property
    def files(self):
        return -(-self.objects.count() // PER_FILE)

    def entries(self, number):
        keys = self.objects.values("pk")[(number - 1) * PER_FILE : number * PER_FILE]
        rows = self.objects.translation_model.objects.filter(is_public(), master__in=keys).order_by("master", "pk")
        by_object = {}
        # Without the texts, which may be long.
        for row in rows.values("master", "language_code", "slug", "publish_from", "changed_at"):
            by_object.setdefault(row["master"], {})[row["language_code"]] = row
        return [self._entry(rows) for rows in by_object.values()]

    def _entry(self, rows):
        label, prefix = self.model._meta.app_label, get_script_prefix()
        paths = {code: address(label, rows[code]["slug"], code, prefix) for code in CODES if code in rows}
        changes = {
            code: max(moment for moment in (rows[code]["publish_from"], rows[code]["changed_at"]) if moment)
            for code in paths
        }
        return Entry(paths, changes, next(iter(paths.values())))


def sections():
    """Return {name: what has `files` and `entries(number)`} of all that the sitemap tells."""
    with_page = [
        model for model in content_models() if address(model._meta.app_label, "a", CODES[0], get_script_prefix())
    ]
    return {"site": FixedPages(), **{model._meta.model_name: ContentPages(model) for model in with_page}}


class SitemapView(CacheableMixin, View):
    """The list of all files of the sitemap."""

    def get(self, request):
        hrefs = [
            settings.SITE_URL + reverse("sitemap_file", kwargs={"section": name, "number": number})
            for name, section in sections().items()
            for number in range(1, section.files + 1)
        ]
        return xml("cire_site/sitemap_index.xml", {"hrefs": hrefs})


class SitemapFileView(CacheableMixin, View):
    """One file of the sitemap."""

    def get(self, request, section, number):
        found = sections().get(section)
        entries = found.entries(number) if found and 1 <= number <= found.files else []
        if not entries:
            raise Http404
        return xml("cire_site/sitemap.xml", {"urls": [url for entry in entries for url in entry.urls]})


def xml(template, context):
    return HttpResponse(render_to_string(template, context), content_type="application/xml; charset=utf-8")
