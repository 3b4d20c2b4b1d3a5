"""The table of sentences: no wrong link at all, and nearly all of the right ones."""

import pytest

from tests.glossary.lexicons import SENTENCES, found_in, sample_lexicon

FEWEST = {"fr": 70, "nl": 50}
LEAST_RECALL = 0.95


@pytest.fixture(scope="module", params=FEWEST)
def results(request):
    """Return the language and [(sentence, links expected, links made)] of its table."""
    lexicon = sample_lexicon(request.param)
    table = SENTENCES[request.param]
    return request.param, [(row["text"], row.get("links", {}), found_in(row["text"], lexicon)) for row in table]


def test_the_table_is_long_and_says_what_must_not_be_linked(results):
    language, rows = results
    assert len({text for text, _links, _made in rows}) == len(rows) >= FEWEST[language]
    assert sum(not links for _text, links, _made in rows) >= len(rows) / 4
    assert all(words in text for text, links, _made in rows for words in links)


def test_no_link_is_wrong(results):
    _language, rows = results
    wrong = [(text, made.items() - links.items()) for text, links, made in rows if made.items() - links.items()]
    assert wrong == []


def test_nearly_all_right_links_are_made(results, capsys):
    language, rows = results
    expected = sum(len(links) for _text, links, _made in rows)
    missing = [(text, links.keys() - made.keys()) for text, links, made in rows if links.keys() - made.keys()]
    recall = 1 - sum(len(words) for _text, words in missing) / expected
    with capsys.disabled():
        print(f"\n{language}: {len(rows)} sentences, {expected} links expected, precision 1.0, recall {recall:.3f}")
    assert recall >= LEAST_RECALL, missing
