"""What every page's frame shows: the menu and the organisation whose site this is."""

from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from organisations.models import Organisation

#: The sections, in the order of the menu: (URL names that belong to it, the first being its own).
SECTIONS = (
    (
        gettext_noop("Networks and groups"),
        ("networks_and_groups", "networks:list", "networks:detail", "groups:list", "groups:detail"),
    ),
    (gettext_noop("Publications"), ("publications:list", "publications:detail")),
    (
        gettext_noop("Useful addresses"),
        ("addresses:list", "addresses:detail", "addresses:paper", "addresses:report", "addresses:reported"),
    ),
    (
        gettext_noop("Order brochures"),
        ("orders:order", "orders:details", "orders:done", "orders:follow", "orders:correct", "orders:cancel"),
    ),
    (gettext_noop("Glossary"), ("glossary:list", "glossary:detail", "glossary:table")),
    (gettext_noop("Policy recommendations"), ("recommendations",)),
    (gettext_noop("Campaigns"), ("campaigns",)),
    (gettext_noop("Organisations"), ("organisations:list", "organisations:detail")),
    (gettext_noop("Themes"), ("themes:list", "themes:detail")),
)


def site(request):
    """Context of every template: `site_name`, `site_owner`, `menu`."""
    here = getattr(request.resolver_match, "view_name", "") if request.resolver_match else ""
    return {
        "site_name": "CIRÉ",
        "site_owner": SimpleLazyObject(Organisation.objects.us),  # looked up once, by pages that show it
        "menu": [
            {"text": _(text), "href": reverse(names[0]), "current": here == names[0], "within": here in names}
            for text, names in SECTIONS
        ],
    }
