"""Who may open what in the orders' part of the admin: the Orders desk, signed in with a second factor."""

from accounts.admin_access import VerifiedMixin


class OrdersDeskMixin(VerifiedMixin):
    """An admin, or an inline, of the Orders desk.

    Superusers pass too, with their second factor. An action or address of its own is guarded by
    `permissions=["export"]`, or by one of these methods.
    """

    def has_export_permission(self, request, obj=None):
        """Whether somebody may take orders away as a file, a person's among them."""
        return self._may(request, "orders.export_order")

    def has_erase_permission(self, request, obj=None):
        """Whether somebody may erase who ordered."""
        return self._may(request, "orders.erase_order")

    def has_move_permission(self, request, obj=None):
        """Whether somebody may note that copies came, or that there are more or fewer than we thought."""
        return self._may(request, "orders.add_stockmovement")

    def _may(self, request, permission):
        return self.has_view_permission(request) and request.user.has_perm(permission)
