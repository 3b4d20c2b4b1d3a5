"""Public addresses are printed on paper: their words are frozen here, in both languages."""

import pytest
from django.urls import get_resolver, resolve, reverse
from django.utils.translation import override

# (URL name, French, Dutch). A line may be added; none may change.
FROZEN = [
    ("home", "/fr/", "/nl/"),
    ("networks_and_groups", "/fr/reseaux-et-groupes/", "/nl/netwerken-en-groepen/"),
    ("networks:list", "/fr/reseaux/", "/nl/netwerken/"),
    ("networks:detail", "/fr/reseaux/un-nom/", "/nl/netwerken/un-nom/"),
    ("groups:list", "/fr/groupes/", "/nl/groepen/"),
    ("groups:detail", "/fr/groupes/un-nom/", "/nl/groepen/un-nom/"),
    ("organisations:list", "/fr/organisations/", "/nl/organisaties/"),
    ("organisations:detail", "/fr/organisations/un-nom/", "/nl/organisaties/un-nom/"),
    ("themes:list", "/fr/themes/", "/nl/themas/"),
    ("themes:detail", "/fr/themes/un-nom/", "/nl/themas/un-nom/"),
    ("publications:list", "/fr/publications/", "/nl/publicaties/"),
    ("publications:detail", "/fr/publications/un-nom/", "/nl/publicaties/un-nom/"),
    ("publications:feed", "/fr/publications/feed.atom", "/nl/publicaties/feed.atom"),
    ("publications:feed_of_kind", "/fr/publications/teaching_tool.atom", "/nl/publicaties/teaching_tool.atom"),
    ("recommendations", "/fr/recommandations-politiques/", "/nl/beleidsaanbevelingen/"),
    ("campaigns", "/fr/campagnes/", "/nl/campagnes/"),
    ("open_data", "/fr/donnees-ouvertes/", "/nl/open-data/"),
    ("feed", "/fr/feed.atom", "/nl/feed.atom"),
    ("manifest", "/fr/manifest.webmanifest", "/nl/manifest.webmanifest"),
    ("search", "/fr/recherche/", "/nl/zoeken/"),
    ("glossary:list", "/fr/lexique/", "/nl/woordenlijst/"),
    ("glossary:table", "/fr/lexique/francais-neerlandais.html", "/nl/woordenlijst/frans-nederlands.html"),
    ("glossary:sheet", "/fr/lexique/francais-neerlandais.csv", "/nl/woordenlijst/frans-nederlands.csv"),
    ("glossary:detail", "/fr/lexique/un-nom/", "/nl/woordenlijst/un-nom/"),
    ("addresses:list", "/fr/adresses/", "/nl/adressen/"),
    ("addresses:paper", "/fr/adresses/a-imprimer.html", "/nl/adressen/afdrukken.html"),
    ("addresses:sheet", "/fr/adresses/adresses.csv", "/nl/adressen/adressen.csv"),
    ("addresses:hsds", "/fr/adresses/hsds.json", "/nl/adressen/hsds.json"),
    ("addresses:booklet", "/fr/adresses/adresses.pdf", "/nl/adressen/adressen.pdf"),
    ("addresses:vcard", "/fr/adresses/un-nom.vcf", "/nl/adressen/un-nom.vcf"),
    ("addresses:report", "/fr/adresses/un-nom/signaler/", "/nl/adressen/un-nom/melden/"),
    ("addresses:reported", "/fr/adresses/un-nom/signaler/merci/", "/nl/adressen/un-nom/melden/bedankt/"),
    ("addresses:confirm", "/fr/adresses/confirmer/a:b/", "/nl/adressen/bevestigen/a:b/"),
    ("addresses:confirmed", "/fr/adresses/confirmer/merci/", "/nl/adressen/bevestigen/bedankt/"),
    ("addresses:detail", "/fr/adresses/un-nom/", "/nl/adressen/un-nom/"),
    ("orders:order", "/fr/commander/", "/nl/bestellen/"),
    ("orders:details", "/fr/commander/coordonnees/", "/nl/bestellen/gegevens/"),
    ("orders:done", "/fr/commander/merci/a:b/", "/nl/bestellen/bedankt/a:b/"),
    ("orders:follow", "/fr/commander/suivre/a:b/", "/nl/bestellen/volgen/a:b/"),
    ("orders:correct", "/fr/commander/suivre/a:b/adresse/", "/nl/bestellen/volgen/a:b/adres/"),
    ("orders:cancel", "/fr/commander/suivre/a:b/annuler/", "/nl/bestellen/volgen/a:b/annuleren/"),
    ("pages:contact", "/fr/contact/", "/nl/contact/"),
    ("pages:contact_sent", "/fr/contact/merci/", "/nl/contact/bedankt/"),
    ("pages:detail", "/fr/un-nom/", "/nl/un-nom/"),
]
KWARGS = {
    **{name: {"slug": "un-nom"} for name in ("detail", "vcard", "report", "reported")},
    "feed_of_kind": {"kind": "teaching_tool"},
    **{name: {"token": "a:b"} for name in ("confirm", "done", "follow", "correct", "cancel")},
}
KEY = "5c1e7a52-0f4b-4c36-9d0e-3b7f0a1d9e10"
WITHOUT_LANGUAGE = [
    ("start", {}, "/"),
    ("health", {}, "/healthz"),
    (
        "media",
        {"app_label": "networks", "model_name": "network", "key": KEY, "name": "a.png"},
        f"/media/networks/network/{KEY}/a.png",
    ),
    ("admin:index", {}, "/admin/"),
    ("robots", {}, "/robots.txt"),
    ("security", {}, "/.well-known/security.txt"),
    ("sitemap", {}, "/sitemap.xml"),
    ("sitemap_file", {"section": "network", "number": 1}, "/sitemap-network-1.xml"),
    ("api:index", {}, "/api/v1/"),
    ("api:download", {}, "/api/v1/open-data.zip"),
    ("api:openapi_json", {}, "/api/v1/openapi.json"),
    ("api:openapi_yaml", {}, "/api/v1/openapi.yaml"),
    *(
        (f"api:{kind}-{page}", {"key": KEY} if page == "detail" else {}, f"/api/v1/{kind}/{ending}")
        for kind in (
            *("themes", "organisations", "networks", "groups", "publications", "addresses", "glossary", "pages"),
        )
        for page, ending in (("list", ""), ("detail", f"{KEY}/"))
    ),
    ("api:nowhere", {"rest": "nowhere"}, "/api/v1/nowhere/"),
]


@pytest.mark.parametrize(("name", "french", "dutch"), FROZEN)
def test_a_printed_address_still_leads_to_its_page(name, french, dutch):
    kwargs = KWARGS.get(name.rpartition(":")[2], {})
    for language, expected in (("fr", french), ("nl", dutch)):
        with override(language):
            assert reverse(name, kwargs=kwargs) == expected
            assert resolve(expected).view_name == name


@pytest.mark.parametrize(("name", "kwargs", "expected"), WITHOUT_LANGUAGE)
def test_addresses_without_language_stay_too(name, kwargs, expected):
    assert reverse(name, kwargs=kwargs) == expected


def test_every_address_of_the_site_is_frozen_here():
    known = {name for name, *_rest in (*FROZEN, *WITHOUT_LANGUAGE)}
    assert [name for name in url_names(get_resolver()) if name not in known] == []


def url_names(resolver, namespace=""):
    """The names of all addresses below a resolver; the admin is known by its own tests."""
    for pattern in resolver.url_patterns:
        if not hasattr(pattern, "url_patterns"):
            yield f"{namespace}{pattern.name}"
        elif pattern.namespace != "admin":
            yield from url_names(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
