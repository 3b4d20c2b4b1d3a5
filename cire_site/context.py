"""What every page's frame shows: the menu, the footer, and the organisation whose site this is."""

from functools import partial

from django.utils.functional import SimpleLazyObject

from organisations.models import Organisation
from pages.menu import entries
from pages.models import Place


def site(request):
    """Context of every template: `site_name`, `site_owner`, `menu`, `quick_entries`, `foot_entries`.

    Each is looked up by the pages that show it, once.
    """
    names = {"menu": Place.MENU, "quick_entries": Place.QUICK, "foot_entries": Place.FOOTER}
    return {
        "site_name": "CIRÉ",
        "site_owner": SimpleLazyObject(Organisation.objects.us),
        **{name: SimpleLazyObject(partial(entries, place, request)) for name, place in names.items()},
    }
