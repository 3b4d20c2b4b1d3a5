"""Programs read what is public: lists as on the pages, both languages in each object, problems with their reasons."""

import datetime

import pytest
from django.utils import timezone

from api.download import make_download
from api.views import KINDS
from tests.makers import (
    DAY,
    make_address,
    make_edition,
    make_group,
    make_house,
    make_network,
    make_organisation,
    make_page,
    make_picture,
    make_publication,
    make_seat,
    make_special_day,
    make_term,
    make_theme,
    make_us,
    write,
)

pytestmark = pytest.mark.django_db


def listed(client, resource, /, **query):
    """Return what a list answers."""
    response = client.get(f"/api/v1/{resource}/", query)
    assert response.status_code == 200, response.content
    assert response.headers["Content-Type"] == "application/json"
    return response.json()


def titles(client, resource, /, **query):
    return [entry["texts"]["fr"]["title"] for entry in listed(client, resource, **query)["results"]]


def alone(client, kind, obj):
    """Return an object as it stands at its own address."""
    response = client.get(f"/api/v1/{kind}/{obj.key}/")
    assert response.status_code == 200
    return response.json()


def problem(client, path, status, /, language="fr", **query):
    """Return the problem that an address answers."""
    response = client.get(path, query)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Content-Language"] == language
    assert "no-store" in response.headers["Cache-Control"]
    body = response.json()
    assert body["status"] == status
    assert body["title"] and body["detail"]
    return body


# --- Where everything is -----------------------------------------------------------------------------------------


def test_the_index_leads_to_every_list_the_description_and_the_download(client):
    make_download.func()  # what the worker does
    index = client.get("/api/v1/").json()
    assert set(index["resources"]) == set(KINDS)
    hrefs = [*index["resources"].values(), *index["description"].values(), index["download"]]
    assert all(href.startswith("http://127.0.0.1:8000/api/v1/") for href in hrefs)
    for href in hrefs:
        assert client.get(href.removeprefix("http://127.0.0.1:8000")).status_code == 200, href


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_the_same_in_a_list_and_alone(client, kind):
    make_house()
    make_term()
    make_page()
    entries = listed(client, kind, samples="1")["results"]
    assert entries
    for entry in entries:
        assert client.get(entry["href"].removeprefix("http://127.0.0.1:8000")).json() == entry


# --- Two languages -----------------------------------------------------------------------------------------------


def test_an_object_has_its_texts_in_each_language_that_is_published(client):
    both = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    french = make_theme(fr={"title": "Frontières"}, nl=None)
    assert {code: text["title"] for code, text in alone(client, "themes", both)["texts"].items()} == {
        "fr": "Logement",
        "nl": "Huisvesting",
    }
    assert set(alone(client, "themes", french)["texts"]) == {"fr"}


def test_a_text_says_where_people_read_it_and_in_which_language_its_title_is(client):
    theme = make_theme(fr={"title": "Housing First", "title_language": "en", "slug": "housing"}, nl=None)
    text = alone(client, "themes", theme)["texts"]["fr"]
    assert text["page"] == "http://127.0.0.1:8000/fr/themes/housing/"
    assert text["title_language"] == "en"


def test_links_to_our_pages_are_whole_and_explained_words_are_plain(client):
    text = '<p><a href="/fr/themes/">Thèmes</a>, <a href="https://example.org/">ailleurs</a>, asile</p>'
    make_term(fr={"title": "asile", "summary": "Une protection."})
    theme = make_theme(fr={"text": text})
    assert "#note-" in theme.translations.get(language_code="fr").text_html
    html = alone(client, "themes", theme)["texts"]["fr"]["html"]
    assert 'href="http://127.0.0.1:8000/fr/themes/"' in html
    assert 'href="https://example.org/"' in html
    assert html.endswith("asile</p>")


def test_a_translation_that_is_older_than_its_original_says_so(client):
    theme = make_theme(fr={"title": "Logement"}, nl={"title": "Huisvesting"})
    assert alone(client, "themes", theme)["texts"]["nl"]["older_than"] is None
    theme.translations.filter(language_code="nl").update(source_language="fr", source_fingerprint="other")
    assert alone(client, "themes", theme)["texts"]["nl"]["older_than"] == "fr"


def test_lang_chooses_the_titles_that_give_the_order_and_the_browser_nothing(client):
    make_theme(fr={"title": "A"}, nl={"title": "Z"})
    make_theme(fr={"title": "B"}, nl={"title": "Y"})
    assert titles(client, "themes") == ["A", "B"]
    assert titles(client, "themes", lang="nl") == ["B", "A"]
    plain, dutch = (client.get("/api/v1/themes/", headers={"accept-language": code}) for code in ("fr", "nl"))
    assert plain.content == dutch.content
    assert plain.headers["Content-Language"] == "fr, nl"


# --- Lists -------------------------------------------------------------------------------------------------------


def test_a_long_list_comes_in_pages_that_lead_to_one_another(client):
    for number in range(45):
        make_theme(fr={"title": f"Thème {number:02}"})
    first = listed(client, "themes", per_page="20")
    assert (first["count"], first["pages"], first["page"], first["previous"]) == (45, 3, 1, None)
    found, href = [], first["next"]
    while href:
        page = client.get(href.removeprefix("http://127.0.0.1:8000")).json()
        found += [entry["texts"]["fr"]["title"] for entry in page["results"]]
        href = page["next"]
    assert found == [f"Thème {number:02}" for number in range(20, 45)]
    assert page["previous"] == "http://127.0.0.1:8000/api/v1/themes/?per_page=20&page=2"


def test_the_way_to_the_next_page_keeps_the_filters_and_drops_the_rest(client):
    us = make_us()
    for _ in range(3):
        make_network(seats=[{"organisation": us, "role": "founder"}])
    page = listed(client, "networks", per_page="2", role="founder", lang="nl", utm_source="x")
    assert page["next"] == "http://127.0.0.1:8000/api/v1/networks/?lang=nl&per_page=2&role=founder&page=2"


def test_networks_and_groups_are_narrowed_as_on_their_page(client):
    us, theme = make_us(), make_theme(fr={"slug": "logement"}, nl={"slug": "huisvesting"})
    for make, kind in ((make_network, "networks"), (make_group, "groups")):
        make(fr={"title": "Fondé"}, seats=[{"organisation": us, "role": "founder"}], scope="european")
        make(fr={"title": "Membre"}, seats=[{"organisation": us, "role": "member"}], themes=[theme])
        assert titles(client, kind, role="founder") == ["Fondé"]
        assert titles(client, kind, role=["founder", "member"]) == ["Fondé", "Membre"]
        assert titles(client, kind, scope="european") == ["Fondé"]
        assert titles(client, kind, theme="huisvesting") == ["Membre"]


def test_publications_are_narrowed_and_ordered_as_on_their_page(client):
    newer = make_publication(fr={"title": "Neuf"}, kind="guide", published_on="2024", editions=[{"languages": ["ar"]}])
    make_publication(fr={"title": "Ancien"}, kind="guide", published_on="2019", superseded_by=newer)
    make_publication(fr={"title": "Moyen"}, kind="study", published_on="2021")
    assert titles(client, "publications") == ["Neuf", "Moyen", "Ancien"]
    assert titles(client, "publications", sort="oldest") == ["Ancien", "Moyen", "Neuf"]
    assert titles(client, "publications", sort="title") == ["Ancien", "Moyen", "Neuf"]
    assert titles(client, "publications", kind="guide", valid="1") == ["Neuf"]
    assert titles(client, "publications", language="ar", year="2024") == ["Neuf"]


def test_addresses_are_narrowed_as_on_their_page_the_nearest_first(client):
    make_address(fr={"title": "Namur"}, postcode="5000", commune_nis="92094", categories=["legal"])
    make_address(fr={"title": "Schaerbeek"}, categories=["housing"], languages=["ar"], cost="free", desks=[{}])
    assert titles(client, "addresses", near="5000") == ["Namur", "Schaerbeek"]
    assert titles(client, "addresses", near="1030") == ["Schaerbeek", "Namur"]
    assert titles(client, "addresses", need="legal") == ["Namur"]
    assert titles(client, "addresses", spoken="ar", free="1", walk_in="1") == ["Schaerbeek"]


def test_addresses_that_have_gone_or_are_invented_are_in_no_list(client):
    yesterday = timezone.localdate() - DAY
    moved = make_address(fr={"title": "Parti"}, valid_until=yesterday)
    invented = make_address(fr={"title": "Inventé"}, is_sample=True)
    make_address(fr={"title": "Vrai"})
    assert titles(client, "addresses") == ["Vrai"]
    assert sorted(titles(client, "addresses", samples="1")) == ["Inventé", "Vrai"]
    assert alone(client, "addresses", moved)["valid_until"] == yesterday.isoformat()
    assert alone(client, "addresses", invented)["invented"] is True


def test_terms_are_found_by_any_spelling(client):
    make_term(fr={"title": "Régularisation"}, words=[{"text": "papiers"}])
    make_term(fr={"title": "Asile"})
    assert titles(client, "glossary", q="regularisations") == ["Régularisation"]
    assert titles(client, "glossary", q="papiers") == ["Régularisation"]


def test_an_unknown_parameter_and_an_empty_one_change_nothing(client):
    make_network()
    plain = client.get("/api/v1/networks/").content
    for query in ("utm_source=x", "role=", "page=", "lang=", "scope=&theme="):
        assert client.get(f"/api/v1/networks/?{query}").content == plain


# --- What an object says -----------------------------------------------------------------------------------------


def test_a_network_says_who_sits_there_in_which_role_since_when(client):
    us, theme = make_us(), make_theme(fr={"title": "Logement"})
    seats = [
        {"organisation": us, "role": "founder", "since": "2010", "note": {"fr": "Une note"}},
        {"role": "member", "since": "1999", "until": "2004", "mandated_by": us, "to_be_confirmed": True},
    ]
    network = make_network(seats=seats, themes=[theme], figures=[{"year": None}], founded="1989-06", scope="european")
    data = alone(client, "networks", network)
    assert data["founded"] == "1989-06"
    assert data["scope"] == {"code": "european", "words": {"fr": "européen", "nl": "Europees"}}
    assert [theme["titles"]["fr"] for theme in data["themes"]] == ["Logement"]
    ours, other = data["seats"]
    assert ours["organisation"]["titles"]["fr"] == "Coordination et Initiatives"
    assert (ours["role"]["code"], ours["since"], ours["until"], ours["is_current"]) == ("founder", "2010", None, True)
    assert ours["note"] == {"fr": "Une note"}
    assert (other["until"], other["is_current"], other["to_be_confirmed"]) == ("2004", False, True)
    assert other["mandated_by"]["id"] == str(us.key)
    assert data["figures"][0]["value"] == 28
    assert data["figures"][0]["year"] is None


def test_an_organisation_says_where_it_sits(client):
    us = make_us(logo=make_picture(400, 200))
    network = make_network(fr={"title": "Réseau"}, seats=[{"organisation": us, "role": "member", "until": "2004"}])
    group = make_group(fr={"title": "Groupe"}, seats=[{"organisation": us, "role": "coordinator"}])
    data = alone(client, "organisations", us)
    assert [(seat["body"]["id"], seat["body"]["type"]) for seat in data["seats"]] == [
        (str(group.key), "group"),
        (str(network.key), "network"),
    ]
    assert (data["logo"]["width"], data["logo"]["height"]) == (400, 200)
    assert client.get(data["logo"]["href"].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_a_publication_has_its_editions_and_says_whether_it_holds(client):
    newer = make_publication(fr={"title": "Neuf"})
    older = make_publication(
        superseded_by=newer,
        kind="guide",
        editions=[{"languages": ["fr"], "title": "Guide", "read": {"pages": 24, "bytes": 1000}}, {"languages": ["ar"]}],
    )
    data = alone(client, "publications", older)
    assert data["validity"]["code"] == "superseded"
    assert data["superseded_by"]["titles"]["fr"] == "Neuf"
    arabic, french = data["editions"]
    assert (arabic["languages"], arabic["pdf"]) == (["ar"], None)
    assert (french["title"], french["pages"], french["pdf"]["bytes"]) == ("Guide", 24, 1000)
    assert client.get(french["pdf"]["href"].removeprefix("http://127.0.0.1:8000")).status_code == 200
    assert data["level"] is None


def test_an_address_says_where_when_for_whom_and_when_it_was_checked(client):
    tomorrow = timezone.localdate() + DAY
    address = make_address(
        fr={"title": "Permanence", "street": "rue 1"},
        categories=["legal"],
        phones=["02 000 00 00"],
        desks=[{"week": {"mo": "9:00-12:00"}}, {"audience": "women", "hours_kind": "unknown"}],
        situations=["asylum"],
        latitude="50.860000",
        longitude="4.370000",
        checks=[{}],
    )
    women = address.desks.get(audience="women")
    make_special_day(address, tomorrow, desk=women)
    data = alone(client, "addresses", address)
    assert data["commune"] == {"nis": "21015", "names": {"fr": "Schaerbeek", "nl": "Schaarbeek"}}
    assert data["point"] == {"latitude": 50.86, "longitude": 4.37}
    assert [need["code"] for need in data["needs"]] == ["legal"]
    assert data["phones"][0]["dialled"] == "+3220000000"
    assert [desk["week"] for desk in data["desks"]] == [{"mo": "9:00-12:00"}, {}]
    (special,) = data["special_days"]
    assert (special["starts"], special["times"], special["desk"]) == (tomorrow.isoformat(), "", 1)
    assert [situation["code"] for situation in data["situations"]] == ["asylum"]
    assert data["check"]["state"]["code"] == "fresh"
    assert datetime.datetime.fromisoformat(data["check"]["confirmed_at"]).date() == timezone.localdate()


def test_a_term_has_its_words_but_none_that_only_help_to_find_it(client):
    words = [
        {"text": "synonyme"},
        {"text": "mot à éviter", "kind": "discouraged", "why": "Il blesse."},
        {"text": "autre graphie", "kind": "spelling"},
        {"text": "autre sens", "kind": "other_meaning"},
        {"text": "Nederlands", "language": "nl"},
    ]
    term = make_term(fr={"title": "Terme", "law_as_of": "2024"}, nl=None, words=words)
    data = alone(client, "glossary", term)
    assert [(word["text"], word["kind"]["code"], word["why"]) for word in data["words"]] == [
        ("mot à éviter", "discouraged", "Il blesse."),
        ("synonyme", "synonym", ""),
    ]
    assert data["texts"]["fr"]["law_as_of"] == "2024"


def test_a_page_names_the_page_above_where_that_is_public(client):
    above, hidden = make_page(fr={"title": "Au-dessus"}), make_page(state="draft")
    assert alone(client, "pages", make_page(parent=above))["parent"]["titles"]["fr"] == "Au-dessus"
    assert alone(client, "pages", make_page(parent=hidden))["parent"] is None


def test_what_is_hidden_is_named_nowhere(client):
    us, hidden = make_us(), make_organisation(fr={"title": "Cachée"}, state="draft")
    theme = make_theme(fr={"title": "Cachée aussi"}, state="draft")
    network = make_network(themes=[theme])
    make_seat(network, hidden, role="member")
    make_seat(network, us, role="member", mandated_by=hidden)
    newer = make_publication(fr={"title": "Cachée encore"}, state="draft")
    publication = make_publication(superseded_by=newer, organisations=[hidden], themes=[theme])
    address = make_address(organisation=hidden, moved_to=make_address(fr={"title": "Cachée enfin"}, state="draft"))
    term = make_term(see_also=[make_term(fr={"title": "Cachée toujours"}, state="draft")], themes=[theme])
    data = alone(client, "networks", network)
    assert [seat["mandated_by"] for seat in data["seats"]] == [None]
    for kind, obj in (("networks", network), ("publications", publication), ("addresses", address), ("glossary", term)):
        assert "Cachée" not in str(alone(client, kind, obj))
    assert alone(client, "publications", publication)["validity"]["code"] == "in_force"


# --- Problems ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_is_a_problem_and_no_page(client, kind):
    for path in (f"/api/v1/{kind}/5c1e7a52-0f4b-4c36-9d0e-3b7f0a1d9e10/", f"/api/v1/{kind}/7/", "/api/v1/nowhere/"):
        problem(client, path, 404)
    problem(client, f"/api/v1/{kind}/", 404, page="2")


def test_a_value_that_means_nothing_is_told_with_those_that_do(client):
    body = problem(client, "/api/v1/networks/", 400, language="nl", lang="nl", role="boss", scope="world")
    assert set(body["errors"]) == {"role", "scope"}
    assert "permanent_guest" in body["errors"]["role"][0]
    assert set(problem(client, "/api/v1/addresses/", 400, near="Atlantis")["errors"]) == {"near"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("page", value) for value in ("0", "-1", "x", "1.5", "²", "٣", "1" * 40, "\x00")),
        *(("per_page", value) for value in ("0", "101", "all")),
        *(("lang", value) for value in ("en", "FR", "\x00", "fr\n")),
        *(("role", value) for value in ("\x00", "👋", "x" * 5000, "' OR 1=1 --")),
    ],
)
def test_a_bad_value_is_refused_by_name(client, name, value):
    assert list(problem(client, "/api/v1/networks/", 400, **{name: value})["errors"]) == [name]


def test_samples_are_asked_for_with_one_word_only(client):
    assert list(problem(client, "/api/v1/addresses/", 400, samples="yes")["errors"]) == ["samples"]


@pytest.mark.parametrize("query", ["q=%00", "q=" + "x" * 200, "theme=%00", "theme=" + "x" * 5000])
def test_texts_that_nobody_types_are_refused(client, query):
    assert client.get(f"/api/v1/glossary/?{query}").status_code == 400


def test_problems_are_told_in_the_language_asked_for_or_else_the_browsers(client):
    def title(query="", **headers):
        response = client.get(f"/api/v1/nowhere/{query}", headers=headers)
        return response.headers["Content-Language"], response.json()["title"]

    assert title()[0] == title(**{"accept-language": "de"})[0] == "fr"
    assert title(**{"accept-language": "nl-BE"})[0] == "nl"
    assert title("?lang=fr", **{"accept-language": "nl"})[0] == "fr"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    theme = make_theme()
    for path in ("/api/v1/", "/api/v1/themes/", f"/api/v1/themes/{theme.key}/", "/api/v1/open-data.zip"):
        response = getattr(client, method)(path, {"title": "x"}, content_type="application/json")
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert response.json()["status"] == 405


def test_a_fault_of_ours_is_a_problem_with_a_number(client, monkeypatch):
    monkeypatch.setattr("api.views.ThemeViewSet.everything", lambda self: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/api/v1/themes/")
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "ZeroDivision" not in response.content.decode()
    assert any(len(word.strip(".:")) == 8 for word in response.json()["detail"].split())


def test_more_parameters_than_anybody_sends_are_a_problem_too(client):
    problem(client, "/api/v1/themes/?" + "a=1&" * 20_001, 400)


def test_an_address_without_its_stroke_leads_to_the_right_one(client):
    assert client.get("/api/v1/networks").headers["Location"] == "/api/v1/networks/"


# --- For caches, and for scripts of other sites ------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/api/v1/", *(f"/api/v1/{kind}/" for kind in KINDS), "/api/v1/openapi.json"])
def test_any_cache_may_hold_an_answer_and_any_site_may_read_it(client, path, monkeypatch):
    half_past = timezone.now().replace(second=30)
    monkeypatch.setattr(timezone, "now", lambda: half_past)
    make_house()
    response = client.get(path)
    assert "public" in response.headers["Cache-Control"]
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    again = client.get(path, headers={"if-none-match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_browser_asks_first_and_is_told_how(client):
    response = client.options("/api/v1/networks/", headers={"origin": "https://example.org"})
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Headers"] == "If-None-Match"


def test_a_head_request_is_answered_without_body(client):
    head, get = client.head("/api/v1/themes/"), client.get("/api/v1/themes/")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == get.headers["Content-Type"]


def test_a_browser_that_wants_html_gets_data_too(client):
    response = client.get("/api/v1/themes/", headers={"accept": "text/html"})
    assert response.headers["Content-Type"] == "application/json"


def test_a_change_shows_at_once(client, settings):
    settings.KEEP_PAGES = True
    theme = make_theme(fr={"title": "Avant"})
    path = f"/api/v1/themes/{theme.key}/"
    etag = client.get(path).headers["ETag"]
    write(theme, "fr", title="Après")
    again = client.get(path, headers={"if-none-match": etag})
    assert again.json()["texts"]["fr"]["title"] == "Après"


def test_an_edition_that_is_added_shows_at_once(client, settings):
    settings.KEEP_PAGES = True
    publication = make_publication()
    assert alone(client, "publications", publication)["editions"] == []
    make_edition(publication)
    write(publication, "fr", title="Neuf")
    assert len(alone(client, "publications", publication)["editions"]) == 1


@pytest.mark.parametrize(
    ("language", "told"), [("fr", "La dernière page est la page 2."), ("nl", "De laatste pagina is pagina 2.")]
)
def test_behind_the_last_page_the_problem_says_which_one_that_is(client, language, told):
    for _number in range(3):
        make_theme()
    found = problem(client, "/api/v1/themes/", 404, language, page="9", per_page="2", lang=language)
    assert found["errors"] == {"page": [told]}
