"""Where the words found in a text are marked, and where never; all else comes back as it was."""

import re

import pytest

from content.rich_text import clean
from glossary.marking import MOST_NOTES, mark
from glossary.matching import Expression, Lexicon
from tests.counting import calls_of

LEXICON = Lexicon(
    [
        Expression("asile", "asylum"),
        Expression("demandeur·euse d’asile", "seeker"),
        Expression("réfugié·e", "refugee"),
        Expression("asile de nuit", None),
        Expression("MENA", "minor", exact=True),
        Expression("MENA", "region", exact=True),
    ],
    "fr",
)
MARK = re.compile(r'<a class="explained" id="([^"]*)" href="#([^"]*)">(.*?)</a>', re.DOTALL)


def marked(html, **options):
    """Return the words marked in a text, in order; all else must come back unchanged."""
    result, _places = mark(html, LEXICON, **options)
    assert MARK.sub(r"\3", result) == html
    return [found[3] for found in MARK.finditer(result)]


# --- Where ---------------------------------------------------------------------------------------------------------


def test_a_mark_leads_to_its_place_in_the_notes():
    html, places = mark("<p>L’asile.</p><h3>Plus</h3><p>Un réfugié, l’asile.</p>", LEXICON)
    assert html == (
        '<p>L’<a class="explained" id="word-1-1" href="#note-1-1">asile</a>.</p><h3>Plus</h3>'
        '<p>Un <a class="explained" id="word-2-1" href="#note-2-1">réfugié</a>, '
        'l’<a class="explained" id="word-1-2" href="#note-1-2">asile</a>.</p>'
    )
    assert places == {("asylum",): 2, ("refugee",): 1}


@pytest.mark.parametrize("heading", ["h3", "h4"])
def test_the_first_of_each_section_is_marked(heading):
    text = "<p>L’asile, l’asile.</p><ul><li>asile</li></ul>"
    assert marked(f"{text}<{heading}>Droit</{heading}>{text}") == ["asile", "asile"]


def test_a_section_may_begin_without_a_text_before():
    assert marked("<h3>Droit</h3><p>L’asile</p><h3>Plus</h3><h4>Encore</h4><p>l’asile</p>") == ["asile", "asile"]


@pytest.mark.parametrize(
    "tag",
    ["a href='/x'", "h2", "h3", "h4", "blockquote", "q", "cite", "code", "abbr", 'span lang="nl"', 'p lang="en-GB"'],
)
def test_never_inside(tag):
    name = tag.split()[0]
    assert marked(f"<{tag}>l’asile <em>et l’asile</em></{name}>") == []
    assert marked(f"<{tag}>l’asile</{name}><p>l’asile</p>") == ["asile"], "and what stands there is not the first"


@pytest.mark.parametrize(
    "tag", ['span lang="fr"', 'p lang="fr-BE"', "strong", "em", "ul><li", 'ol start="3"><li', "span"]
)
def test_inside_others(tag):
    assert marked(f"<{tag}>l’asile</{tag.split('<')[-1].split()[0]}>") == ["asile"]


def test_quotation_marks_are_a_quotation_across_tags():
    assert marked("<p>Il dit « non à <strong>l’asile</strong> » et à l’asile.</p>") == ["asile"]
    assert mark("<p>« <em>asile</em> »</p>", LEXICON)[1] == {}


def test_words_are_read_in_the_whole_paragraph():
    assert marked("<p>un demandeur <em>d’asile</em></p>") == [], "a mark across tags would break them"
    assert marked("<p>l’asile <strong>de nuit</strong></p>") == []
    assert marked("<p>Le Réseau <strong>Asile</strong></p>") == []
    assert marked("<p>im<em>asile</em></p>") == []
    assert marked("<p>un <strong>demandeur d’asile</strong>, oui</p>") == ["demandeur d’asile"]


def test_paragraphs_are_read_apart():
    assert marked("<p>un demandeur</p><p>d’asile</p>") == ["asile"]
    assert marked("<ul><li>demandeur</li><li>Asile</li></ul>") == ["Asile"]
    assert marked("<p>un demandeur<br>d’asile</p>") == ["asile"]
    assert marked("<p>un demandeur\nd’asile</p>") == ["demandeur\nd’asile"], "a line in the source is a blank"


def test_a_page_carries_so_many_notes():
    lexicon = Lexicon([Expression(f"mot{number}", number) for number in range(30)], "fr")
    text = "".join(f"<p>mot{number}</p>" for number in range(30))
    html, places = mark(f"{text}<h3>Plus</h3>{text}", lexicon)
    assert list(places.values()) == [2] * MOST_NOTES, "those that are explained are marked in every section"
    assert len(MARK.findall(html)) == 2 * MOST_NOTES
    assert len(mark(text, lexicon, most=3)[1]) == 3
    assert mark(text, lexicon, most=0) == (text, {})


def test_what_the_page_is_about_is_not_marked_on_it():
    assert marked("<p>L’asile et le réfugié</p>", skip=["asylum"]) == ["réfugié"]
    _html, places = mark("<p>Un MENA</p>", LEXICON, skip=["minor"])
    assert places == {("region",): 1}


def test_two_terms_with_one_abbreviation_share_a_note():
    assert mark("<p>Un MENA</p>", LEXICON)[1] == {("minor", "region"): 1}


def test_ids_are_unique():
    text = "<p>L’asile, un réfugié, un MENA.</p>"
    html, _places = mark(text + f"<h3>Plus</h3>{text}" * 20, LEXICON)
    ids = [found[1] for found in MARK.finditer(html)]
    assert len(ids) == len(set(ids)) == 63
    assert all(found[2] == found[1].replace("word", "note") for found in MARK.finditer(html))


# --- What comes back -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a &amp; l’asile &lt;b&gt; &nbsp;</p>", ["asile"]),
        ("<p>demandeur&nbsp;d&#39;asile</p>", ["demandeur&nbsp;d&#39;asile"]),
        ("<p>r&eacute;fugi&#233;&middot;e</p>", ["r&eacute;fugi&#233;&middot;e"]),
        ("<p>&eacute;asile &unknown; &amp; asile</p>", ["asile"]),
        ("<p>&lt;a&gt;asile&lt;/a&gt;</p>", ["asile"]),
        ("a &amp l’asile & b", ["asile"]),
    ],
)
def test_entities_come_back_as_they_were(html, words):
    assert marked(html) == words


@pytest.mark.parametrize(
    "html",
    [
        *(
            "<p>l’asile",
            "l’asile</p>",
            "<p><em>l’asile</p></em>",
            "<p><p><p>l’asile",
            "</div></div>l’asile",
            "<li>l’asile</ul>",
        ),
        *(
            "l’asile <",
            "l’asile <p",
            "l’asile </",
            "l’asile <!-- x",
            "l’asile <![CDATA[ x ]]>",
            "<!-- asile --> l’asile",
            "</>l’asile",
        ),
        *(
            "<p>l’asile</p><q>asile<p>asile",
            "l’asile<br/>",
            "<P>l’asile</P>",
            "<!DOCTYPE html><p>l’asile",
            "<?x?>l’asile",
        ),
        *('<img alt="asile" src="asile.png">l’asile', '<p title="l’asile">l’asile</p>', "\r\n<p>\n\n l’asile \n</p>\n"),
    ],
)
def test_broken_html_comes_back_as_it_was(html):
    assert marked(html) == ["asile"]


@pytest.mark.parametrize(
    "html", ["", " ", "<", "</>", "<p></p>", "&", "<a>asile", "<h3>asile", "<script>asile</script>"]
)
def test_nothing_to_mark(html):
    assert mark(html, LEXICON) == (html, {})


def test_a_quotation_that_is_never_closed_lasts():
    assert marked("<q>asile</p><p>asile") == []


def test_marks_survive_the_cleaning_of_texts_as_nothing_but_links():
    text = clean(
        "<h2>Asile</h2><p>Un <b>demandeur</b> d’asile &amp; un r&eacute;fugi&eacute;&nbsp;!"
        "<p>L’asile <span lang=nl>asile"
    )
    html, places = mark(text, LEXICON)
    assert MARK.sub(r"\3", html) == text
    assert mark(text, LEXICON) == (html, places), "again from the text: the same"


def test_a_mark_is_never_marked_again():
    html, _places = mark("<p>L’asile et l’asile</p>", LEXICON)
    assert mark(html, LEXICON)[0].count("<a ") == 2
    assert MARK.findall(mark(html, LEXICON)[0])[0] == ("word-1-1", "note-1-1", "asile")


# --- Long texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        "<p>Un demandeur d’asile, un réfugié, l’asile de nuit.</p>",
        "<h3>Plus</h3><p>L’asile.</p>",
        *("<em>asile</em> ", "asile ", "<li>", "</em>", "<em>", "&amp;", "&", "« ", "<br>", "a<", "\n"),
    ],
)
def test_work_is_in_proportion_to_the_text(piece):
    def calls(length):
        return calls_of(mark, clean(piece * (length // len(piece))), LEXICON)

    calls(1_000)  # what is made once
    assert calls(200_000) < 11 * calls(20_000)


def test_what_is_longer_than_a_page_is_marked_up_to_there():
    text = "<p>Du texte.</p>" * 20_000
    assert marked(f"<p>L’asile</p>{text}") == ["asile"]
    assert marked(f"{'<p>' + 'Du texte. ' * 30_000 + '</p>'}<p>L’asile</p>") == []
