"""Writing content: a first text in either language, addresses, seats, pictures, and everything that may go wrong."""

import zlib
from struct import pack

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from networks.models import Network
from organisations.models import Organisation
from tests.admin.desk import (
    CONTENT_MODELS,
    TWO_MODELS,
    Form,
    Sheet,
    change_url,
    make_superuser,
    name_of,
    signed_in,
    stored,
    text_of,
    url,
)
from tests.makers import (
    DAY,
    make,
    make_figure,
    make_group,
    make_network,
    make_organisation,
    make_picture,
    make_seat,
    make_staff,
    make_theme,
    make_us,
)
from themes.models import Theme

pytestmark = pytest.mark.django_db

models = pytest.mark.parametrize("model", TWO_MODELS, ids=name_of)
collectives = pytest.mark.parametrize(
    "model", [model for model in CONTENT_MODELS if hasattr(model, "seats")], ids=name_of
)


@pytest.fixture
def client():
    """The browser of an editor."""
    return signed_in(make_staff("Editors"))


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers"))


# --- Languages -------------------------------------------------------------------------------------------------


@models
def test_an_object_is_made_in_dutch_first_and_gets_its_french_later(model, client):
    form = Form(client, url(model, "add", language="nl"))
    assert "Tekst" in form.text or "néerlandais" in form.text
    form.save(title="Het dak", summary="Een dak.")
    obj = model.objects.get()
    assert (text_of(obj, "nl").title, text_of(obj, "nl").slug, text_of(obj, "fr")) == ("Het dak", "het-dak", None)
    assert Sheet(client.get(url(model, "changelist"))).names() == ["Het dak"]

    page = Form(client, change_url(obj, "fr"))
    assert page.value("title") == ""  # nothing of the Dutch is shown as if it were French
    assert "Een dak." in page.text  # but it stands beside, to compare
    page.save(title="Le toit")
    assert (text_of(obj, "fr").title, text_of(obj, "fr").slug) == ("Le toit", "le-toit")
    assert text_of(obj, "nl").title == "Het dak"
    assert Sheet(client.get(url(model, "changelist"))).names() == ["Le toit"]


@models
def test_the_tabs_show_where_each_language_stands(model, client):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak", "state": "scheduled"})
    only = make(model, fr={"title": "Toit"}, nl=None)
    (tabs,) = Form(client, change_url(obj, "nl")).with_class("text-tabs")
    words = " ".join("".join(tabs.itertext()).split())
    assert "Français publié depuis le" in words
    assert "Néerlandais programmé" in words or "Néerlandais prévu" in words
    current = [link for link in tabs.iter("a") if link.get("aria-current")]
    assert ["".join(link.itertext()).split()[0] for link in current] == ["Néerlandais"]
    (tabs,) = Form(client, change_url(only, "fr")).with_class("text-tabs")
    assert "pas de texte" in "".join(tabs.itertext()) or "aucun texte" in "".join(tabs.itertext())


def test_saving_the_facts_on_an_empty_tab_makes_no_empty_text(client):
    for model, fact in ((Network, {"founded": "1989"}), (Organisation, {"founded": "1989"})):
        obj = make(model, fr={"title": "Toit"}, nl=None)
        Form(client, change_url(obj, "nl")).save(**fact)
        assert model.objects.get(pk=obj.pk).founded == "1989"
        assert text_of(obj, "nl") is None
        assert text_of(obj, "fr").title == "Toit"


@models
def test_saving_an_empty_tab_of_anything_makes_no_text(model, client):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    for changes in ({}, {"text": "<p></p>"}, {"title": "   "}):
        Form(client, change_url(obj, "nl")).save(**changes)
        assert text_of(obj, "nl") is None, changes


@models
def test_a_text_without_its_title_is_refused_and_kept(model, client):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    form = Form(client, change_url(obj, "nl")).refuse(summary="Een dak zonder naam.")
    assert "obligatoire" in form.errors
    assert form.value("summary") == "Een dak zonder naam."
    assert text_of(obj, "nl") is None
    Form(client, url(model, "add", language="nl")).refuse(summary="Een dak zonder naam.")


@models
def test_one_text_is_deleted_and_the_last_one_is_not(model, publisher):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak"})
    delete = url(model, "delete_translation", obj.pk, "nl")
    assert delete in Form(publisher, change_url(obj, "nl")).hrefs
    page = Sheet(publisher.get(delete))
    assert "Dak" in page.text
    assert text_of(obj, "nl").title == "Dak"  # looking deletes nothing
    publisher.post(delete, {"post": "yes"})
    assert text_of(obj, "nl") is None
    assert text_of(obj, "fr").title == "Toit"
    last = url(model, "delete_translation", obj.pk, "fr")
    assert last not in Form(publisher, change_url(obj, "fr")).hrefs
    publisher.post(last, {"post": "yes"})
    assert text_of(obj, "fr").title == "Toit"


@models
def test_a_language_that_the_site_does_not_have_is_not_found(model, publisher):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak"})
    before = stored(obj)
    for code in ("xx", "en", "fr-be", "nl%00", "../fr", "fr' OR 1=1", "x" * 3000):
        for address in (change_url(obj), url(model, "add"), url(model, "delete", obj.pk)):
            bare = address.partition("?")[0]
            assert publisher.get(bare, {"language": code}).status_code == 404, code
            assert publisher.post(f"{bare}?language={code}", {"title": "X"}).status_code in {400, 404}, code
    for code in ("xx", "en", "FR", "fr-be"):
        assert publisher.post(url(model, "delete_translation", obj.pk, code), {"post": "yes"}).status_code == 404
    assert stored(obj) == before


@models
@pytest.mark.parametrize("language", ["fr", "nl"])
def test_saving_a_page_as_it_was_shown_changes_nothing(model, language):
    """Dates, numbers and pictures survive the way through the form, in both languages of the admin."""
    published = timezone.now().replace(microsecond=0) - DAY
    words = {"publish_from": published, "publish_until": published + 10 * DAY, "text": "<p>Un <em>toit</em>.</p>"}
    obj = make(model, fr={"title": "Toit & « co »", **words}, nl={"title": "Dak", **words})
    if hasattr(obj, "founded"):
        obj.founded, obj.ended, obj.logo, obj.logo_alt = "1989-03", "2012-12-20", make_picture(), {"fr": "A", "nl": "B"}
        obj.save()
    if hasattr(obj, "seats"):
        obj.themes.add(make_theme())
        mandate = make_organisation()
        make_seat(obj, since="2018-12", until="2020-01-31", note={"fr": "Une note"}, mandated_by=mandate)
        make_seat(obj, ended=True, role="founder", to_be_confirmed=True)
        make_figure(obj, value="1234567.50", value_to="2000000", at_least=True, year=None)
    before = stored(obj)
    client = signed_in(make_superuser(language=language))
    for tab in ("fr", "nl"):
        Form(client, change_url(obj, tab)).save()
        Form(client, change_url(obj, tab)).save("_save")
    assert stored(obj) == before


# --- Addresses -------------------------------------------------------------------------------------------------


def test_the_address_is_made_from_the_heading_of_its_language(client):
    Form(client, url(Theme, "add", language="fr")).save(title="L’œuvre des réfugié·e·s")
    assert text_of(Theme.objects.latest("pk"), "fr").slug == "l-oeuvre-des-refugiees"
    Form(client, url(Network, "add", language="nl")).save(title="Belgisch Comité", acronym="BCHV")
    assert text_of(Network.objects.latest("pk"), "nl").slug == "bchv"


@models
def test_an_address_made_from_a_heading_avoids_those_that_are_taken(model, client):
    make(model, fr={"title": "A", "slug": "toit"}, nl={"title": "A", "slug": "dak"})
    Form(client, url(model, "add", language="fr")).save(title="Toit")
    Form(client, url(model, "add", language="fr")).save(title="Dak")  # taken in Dutch
    slugs = model._parler_meta.root_model.objects.order_by("pk").values_list("slug", flat=True)
    assert list(slugs) == ["toit", "dak", "toit-2", "dak-2"]


@models
@pytest.mark.parametrize("language", ["fr", "nl"])
@pytest.mark.parametrize("taken_in", ["fr", "nl"])
def test_an_address_that_is_taken_in_either_language_is_refused_and_kept(model, language, taken_in, client):
    make(model, **{"fr": None, "nl": None, taken_in: {"title": "A", "slug": "toit"}})
    obj = make(model, fr={"title": "Fr", "slug": "fr"}, nl={"title": "Nl", "slug": "nl"})
    for address in (change_url(obj, language), url(model, "add", language=language)):
        form = Form(client, address).refuse(title="Nouveau", slug="toit", summary="Tapé ici.")
        assert "toit" in form.errors
        assert (form.value("title"), form.value("slug"), form.value("summary")) == ("Nouveau", "toit", "Tapé ici.")
    assert text_of(obj, language).slug == language
    assert model.objects.count() == 2


@models
def test_both_languages_of_one_object_may_share_an_address(model, client):
    obj = make(model, fr={"title": "Toit", "slug": "toit"}, nl=None)
    Form(client, change_url(obj, "nl")).save(title="Toit", slug="toit")
    assert text_of(obj, "nl").slug == "toit"


def test_another_kind_of_content_may_have_the_same_address(client):
    make(Network, fr={"title": "Toit", "slug": "toit"})
    Form(client, url(Theme, "add", language="fr")).save(title="Toit", slug="toit")
    assert text_of(Theme.objects.get(), "fr").slug == "toit"


@models
@pytest.mark.parametrize("slug", ["a b", "é", "../x", "a/b", "x" * 101])
def test_what_cannot_be_an_address_is_refused(model, slug, client):
    form = Form(client, url(model, "add", language="fr")).refuse(title="Toit", slug=slug)
    assert form.value("slug") == slug
    assert not model.objects.exists()


# --- What is typed ---------------------------------------------------------------------------------------------

PASTED = """<h2 onclick="x()">Titre</h2><script>alert(1)</script><p style="color:red" class="x">Un <b>toit</b>
<img src=x onerror=alert(1)><a href="javascript:alert(1)">là</a> <a href="https://example.org/">ici</a></p>
<iframe src="https://example.org"></iframe><style>p{}</style><!-- <script>x</script> --><svg/onload=alert(1)>
<table><tr><td>case</td></tr></table><form action="/x"><input name="q"></form>"""


@models
def test_scripts_in_pasted_html_are_taken_out_and_the_words_stay(model, client):
    Form(client, url(model, "add", language="fr")).save(title="Toit", text=PASTED)
    row = text_of(model.objects.get(), "fr")
    # In the text the title is an h2; on the page it stands one step lower, below the titles of the page's sections.
    for text, title in ((row.text, "<h2>Titre</h2>"), (row.text_html, "<h3>Titre</h3>")):
        for bad in ("script", "alert", "onclick", "onerror", "style", "class=", "javascript", "<img", "iframe", "svg"):
            assert bad not in text, bad
        for bad in ("<form", "<input", "<table", "<!--"):
            assert bad not in text, bad
        for good in (title, "toit", '<a href="https://example.org/">ici</a>', "case"):
            assert good in text, good


@models
def test_marks_in_plain_fields_are_shown_as_they_were_typed(model, client, publisher):
    Form(client, url(model, "add", language="fr")).save(title="<b>Toit</b><script>x</script>", summary="<i>Un</i>")
    obj = model.objects.get()
    row = text_of(obj, "fr")
    assert (row.title, row.summary) == ("<b>Toit</b><script>x</script>", "<i>Un</i>")
    for address in (change_url(obj), url(model, "changelist"), url(model, "history", obj.pk), "/admin/"):
        assert "<script>x" not in publisher.get(address).content.decode(), address
    assert "<script>x" not in publisher.get(url(model, "preview", obj.pk, "fr")).content.decode()
    assert "<script>x" not in publisher.get(url(model, "delete", obj.pk)).content.decode()


@models
def test_a_nul_byte_is_refused_by_its_field_and_the_rest_is_kept(model, client):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    before = stored(obj)
    rows = ("seats", "figures", "editions")  # held by tests of their own
    boxes = ("explain_words",)  # a box has no text
    names = [name for name in Form(client, change_url(obj)).data if not name.startswith(("csrf", *boxes, *rows))]
    assert {"title", "slug", "summary", "text", "loaded_state"} <= set(names)
    for name in names:
        given = {"summary": "Tapé ici.", name: "a\x00b"}
        response = Form(client, change_url(obj)).send(**given)
        assert response.status_code == 200, name
        form = Form(client, change_url(obj), response)
        assert form.errors, name
        if name != "summary":
            assert form.value("summary") == "Tapé ici."
    assert stored(obj) == before


@collectives
def test_a_nul_byte_in_a_seat_or_figure_is_refused(model, client):
    obj = make(model, fr={"title": "Toit"}, nl=None)
    make_seat(obj)
    make_figure(obj)
    before = stored(obj)
    names = [name for name in Form(client, change_url(obj)).data if name.startswith(("seats-0", "figures-0"))]
    assert len(names) > 12
    for name in names:
        response = Form(client, change_url(obj)).send(**{name: "a\x00b"})
        assert response.status_code == 200, name
    assert stored(obj) == before


@models
def test_a_text_that_is_too_long_is_refused_and_kept(model, client):
    form = Form(client, url(model, "add", language="fr")).refuse(title="Toit", summary="a" * 401)
    assert "400" in form.errors
    assert form.value("summary") == "a" * 401
    assert not model.objects.exists()


@pytest.mark.parametrize("website", ["javascript:alert(1)", "data:text/html,x", "pas une adresse", "ftp//x"])
def test_what_is_no_web_address_is_refused(website, client):
    form = Form(client, url(Organisation, "add", language="fr")).refuse(title="Toit", website=website)
    assert form.value("website") == website


def test_a_web_address_without_scheme_gets_the_safe_one(client):
    Form(client, url(Organisation, "add", language="fr")).save(title="Toit", website="www.example.org/toit")
    assert text_of(Organisation.objects.get(), "fr").website == "https://www.example.org/toit"


@pytest.mark.parametrize("words", ["2018-13", "2018-02-30", "hier", "18", "0000", "31/02/2018", "²018", "2018-1-1-1"])
def test_a_date_that_does_not_exist_is_refused_in_words_and_kept(words, client):
    form = Form(client, url(Network, "add", language="fr")).refuse(title="Toit", founded=words)
    assert words in form.errors
    assert "1989" in form.errors  # an example of how it is written
    assert form.value("founded") == words
    assert not Network.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("1989", "1989"), ("12/2018", "2018-12"), ("20/12/2012", "2012-12-20")])
def test_a_date_is_taken_as_people_write_it(typed, kept, client):
    Form(client, url(Network, "add", language="fr")).save(title="Toit", founded=typed)
    assert Network.objects.get().founded == kept


@pytest.mark.parametrize("model", [Network, Organisation], ids=name_of)
def test_an_end_before_the_foundation_is_refused(model, client):
    form = Form(client, url(model, "add", language="fr")).refuse(title="Toit", founded="2018-12", ended="2018-11")
    assert "fondation" in form.errors or "création" in form.errors
    Form(client, url(model, "add", language="fr")).save(title="Toit", founded="2018-12", ended="2018")


# --- Seats and figures -----------------------------------------------------------------------------------------


@collectives
def test_seats_and_figures_are_written_on_the_page_of_their_object(model, client):
    partner, us = make_organisation(), make_us()
    form = Form(client, url(model, "add", language="fr"))
    seat = form.seat(0, partner, role="founder", since="2009", since_or_before="on", mandated_by=us.pk, note_fr="Oui")
    figure = form.figure(0, label_fr="membres", label_nl="leden", value="28", year="2024")
    form.save(title="Toit", **seat, **figure)
    obj = model.objects.get()
    (seat,), (figure,) = obj.seats.all(), obj.figures.all()
    assert (seat.organisation, seat.role, seat.since, seat.since_or_before) == (partner, "founder", "2009", True)
    assert (seat.mandated_by, seat.note) == (us, {"fr": "Oui"})
    assert (figure.label, figure.value, figure.year) == ({"fr": "membres", "nl": "leden"}, 28, 2024)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"since": "2010", "until": "2009"}, "Depuis"),
        ({"since": "2018-12", "until": "2018-11"}, "Depuis"),
        ({"since": "2018-13"}, "2018-13"),
        ({"until": "2010", "ended": "on"}, "Terminé"),
        ({"since": "", "since_or_before": "on"}, "Ou avant"),
        ({"role": "boss"}, "boss"),
        ({"role": ""}, "obligatoire"),
        ({"organisation": "987654"}, "choix"),
        ({"organisation": "x"}, "choix"),
        ({"organisation": ""}, "obligatoire"),
        ({"note_fr": "a" * 301}, "300"),
    ],
)
@collectives
def test_a_seat_that_cannot_be_is_refused_in_words_and_kept(model, columns, told, client):
    obj = make(model, fr={"title": "Toit"})
    form = Form(client, change_url(obj))
    row = {**form.seat(0, make_organisation(), since="2001"), **{f"seats-0-{n}": v for n, v in columns.items()}}
    form = form.refuse(title="Tapé ici", **row)
    assert told.lower() in form.errors.lower()
    assert form.value("title") == "Tapé ici"
    if "since" in columns:
        assert form.value("seats-0-since") == columns["since"]
    assert not obj.seats.exists()
    assert text_of(obj, "fr").title == "Toit"


@collectives
def test_a_seat_may_end_and_the_next_one_begin_in_one_save(model, client):
    obj, organisation = make(model), make_organisation()
    make_seat(obj, organisation, role="member", since="2001")
    form = Form(client, change_url(obj))
    changes = {"seats-0-until": "2010", **form.seat(1, organisation, role="member", since="2010")}
    form.save(**changes)
    assert sorted((seat.since, seat.until) for seat in obj.seats.all()) == [("2001", "2010"), ("2010", "")]


@collectives
def test_a_seat_may_be_deleted_and_entered_anew_in_one_save(model, client):
    obj, organisation = make(model), make_organisation()
    make_seat(obj, organisation, role="member", since="2001")
    form = Form(client, change_url(obj))
    changes = {"seats-0-DELETE": "on", **form.seat(1, organisation, role="member", since="2002")}
    form.save(**changes)
    assert [(seat.since, seat.until) for seat in obj.seats.all()] == [("2002", "")]


@collectives
def test_reopening_a_seat_before_the_other_is_ended_is_told_and_breaks_nothing(model, client):
    obj, organisation = make(model), make_organisation()
    make_seat(obj, organisation, role="member", since="2001", until="2005")
    make_seat(obj, organisation, role="member", since="2006")
    form = Form(client, change_url(obj))
    form.refuse(**{"seats-0-since": "2020", "seats-0-until": "", "seats-1-until": "2019"})
    assert sorted((seat.since, seat.until) for seat in obj.seats.all()) == [("2001", "2005"), ("2006", "")]


@collectives
def test_a_seat_that_overlaps_a_stored_one_is_refused(model, client):
    obj, partner = make(model, fr={"title": "Toit"}), make_organisation()
    make_seat(obj, partner, since="2000", until="2010")
    form = Form(client, change_url(obj))
    refused = form.refuse(**form.seat(1, partner, since="2005"))
    assert "2000" in refused.errors
    assert refused.value("seats-1-since") == "2005"
    form = Form(client, change_url(obj))
    form.save(**form.seat(1, partner, role="founder", since="2005"))
    form = Form(client, change_url(obj))
    form.save(**form.seat(2, partner, since="2011"))
    assert obj.seats.count() == 3


@collectives
@pytest.mark.parametrize("until", ["", "2010"])
def test_two_new_seats_that_overlap_are_refused_together(model, until, client):
    """Neither is stored yet: each alone would pass."""
    partner = make_organisation()
    for address in (change_url(make(model, fr={"title": "Toit"})), url(model, "add", language="fr")):
        form = Form(client, address)
        rows = {**form.seat(0, partner, since="2000", until=until), **form.seat(1, partner, since="2005", until=until)}
        refused = form.refuse(title="Deux sièges", **rows)
        assert refused.errors
        assert (refused.value("seats-0-since"), refused.value("seats-1-since")) == ("2000", "2005")
    assert not model._meta.get_field("seats").related_model.objects.exists()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"value": "beaucoup"}, "nombre"),
        ({"value": "NaN"}, "nombre"),
        ({"value": "1" * 15}, "14 chiffres"),
        ({"value_to": "20"}, "fin"),
        ({"year": "24"}, "année"),
        ({"year": "3000"}, "année"),
        ({"year": "99999"}, ""),  # each database has its own words
        ({"source": ""}, "obligatoire"),
        ({"label_fr": "", "label_nl": ""}, "obligatoire"),
        ({"label_nl": "a" * 161}, "160"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_in_words(columns, told, client):
    obj = make_network()
    form = Form(client, change_url(obj))
    refused = form.refuse(summary="Tapé ici", **form.figure(0, **columns))
    assert told in refused.errors
    assert refused.value("summary") == "Tapé ici"
    assert not obj.figures.exists()


# --- Pictures --------------------------------------------------------------------------------------------------


def huge_picture():
    """Return a PNG of 60 megapixels that says so in its header and holds next to nothing."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", 10_000, 6_000, 1, 0, 0, 0, 0)
    data = zlib.compress(bytes(1251 * 6_000), 9)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return SimpleUploadedFile("grand.png", png, content_type="image/png")


BAD_PICTURES = {
    "text": (lambda: SimpleUploadedFile("logo.png", b"Bonjour", content_type="image/png"), "image"),
    "empty": (lambda: SimpleUploadedFile("logo.png", b"", content_type="image/png"), "vide"),
    "svg": (lambda: SimpleUploadedFile("logo.png", b"<svg onload='x()'/>", content_type="image/png"), "image"),
    "html": (lambda: SimpleUploadedFile("logo.html", b"<script>x</script>", content_type="image/png"), "image"),
    "broken": (lambda: SimpleUploadedFile("logo.png", make_picture().read()[:60], content_type="image/png"), "image"),
    "60 MP": (huge_picture, "60"),
}


@pytest.mark.parametrize("kind", BAD_PICTURES)
def test_what_is_no_picture_we_take_is_refused_and_what_was_typed_stays(kind, client):
    make_file, told = BAD_PICTURES[kind]
    obj = make_network(logo=make_picture())
    logo = Network.objects.get(pk=obj.pk).logo.name
    form = Form(client, change_url(obj)).refuse(title="Tapé ici", logo=make_file())
    assert told in form.errors
    assert form.value("title") == "Tapé ici"
    assert Network.objects.get(pk=obj.pk).logo.name == logo


def test_a_picture_under_another_name_is_taken_for_what_it_is(client):
    obj = make_network()
    Form(client, change_url(obj)).save(logo=make_picture(format="JPEG", name="../../notes<script>.txt"))
    name = Network.objects.get(pk=obj.pk).logo.name
    assert name.startswith(f"networks/network/{obj.key}/")
    assert name.endswith(".jpg")
    assert "notes" not in name


def test_a_picture_is_replaced_and_taken_away(client):
    obj = make_network(logo=make_picture())
    first = Network.objects.get(pk=obj.pk).logo.name
    Form(client, change_url(obj)).save(logo=make_picture(color="red"))
    assert Network.objects.get(pk=obj.pk).logo.name not in {"", first}
    Form(client, change_url(obj)).save(**{"logo-clear": "on"})
    assert not Network.objects.get(pk=obj.pk).logo


# --- Deleting --------------------------------------------------------------------------------------------------


def test_an_organisation_that_holds_seats_is_not_deleted_and_the_page_says_where_they_are(publisher):
    partner = make_organisation(fr={"title": "La Ligue"})
    network = make_network(fr={"title": "Réseau du toit"}, seats=[{"organisation": partner, "since": "2010"}])
    group = make_group(fr={"title": "Groupe des visiteurs"})
    make_seat(group, make_organisation(), mandated_by=partner)
    before = stored(partner, network, group)
    address = url(Organisation, "delete", partner.pk)
    for response in (publisher.get(address), publisher.post(address, {"post": "yes"})):
        page = Sheet(response)
        assert response.status_code == 200
        assert "La Ligue" in page.text
        assert "Réseau du toit" in page.text
        assert "Groupe des visiteurs" in page.text
        assert not [button for button in page.tree.iter("input") if button.get("type") == "submit"]
    bulk = {"action": "delete_selected", "_selected_action": partner.pk, "post": "yes"}
    page = Sheet(publisher.post(url(Organisation, "changelist"), bulk))
    assert "Réseau du toit" in page.text
    assert stored(partner, network, group) == before


def test_the_organisation_whose_site_this_is_is_never_deleted():
    us = make_us()
    client = signed_in(make_superuser())
    before = stored(us)
    assert url(Organisation, "delete", us.pk) not in Form(client, change_url(us)).hrefs
    assert client.get(url(Organisation, "delete", us.pk)).status_code == 403
    assert client.post(url(Organisation, "delete", us.pk), {"post": "yes"}).status_code == 403
    other = make_organisation()
    bulk = {"action": "delete_selected", "_selected_action": [us.pk, other.pk], "post": "yes"}
    client.post(url(Organisation, "changelist"), bulk)
    assert stored(us) == before
    assert Organisation.objects.filter(pk=other.pk).exists()  # all or nothing


@models
def test_an_object_is_deleted_in_every_language_after_asking(model, publisher):
    obj = make(model, fr={"title": "Toit"}, nl={"title": "Dak"})
    assert Sheet(publisher.get(url(model, "delete", obj.pk))).text
    assert model.objects.filter(pk=obj.pk).exists()
    publisher.post(url(model, "delete", obj.pk), {"post": "yes"})
    assert not model.objects.filter(pk=obj.pk).exists()
    assert not model._parler_meta.root_model.objects.exists()


# --- Addresses of the admin that lead nowhere ------------------------------------------------------------------

NONSENSE = ("0", "abc", "²", "-1", "1.5", "9" * 30, "1 OR 1=1", "_00", "%00", "_", "é", "None")


@models
@pytest.mark.parametrize("number", NONSENSE)
def test_a_number_that_is_none_is_not_found_and_breaks_nothing(model, number, publisher):
    obj = make(model, fr={"title": "Toit"})
    base = url(model, "changelist")
    for rest in ("change", "delete"):
        response = publisher.get(f"{base}{number}/{rest}/")
        # Django leads back to the start page, which says that there is no such thing.
        assert response.status_code == 404 or response.headers["Location"] == "/admin/", rest
        response = publisher.post(f"{base}{number}/{rest}/", {"post": "yes", "title": "X"})
        assert response.status_code == 404 or response.headers["Location"] == "/admin/", rest
    for rest in ("history", "history/1", "preview/fr", "change/delete-translation/fr"):
        response = publisher.get(f"{base}{number}/{rest}/")
        assert response.status_code == 404 or response.headers["Location"] == "/admin/", rest
    for rest in (f"{obj.pk}/history/{number}", f"deleted/{number}"):
        response = publisher.get(f"{base}{rest}/")
        assert response.status_code in {302, 404}, rest
        if response.status_code == 302:  # no such address: Django asks for another object
            assert publisher.get(response.headers["Location"]).status_code in {302, 404}
    assert model.objects.filter(pk=obj.pk).exists()


@models
@pytest.mark.parametrize("name", ["themes", "title", "seats-0-since", "loaded_state", "publish_from", "kind", "logo"])
def test_nothing_in_the_address_fills_in_or_breaks_the_form_of_a_new_object(model, name, publisher):
    plain = Form(publisher, url(model, "add", language="fr"))
    for value in ("abc", "\x00", "1,2,x", "9" * 40):
        filled = Form(
            publisher, f"{url(model, 'add')}?", publisher.get(url(model, "add"), {"language": "fr", name: value})
        )
        assert {**filled.data, "csrfmiddlewaretoken": ""} == {**plain.data, "csrfmiddlewaretoken": ""}
