"""Pages of the admin that nobody opens by a password alone."""

from accounts.second_factor import is_verified


class VerifiedMixin:
    """An admin, or an inline, for those who have its rights and signed in with their second factor.

    Django asks these methods at every address that shows something: lists, forms, history, actions, choices of a
    field, the start page. Whoever adds an address asks one of them too.
    """

    def has_module_permission(self, request):
        return is_verified(request.user) and super().has_module_permission(request)

    def has_view_permission(self, request, obj=None):
        return is_verified(request.user) and super().has_view_permission(request, obj)

    def has_add_permission(self, request, *args):
        return is_verified(request.user) and super().has_add_permission(request, *args)

    def has_change_permission(self, request, obj=None):
        return is_verified(request.user) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return is_verified(request.user) and super().has_delete_permission(request, obj)
