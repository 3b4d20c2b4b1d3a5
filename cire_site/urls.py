"""All addresses of the site. Words in them are translated (context "url") and frozen by tests/test_addresses.py."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import pgettext_lazy

from api.views import OpenDataView
from cire_site import machines, views
from cire_site.feeds import NewsFeed
from cire_site.sitemaps import SitemapFileView, SitemapView
from content.views import MediaView
from publications.views import CampaignsView, RecommendationsView
from search.views import SearchView

handler400 = "cire_site.errors.bad_request"
handler403 = "cire_site.errors.forbidden"
handler404 = "cire_site.errors.not_found"
handler500 = "cire_site.errors.server_error"

urlpatterns = [
    path("", views.StartView.as_view(), name="start"),
    path("healthz", views.HealthView.as_view(), name="health"),
    path("robots.txt", machines.RobotsView.as_view(), name="robots"),
    path(".well-known/security.txt", machines.SecurityView.as_view(), name="security"),
    path("sitemap.xml", SitemapView.as_view(), name="sitemap"),
    path("sitemap-<slug:section>-<int:number>.xml", SitemapFileView.as_view(), name="sitemap_file"),
    path("media/<slug:app_label>/<slug:model_name>/<uuid:key>/<str:name>", MediaView.as_view(), name="media"),
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    *i18n_patterns(
        path("", views.HomeView.as_view(), name="home"),
        path("feed.atom", NewsFeed(), name="feed"),
        path("manifest.webmanifest", machines.ManifestView.as_view(), name="manifest"),
        path(
            pgettext_lazy("url", "networks-and-groups/"),
            views.NetworksAndGroupsView.as_view(),
            name="networks_and_groups",
        ),
        path(pgettext_lazy("url", "networks/"), include("networks.urls")),
        path(pgettext_lazy("url", "groups/"), include("groups.urls")),
        path(pgettext_lazy("url", "addresses/"), include("addresses.urls")),
        path(pgettext_lazy("url", "glossary/"), include("glossary.urls")),
        path(pgettext_lazy("url", "organisations/"), include("organisations.urls")),
        path(pgettext_lazy("url", "themes/"), include("themes.urls")),
        path(pgettext_lazy("url", "publications/"), include("publications.urls")),
        path(pgettext_lazy("url", "order/"), include("orders.urls")),
        path(pgettext_lazy("url", "policy-recommendations/"), RecommendationsView.as_view(), name="recommendations"),
        path(pgettext_lazy("url", "campaigns/"), CampaignsView.as_view(), name="campaigns"),
        path(pgettext_lazy("url", "open-data/"), OpenDataView.as_view(), name="open_data"),
        path(pgettext_lazy("url", "search/"), SearchView.as_view(), name="search"),
        # The last: any other word may be a page.
        path("", include("pages.urls")),
    ),
]
