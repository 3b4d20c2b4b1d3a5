"""A link from one text to another holds whatever happens to the address that it leads to."""

import datetime
import io
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.utils import timezone

from content.due import run_due
from content.saving import delete_content, match_source, save_content
from links.models import KnownSlug, Link, LinkKind
from links.references import rewrite
from tests.admin.desk import Form, change_url, make_superuser, signed_in, text_of
from tests.makers import make_network, make_publication, make_theme, window, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rewritten(monkeypatch):
    """Let the worker's task run where it is asked for; return the objects that it was asked to save."""
    sources = []

    def run(asked):
        sources.extend(asked)
        rewrite.func(asked)

    monkeypatch.setattr("links.references.rewrite", SimpleNamespace(enqueue=run))
    return sources


@pytest.fixture
def commit(django_capture_on_commit_callbacks):
    """Run what waits for the end of the transaction of what is done inside."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def network():
    return make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})


def link(address, words="le réseau"):
    return f'<p>Voir <a href="{address}">{words}</a>.</p>'


def theme_with(address, **more):
    return make_theme(fr={"text": link(address)}, nl={"text": link(address)}, **more)


def html_of(obj, language="fr"):
    return text_of(obj, language).text_html


# --- Stored --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/fr/reseaux/toit/",
        "/fr/reseaux/toit",
        "/nl/netwerken/dak/",
        "/nl/netwerken/toit/",
        "http://127.0.0.1:8000/fr/reseaux/toit/",
        "https://www.cire.be/fr/reseaux/toit/",
    ],
)
def test_an_address_of_ours_is_stored_as_a_reference_and_read_in_the_texts_language(network, settings, address):
    settings.OTHER_HOSTS = ["www.cire.be"]
    theme = theme_with(address)
    assert f"ref:networks.network/{network.key}" in text_of(theme, "fr").text
    assert 'href="/fr/reseaux/toit/"' in html_of(theme, "fr")
    assert 'href="/nl/netwerken/dak/"' in html_of(theme, "nl")


def test_a_place_on_the_page_and_a_choice_go_along(network):
    theme = theme_with("/fr/reseaux/toit/?a=1&amp;b=2#figures")
    assert 'href="/fr/reseaux/toit/?a=1&amp;b=2#figures"' in html_of(theme)


def test_an_address_that_it_had_and_one_of_the_admin_are_understood_too(network):
    network = write(network, "fr", slug="un-toit")
    for address in ("/fr/reseaux/toit/", change_url(network), f"/admin/networks/network/{network.pk}/preview/fr/"):
        assert 'href="/fr/reseaux/un-toit/"' in html_of(theme_with(address))


@pytest.mark.parametrize("address", ["/fr/publications/?kind=guide", "https://example.org/x", "mailto:a@example.org"])
def test_any_other_address_stays_as_it_was_written(address):
    theme = theme_with(address)
    assert f'href="{address}"' in text_of(theme, "fr").text
    assert f'href="{address}"' in html_of(theme)


@pytest.mark.parametrize("reference", ["ref:networks.network/123", "ref:auth.user/{key}", "ref:javascript:alert(1)"])
def test_a_reference_that_is_none_is_no_link(network, reference):
    html = html_of(theme_with(reference.format(key=network.key)))
    assert "<a" not in html
    assert "le réseau" in html


# --- Followed ------------------------------------------------------------------------------------------------------


def test_a_changed_address_is_followed_and_the_text_itself_stays_as_it_is(network, commit):
    theme = theme_with("/fr/reseaux/toit/")
    before = text_of(theme, "fr")
    with commit():
        write(network, "fr", slug="un-toit")
    after = text_of(theme, "fr")
    assert 'href="/fr/reseaux/un-toit/"' in after.text_html
    assert (after.text, after.fingerprint, after.changed_at) == (before.text, before.fingerprint, before.changed_at)


def test_a_save_that_changes_no_address_saves_nothing_else(network, commit, rewritten):
    theme_with("/fr/reseaux/toit/")
    with commit():
        network = write(network, "fr", title="Un autre toit")
    assert rewritten == []
    with commit():
        write(network, "fr", slug="un-autre-toit")
    assert len(rewritten) == 1


def test_of_a_link_to_what_is_withdrawn_the_words_are_left_until_it_is_back(network, commit):
    theme = theme_with("/fr/reseaux/toit/")
    with commit():
        for language in ("fr", "nl"):
            network = write(network, language, state="withdrawn")
    assert "<a" not in html_of(theme)
    assert "le réseau" in html_of(theme)
    with commit():
        write(network, "fr", state="published")
    assert 'href="/fr/reseaux/toit/"' in html_of(theme)


def test_a_link_to_what_is_public_in_one_language_leads_there_from_both(commit):
    make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak", "state": "draft"})
    theme = theme_with("/fr/reseaux/toit/")
    assert 'href="/nl/netwerken/toit/"' in html_of(theme, "nl")


def test_of_a_link_to_what_was_deleted_the_words_are_left(network, commit):
    theme = theme_with("/fr/reseaux/toit/")
    with commit():
        delete_content(network)
    assert "<a" not in html_of(theme)
    assert "ref:" in text_of(theme, "fr").text


def test_what_is_deleted_has_no_links_any_more(network):
    theme = theme_with("/fr/reseaux/toit/")
    assert Link.objects.exists()
    delete_content(theme)
    assert not Link.objects.exists()


@pytest.mark.parametrize(("column", "before", "after"), [("publish_from", False, True), ("publish_until", True, False)])
def test_a_link_follows_the_clock_past_both_ends_of_a_publication(commit, column, before, after):
    now = timezone.now()
    soon = now + datetime.timedelta(hours=1)
    dates = {**window("published"), column: soon}
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl=None)
    theme = theme_with("/fr/reseaux/toit/")
    with commit():
        write(network, "fr", **dates)
    assert ("<a" in html_of(theme)) is before
    with commit():
        run_due(now)
    for moment in (soon, soon + datetime.timedelta(minutes=1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", lambda moment=moment: moment)
            with commit():
                run_due(moment)
    assert ("<a" in html_of(theme)) is after


def test_a_link_to_a_page_that_is_made_later_becomes_a_reference_within_a_day(commit):
    theme = theme_with("/fr/reseaux/toit/")
    network = make_network(fr={"title": "Toit", "slug": "toit"}, nl={"title": "Dak", "slug": "dak"})
    with commit():
        run_due(timezone.now())
    assert f"ref:networks.network/{network.key}" in text_of(theme, "fr").text
    assert 'href="/nl/netwerken/dak/"' in html_of(theme, "nl")


def test_a_text_that_links_to_itself_shows_the_address_that_it_has_now(network, commit, rewritten):
    with commit():
        network = write(network, "fr", text=link("/fr/reseaux/toit/"))
    assert rewritten == []
    with commit():
        network = write(network, "fr", slug="un-toit")
    assert 'href="/fr/reseaux/un-toit/"' in html_of(network)
    assert len(rewritten) == 1
    with commit():
        network = write(network, "fr", state="withdrawn")
        network = write(network, "nl", state="withdrawn")
    with commit():
        write(network, "fr", state="published")
    assert 'href="/fr/reseaux/un-toit/"' in html_of(network)
    rewritten.clear()
    with commit():
        run_due(timezone.now())
    assert rewritten == [], "it is settled"


def test_a_draft_that_links_to_itself_shows_the_link_once_it_is_public(commit):
    network = make_network(fr={"title": "Toit", "slug": "toit", "state": "draft"}, nl=None)
    with commit():
        network = write(network, "fr", text=link("/fr/reseaux/toit/"))
    assert "<a" not in html_of(network)
    with commit():
        write(network, "fr", state="published")
    assert 'href="/fr/reseaux/toit/"' in html_of(network)


def test_an_address_of_ours_in_a_field_stays_as_it_was_written(network, settings, commit, rewritten):
    settings.OTHER_HOSTS = ["www.cire.be"]
    address = "https://www.cire.be/fr/reseaux/toit/"
    make_publication(fr={"title": "Guide", "action_url": address, "action_label": "Voir"}, nl=None)
    assert Link.objects.get().kind == LinkKind.INTERNAL
    with commit():
        run_due(timezone.now())
    assert rewritten == []


def test_one_text_that_cannot_be_saved_keeps_no_other_from_it(network, commit, monkeypatch, caplog):
    themes = [theme_with("/fr/reseaux/toit/") for _number in range(3)]

    def save(obj, **how):
        if obj.pk == themes[0].pk:
            raise ValueError("what somebody wrote")
        save_content(obj, **how)

    monkeypatch.setattr("content.saving.save_content", save)
    network.set_current_language("fr")
    network.slug = "un-toit"
    with pytest.raises(ExceptionGroup), commit():
        save_content(network)
    shown = ["/un-toit/" in html_of(theme) for theme in themes]
    assert shown == [False, True, True]
    assert "ValueError" in caplog.text
    assert "somebody" not in caplog.text


# --- Edited --------------------------------------------------------------------------------------------------------


def test_staff_see_addresses_where_references_are_stored_and_a_save_changes_nothing(network):
    theme = theme_with("/fr/reseaux/toit/#figures")
    form = Form(signed_in(make_superuser()), change_url(theme))
    assert 'href="/fr/reseaux/toit/#figures"' in form.value("text")
    assert "ref:" not in form.html
    stored = text_of(theme, "fr")
    form.save(summary="Autre")
    after = text_of(theme, "fr")
    assert after.text == stored.text
    assert after.summary == "Autre"


def test_staff_see_the_address_of_a_draft_too():
    draft = make_network(fr={"title": "Toit", "slug": "toit", "state": "draft"}, nl=None)
    theme = theme_with("/fr/reseaux/toit/")
    assert f"ref:networks.network/{draft.key}" in text_of(theme, "fr").text
    assert "<a" not in html_of(theme)
    form = Form(signed_in(make_superuser()), change_url(theme))
    assert 'href="/fr/reseaux/toit/"' in form.value("text")


# --- Content from before -------------------------------------------------------------------------------------------


def test_content_that_is_older_than_references_is_brought_up_to_date_without_a_word_to_translators(network):
    theme = theme_with("https://example.org/")
    match_source(theme, "nl", "fr")
    save_content(theme)
    html = link("/fr/reseaux/toit/")
    for row in theme.translations.all():
        row.text = row.text_html = html
        row.fingerprint = row.make_fingerprint()
        row.source_fingerprint = row.fingerprint if row.language_code == "nl" else ""
        row.save()
    KnownSlug.objects.all().delete()
    before = {row.language_code: row.changed_at for row in theme.translations.all()}
    call_command("keep_links", stdout=io.StringIO())
    after = {row.language_code: row for row in type(theme).objects.get(pk=theme.pk).translations.all()}
    assert all(f"ref:networks.network/{network.key}" in row.text for row in after.values())
    assert {code: row.changed_at for code, row in after.items()} == before
    assert not after["nl"].is_older_than(after["fr"])
    assert KnownSlug.objects.filter(slug="toit").exists()
