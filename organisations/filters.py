"""Filters that networks and groups share: our role there, the theme, the scope."""

from collections import Counter

from django.utils.translation import gettext_lazy as _

from content.filters import Facet, FacetFilter, PublicFilterSet
from organisations.models import Role, Scope
from themes.filters import theme_facets


class CollectiveFilterSet(PublicFilterSet):
    """Narrows networks or groups by our role today, by theme and by scope."""

    role = FacetFilter(legend=_("Our role"), method="with_role")
    theme = FacetFilter(legend=_("Theme"), kind="select", method="with_theme")
    scope = FacetFilter(legend=_("Scope"), kind="select", method="with_scope")

    def with_role(self, queryset, name, values):
        return queryset.where_we_are(values)

    def with_theme(self, queryset, name, values):
        return queryset.filter(pk__in=bodies_in_themes(queryset.model, theme__in=self.keys(name, values)))

    def with_scope(self, queryset, name, values):
        return queryset.filter(scope__in=values)

    def count_facets(self):
        roles, scopes, themes = Counter(), Counter(), Counter()
        for model in self.models:
            public = model.objects.public(self.language).order_by()
            scopes.update(public.values_list("scope", flat=True))
            seats = public.seats.ours().current().filter(body__in=public.values("pk"))
            roles.update(role for role, _body in set(seats.values_list("role", "body")))
            through = model.themes.through.objects.filter(**{f"{model._meta.model_name}__in": public.values("pk")})
            themes.update(through.values_list("theme", flat=True))
        return {
            "role": [Facet(role.value, str(role.label), self.language, roles[role]) for role in Role],
            "theme": theme_facets(themes, self.language),
            "scope": [Facet(scope.value, str(scope.label), self.language, scopes[scope]) for scope in Scope],
        }


def bodies_in_themes(model, **conditions):
    """Return the primary keys (a subquery) of the networks or groups whose themes fit."""
    return model.themes.through.objects.filter(**conditions).values(model._meta.model_name)
