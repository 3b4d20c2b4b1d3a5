"""The pages of useful addresses: list, one address, paper, vCard; what they say, and until when they are right."""

import datetime

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from addresses.checking import record_check
from addresses.models import Address
from addresses.reporting import report_error
from tests.makers import make_address, make_desk, make_organisation, write
from tests.pages import LANGUAGES, Page, address, words

pytestmark = pytest.mark.django_db

LIST = {"fr": "/fr/adresses/", "nl": "/nl/adressen/"}
PAPER = {"fr": "/fr/adresses/a-imprimer.html", "nl": "/nl/adressen/afdrukken.html"}
YESTERDAY, TODAY, TOMORROW = (datetime.date(2026, 11, day) for day in (22, 23, 24))
HIDDEN = ("draft", "scheduled", "withdrawn")


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Set the clock on the wall: Monday, half past ten, unless a test says otherwise."""

    def set_clock(text):
        moment = timezone.make_aware(datetime.datetime.fromisoformat(text))
        monkeypatch.setattr(timezone, "now", lambda: moment.astimezone(datetime.UTC))

    set_clock("2026-11-23 10:30:10")
    return set_clock


@pytest.fixture
def kept(settings):
    """Pages are kept, as in production."""
    settings.KEEP_PAGES = True
    caches["pages"].clear()
    yield
    caches["pages"].clear()


def vcard_of(obj, language="fr"):
    return address("addresses:vcard", language, slug=obj.translation_shown_in(language).slug)


def section(page, name):
    """The element of a section of a page, None where it is not there."""
    return next(page.elements("section", **{"aria-labelledby": f"t-{name}"}), None)


def read(client, obj, language="fr"):
    return Page(client.get(obj.get_absolute_url(language)))


# --- One address -------------------------------------------------------------------------------------------------


@pytest.fixture
def desk():
    organisation = make_organisation(fr={"title": "Maison du toit"}, nl={"title": "Huis van het dak"})
    return make_address(
        fr={
            "title": "Permanence",
            "slug": "permanence",
            "summary": "On écoute.",
            "street": "rue de l’Exemple 12",
            "getting_there": "Sonnez deux fois.",
            "for_whom": "Toute personne seule.",
            "bring": "Vos lettres.",
            "price_note": "Une pièce pour le café.",
            "text": "<p>On parle d’abord.</p>",
        },
        nl={
            "title": "Spreekuur",
            "slug": "spreekuur",
            "summary": "Wij luisteren.",
            "street": "Voorbeeldstraat 12",
            "getting_there": "Bel tweemaal.",
            "for_whom": "Wie alleen is.",
            "bring": "Uw brieven.",
            "price_note": "Een munt voor koffie.",
            "text": "<p>Eerst praten wij.</p>",
        },
        categories=["legal"],
        organisation=organisation,
        languages=["fr", "ar"],
        papers="not_asked",
        situations=["undocumented"],
        cost="free",
        step_free="yes",
        latitude="50.869000",
        longitude="4.377000",
        email="desk@example.org",
        website="https://example.org/",
        phones=["02 000 00 01"],
        desks=[{"label": {"fr": "Accueil", "nl": "Onthaal"}, "week": {"mo": "9:00-12:00", "th": "13:30-16:00"}}],
        special_days=[{"starts": "2026-12-24", "ends": "2026-12-26"}],
        checks=[{"now": timezone.now() - datetime.timedelta(days=21)}],
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "fr",
            "Permanence|On écoute.|rue de l’Exemple 12|1030 Schaerbeek|Sonnez deux fois.|Toute personne seule.|"
            "Vos lettres.|Une pièce pour le café.|On parle d’abord.|Aide juridique|Maison du toit|Accueil|arabe",
        ),
        (
            "nl",
            "Spreekuur|Wij luisteren.|Voorbeeldstraat 12|1030 Schaarbeek|Bel tweemaal.|Wie alleen is.|Uw brieven.|"
            "Een munt voor koffie.|Eerst praten wij.|Juridische hulp|Huis van het dak|Onthaal|Arabisch",
        ),
    ],
)
def test_the_page_says_in_the_readers_language_what_is_known(client, desk, language, expected):
    page = read(client, desk, language)
    assert [text for text in expected.split("|") if text not in page.text] == []
    hrefs = page.hrefs()
    assert {"tel:+3220000001", "mailto:desk@example.org", "https://example.org/", vcard_of(desk, language)} <= hrefs
    assert address("addresses:report", language, slug=desk.translation_shown_in(language).slug) in hrefs
    assert [href for href in hrefs if href.startswith("https://www.openstreetmap.org/")]
    assert desk.organisation.get_absolute_url(language) in hrefs
    assert page.canonical.endswith(desk.get_absolute_url(language))
    assert set(page.alternates) == {"fr", "nl"}


def test_todays_hours_come_first(client, desk):
    page = read(client, desk)
    anchors = [item.get("aria-labelledby") for item in page.elements("section", within=page.main)]
    assert anchors[0] == "t-today"
    today = words(section(page, "today"))
    assert "9 h à 12 h" in today
    assert "13 h 30" not in today
    assert "13 h 30 à 16 h" in words(section(page, "hours"))
    assert "9 tot 12 uur" in words(section(read(client, desk, "nl"), "today"))


def test_the_phone_is_a_link_that_calls_beside_todays_hours(client, desk):
    (link,) = [link for link in section(read(client, desk), "today").iter("a") if link.get("href").startswith("tel:")]
    assert link.get("href") == "tel:+3220000001"


def test_the_day_of_the_last_check_is_a_date_for_machines_too(client, desk):
    times = [item.get("datetime") for item in section(read(client, desk), "check").iter("time")]
    assert times == ["2026-11-02"]


def test_a_closure_ahead_is_told_and_one_that_is_over_is_not(client, desk, at):
    assert "24" in words(section(read(client, desk), "hours"))
    assert "décembre" in words(section(read(client, desk), "hours"))
    at("2026-12-27 10:30")
    assert "décembre" not in words(section(read(client, desk), "hours"))


def test_what_is_not_known_leaves_no_empty_section(client):
    bare = make_address(fr={"title": "Alpha"}, nl=None, postcode="", commune_nis="")
    page = read(client, bare)
    for name in ("today", "who", "hours", "there", "contact", "nearby"):
        assert section(page, name) is None, name
    for heading in page.elements("h1", "h2", "h3", within=page.main):
        assert words(heading)
    assert not list(page.elements("dl", within=page.main))


def test_an_invented_example_says_so_in_the_list_on_its_page_and_on_paper(client):
    given = {"fr": {"title": "Alpha"}, "desks": [{}]}
    real, invented = (make_address(is_sample=sample, **given) for sample in (False, True))
    more = set(read(client, invented).text.split()) - set(read(client, real).text.split())
    assert len(more) > 3
    for place in (LIST["fr"], PAPER["fr"]):
        page = Page(client.get(place))
        assert len([item for item in page.elements("span") if item.get("class") == "lang-tag"]) == 1


def test_an_address_stands_under_its_own_slug_in_each_language(client, desk):
    response = client.get("/fr/adresses/spreekuur/")
    assert (response.status_code, response.headers["Location"]) == (301, "/fr/adresses/permanence/")
    response = client.get("/nl/adressen/permanence/")
    assert (response.status_code, response.headers["Location"]) == (301, "/nl/adressen/spreekuur/")
    # The card under the slug of the other language leads to our own card.
    response = client.get("/nl/adressen/permanence.vcf")
    assert (response.status_code, response.headers["Location"]) == (301, "/nl/adressen/spreekuur.vcf")


def test_an_address_that_exists_in_french_only_is_read_in_french_on_the_dutch_page(client):
    only = make_address(
        fr={"title": "Alpha", "street": "rue de l’Exemple 1", "bring": "Vos lettres."}, nl=None, desks=[{}]
    )
    page = read(client, only, "nl")
    page.main.remove(section(page, "share"))  # plain text to copy, which has words of both languages
    assert page.lang == "nl"
    for text in ("Alpha", "rue de l’Exemple 1", "Vos lettres."):
        assert page.language_of(text) == "fr", text
    assert page.language_of("1030 Schaarbeek") == "nl"
    assert page.canonical.endswith(only.get_absolute_url("fr"))
    assert "nl" not in page.alternates
    assert vcard_of(only, "nl") in page.hrefs()
    listed = Page(client.get(LIST["nl"]))
    assert listed.language_of("Alpha") == "fr"
    assert "Frans" in listed.text
    assert client.get(vcard_of(only, "nl")).status_code == 200


def test_hours_in_words_have_no_language_but_the_readers(client):
    only = make_address(fr={"title": "Alpha"}, nl=None, desks=[{"label": {"fr": "Accueil"}}])
    page = read(client, only, "nl")
    page.main.remove(section(page, "share"))
    assert page.language_of("9 tot 17 uur") == "nl"
    assert page.language_of("Accueil") == "fr"


# --- Others nearby -----------------------------------------------------------------------------------------------


def test_a_page_names_a_few_others_of_its_municipality(client):
    desk, *_others = [make_address(fr={"title": f"N{number}"}, nl=None) for number in range(7)]
    make_address(fr={"title": "Zzz loin"}, postcode="1050", commune_nis="21009")
    make_address(fr={"title": "Zzz ancien"}, valid_until=YESTERDAY)
    for state in HIDDEN:
        make_address(fr={"title": f"Zzz {state}"}, nl=None, state=state)
    page = read(client, desk)
    nearby = section(page, "nearby")
    assert [words(name) for name in nearby.iter("h3")] == ["N1", "N2", "N3", "N4"]
    assert "Schaerbeek" in words(next(nearby.iter("h2")))
    assert "Zzz" not in page.html


def test_an_address_without_a_place_has_no_neighbours(client):
    alone, _other = (make_address(fr={"title": name}, postcode="", commune_nis="") for name in "AB")
    assert section(read(client, alone), "nearby") is None


# --- Gone, or to come --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_has_gone_leads_to_the_one_that_replaces_it(client, language):
    new = make_address(fr={"title": "Nouveau"}, nl={"title": "Nieuw"}, desks=[{}])
    old = make_address(
        fr={"title": "Ancien"}, nl={"title": "Oud"}, desks=[{}], valid_until=YESTERDAY, moved_to=new, phones=["112"]
    )
    page = read(client, old, language)
    (banner,) = [item for item in page.elements("div") if "validity--banner" in (item.get("class") or "")]
    assert [link.get("href") for link in banner.iter("a")] == [new.get_absolute_url(language)]
    assert {"fr": "Nouveau", "nl": "Nieuw"}[language] in words(banner)
    assert "22" in words(banner)
    assert section(page, "today") is None
    assert Page(client.get(LIST[language])).entries() == [{"fr": "Nouveau", "nl": "Nieuw"}[language]]


def test_nobody_is_sent_to_a_successor_that_they_cannot_read(client):
    for state in HIDDEN:
        new = make_address(fr={"title": "Zzz", "state": state}, nl={"title": "Zzz", "state": state})
        old = make_address(fr={"title": "Ancien"}, valid_until=YESTERDAY, moved_to=new)
        page = read(client, old)
        assert "Zzz" not in page.html
        assert new.translations.first().slug not in page.html


def test_an_address_that_is_to_come_says_from_when(client):
    page = read(client, make_address(fr={"title": "Alpha"}, desks=[{}], valid_from=datetime.date(2026, 12, 7)))
    (banner,) = [item for item in page.elements("div") if "validity--banner" in (item.get("class") or "")]
    assert "7 décembre 2026" in words(banner)


def test_an_address_has_gone_at_the_midnight_after_its_last_day(client, at):
    old = make_address(fr={"title": "Alpha"}, desks=[{}], valid_until=TODAY)
    for moment, gone in (("2026-11-23 23:59:59", False), ("2026-11-24 00:00:00", True)):
        at(moment)
        page = read(client, old)
        (banner,) = [i for i in page.elements("div") if "validity--banner" in (i.get("class") or "")]
        assert words(banner).startswith("Ici jusqu’au") is not gone
        assert (section(page, "today") is None) is gone
        assert Page(client.get(LIST["fr"])).entries() == ([] if gone else ["Alpha"])
        assert Page(client.get(PAPER["fr"])).text.count("Alpha") == (0 if gone else 1)


# --- Published or not --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_published_is_found_nowhere(client, state):
    organisation = make_organisation()
    public = make_address(fr={"title": "Alpha"}, nl={"title": "Alpha"}, organisation=organisation, desks=[{}])
    hidden = make_address(
        fr={"title": "Zzz caché", "slug": "zzz-fr", "state": state},
        nl={"title": "Zzz verborgen", "slug": "zzz-nl", "state": state},
        organisation=organisation,
        desks=[{}],
        phones=["02 000 00 99"],
        moved_to=public,
    )
    Address.objects.filter(pk=public.pk).update(moved_to=hidden)
    for language in LANGUAGES:
        places = [LIST[language], PAPER[language], public.get_absolute_url(language), vcard_of(public, language)]
        places += [organisation.get_absolute_url(language), address("home", language)]
        for place in places:
            html = client.get(place).content.decode().lower()
            assert "zzz" not in html, place
            assert "+3220000099" not in html, place
        for slug in ("zzz-fr", "zzz-nl"):
            for name in ("detail", "vcard", "report", "reported"):
                place = address(f"addresses:{name}", language, slug=slug)
                assert client.get(place).status_code == 404, place


def test_a_text_appears_and_disappears_with_the_clock(client, at):
    make_address(
        fr={
            "title": "Alpha",
            "publish_from": timezone.make_aware(datetime.datetime(2026, 11, 23, 12)),
            "publish_until": timezone.make_aware(datetime.datetime(2026, 11, 23, 13)),
        },
        nl=None,
    )
    for moment, expected in (("11:59:59", []), ("12:00:00", ["Alpha"]), ("12:59:59", ["Alpha"]), ("13:00:00", [])):
        at(f"2026-11-23 {moment}")
        assert Page(client.get(LIST["fr"])).entries() == expected
        assert Page(client.get(LIST["nl"])).entries() == expected


def test_an_address_whose_dutch_is_withdrawn_stays_in_french(client, desk):
    write(desk, "nl", state="withdrawn")
    response = client.get("/nl/adressen/spreekuur/")
    assert (response.status_code, response.headers["Location"]) == (302, "/nl/adressen/permanence/")
    assert Page(client.get(LIST["nl"])).entries() == ["Permanence"]


def test_an_organisation_shows_its_own_addresses(client):
    organisation = make_organisation()
    make_address(fr={"title": "Alpha"}, organisation=organisation)
    make_address(fr={"title": "Zzz ancien"}, organisation=organisation, valid_until=YESTERDAY)
    make_address(fr={"title": "Zzz autre"})
    page = Page(client.get(organisation.get_absolute_url("fr")))
    assert [words(name) for name in section(page, "addresses").iter("h3")] == ["Alpha"]
    assert "Zzz" not in page.html


# --- Paper -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_holds_the_whole_filtered_list(client, language):
    for number in range(45):
        make_address(
            fr={"title": f"N{number:02}"}, nl={"title": f"N{number:02}"}, categories=["legal"] if number % 2 else []
        )
    page = Page(client.get(f"{PAPER[language]}?need=legal&near=1050"))
    names = [words(name) for name in page.elements("h3", within=page.main)]
    assert names == [f"N{number:02}" for number in range(45) if number % 2]
    assert f"{LIST[language]}?need=legal&near=1050" in page.hrefs()
    assert [meta for meta in page.elements("meta", name="robots") if "noindex" in meta.get("content")]


def test_paper_says_when_it_was_made_and_when_the_first_of_its_addresses_is_to_be_checked_again(client):
    months_ago = timezone.now() - datetime.timedelta(days=61)
    make_address(categories=["housing"], checks=[{}])  # every 6 months: 23 May
    make_address(categories=["legal"], checks=[{"now": months_ago}])  # every 3, made on 23 September: 23 December
    make_address(categories=["emergency"], checks=[{"now": months_ago}])  # is due today: no day ahead
    make_address()
    page = Page(client.get(PAPER["fr"]))
    assert "23 novembre 2026" in page.text
    assert "23 décembre 2026" in page.text
    assert "mai 2027" in Page(client.get(f"{PAPER['fr']}?need=housing")).text
    assert "mai 2027" in Page(client.get(f"{PAPER['fr']}?need=school")).text  # nothing there: half a year


def test_paper_without_a_result_is_a_page_and_a_bad_value_says_so(client):
    make_address(fr={"title": "Alpha"})
    for query in ("?need=legal", "?need=nonsense", "?near=Xyzzy", "?near=%00"):
        assert "Alpha" not in Page(client.get(PAPER["fr"] + query)).text
    assert client.get(f"{PAPER['fr']}?page=2").status_code == 404


# --- Until when a page is right ----------------------------------------------------------------------------------


def max_age(response):
    parts = dict(part.strip().partition("=")[::2] for part in response.headers["Cache-Control"].split(","))
    assert "public" in parts
    return int(parts["max-age"])


@pytest.mark.parametrize(("second", "most"), [("00", 59), ("01", 58), ("10.5", 49), ("45", 14), ("58", 1), ("59.9", 0)])
def test_a_page_that_says_what_is_open_holds_until_the_next_minute(client, at, desk, second, most):
    at(f"2026-11-23 10:30:{second}")
    for place in (LIST["fr"], PAPER["nl"], desk.get_absolute_url("fr"), vcard_of(desk)):
        assert max_age(client.get(place)) == most, place


@pytest.mark.parametrize("query", ["", "?open=now", "?near=1030"])
def test_a_kept_list_changes_on_the_minute(client, kept, at, query):
    make_address(fr={"title": "Alpha"}, desks=[{"week": {"mo": "9:00-10:31"}}])

    def today():
        page = Page(client.get(LIST["fr"] + query))
        return [words(item) for item in page.elements("p") if (item.get("class") or "").startswith("today")]

    at("2026-11-23 10:30:10")
    before = today()
    assert len(before) == 1
    at("2026-11-23 10:30:58")
    assert today() == before
    at("2026-11-23 10:31:00")
    cache.clear()
    after = today()
    assert after == [] if "open" in query else after != before


def test_a_kept_page_is_found_again_within_the_minute(client, kept, at, desk):
    for place in (LIST["fr"], f"{LIST['nl']}?need=legal&near=1030", desk.get_absolute_url("nl"), PAPER["fr"]):
        at("2026-11-23 10:30:10")
        first = client.get(place)
        at("2026-11-23 10:30:40")
        with CaptureQueriesContext(connection) as captured:
            again = client.get(place)
        assert len(captured) == 1, place
        assert again.content == first.content
        assert max_age(again) <= 19


def state_in_list(client):
    (found,) = [
        item for item in Page(client.get(LIST["fr"])).elements("p") if "checked" in (item.get("class") or "").split()
    ]
    return "checked--old" in found.get("class")


def test_a_kept_page_changes_with_a_check_and_with_a_report(client, kept):
    seen = make_address(fr={"title": "Alpha"})
    assert state_in_list(client)
    record_check(seen, how="call", result="right")
    assert not state_in_list(client)
    report_error(seen, what="hours", language="fr")
    assert state_in_list(client)
    record_check(seen, how="visit", result="corrected")
    assert not state_in_list(client)


def test_a_kept_page_changes_with_the_hours(client, kept):
    seen = make_address(fr={"title": "Alpha"})
    assert Page(client.get(f"{LIST['fr']}?open=now")).entries() == []
    make_desk(seen)
    assert Page(client.get(f"{LIST['fr']}?open=now")).entries() == ["Alpha"]


def test_a_head_request_is_answered_like_the_page(client, desk):
    for place in (LIST["fr"], desk.get_absolute_url("fr"), PAPER["fr"], vcard_of(desk)):
        head = client.head(place)
        assert head.status_code == 200
        assert head.content == b""
        assert max_age(head) == 49


def test_nothing_is_changed_by_a_post_to_a_page_that_is_read(client, desk):
    for place in (LIST["fr"], desk.get_absolute_url("fr"), PAPER["fr"], vcard_of(desk)):
        assert client.post(place, {"a": "1"}).status_code == 405


def test_paper_leads_back_to_the_same_choice_and_says_what_to_bring(client):
    make_address(fr={"title": "Alpha", "bring": "Votre carte médicale"}, papers="not_asked")
    make_address(fr={"title": "Beta", "bring": "Long " * 25}, papers="not_asked")
    response = client.get(f"{PAPER['fr']}?papers=1")
    page = Page(response)
    assert f"{PAPER['fr']}?papers=1</p>" in response.content.decode()
    assert "Votre carte médicale" in page.text
    assert "Long Long" not in page.text


def test_a_card_has_a_number_to_call_unless_the_service_is_closed(client):
    make_address(fr={"title": "Alpha"}, phones=["02 000 00 01", "02 000 00 02"])
    make_address(fr={"title": "Beta"}, phones=["02 000 00 03"], checks=[{"result": "closed"}])
    page = Page(client.get(LIST["fr"]))
    assert [href for href in page.hrefs() if href.startswith("tel:")] == ["tel:+3220000001"]
    with override("fr"):
        assert gettext("This service no longer exists. Do not go there.") in page.text
