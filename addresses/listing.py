"""The order of a list of addresses: municipality by municipality, the nearest first where the reader named a place."""

from itertools import groupby

from django.utils.functional import cached_property

from addresses import gazetteer
from content.folding import sort_key


class ByCommune:
    """The addresses of a queryset as a list that a paginator cuts: one query for the order, the others for a page.

    `queryset`: public addresses in the order of their titles; `place`: a gazetteer.Place or None.
    """

    def __init__(self, queryset, place=None):
        self.queryset, self.place = queryset, place
        self.model = queryset.model  # Django names the template by it

    @cached_property
    def _keys(self):
        keys = list(self.queryset.prefetch_related(None).values_list("pk", "commune_nis"))
        order = {nis: number for number, (nis, _km) in enumerate(self._order({nis for _pk, nis in keys}))}
        # Stable: within a municipality the titles keep their order. Those without a place come last.
        return [pk for pk, nis in sorted(keys, key=lambda key: order.get(key[1], len(order)))]

    def _order(self, nis_codes):
        known = [nis for nis in nis_codes if gazetteer.commune(nis)]
        if self.place:
            return gazetteer.nearest_first(self.place, known)
        # Two may have one name in one of the languages: every process must cut the same pages.
        return [(nis, None) for nis in sorted(known, key=lambda nis: (sort_key(gazetteer.commune(nis).name), nis))]

    def __len__(self):
        return len(self._keys)

    def __getitem__(self, part):
        """Return the addresses of a slice."""
        keys = self._keys[part]
        found = {
            address.pk: address
            for address in self.queryset.model.objects.public_unordered().with_facts().filter(pk__in=keys)
        }
        # One that was withdrawn since the order was asked for is left out.
        return [found[key] for key in keys if key in found]


def in_groups(addresses, place=None):
    """Return listed addresses as [{commune, distance, items}], one entry a municipality.

    `commune`: a gazetteer.Commune or None; `distance`: whole kilometres from `place`, None where not known or 0.
    """
    groups = []
    for commune, items in groupby(addresses, key=lambda address: address.commune):
        distance = None
        if commune and place and commune not in place.communes:
            distance = gazetteer.kilometres(place, commune)
        groups.append(
            {"commune": commune, "distance": None if distance is None else round(distance), "items": list(items)}
        )
    return groups
