"""The addresses of the old site: each leads in one hop to a page that is there."""

import pytest
from django.contrib.admin.models import DELETION, LogEntry

from links.models import Link, Redirect
from links.references import unsettled
from links.sample.loader import load
from tests.makers import make_staff

pytestmark = pytest.mark.django_db

GUIDE = "/fr/publications/petit-guide-anti-prejuges/"
CLTB, SERVICES = "/fr/reseaux/cltb/", "/fr/nos-services/"
ABOUT, PUBLICATIONS, TOOLS = "/fr/a-propos/", "/fr/publications/", "/fr/publications/?kind=tool"

#: (old address, where it leads; "" for gone)
TABLE = [
    # Named one by one.
    ("/publication/petit-guide-anti-prejuges-4e-edition/", GUIDE),
    ("/publication/petit-guide-anti-prejuges-4e-edition", GUIDE),
    ("/publication//petit-guide-anti-prejuges-4e-edition//", GUIDE),
    ("/Publication/Petit-Guide-Anti-Prejuges-4e-edition/", GUIDE),
    ("/publication/petit-guide-anti-prejuges-4e-edition/?utm_source=lettre&utm_medium=mail", GUIDE),
    ("/publication/petit-guide-anti-prejuges-4e-edition/?fbclid=IwAR0", GUIDE),
    ("/publication/lexique-refugie-migrant-sans-papiers/", "/fr/publications/lexique-et-definitions/"),
    ("/publication/la-procedure-d-asile-pas-a-pas/", "/fr/publications/demande-d-asile-etape-par-etape/"),
    ("/wp-content/uploads/2016/05/guide-prejuges.pdf", GUIDE),
    ("/outil-pedagogique/cartes-exil/", "/fr/publications/des-cartes-pour-parler-de-l-exil/"),
    ("/outil-pedagogique/mallette-1998/", "/fr/publications/mouvement-pour-la-regularisation-1998/"),
    ("/nos-activites/service-logement/", "/fr/themes/logement/"),
    ("/nos-activites/ecole-de-francais/", "/fr/themes/integration/"),
    ("/nos-activites/travail-equivalences-et-formations/", "/fr/themes/travail-et-formation/"),
    ("/projets/logement/community-land-trust", CLTB),
    ("/projets/logement/community-land-trust/", CLTB),
    ("/projets/detention/groupe-transit", "/fr/groupes/groupe-transit/"),
    ("/projets/detention/coalition-move", "/fr/reseaux/move/"),
    ("/qui-sommes-nous/", ABOUT),
    ("/qui-sommes-nous/index.php", ABOUT),
    ("/commander-nos-brochures/", "/fr/comment-commander/"),
    ("/vie-privee-et-cookies/", "/fr/vie-privee/"),
    ("/nl/wie-zijn-wij/", "/nl/over-ons/"),
    # Sections.
    ("/glossaire/", "/fr/lexique/"),
    ("/glossaire", "/fr/lexique/"),
    ("/publication/", PUBLICATIONS),
    ("/outil-pedagogique/", TOOLS),
    ("/nos-activites/", SERVICES),
    ("/evenement/?utm_campaign=x", PUBLICATIONS),
    ("/nos-reseaux/", "/fr/reseaux-et-groupes/"),
    ("/adresses-utiles/", "/fr/adresses/"),
    ("/nos-recommandations/", "/fr/recommandations-politiques/"),
    ("/contact/", "/fr/contact/"),
    # A whole kind at once: the page of the same name.
    ("/publication/ecrire-en-exil/", "/fr/publications/ecrire-en-exil/"),
    ("/outil-pedagogique/les-mots-comptent/", "/fr/publications/les-mots-comptent/"),
    ("/tag/detention", "/fr/themes/detention/"),
    ("/tag/asile/", "/fr/themes/asile/"),
    ("/glossaire/apatride/", "/fr/lexique/apatride/"),
    # Numbers.
    ("/?p=1284", GUIDE),
    ("/?p=1284&utm_source=x", GUIDE),
    ("/index.php?p=1284", GUIDE),
    ("/?utm_source=x&p=977", "/fr/reseaux/mineurs-en-exil/"),
    ("/?page_id=12", ABOUT),
    ("/?cat=7", "/fr/themes/asile/"),
    # Gone.
    ("/evenement/soiree-des-60-ans/", ""),
    ("/evenement/formation-droit-des-etrangers-2019", ""),
]
NOWHERE = ["/publication/rien-de-tel/", "/tag/rien", "/evenement/autre/", "/nl/publication/ecrire-en-exil/"]


def test_every_old_address_leads_to_its_page_in_one_hop_by_every_name_of_the_site(sample, client, settings):
    settings.SITE_URL, settings.OTHER_HOSTS = "http://testserver", ["www.old.example", "old.example"]
    hops = {}
    for address, target in TABLE:
        response = client.get(address)
        hops[address] = response.headers.get("Location", "") if response.status_code in (301, 410) else response
        if target:
            assert client.get(target).status_code == 200, target
    assert hops == dict(TABLE)
    assert [address for address, target in TABLE if not target and client.get(address).status_code != 410] == []
    for address, target in TABLE:
        for host in settings.OTHER_HOSTS:
            response = client.get(address, headers={"host": host})
            assert response.status_code == 301
            # What is gone says so at the address of this site.
            where = target or address
            assert response.headers["Location"] == f"http://testserver{where}", address
    assert [address for address in NOWHERE if client.get(address).status_code != 404] == []
    check_that_texts_of_the_sample_hold_references()
    check_that_it_may_be_loaded_again()


def check_that_texts_of_the_sample_hold_references():
    assert Link.objects.filter(kind="reference").exclude(address="").exists()
    assert not unsettled()


def check_that_it_may_be_loaded_again():
    """Staff's changes stay, and what they deleted stays away."""
    Redirect.objects.filter(path="/contact/").update(note="changed")
    staff = make_staff(is_superuser=True)
    deleted = Redirect.objects.get(path="/glossaire/")
    LogEntry.objects.log_actions(staff.pk, [deleted], DELETION)
    deleted.delete()
    before = Redirect.objects.count()
    assert load() == 0
    assert Redirect.objects.count() == before
    assert Redirect.objects.get(path="/contact/").note == "changed"
