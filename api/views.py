"""The public content as data, read-only: a list and an object of each kind, and where everything is."""

import json

import yaml
from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ReadOnlyModelViewSet

from addresses.filters import AddressFilterSet
from addresses.gazetteer import ATTRIBUTION
from addresses.listing import ByCommune
from addresses.models import Address
from addresses.views import OpenNowMixin
from api import description, serializers
from api.fields import absolute
from api.pagination import Pages
from api.problems import FOR_EVERYBODY, BadQuery, asked_language, open_to_everybody
from content.filters import YES
from content.languages import CODES, current_language
from content.views import CacheableMixin, PublicTemplateView
from glossary.filters import TermFilterSet
from glossary.models import Term
from groups.models import Group
from networks.models import Network
from organisations.filters import CollectiveFilterSet
from organisations.models import Organisation
from pages.models import Page
from publications.filters import PublicationFilterSet
from publications.models import Publication
from themes.models import Theme

#: What a browser of another site may ask with.
PREFLIGHT = {
    **FOR_EVERYBODY,
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class DataMixin(CacheableMixin):
    """An answer for programs: the same whatever language their reader's browser has; `lang` chooses the order."""

    parameters = ("lang",)
    schema = description.Schema()

    def dispatch(self, request, *args, **kwargs):
        with override(asked_language(request) or settings.LANGUAGE_CODE):
            response = super().dispatch(request, *args, **kwargs)
        open_to_everybody(response)
        response.headers.setdefault("Content-Language", ", ".join(CODES))
        return response

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        language = request.query_params.get("lang")
        if language and language not in CODES:
            raise BadQuery({"lang": [_("Write one of: %(choices)s.") % {"choices": ", ".join(CODES)}]})

    @property
    def asked(self):
        """The parameters that were asked for and mean something, as (name, value) pairs."""
        query = self.request.query_params
        return [(name, value) for name in self.parameters for value in query.getlist(name)]

    def options(self, request, *args, **kwargs):
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods), **PREFLIGHT})


class ContentViewSet(DataMixin, ReadOnlyModelViewSet):
    """One kind of content: what is public, narrowed as on its page."""

    model = None
    filterset_class = None
    pagination_class = Pages
    lookup_field = "key"
    lookup_value_converter = "uuid"

    @property
    def parameters(self):
        if self.detail:
            return super().parameters
        filters = self.filterset_class.base_filters if self.filterset_class else ()
        return (*super().parameters, *Pages.parameters, *filters)

    def may_be_kept(self):
        """Only the beginning of a list: whoever walks through all of it must not drive out the pages that many read."""
        return not self.detail and not any(name in self.request.GET for name in self.parameters)

    def with_relations(self, queryset):
        """Add to a queryset what an object says besides its own texts."""
        return queryset

    def everything(self):
        """Return all that a list has without any filter, in its order."""
        return self.model.objects.public(current_language())

    def for_download(self):
        """Return all that the open-data download has, by primary key."""
        return self.with_relations(self.model.objects.public_unordered().order_by("pk"))

    @cached_property
    def filterset(self):
        """The filter set of this query, None where this kind has none."""
        if self.filterset_class is None:
            return None
        filterset = self.filterset_class(self.request.query_params, self.model.objects.all())
        if not filterset.is_valid():
            raise BadQuery(mistakes(filterset))
        return filterset

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.model.objects.none()  # drf-spectacular wants to know the model, not what there is
        queryset = self.filterset.narrow(self.everything()) if self.filterset else self.everything()
        return self.with_relations(queryset)

    def get_object(self):
        return get_object_or_404(self.with_relations(self.model.objects.public_unordered()), key=self.kwargs["key"])


def mistakes(filterset):
    """Return what is wrong with each parameter as {name: [sentences]}; a choice that is none is told all that are."""
    found = {}
    for name, errors in filterset.form.errors.items():
        if name in filterset.facets:
            choices = ", ".join(facet.value for facet in filterset.facets[name])
            errors = [_("Write one of: %(choices)s.") % {"choices": choices}]
        found[name] = errors
    return found


class ThemeViewSet(ContentViewSet):
    """Themes: the subjects that we work on."""

    model = Theme
    serializer_class = serializers.ThemeSerializer


class OrganisationViewSet(ContentViewSet):
    """Organisations, with the seats that they hold in networks and groups."""

    model = Organisation
    serializer_class = serializers.OrganisationSerializer

    def with_relations(self, queryset):
        return queryset.prefetch_related(
            *(
                Prefetch(name, getattr(Organisation, name).rel.related_model.objects.with_public("body", "mandated_by"))
                for name in ("networks_seats", "groups_seats")
            )
        )


class CollectiveViewSet(ContentViewSet):
    """What networks and groups have in common."""

    filterset_class = CollectiveFilterSet

    def with_relations(self, queryset):
        return queryset.with_all_seats()


class NetworkViewSet(CollectiveViewSet):
    """Networks that we sit in, with everybody's seats and the key figures."""

    model = Network
    serializer_class = serializers.NetworkSerializer


class GroupViewSet(CollectiveViewSet):
    """Groups that we coordinate, with everybody's seats and the key figures."""

    model = Group
    serializer_class = serializers.GroupSerializer


class PublicationViewSet(ContentViewSet):
    """Publications with their editions, newest first."""

    model = Publication
    serializer_class = serializers.PublicationSerializer
    filterset_class = PublicationFilterSet

    def everything(self):
        return Publication.objects.public_sorted(self.filterset.order, current_language())

    def with_relations(self, queryset):
        return queryset.with_editions().with_issuers()


class AddressViewSet(OpenNowMixin, ContentViewSet):
    """Useful addresses, municipality by municipality, the nearest first with `near`.

    Those whose last day has passed are in no list. Invented examples are only listed with `samples=1`.
    """

    model = Address
    serializer_class = serializers.AddressSerializer
    filterset_class = AddressFilterSet

    @property
    def parameters(self):
        return (*super().parameters, *([] if self.detail else ["samples"]))

    def with_relations(self, queryset):
        return queryset.with_relations()

    def everything(self):
        addresses = super().everything().current()
        samples = self.request.query_params.get("samples")
        if samples and samples != YES:
            raise BadQuery({"samples": [_("Write one of: %(choices)s.") % {"choices": YES}]})
        return addresses if samples else addresses.filter(is_sample=False)

    def paginate_queryset(self, queryset):
        page = super().paginate_queryset(ByCommune(queryset, self.filterset.place))
        prefetch_related_objects(
            page,
            Prefetch("organisation", Organisation.objects.public_unordered()),
            Prefetch("moved_to", Address.objects.public_unordered()),
        )
        return page

    def for_download(self):
        return super().for_download().current().filter(is_sample=False)


class TermViewSet(ContentViewSet):
    """The glossary: terms, their words in both languages, those to avoid and why."""

    model = Term
    serializer_class = serializers.TermSerializer
    filterset_class = TermFilterSet

    def with_relations(self, queryset):
        return queryset.with_relations()


class PageViewSet(ContentViewSet):
    """Free pages: about us, legal notice, privacy."""

    model = Page
    serializer_class = serializers.PageSerializer

    def with_relations(self, queryset):
        return queryset.prefetch_related(Prefetch("parent", Page.objects.public_unordered()))


#: Each kind of content by its place in the API.
KINDS = {
    "themes": ThemeViewSet,
    "organisations": OrganisationViewSet,
    "networks": NetworkViewSet,
    "groups": GroupViewSet,
    "publications": PublicationViewSet,
    "addresses": AddressViewSet,
    "glossary": TermViewSet,
    "pages": PageViewSet,
}


class IndexView(DataMixin, APIView):
    """Where everything is."""

    serializer_class = serializers.IndexSerializer

    def get(self, request):
        index = {
            "version": settings.SPECTACULAR_SETTINGS["VERSION"],
            "languages": CODES,
            "resources": {name: absolute(reverse(f"api:{name}-list")) for name in KINDS},
            "download": absolute(reverse("api:download")),
            "description": {ending: absolute(reverse(f"api:openapi_{ending}")) for ending in ("json", "yaml")},
        }
        return Response(serializers.IndexSerializer(index).data)


class DescriptionView(DataMixin, APIView):
    """The description of all this, for programs that write programs."""

    schema = None
    format = "json"
    content_types = {"json": "application/vnd.oai.openapi+json", "yaml": "application/vnd.oai.openapi"}

    def get(self, request):
        text = json.dumps(description.document(), ensure_ascii=False, indent=1)
        if self.format == "yaml":
            text = yaml.safe_dump(json.loads(text), allow_unicode=True, sort_keys=False, width=120)
        return HttpResponse(text, content_type=f"{self.content_types[self.format]}; charset=utf-8")


class OpenDataView(PublicTemplateView):
    """What there is for programs, and how to use it."""

    template_name = "api/open_data.html"

    def get_context_data(self, **kwargs):
        kinds = [
            {
                "title": capfirst(kind.model._meta.verbose_name_plural),
                "href": reverse(f"api:{name}-list"),
                "parameters": own_parameters(kind),
            }
            for name, kind in KINDS.items()
        ]
        example = absolute(reverse("api:networks-list")) + "?role=founder"
        return super().get_context_data(kinds=kinds, example=example, sources=ATTRIBUTION, **kwargs)


def own_parameters(kind):
    """Return the names of the parameters that the list of a kind has besides those of all lists."""
    return [name for name in kind(detail=False).parameters if name not in (*DataMixin.parameters, *Pages.parameters)]


class NowhereView(DataMixin, APIView):
    """Whatever is no address of the API."""

    schema = None

    def get(self, request, rest):
        raise NotFound
