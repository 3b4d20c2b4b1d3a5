"""Addresses that may be in the directory twice: the same telephone, or the same street in the same postcode."""

from django.utils.translation import gettext as _

from addresses.models import Address, AddressTranslation, Phone
from content.folding import sort_key

#: A number of fewer digits is one that everybody shares, such as 112.
SHORTEST_NUMBER = 6


def perhaps_twice(address):
    """Return [(another Address, what both have)], each other address once."""
    reasons = {**_same_street(address), **_same_phone(address)}
    others = Address.objects.in_title_order().prefetch_related("translations").filter(pk__in=reasons)
    return [(other, reasons[other.pk]) for other in others]


def _same_phone(address):
    numbers = {phone.digits: phone.number for phone in address.phones.all() if len(phone.digits) > SHORTEST_NUMBER}
    same = Phone.objects.filter(digits__in=numbers).exclude(address=address.pk).values_list("address", "digits")
    return {other: _("the same telephone: %(number)s") % {"number": numbers[digits]} for other, digits in same}


def _same_street(address):
    if not address.postcode:
        return {}
    streets = {sort_key(row.street): row.street for row in address.translations.all() if row.street}
    rows = AddressTranslation.objects.filter(master__postcode=address.postcode).exclude(master=address.pk)
    return {
        other: _("the same street: %(street)s") % {"street": streets[sort_key(street)]}
        for other, street in rows.values_list("master", "street")
        if sort_key(street) in streets
    }
