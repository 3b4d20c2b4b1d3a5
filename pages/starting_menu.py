"""The menu that a new site starts with; staff arrange it afterwards."""

from collections import Counter

#: (place, section or address, label, explanation); the five most asked for are those of the site before this one.
STARTING_MENU = (
    ("menu", "addresses:list", {}, {}),
    ("menu", "networks_and_groups", {}, {}),
    ("menu", "publications:list", {}, {}),
    ("menu", "glossary:list", {}, {}),
    ("menu", "orders:order", {}, {}),
    (
        "quick",
        "addresses:list",
        {
            "fr": "Adresses utiles pour les personnes exilées en Belgique",
            "nl": "Nuttige adressen voor mensen op de vlucht in België",
        },
        {
            "fr": "Qui peut y aller, quand c’est ouvert, et quand l’adresse a été vérifiée",
            "nl": "Wie er terechtkan, wanneer het open is en wanneer het adres is nagekeken",
        },
    ),
    (
        "quick",
        "glossary:list",
        {
            "fr": "Réfugié, migrant, sans-papiers… Lexique et définitions",
            "nl": "Vluchteling, migrant, mens zonder papieren… Woordenlijst en definities",
        },
        {
            "fr": "Les mots de l’exil, expliqués simplement, en français et en néerlandais",
            "nl": "Woorden over vluchten en verblijf, eenvoudig uitgelegd in het Nederlands en het Frans",
        },
    ),
    (
        "quick",
        "orders:order",
        {"fr": "Commander des brochures pour sensibiliser", "nl": "Brochures bestellen om te sensibiliseren"},
        {
            "fr": "Sur papier, pour une classe, une formation ou un groupe",
            "nl": "Op papier, voor een klas, een vorming of een groep",
        },
    ),
    (
        "quick",
        "recommendations",
        {"fr": "Nos recommandations politiques", "nl": "Onze beleidsaanbevelingen"},
        {
            "fr": "Ce que nous demandons, à qui, et ce qui en a été fait",
            "nl": "Wat we vragen, aan wie, en wat ermee is gebeurd",
        },
    ),
    (
        "quick",
        "/fr/publications/alors-quoi-on-continue-l-exploitation/",
        {},
        {"fr": "Notre campagne", "nl": "Onze campagne (titel in het Frans)"},
    ),
    ("footer", "campaigns", {}, {}),
    ("footer", "networks:list", {}, {}),
    ("footer", "groups:list", {}, {}),
    ("footer", "organisations:list", {}, {}),
    ("footer", "themes:list", {}, {}),
    ("footer", "open_data", {}, {}),
)


def make_menu(model):
    """Make these entries of MenuEntry, as it is or as a migration knows it."""
    last = Counter()
    for place, target, label, note in STARTING_MENU:
        last[place] += 10
        column = "address" if target.startswith("/") else "section"
        columns = {"place": place, "position": last[place], "label": label, "note": note, column: target}
        model.objects.create(**columns)
