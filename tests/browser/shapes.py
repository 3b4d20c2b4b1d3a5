"""Every shape that a page of the site can take, by the sample content that shows it."""

from django.urls import reverse
from django.utils.translation import gettext, override

from tests.pages import LANGUAGES, address

#: name: what leads to its address in a language.
PUBLIC = {
    "home": "home",
    "joint page": "networks_and_groups",
    "list of networks": "networks:list",
    "list of groups": "groups:list",
    "list of organisations": "organisations:list",
    "list of themes": "themes:list",
    "network": ("network", "migreurop"),
    "network with a doubt": ("network", "fesefa"),
    "group": ("group", "groupe_transit"),
    "organisation": ("organisation", "cire"),
    "organisation that gave a mandate": ("organisation", "cbar"),
    "theme with content": ("theme", "detention"),
    "theme without content": ("theme", "asylum"),
    "in French only": ("network", "en_gaje"),
    "filtered": ("networks_and_groups", "?role=founder&scope=national"),
    "filtered, nothing found": ("networks:list", "?role=coordinator"),
    "filtered, nothing found on the joint page": ("networks_and_groups", "?role=permanent_guest&scope=brussels"),
    "filter not understood": ("networks_and_groups", "?role=queen"),
    "list of publications": "publications:list",
    "publications, nothing found": ("publications:list", "?kind=poster&language=en"),
    "publication": ("publication", "adresses_utiles"),
    "publication that is superseded": ("publication", "petit_guide_anti_prejuges_2015"),
    "what can be ordered": "orders:order",
    "order of what is not there": ("orders:order", "?edition=987654"),
    "empty basket": "orders:details",
    "recommendations": "recommendations",
    "campaigns": "campaigns",
    "list of addresses": "addresses:list",
    "addresses near a place": ("addresses:list", "?near=1030&need=legal&walk_in=1"),
    "addresses near no place": ("addresses:list", "?near=Scharbeck"),
    "addresses, nothing found": ("addresses:list", "?spoken=ff&need=diplomas&open=su"),
    "addresses on paper": ("addresses:paper", "?need=legal"),
    "address": ("address", "legal_desk"),
    "address by night": ("address", "night_shelter"),
    "address that has gone": ("address", "housing_old"),
    "address of which little is known": ("address", "cgra"),
    "address in French only": ("address", "south_welcome"),
    "thanks for a report": ("address", "legal_desk", "addresses:reported"),
    "error 404": "/{language}/nowhere/",
    "glossary": "glossary:list",
    "glossary, found through another word": ("glossary:list", "?q=illegal"),
    "glossary, nothing found": ("glossary:list", "?q=zeppelin"),
    "glossary as a table": "glossary:table",
    "word with words to avoid": ("term", "sans_papiers"),
    "word to be confirmed": ("term", "protection_temporaire"),
    "search": "search",
    "search, found": ("search", "?q=réfugiés"),
    "search, in one kind": ("search", "?q=accueil&kind=term"),
    "search, misspelt": ("search", "?q=regroupment"),
    "search, a place": ("search", "?q=avocat%201030"),
    "search, nothing found": ("search", "?q=zeppelin"),
    "search, in the other language": ("search", "?q=gemeenschapsgrond%20devoirs"),
    "free page": ("page", "privacy"),
    "free page with pages below it": ("page", "about"),
    "free page with our contact details": ("page", "contact"),
    "contact, sent": "pages:contact_sent",
}
STAFF = ("preview", "admin start")
EVERY_PUBLIC = [(name, language) for name in PUBLIC for language in LANGUAGES]
EVERY = [*EVERY_PUBLIC, *((name, language) for name in (*STAFF, "admin login") for language in LANGUAGES)]


class Shapes:
    """Opens each shape as its reader: staff are signed in, the browser asks for the language.

    `signed_in`: a function that returns {language: storage state}; it is only called where somebody must sign in.
    """

    def __init__(self, open_page, sample_of, signed_in):
        self.open_page, self.sample_of, self.signed_in = open_page, sample_of, signed_in

    def address(self, name, language):
        if name == "admin login":
            return reverse("admin:login")
        if name == "admin start":
            return reverse("admin:index")
        if name == "preview":
            return preview_address(self.sample_of("network", "en_gaje"), language)
        target = PUBLIC[name]
        if isinstance(target, tuple):
            first, second, *other_page = target
            if second.startswith("?"):
                return address(first, language) + second
            obj = self.sample_of(first, second)
            if other_page:
                return address(other_page[0], language, slug=obj.translation_shown_in(language).slug)
            return obj.get_absolute_url(language)
        return target.format(language=language) if target.startswith("/") else address(target, language)

    def open(self, name, language, **options):
        """Return a page of the browser at a shape."""
        if name in STAFF:
            options["signed_in"] = self.signed_in()[language]
        page = self.open_page(language=language, **options)
        page.goto(self.address(name, language))
        return page


def preview_address(obj, language):
    meta = obj._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_preview", args=[obj.pk, language])


def said_in(language, text):
    """Return an interface text of the site in a language."""
    with override(language):
        return gettext(text)
