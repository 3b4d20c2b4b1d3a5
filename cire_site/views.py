"""The pages that belong to no single section: home, networks and groups together, health."""

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import get_language_from_request, override
from django.views.generic import View

from content.languages import current_language
from content.views import PublicTemplateView, filter_context
from groups.models import Group
from networks.models import Network
from organisations import json_ld
from organisations.filters import CollectiveFilterSet
from organisations.models import Organisation
from organisations.timeline import make_timeline

HOME_FIGURES = 3
HOME_SEATS = 12


class StartView(View):
    """/ leads to the reader's language, French by default."""

    def get(self, request):
        with override(get_language_from_request(request)):
            response = HttpResponseRedirect(reverse("home"))
        patch_vary_headers(response, ["Accept-Language"])
        return response


class HealthView(View):
    """Answers 200 while the process and its database answer."""

    def get(self, request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        response = HttpResponse("ok", content_type="text/plain")
        add_never_cache_headers(response)
        return response


class HomeView(PublicTemplateView):
    """Who we are, the doors into the site, dated figures and our place in the networks."""

    template_name = "cire_site/home.html"

    def structured_data(self):
        """Return the WebSite and whose it is, None where that is not public."""
        us = Organisation.objects.us()
        if us is None:
            return None
        return {
            "@type": "WebSite",
            "name": "CIRÉ",
            "url": settings.SITE_URL + reverse("home"),
            "inLanguage": current_language(),
            "publisher": json_ld.organisation(us),
        }

    def get_context_data(self, **kwargs):
        language = current_language()
        networks = list(Network.objects.public(language).with_our_seats())
        groups = list(Group.objects.public(language).with_our_seats())
        dated = [
            {"figure": figure, "owner": body}
            for body in [*networks, *groups]
            for figure in body.figures.all()
            if figure.year
        ]
        dated.sort(key=lambda entry: -entry["figure"].year)
        return super().get_context_data(
            networks=networks[: HOME_SEATS - len(groups[:HOME_SEATS])],
            groups=groups[:HOME_SEATS],
            figures=dated[:HOME_FIGURES],
            organisations_count=Organisation.objects.public(language).count(),
            **kwargs,
        )


class NetworksAndGroupsView(PublicTemplateView):
    """Where we sit, in which role, since when: all networks and groups on one page, with the timeline."""

    template_name = "cire_site/networks_and_groups.html"

    parameters = tuple(CollectiveFilterSet.base_filters)

    def is_worth_keeping(self):
        return self.filterset.is_valid()

    @cached_property
    def filterset(self):
        return CollectiveFilterSet(self.request.GET, Network.objects.all(), models=[Network, Group])

    def kept_query(self):
        return self.filterset.address() if self.filterset.active else ""

    def bodies(self, model):
        """Return the networks, or the groups, that match."""
        language = current_language()
        return list(self.filterset.narrow(model.objects.public(language)).with_our_seats())

    @cached_property
    def networks(self):
        return self.bodies(Network)

    @cached_property
    def groups(self):
        return self.bodies(Group)

    def structured_data(self):
        us = Organisation.objects.us()
        if us is None:
            return None
        pairs = [(body, seat) for body in [*self.networks, *self.groups] for seat in body.our_seats]
        return {**json_ld.organisation(us), "memberOf": json_ld.memberships(pairs)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            networks=self.networks,
            groups=self.groups,
            timeline=make_timeline([*self.networks, *self.groups]),
            **filter_context(
                self.filterset,
                len(self.networks) + len(self.groups),
                [Network.objects.public(), Group.objects.public()],
            ),
            **kwargs,
        )
