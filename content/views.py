"""What every public page has in common: addresses in each language, cache headers, the right object for a slug."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import resolve, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.text import capfirst
from django.utils.translation import override
from django.views.generic import DetailView, ListView
from django.views.generic.base import ContextMixin, TemplateView, View

from content.json_ld import script_text
from content.kept_pages import KeptPage
from content.languages import CODES, current_language, own_name
from content.models import Content
from content.pictures import CONTENT_TYPES, stem
from content.publication import State, state_at

PER_PAGE = 20
CARD = "icons/card.png"  # 1200 × 630 pixels
#: What is served, by the ending that we gave it: pictures, and PDFs that were checked.
SERVED = {**CONTENT_TYPES, ".pdf": "application/pdf"}


@dataclass
class Page:
    """What base.html puts into the head of a page, and at its foot on paper; addresses are absolute."""

    canonical: str
    alternates: list = field(default_factory=list)
    json_ld: str = ""
    card: str = ""  # the picture that stands for the page where its link is shared
    printed: str = ""  # what is printed on paper where it says more than the canonical address: the choice of a reader


class CacheableMixin:
    """An answer that any cache may hold: no cookie, nothing about the reader."""

    #: The parameters of the query string that change the answer; all others are ignored.
    parameters = ()
    #: The cache that holds the answer (content/kept_pages.py).
    kept_in = "pages"

    def dispatch(self, request, *args, **kwargs):
        self.asked_at = timezone.now()
        place = KeptPage.of(request, self.parameters, self.kept_in) if self.may_be_kept() else None
        response = place and place.find()
        if response is None:
            response = super().dispatch(request, *args, **kwargs)
            if response.status_code >= 400:
                add_never_cache_headers(response)
                return response
            if request.method not in ("GET", "HEAD"):
                return response  # what may be asked here: nothing was made that could be kept
            seconds = self.holds_for()
            patch_cache_control(response, public=True, max_age=seconds)
            if place and self.is_worth_keeping():
                made = response.render() if hasattr(response, "render") else response
                place.keep(made, since=self.asked_at, seconds=seconds)
        return response

    def holds_for(self):
        """Return for how many whole seconds from `asked_at` on the answer is right; looked at once it was made."""
        return settings.PUBLIC_MAX_AGE

    def may_be_kept(self):
        """Whether this is the answer that everybody gets."""
        return True

    def is_worth_keeping(self):
        """Whether others are likely to ask for the same; looked at once it was made."""
        return True


class PublicPageMixin(CacheableMixin, ContextMixin):
    """A page that any cache may hold, with the same address in each language."""

    def address_in(self, language):
        """Return this page's path in `language`, "" where it does not exist there."""
        match = self.request.resolver_match
        with override(language):
            return reverse(match.view_name, args=match.args, kwargs=match.kwargs)

    def canonical_path(self):
        """Return the path under which search engines should know this page."""
        return self.address_in(current_language())

    def kept_query(self):
        """Return the part of the query string that means the same in every language."""
        return ""

    def structured_data(self):
        """Return schema.org data about this page, None for none."""
        return None

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        here = current_language()
        addresses = {code: self.address_in(code) for code in CODES}
        context["language_links"] = [
            {
                "code": code,
                "name": own_name(code),
                "short": code.upper(),
                "href": href and href + self.kept_query(),
                "current": code == here,
            }
            for code, href in addresses.items()
        ]
        context["page"] = Page(
            canonical=settings.SITE_URL + self.canonical_path(),
            alternates=[(code, settings.SITE_URL + href) for code, href in addresses.items() if href],
            json_ld=script_text(self.structured_data()),
            card=settings.SITE_URL + static(CARD),
        )
        return context


class UnkeptPageMixin(PublicPageMixin):
    """A page of one reader: kept by no cache, and no other site learns its address."""

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        # Not "no-referrer": browsers then send forms without an origin, and the check that they are ours fails.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    def may_be_kept(self):
        return False


class PublicTemplateView(PublicPageMixin, TemplateView):
    """A page that is not about one model."""


class ContentListView(PublicPageMixin, ListView):
    """A list of what is published, 20 a page, narrowed by `filterset_class` where there is one."""

    paginate_by = PER_PAGE
    filterset_class = None

    @property
    def parameters(self):
        return ("page", *(self.filterset_class.base_filters if self.filterset_class else ()))

    def is_worth_keeping(self):
        return self.filterset is None or self.filterset.is_valid()

    def everything(self):
        """Return all that the list would show without any filter."""
        return self.model.objects.public()

    def get_queryset(self):
        queryset = self.everything()
        self.filterset = self.filterset_class(self.request.GET, queryset) if self.filterset_class else None
        return self.filterset.qs if self.filterset else queryset

    def kept_query(self):
        return self.filterset.address() if self.filterset and self.filterset.active else ""

    def canonical_path(self):
        number = self.page_number
        return super().canonical_path() + (f"?page={number}" if number > 1 else "")

    def paginate_queryset(self, queryset, page_size):
        paginated = super().paginate_queryset(queryset, page_size)
        self.page_number = paginated[1].number
        return paginated

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["result_count"] = context["paginator"].count
        if self.filterset:
            context.update(filter_context(self.filterset, context["result_count"], [self.everything()]))
        return context


def filter_context(filterset, result_count, querysets):
    """Return what the filter component and the words for an empty list need."""
    return {
        "filterset": filterset,
        "filter_groups": filterset.groups,
        "active_filters": filterset.active,
        "result_count": result_count,
        "loosen": filterset.loosen(querysets) if not result_count else [],
        "clear_href": "?",
        "querystring_without_page": filterset.querystring_without_page,
    }


class ContentDetailView(PublicPageMixin, DetailView):
    """One object at its slug; the slug of the other language, or a withdrawn one, leads to the right place."""

    preview = None

    def get_queryset(self):
        return self.with_relations(self.model.objects.public_unordered())

    def may_be_kept(self):
        return self.preview is None

    def with_relations(self, queryset):
        """Add to a queryset what the page prints besides the object's own texts."""
        return queryset

    def get(self, request, *args, **kwargs):
        if self.preview is None:
            self.found, redirect = self.find(kwargs["slug"])
            if redirect:
                return redirect
        return super().get(request, *args, **kwargs)

    def find(self, slug):
        """Return (object, None) for a slug that is right here, (None, redirect) for one that was, else 404."""
        rows = self.model.objects.all().translation_model.objects.filter(slug=slug)
        found = [obj for obj in self.get_queryset().filter(pk__in=rows.values("master")) if obj.shown.slug == slug]
        if found:
            # Should two have it, the one whose own language this is wins.
            return min(found, key=lambda obj: obj.shown.is_foreign), None
        return None, self.find_redirect(rows)

    def find_redirect(self, rows):
        """Return where the slug of these rows leads in the reader's language, else 404.

        A public slug of the other language leads to our own one for good, a withdrawn one to the text that is left.
        """
        language = current_language()
        states = {}
        for row in rows.values("master_id", "language_code", "publish_from", "publish_until"):
            state = state_at(row["publish_from"], row["publish_until"])
            states.setdefault(state, []).append((row["language_code"] != language, row["master_id"]))
        for state, redirect in (
            (State.PUBLISHED, HttpResponsePermanentRedirect),
            (State.WITHDRAWN, HttpResponseRedirect),
        ):
            for _other_language, pk in sorted(states.get(state, [])):
                obj = self.model.objects.public_unordered().filter(pk=pk).first()
                if obj is not None:
                    return redirect(obj.get_absolute_url(language))
        raise Http404

    def get_object(self, queryset=None):
        return self.found

    def address_in(self, language):
        """An object exists in the languages that it is published in."""
        rows = {row.language_code for row in self.object.public_translations}
        return self.object.get_absolute_url(language) if language in rows else ""

    def canonical_path(self):
        return self.object.get_absolute_url(self.object.shown.language_code)

    def crumbs(self):
        """Return the pages above this one as [{text, href, lang}]."""
        return [
            {
                "text": capfirst(self.model._meta.verbose_name_plural),
                "href": reverse(f"{self.model._meta.app_label}:list"),
                "lang": current_language(),
            }
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(crumbs=self.crumbs(), preview=self.preview, timeline=None, **kwargs)
        if self.preview:
            # A preview knows one text only, and so nothing of the other languages.
            context["language_links"] = []
        return context


def render_preview(request, obj, row, edit_href):
    """Render the public page of `obj` as it will be with `row` published; never kept by any cache.

    The caller has checked that this member of staff may see it.
    """
    with override(row.language_code):
        address = reverse(f"{obj._meta.app_label}:detail", kwargs={"slug": row.slug or "preview"})
        view = resolve(address).func.view_class(
            preview={"language_name": row.language_name, "state_text": row.state_text, "edit_href": edit_href}
        )
        view.setup(request, slug=row.slug)
        previewed = view.with_relations(view.model.objects.all()).get(pk=obj.pk)
        previewed.public_translations = [row]
        view.found = previewed
        response = view.dispatch(request, slug=row.slug)
        if hasattr(response, "render"):
            response.render()
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


class MediaView(View):
    """The files of an object, for as long as the object itself can be seen."""

    def get(self, request, app_label, model_name, key, name):
        ending = PurePosixPath(name).suffix
        path = f"{app_label}/{model_name}/{key}/{name}"
        try:
            model = apps.get_model(app_label, model_name)
        except LookupError:
            raise Http404 from None
        if ending not in SERVED or not issubclass(model, Content):
            raise Http404
        owner = model.objects.public_unordered().filter(key=key).first()
        # A file that was replaced or removed belongs to nothing any more.
        public = owner is not None and stem(path) in {stem(kept) for kept in owner.media_names()}
        if not public and not self.may_see_hidden(request.user, model):
            raise Http404
        try:
            file = default_storage.open(path)
        except (OSError, ValueError):  # no such file, or a name that no file can have
            raise Http404 from None
        # Under which name a reader finds it again among the downloads.
        filename = (owner.download_name(path) if public else "") or name
        response = FileResponse(file, content_type=SERVED[ending], filename=filename)
        if public:
            # Names are made from the contents, so a kept copy is never wrong, only perhaps withdrawn meanwhile.
            response.headers["ETag"] = f'"{name}"'
            patch_cache_control(response, public=True, max_age=settings.PUBLIC_MAX_AGE * 10)
        else:
            response.headers["Cache-Control"] = "private, no-store"
        return response

    @staticmethod
    def may_see_hidden(user, model):
        """Whether a signed-in member of staff may see this kind of object before it is published."""
        return user.is_staff and user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")
