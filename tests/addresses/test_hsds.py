"""The HSDS export: valid against the published schemas, the same things in both languages, and nothing hidden."""

import datetime
import json
from collections import Counter
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from addresses.checking import Report, record_check
from addresses.hsds_hours import stretches
from addresses.models import Category, Phone
from content.fields import Words
from tests.makers import every_day, make_address, make_desk, make_organisation, make_special_day, make_staff, write
from tests.pages import LANGUAGES, address

pytestmark = pytest.mark.django_db

SCHEMAS = settings.BASE_DIR.parent / "shared" / "standards" / "hsds-3.0"
#: A Monday in winter.
NOW = datetime.datetime(2026, 11, 23, 9, 0, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """Stop the clock; returns the function that sets it."""

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    at(NOW)
    return at


@pytest.fixture
def schemas():
    """{name: schema} of the standard."""
    if not SCHEMAS.is_dir():
        pytest.skip(f"no HSDS schemas in {SCHEMAS}: they are not part of the project")
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in SCHEMAS.glob("*.json")}


def export(client, language, query=""):
    response = client.get(address("addresses:hsds", language) + query)
    assert response.status_code == 200
    return json.loads(response.content)


def services(client, language, query=""):
    """{identifier: service} of an export."""
    return {service["id"]: service for service in export(client, language, query)["contents"]}


def only(client, language="fr", query=""):
    (service,) = export(client, language, query)["contents"]
    return service


def values(thing, kind):
    """The values, else the codes of terms, of an object's attributes of a kind."""
    found = [entry for entry in thing.get("attributes", []) if entry["link_type"] == kind]
    return [entry.get("value") or entry["taxonomy_term"]["code"] for entry in found]


def hours(service):
    """What a service's schedules say of times: (byday, opens, closes, valid_from, valid_to)."""
    names = ("byday", "opens_at", "closes_at", "valid_from", "valid_to")
    return [tuple(entry.get(name) for name in names) for entry in service.get("schedules", [])]


def make_category(key, **words):
    return Category.objects.update_or_create(key=key, defaults={"name": Words(words), "position": 0})


@pytest.fixture
def house():
    """Addresses of every kind, the first of them with everything that one can have."""
    make_category("legal", fr="Aide juridique", nl="Juridische hulp")
    make_category("meals", fr="Repas")
    organisation = make_organisation(
        fr={"title": "Entraide & Co", "acronym": "EC", "summary": "De l’aide.", "website": "https://example.org/é"},
        nl={"title": "Entraide & Co", "title_language": "fr"},
    )
    rich = make_address(
        organisation=organisation,
        categories=["legal", "meals"],
        papers="asked",
        situations=["asylum", "undocumented"],
        cost="free",
        languages=["fr", "ar", "ti", "prs"],
        interpreter="yes",
        step_free="yes",
        latitude="50.867000",
        longitude="4.373000",
        email="aide@example.org",
        website="https://example.org/aide",
        valid_until="2027-12-31",
        fr={
            "title": "Permanence du quartier",
            "summary": "Des avocats répondent.",
            "text": "<p>Venez tôt &amp; seul.</p><ul><li><p>Sans rendez-vous</p></li></ul>",
            "street": "rue de l’Exemple 1",
            "getting_there": "Tram 92",
            "for_whom": "Les habitants",
            "bring": "Vos lettres",
            "price_note": "Un don est possible",
        },
        nl={
            "title": "Buurtpermanentie",
            "summary": "Advocaten antwoorden.",
            "street": "Voorbeeldstraat 1",
            "bring": "Uw brieven",
        },
    )
    phone = Phone(address=rich, number="02 000 00 00", label=Words({"fr": "Accueil"}), languages=["fr", "ar"])
    phone.save()
    women = make_desk(
        rich,
        label={"fr": "Pour les femmes", "nl": "Voor vrouwen"},
        audience="women",
        week={"mo": "9:00-12:00, 13:30-17:00", "we": "9:00-12:00"},
        note={"fr": "Sonnez"},
    )
    for access, kind in (
        ("appointment", "appointment"),
        ("phone", "unknown"),
        ("email", "weekly"),
        ("referral", "weekly"),
    ):
        make_desk(rich, access=access, hours_kind=kind, audience="minors")
    make_desk(rich, audience="families", starts="2027-01-01", ends="2027-02-01")
    make_special_day(rich, "2026-12-24", "2027-01-03", reason=Words({"fr": "Congé"}))
    make_special_day(rich, "2026-12-28", times="10:00-12:00", desk=women)
    record_check(rich, how="call", result="right")
    return {
        "rich": rich,
        "night": make_address(desks=[{"week": {"fr": "20:00-8:00+1"}}]),
        "french": make_address(fr={"title": "Seulement en français", "summary": "Un repas."}),
        "dutch": make_address(nl={"title": "Enkel in het Nederlands"}),
        "english": make_address(fr={"title": "Helpdesk", "title_language": "en"}),
        "far": make_address(postcode="", commune_nis="", website="https://example.org/"),
        "to come": make_address(valid_from="2027-03-01", desks=[{}]),
        "sample": make_address(is_sample=True, desks=[{}]),
    }


# --- Valid -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_is_valid_against_the_published_schemas(client, house, schemas, language):
    resources = [(f"{name}.json", Resource(schema, DRAFT202012)) for name, schema in schemas.items()]
    validator = Draft202012Validator(
        {"$ref": "service.json"},
        registry=Registry().with_resources(resources),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    found = export(client, language, "?samples=1")["contents"]
    assert len(found) == len(house)
    for service in found:
        assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(service)] == []
    # The validator would tell.
    assert not validator.is_valid({**found[0], "status": "open"})
    assert not validator.is_valid({**found[0], "phones": [{"id": "1"}]})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_a_page_as_the_standard_has_them(client, house, schemas, language):
    page = export(client, language)
    schema = schemas["openapi"]["components"]["schemas"]["Page"]
    assert Draft202012Validator({**schema, "required": list(schema["properties"])}).is_valid(page)
    assert page["total_items"] == page["size"] == len(page["contents"]) == len(house) - 1
    assert (page["total_pages"], page["page_number"], page["first_page"], page["last_page"]) == (1, 1, True, True)
    assert page["empty"] is False


def test_an_export_without_any_address_is_a_page_too(client):
    page = export(client, "nl")
    assert (page["contents"], page["total_items"], page["empty"]) == ([], 0, True)


def test_a_long_export_comes_in_pages(client, house, monkeypatch):
    monkeypatch.setattr("addresses.data_views.AddressHsdsView.paginate_by", 3)
    whole = [page for number in (1, 2, 3) for page in [export(client, "fr", f"?page={number}&samples=1")]]
    assert [(page["size"], page["first_page"], page["last_page"]) for page in whole] == [
        (3, True, False),
        (3, False, False),
        (2, False, True),
    ]
    assert {(page["total_items"], page["total_pages"]) for page in whole} == {(8, 3)}
    assert len({service["id"] for page in whole for service in page["contents"]}) == len(house)
    for number in ("4", "0", "-1", "²", "x", "%00", "9" * 30):
        assert client.get(f"{address('addresses:hsds', 'fr')}?page={number}").status_code == 404


def fields_of(schemas, name, thing, path):
    """Yield (path, whether the schema knows it, its schema, its value) of every field in a thing."""
    for field, value in thing.items():
        known = schemas[name]["properties"].get(field)
        yield f"{path}.{field}", known, value
        reference = known and (known.get("$ref") or known.get("items", {}).get("$ref"))
        for part in (value if isinstance(value, list) else [value]) if reference else []:
            yield from fields_of(schemas, reference.removesuffix(".json"), part, f"{path}.{field}")


def test_nothing_stands_in_a_service_that_the_standard_does_not_know(client, house, schemas):
    for service in export(client, "fr", "?samples=1")["contents"]:
        for path, known, value in fields_of(schemas, "service", service, "service"):
            assert known, path
            assert value not in (None, "", []), path
            if known.get("format") == "uri":
                assert urlsplit(value).scheme in {"http", "https"} and value.isascii(), path


def identifiers(thing):
    """Every identifier below a thing, in order."""
    if isinstance(thing, list):
        return [found for part in thing for found in identifiers(part)]
    if not isinstance(thing, dict):
        return []
    own = [thing["id"]] if "id" in thing else []
    return own + [found for name, part in thing.items() if name != "attributes" for found in identifiers(part)]


def test_identifiers_are_the_same_in_both_languages_and_stay(client, house):
    french, dutch = (identifiers(export(client, language)["contents"]) for language in LANGUAGES)
    assert french == dutch
    assert [name for name, number in Counter(french).items() if number > 1] == []
    write(house["rich"], "fr", title="Un autre nom")
    assert identifiers(export(client, "fr")["contents"]) == french
    assert str(house["rich"].key) in french


# --- Two languages ---------------------------------------------------------------------------------------------


def test_each_document_speaks_its_own_language(client, house):
    french, dutch = (services(client, language)[str(house["rich"].key)] for language in LANGUAGES)
    assert (french["name"], dutch["name"]) == ("Permanence du quartier", "Buurtpermanentie")
    cities = [service["service_at_locations"][0]["location"]["addresses"][0] for service in (french, dutch)]
    assert [place["city"] for place in cities] == ["Schaerbeek", "Schaarbeek"]
    assert [place["address_1"] for place in cities] == ["rue de l’Exemple 1", "Voorbeeldstraat 1"]
    assert {entry["name"] for entry in french["languages"]} >= {"français", "arabe"}
    assert {entry["name"] for entry in dutch["languages"]} >= {"Frans", "Arabisch"}
    assert [entry["code"] for entry in dutch["languages"]] == ["fr", "ar", "ti", "prs"]
    assert french["description"] == "Des avocats répondent.\nVenez tôt & seul.\nSans rendez-vous"
    assert values(french, "language") == values(dutch, "language") == []


def test_each_document_names_the_other(client):
    for language, other in (LANGUAGES, LANGUAGES[::-1]):
        page = export(client, language)
        assert page["language"] == language
        assert page["other_languages"] == {other: settings.SITE_URL + address("addresses:hsds", other)}
        assert "language" in page["description"]


def test_a_text_in_the_other_language_says_so(client, house):
    dutch = services(client, "nl")
    french = dutch[str(house["french"].key)]
    assert (french["name"], values(french, "language")) == ("Seulement en français", ["fr"])
    place = french["service_at_locations"][0]["location"]
    assert values(place, "language") == ["fr"]
    assert values(services(client, "fr")[french["id"]], "language") == []
    # Also single words, and names that are in a language of their own.
    rich = dutch[str(house["rich"].key)]
    assert values(rich["phones"][0], "language") == ["fr"]
    assert values(rich["organization"], "name_language") == ["fr"]
    assert next(values(entry, "language") for entry in rich["schedules"] if entry.get("notes") == "Sonnez") == ["fr"]
    terms = {
        entry["taxonomy_term"]["code"]: entry["taxonomy_term"]
        for entry in rich["attributes"]
        if "taxonomy_term" in entry
    }
    assert (terms["meals"]["name"], terms["meals"]["language"]) == ("Repas", "fr")
    assert terms["legal"]["name"] == "Juridische hulp" and "language" not in terms["legal"]
    assert values(services(client, "fr")[str(house["english"].key)], "name_language") == ["en"]


# --- What is public --------------------------------------------------------------------------------------------


def test_only_what_is_public_now_is_there(client):
    shown = make_address(nl={"title": "Enkel Nederlands"})
    for state in ("draft", "scheduled", "withdrawn"):
        make_address(state=state)
    make_address(valid_until="2026-11-22")
    for language in LANGUAGES:
        assert list(services(client, language)) == [str(shown.key)]


def test_a_hidden_translation_is_not_there(client):
    make_address(fr={"title": "Public"}, nl={"title": "Geheim", "state": "draft"})
    assert only(client, "nl")["name"] == "Public"


def test_a_hidden_organisation_is_not_named_and_no_other_stands_for_it(client):
    hidden = make_organisation(state="draft", fr={"title": "Cachée"}, nl=None)
    make_address(organisation=hidden)
    service = only(client)
    assert "organization" not in service
    assert str(hidden.key) not in json.dumps(service)


def test_nothing_of_readers_and_staff_is_there(client):
    found = make_address()
    staff = make_staff(first_name="Amina", last_name="Secrète", email="amina@example.org")
    record_check(found, how="visit", result="right", by=staff, note="gentil portier")
    Report.objects.create(address=found, what="gone", message="fermé !", contact="lecteur@example.org", language="fr")
    text = json.dumps(export(client, "fr"))
    for secret in ("Amina", "amina", "portier", "fermé !", "lecteur", staff.username):
        assert secret not in text


def test_invented_examples_are_left_out_unless_asked_for_and_then_say_so(client):
    make_address(is_sample=True)
    assert export(client, "fr")["contents"] == []
    assert export(client, "fr", "?samples=yes")["contents"] == []
    service = only(client, "fr", "?samples=1")
    assert service["alert"]
    assert values(service, "invented") == ["true"]


# --- What it means ---------------------------------------------------------------------------------------------


def test_what_is_not_known_is_not_said(client):
    make_address(postcode="", commune_nis="", website="https://example.org/")
    service = only(client)
    absent = ("service_at_locations", "schedules", "phones", "email", "cost_options", "assured_date", "organization")
    assert [name for name in absent if name in service] == []
    assert service["alert"]
    assert values(service, "check") == ["never"]
    assert values(service, "papers") == ["unknown"]


def test_who_can_come_what_to_bring_and_what_it_costs(client, house):
    rich = services(client, "fr")[str(house["rich"].key)]
    assert values(rich, "need") == ["legal", "meals"]
    assert values(rich, "situation") == ["asylum", "undocumented"]
    assert "Les habitants" in rich["eligibility_description"]
    assert [entry["document"] for entry in rich["required_documents"]][1:] == ["Vos lettres"]
    (price,) = rich["cost_options"]
    assert (price["amount"], price["currency"]) == (0, "EUR")
    assert rich["fees_description"].endswith("Un don est possible")
    assert rich["phones"][0]["number"] == "+3220000000"
    assert values(rich["service_at_locations"][0]["location"]["accessibility"][0], "step_free") == ["yes"]


def test_the_day_of_the_last_check_is_that_of_a_check_and_a_doubt_is_an_alert(client, now):
    found = make_address()
    now(NOW - datetime.timedelta(days=10))
    record_check(found, how="call", result="right")
    now(NOW)
    write(found, "fr", title="Changé sans appeler")
    service = only(client)
    assert service["assured_date"] == "2026-11-13"
    assert "alert" not in service
    record_check(found, how="call", result="wrong")
    service = only(client)
    assert service["assured_date"] == "2026-11-13"
    assert values(service, "check") == ["doubted"]
    assert service["alert"]


def test_hours_have_the_clock_of_brussels_and_a_night_ends_the_next_day(client, now):
    make_address(desks=[{"week": {"mo": "9:00-12:00", "tu": "9:00-12:00", "fr": "20:00-8:00+1", "sa": "10:00-24:00"}}])
    winter = [
        ("MO,TU", "09:00+01:00", "12:00+01:00", None, None),
        ("SA", "10:00+01:00", "00:00+01:00", None, None),
        ("FR", "20:00+01:00", "08:00+01:00", None, None),
    ]
    assert hours(only(client)) == winter
    assert {(entry["freq"], entry["timezone"]) for entry in only(client)["schedules"]} == {("WEEKLY", 1)}
    now(datetime.datetime(2027, 3, 28, 10, 0, tzinfo=datetime.UTC))  # the day on which summer time begins
    assert hours(only(client))[0] == ("MO,TU", "09:00+02:00", "12:00+02:00", None, None)


def test_hours_that_begin_in_summer_have_its_offset(client):
    make_address(desks=[{"week": {"mo": "9:00-12:00"}, "starts": "2027-06-07", "ends": "2027-08-31"}])
    assert hours(only(client)) == [("MO", "09:00+02:00", "12:00+02:00", "2027-06-07", "2027-08-31")]


def test_a_week_stops_where_it_is_closed_and_begins_again_after(client):
    found = make_address(desks=[{"week": {"mo": "9:00-12:00"}}])
    make_special_day(found, "2026-12-24", "2027-01-03", reason=Words({"fr": "Congé"}))
    service = only(client)
    assert hours(service) == [
        ("MO", "09:00+01:00", "12:00+01:00", None, "2026-12-23"),
        ("MO", "09:00+01:00", "12:00+01:00", "2027-01-04", None),
        (None, None, None, "2026-12-24", "2027-01-03"),
    ]
    closed = service["schedules"][-1]
    assert (closed["dtstart"], closed["until"]) == ("2026-12-24", "2027-01-03")
    assert closed["description"].endswith("Congé")


def test_special_hours_of_one_desk_hold_against_those_of_the_whole_address(client):
    found = make_address()
    desk = make_desk(found, week={"mo": "9:00-12:00"})
    make_special_day(found, "2026-12-21", "2026-12-27")
    make_special_day(found, "2026-12-22", times="10:00-11:00", desk=desk)
    make_special_day(found, "2026-01-01")  # long over
    assert hours(only(client)) == [
        ("MO", "09:00+01:00", "12:00+01:00", None, "2026-12-20"),
        ("MO", "09:00+01:00", "12:00+01:00", "2026-12-28", None),
        (None, None, None, "2026-12-21", "2026-12-21"),
        (None, None, None, "2026-12-23", "2026-12-27"),
        ("TU", "10:00+01:00", "11:00+01:00", "2026-12-22", "2026-12-22"),
    ]


def test_a_week_that_is_cut_so_short_that_it_has_no_such_day_is_not_there(client):
    found = make_address(desks=[{"week": {"fr": "9:00-12:00"}}])
    make_special_day(found, "2026-12-25")
    make_special_day(found, "2027-01-01")
    assert hours(only(client)) == [
        ("FR", "09:00+01:00", "12:00+01:00", None, "2026-12-24"),
        ("FR", "09:00+01:00", "12:00+01:00", "2027-01-02", None),
        (None, None, None, "2026-12-25", "2026-12-25"),
        (None, None, None, "2027-01-01", "2027-01-01"),
    ]


def test_an_address_has_no_hours_before_it_opens_and_after_it_moves(client):
    make_address(valid_from="2027-01-04", valid_until="2027-01-31", desks=[{"week": {"mo": "9:00-12:00"}}])
    service = only(client)
    assert service["status"] == "inactive"
    assert service["alert"]
    assert hours(service) == [("MO", "09:00+01:00", "12:00+01:00", "2027-01-04", "2027-01-31")]


@pytest.mark.parametrize("kind", ["appointment", "unknown"])
def test_a_desk_without_fixed_hours_has_no_times_but_says_so(client, kind):
    make_address(desks=[{"hours_kind": kind, "access": "appointment", "audience": "women"}])
    (entry,) = only(client)["schedules"]
    assert "freq" not in entry and "opens_at" not in entry
    assert entry["description"] and entry["attending_type"]
    assert (values(entry, "audience"), values(entry, "access")) == (["women"], ["appointment"])


@pytest.mark.parametrize("kind", ["appointment", "unknown"])
def test_special_hours_open_no_desk_without_fixed_hours_but_a_closure_closes_it(client, kind):
    found = make_address(desks=[{"hours_kind": kind}])
    make_special_day(found, "2026-12-22", times="10:00-11:00")
    make_special_day(found, "2026-12-25")
    assert hours(only(client)) == [
        (None, None, None, None, "2026-12-24"),
        (None, None, None, "2026-12-26", None),
        (None, None, None, "2026-12-25", "2026-12-25"),
    ]


def days(*numbers):
    return [number and datetime.date(2026, 12, number) for number in numbers]


@pytest.mark.parametrize(
    ("span", "cuts", "left"),
    [
        ((None, None), [], [(None, None)]),
        ((None, None), [(3, 4)], [(None, 2), (5, None)]),
        ((1, 9), [(3, 4), (6, 6)], [(1, 2), (5, 5), (7, 9)]),
        ((1, 9), [(3, 6), (4, 5)], [(1, 2), (7, 9)]),
        ((1, 9), [(3, 6), (5, 8)], [(1, 2), (9, 9)]),
        ((1, 9), [(1, 2), (9, 12)], [(3, 8)]),
        ((5, 9), [(1, 2), (20, 21)], [(5, 9)]),
        ((5, 9), [(1, 20), (6, 7)], []),
        ((9, 5), [(1, 2)], []),
    ],
)
def test_what_is_left_of_a_span_of_days(span, cuts, left):
    class Cut:
        def __init__(self, starts, ends):
            self.starts, self.ends = days(starts, ends)

    assert stretches(*days(*span), [Cut(*cut) for cut in cuts]) == [tuple(days(*each)) for each in left]


# --- Served ----------------------------------------------------------------------------------------------------


def test_any_cache_may_hold_it_and_any_site_may_read_it(client, house):
    path = address("addresses:hsds", "fr")
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in response.headers["Cache-Control"]
    assert not response.cookies
    assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304


def queries(client, language):
    with CaptureQueriesContext(connection) as captured:
        export(client, language)
    return len(captured)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ten_times_as_many_addresses_cost_no_query_more(client, language):
    make_category("legal", fr="Aide juridique")

    def make_more(number):
        for _ in range(number):
            found = make_address(
                organisation=make_organisation(),
                categories=["legal"],
                phones=["02 000 00 00"],
                desks=[{}, {"week": every_day("20:00-8:00+1")}],
                checks=[{}],
            )
            make_special_day(found, "2026-12-24", desk=found.desks.first())

    make_more(3)
    few = queries(client, language)
    make_more(27)
    assert queries(client, language) == few <= 14
