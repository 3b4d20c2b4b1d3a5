"""What follows when an address is saved; a step of settings.CONTENT_STEPS."""

from addresses.models import Address
from addresses.opening import write_open_periods


def follow_address(address):
    """Make the rows by which the list finds what is open; does nothing for other content."""
    if isinstance(address, Address):
        # Asked for anew: those that were fetched with the address may be from before the save.
        write_open_periods(Address.objects.get(pk=address.pk))
