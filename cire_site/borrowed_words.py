"""Words of the parts that we use which their own Dutch catalogue lacks: named here, so that ours has them."""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Error:"),
    gettext_noop("Model name"),
    gettext_noop("Add link"),
    gettext_noop("Change or view list link"),
    gettext_noop("Forgotten your login credentials?"),
)
