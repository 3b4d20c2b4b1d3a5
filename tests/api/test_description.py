"""The API keeps what its description promises, whatever is asked: held by a property-based run over all of it."""

import pytest
import schemathesis
import yaml
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import negative_data_rejection, positive_data_acceptance

from api.views import KINDS
from tests.makers import make_house, make_page, make_term

pytestmark = pytest.mark.django_db

LISTS = [f"/api/v1/{kind}/" for kind in KINDS]
DETAILS = [f"{path}{{key}}/" for path in LISTS]
#: As on our pages: a theme that there is not is refused, which the description cannot know; an empty value is none.
OWN_RULES = [positive_data_acceptance, negative_data_rejection]
#: Of each operation and of each way to ask; the same each time.
ASKED = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def description(client):
    """The description as it is served."""
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture
def keys(client):
    """{path of a list: the keys of what stands in it}, with something of everything."""
    make_house()
    make_term(words=[{"text": "un mot"}])
    make_page(parent=make_page())
    return {path: [entry["id"] for entry in client.get(path, {"samples": "1"}).json()["results"]] for path in LISTS}


@pytest.fixture
def schema(keys):
    """The description as it is served, by an application that keeps the connection that this test's data is in."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", ["/api/v1/", *LISTS, *DETAILS])
def test_whatever_is_asked_gets_what_the_description_promises(schema, keys, path, mode):
    known = keys.get(path.removesuffix("{key}/"), [])

    @ASKED
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode), key=st.sampled_from([None, *known]))
    def ask(case, key):
        if key:
            case.path_parameters["key"] = key
        case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=OWN_RULES)

    ask()


def test_the_description_is_valid(description):
    OpenAPIV31SpecValidator(description).validate()
    assert description["openapi"].startswith("3.1")


def test_the_description_tells_of_everything_that_answers(description):
    assert set(description["paths"]) == {"/api/v1/", *LISTS, *DETAILS}
    assert all(set(methods) == {"get"} for methods in description["paths"].values())


def test_the_description_is_the_same_in_yaml(client, description):
    response = client.get("/api/v1/openapi.yaml")
    assert yaml.safe_load(response.content) == description
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi; charset=utf-8"


@pytest.mark.parametrize("path", LISTS)
def test_every_parameter_is_described_and_its_values_are_taken(client, description, path):
    described = description["paths"][path]["get"]["parameters"]
    assert all(parameter["description"] for parameter in described)
    for parameter in described:
        schema = parameter["schema"]
        for value in schema.get("enum") or schema.get("items", {}).get("enum", ()):
            answer = client.get(path, {parameter["name"]: value})
            assert answer.status_code == 200, (parameter["name"], value)


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_has_the_fields_of_its_description_and_no_others(client, keys, description, kind):
    for entry in client.get(f"/api/v1/{kind}/", {"samples": "1"}).json()["results"]:
        shape = description["paths"][f"/api/v1/{kind}/{{key}}/"]["get"]["responses"]["200"]
        name = shape["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        assert undescribed(entry, {"$ref": f"#/components/schemas/{name}"}, description) == []


def undescribed(value, schema, description, where=""):
    """The paths of what a value has and its description does not know."""
    while "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in schema.get("oneOf", schema.get("allOf", ())):
        if choice.get("type") != "null":
            return undescribed(value, choice, description, where)
    if isinstance(value, list):
        return [found for item in value for found in undescribed(item, schema["items"], description, f"{where}[]")]
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    return [f"{where}.{name}" for name in value if name not in known] + [
        found
        for name in value
        if name in known
        for found in undescribed(value[name], known[name], description, f"{where}.{name}")
    ]


def test_the_check_finds_what_is_not_described(description):
    theme = {"$ref": "#/components/schemas/Theme"}
    entry = {"id": "", "planted": 1, "texts": {"fr": {"title": "", "planted": 2}}}
    assert undescribed(entry, theme, description) == [".planted", ".texts.fr.planted"]
