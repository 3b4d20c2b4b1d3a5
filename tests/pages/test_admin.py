"""Staff write pages as they write everything else; no page takes the word of a section."""

import pytest
from django.urls import reverse

from pages.models import MenuEntry, Page
from tests.admin.desk import Form, Sheet, change_url, signed_in, text_of, url
from tests.makers import make_entry, make_page, make_publication, make_staff
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def publisher():
    return signed_in(make_staff("Publishers", language="fr"))


def test_a_page_is_written_put_below_another_and_published(publisher, client):
    parent = make_page(fr={"title": "Qui", "slug": "qui"}, nl=None)
    form = Form(publisher, url(Page, "add", language="fr"))
    form.save(title="Équipe", text="<h2>Ici</h2><p>Nous.</p>", parent=parent.pk, position="2")
    page = Page.objects.exclude(pk=parent.pk).get()
    assert client.get("/fr/equipe/").status_code == 404
    Form(publisher, change_url(page)).save("_publish")
    assert "<h2>Ici</h2>" in text_of(page, "fr").text_html
    assert client.get("/fr/equipe/").status_code == 200
    assert (page.parent, page.position) == (parent, 2)


@pytest.mark.parametrize(
    ("slug", "refused"), [("publications", True), ("publicaties", True), ("nos-publications", False)]
)
def test_the_form_refuses_the_word_of_a_section(publisher, slug, refused):
    form = Form(publisher, url(Page, "add", language="fr"))
    if refused:
        assert slug in form.refuse(title="Titre", slug=slug).errors
        assert not Page.objects.exists()
    else:
        form.save(title="Titre", slug=slug)
        assert text_of(Page.objects.get(), "fr").slug == slug


def test_the_form_refuses_a_third_level_and_a_page_below_itself(publisher):
    top = make_page()
    below = make_page(parent=top)
    form = Form(publisher, change_url(top))
    assert form.refuse(parent=top.pk).errors
    assert form.refuse(parent=below.pk).errors  # one that stands below another is not even offered
    top.refresh_from_db()
    assert top.parent is None


def test_a_preview_shows_the_draft_with_what_stands_below_it(publisher, client):
    page = make_page(
        fr={"title": "Brouillon", "state": "draft", "text": "<p>Bientôt.</p>"}, nl=None, shows_contact=True
    )
    address = reverse("admin:pages_page_preview", args=[page.pk, "fr"])
    preview = publisher.get(address)
    assert "Bientôt." in preview.content.decode()
    assert "no-store" in preview.headers["Cache-Control"]
    assert client.get(address).status_code == 404


def test_deleting_a_page_says_that_its_entry_goes_too(publisher):
    page = make_page(fr={"title": "Partie"}, nl=None)
    make_entry("footer", page=page)
    address = url(Page, "delete", page.pk)
    assert [href for href in Sheet(publisher.get(address)).hrefs if "/pages/menuentry/" in href and "change" in href]
    assert publisher.post(address, {"post": "yes"}).status_code == 302
    assert not MenuEntry.objects.filter(page__isnull=False).exists()
    assert not Page.objects.exists()


def test_the_start_page_names_a_page_whose_word_a_section_has_taken(publisher):
    page = make_page(fr={"title": "Un ballon", "slug": "zeppelin"}, nl=None)
    start = reverse("admin:index")
    assert "zeppelin" not in Sheet(publisher.get(start)).text.split()
    page.translations.update(slug="publications")
    assert any(href.startswith(change_url(page, "fr")) for href in Sheet(publisher.get(start)).hrefs)
    assert "publications" in Sheet(publisher.get(start)).text.split()


# --- The menu --------------------------------------------------------------------------------------------------


def entry_form(publisher, *args):
    return Form(publisher, reverse(f"admin:pages_menuentry_{'change' if args else 'add'}", args=args))


def test_an_entry_is_made_for_a_section_a_page_or_an_address(publisher):
    page = make_page(fr={"title": "Équipe"}, nl={"title": "Team"})
    given = (
        {"section": "themes:list"},
        {"page": page.pk, "label_nl": "Ons team"},
        {"address": "https://example.org/", "label_fr": "Ailleurs"},
    )
    for columns in given:
        entry_form(publisher).save(place="footer", **columns)
    section, of_page, other = MenuEntry.objects.order_by("-pk")[:3][::-1]
    assert section.section == "themes:list"
    assert (of_page.page, of_page.label) == (page, {"nl": "Ons team"})
    assert other.address == "https://example.org/"
    listed = Sheet(publisher.get(reverse("admin:pages_menuentry_changelist")))
    assert {"Équipe", "Ailleurs"} <= set(listed.text.replace(",", " ").split())


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"section": "themes:list", "address": "/fr/themes/"},
        {"section": "nonsense"},
        {"address": "/fr/nowhere/at/all/"},
        {"address": "javascript:alert(1)", "label_fr": "x"},
        {"address": "https://example.org/"},
        {"section": "themes:list", "label_fr": "x" * 101},
        {"section": "themes:list", "position": "-1"},
        {"section": "themes:list", "position": "9" * 30},
    ],
)
def test_an_entry_that_leads_nowhere_is_refused_with_words(publisher, columns):
    before = MenuEntry.objects.count()
    assert entry_form(publisher).refuse(place="footer", **columns).errors
    assert MenuEntry.objects.count() == before


def test_an_eighth_entry_of_the_menu_is_refused_with_the_reason(publisher):
    while MenuEntry.objects.filter(place="menu").count() < 7:
        make_entry("menu")
    assert "7" in entry_form(publisher).refuse(place="menu", section="themes:list").errors
    entry_form(publisher).save(place="menu", section="themes:list", hidden="on")


def test_the_list_says_which_entries_readers_see_and_under_which_name(publisher):
    MenuEntry.objects.all().delete()
    guide = make_publication(fr={"title": "Guide du toit", "slug": "guide"}, nl=None)
    make_entry("footer", address=guide.get_absolute_url("fr"))
    make_entry("menu", page=make_page(fr={"title": "Brouillon", "state": "draft"}, nl=None))
    make_entry("menu", section="themes:list", hidden=True)
    make_entry("menu", section="glossary:list")
    listed = Sheet(publisher.get(reverse("admin:pages_menuentry_changelist")))
    names = [words(cell) for cell in listed.with_class("field-name")]
    seen = [next(cell.iter("img")).get("alt") for cell in listed.with_class("field-is_shown")]
    assert list(zip(names, seen, strict=True)) == [
        ("Brouillon", "False"),
        ("Thèmes", "False"),
        ("Lexique", "True"),
        ("Guide du toit", "True"),
    ]


def test_the_list_costs_the_same_however_long_the_menu_is(publisher, django_assert_max_num_queries):
    for number in range(15):
        make_entry("footer", page=make_page(fr={"title": f"Page {number}"}, nl=None))
    with django_assert_max_num_queries(20):
        assert publisher.get(reverse("admin:pages_menuentry_changelist")).status_code == 200
