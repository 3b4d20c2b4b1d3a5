"""What can be ordered, as readers see it: which editions in which order, and what is said about each beforehand."""

from django.db.models import F, Prefetch, Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from content.folding import sort_key
from content.language_fields import split_language_key
from content.languages import current_language
from orders.offers import Audience, Mode, Offer
from publications.models import Edition, Publication

YEAR = 365  # days


def orderable_pks(first=()):
    """Return the primary keys of what can be ordered now: `first`, then the reader's language, then by title."""
    offers = Offer.objects.orderable().shown()
    rows = offers.values_list("pk", "edition__language_key", "edition__title")
    language = current_language()
    places = {
        pk: (pk not in first, language not in split_language_key(key), sort_key(title), pk) for pk, key, title in rows
    }
    return sorted(places, key=places.get)


def offers_shown(pks):
    """Return {primary key: Offer} with what a page says about them, in the order of `pks`; unknown ones left out.

    There is no `edition.publication` where readers cannot see it: then nothing is said about the edition either.
    """
    publications = Prefetch("edition__publication", queryset=Publication.objects.public_unordered())
    # What was read in a file is long, and shown nowhere here.
    editions = Prefetch("edition", queryset=Edition.objects.defer("pdf_text"))
    offers = Offer.objects.filter(pk__in=list(pks)).prefetch_related(editions, publications)
    by_pk = {offer.pk: offer for offer in offers}
    return {pk: by_pk[pk] for pk in pks if pk in by_pk}


def announced_pks():
    """Return the primary keys of what is being printed, or will be again."""
    soon = Q(mode=Mode.SOON)
    again = Q(mode=Mode.ON_PAPER, on_hand__lte=F("reserved"), reprint_planned=True)
    return list(
        Offer.objects.shown().filter(soon | again).order_by("edition__title", "pk").values_list("pk", flat=True)
    )


def offer_title(offer):
    """Return the title and languages of an offer from `offers_shown`; nothing of one whose publication is hidden."""
    is_public = getattr(offer.edition, "publication", None) is not None
    return str(offer.edition) if is_public else _("A brochure that we no longer offer")


def prices_text(offer):
    """Return what a copy costs whom as [(who, euro)], in one entry where it is the same for all."""
    prices = [(audience.label, offer.price_for(audience)) for audience in Audience]
    if len({price for _who, price in prices}) == 1:
        return [("", prices[0][1])]
    return prices


def limits_text(offer):
    """Return in one sentence how many copies somebody can have: what is left, per order, in a year."""
    if offer.free <= offer.most_per_order:
        parts = [ngettext("%(count)s copy left", "%(count)s copies left", offer.free) % {"count": offer.free}]
    else:
        parts = [_("at most %(count)s per order") % {"count": offer.most_per_order}]
    if offer.most_per_requester is not None:
        limit = {"count": offer.most_per_requester, "days": offer.period_days}
        if offer.period_days == YEAR:
            parts.append(_("%(count)s in a year") % limit)
        else:
            parts.append(_("%(count)s in %(days)s days") % limit)
    return capfirst(", ".join(parts)) + "."
