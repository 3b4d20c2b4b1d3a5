"""The interface is complete in every language, and the check that says so notices what it should."""

import os
import shutil

import polib
import pytest
from django.conf import settings

from cire_site import catalogues

LANGUAGES = [code for code, _name in settings.LANGUAGES]
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"""
SOUND = """
msgid "Since"
msgstr "Depuis"

#, python-format
msgid "%(count)s result"
msgid_plural "%(count)s results"
msgstr[0] "Un résultat pour %(count)s"
msgstr[1] "%(count)s résultats"
"""


@pytest.fixture
def planted(tmp_path):
    """Write a French catalogue with the given messages; return its locale folder."""

    def plant(messages, language="fr", header=HEADER):
        path = tmp_path / language / "LC_MESSAGES" / "django.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(header.format(language=language) + messages, encoding="utf-8")
        return tmp_path

    return plant


def assert_none(sentences):
    """Fail with the sentences themselves: they are what one works through."""
    if found := list(sentences):
        pytest.fail("\n".join([f"{len(found)} problems; new messages: make messages", *found]), pytrace=False)


# --- Ours ------------------------------------------------------------------------------------------------------


def test_no_message_is_missing_fuzzy_or_broken_in_any_language():
    assert_none(sentence for folder in settings.LOCALE_PATHS for sentence in catalogues.problems(folder, LANGUAGES))


def test_the_sources_and_the_catalogues_hold_the_same_messages():
    if missing := catalogues.missing_tools():
        reason = f"GNU gettext is not on this machine ({', '.join(missing)})"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    assert_none(catalogues.source_problems(settings.LOCALE_PATHS[0], settings.BASE_DIR))


# --- The check -------------------------------------------------------------------------------------------------


def test_sound_messages_pass(planted):
    assert catalogues.problems(planted(SOUND), ["fr"]) == []


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ('msgid "Since"\nmsgstr ""', "“Since” has no translation"),
        ('msgctxt "url"\nmsgid "groups"\nmsgstr " "', "“groups” (url) has no translation"),
        ('#, fuzzy\nmsgid "Since"\nmsgstr "Depuis"', "“Since” is marked fuzzy"),
        ('#~ msgid "Since"\n#~ msgstr "Depuis"', "“Since” is no longer used"),
        ('msgid "Since %(year)s"\nmsgstr "Depuis %(année)s"', "placeholders %(year)s, and has %(année)s"),
        ('msgid "Since %(year)s"\nmsgstr "Depuis"', "placeholders %(year)s, and has none"),
        ('#, python-format\nmsgid "%s of %s"\nmsgstr "%s"', "placeholders %s %s, and has %s"),
        ('#, python-format\nmsgid "%d members"\nmsgstr "%s membres"', "placeholders %d, and has %s"),
        ('msgid "Since {year}"\nmsgstr "Depuis {an}"', "placeholders {year}, and has {an}"),
        ('#, python-format\nmsgid "%(n)s of all"\nmsgstr "%(n)s % des"', "has a single % sign"),
        ('msgid "<a href=\\"x\\">Read</a>"\nmsgstr "<a href=\\"x\\">Lire"', "HTML tags </a> <a>, and has <a>"),
        ('msgid "One\\n"\nmsgstr "Un"', "ends with a line break in only one"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"', "has 1 plural forms, not 2"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] ""', "a plural form without translation"),
        (
            'msgid "one"\nmsgid_plural "%(n)s"\nmsgstr[0] "un"\nmsgstr[1] "des"',
            "placeholders %(n)s, and has none",
        ),
        ('msgid "Since"\nmsgstr "Depuis"\n\nmsgid "Since"\nmsgstr "Dès"', "cannot be read"),
        ('msgid "Since"\nmsgstr "Depuis', "cannot be read"),
    ],
)
def test_a_planted_fault_is_told(planted, messages, told):
    found = catalogues.problems(planted("\n" + messages + "\n"), ["fr"])
    assert any(told in sentence for sentence in found), found


def test_a_percentage_in_a_plain_text_is_no_placeholder(planted):
    assert catalogues.problems(planted('\nmsgid "100 percent done"\nmsgstr "100 % du travail"\n'), ["fr"]) == []


def test_a_language_without_catalogue_is_told(planted):
    assert catalogues.problems(planted(SOUND), ["fr", "nl"]) == ["nl: there is no catalogue."]


def test_a_message_that_only_one_language_has_is_told(planted):
    planted(SOUND)
    locale = planted('\nmsgid "Role"\nmsgstr "Rol"\n', language="nl")
    assert "fr: “Role” is in another catalogue, but not in this one." in catalogues.problems(locale)
    assert "nl: “Since” is in another catalogue, but not in this one." in catalogues.problems(locale)


def test_a_broken_header_is_told(planted):
    locale = planted(SOUND, header='msgid ""\nmsgstr ""\n"Language: nl\\n"\n')
    assert [sentence.partition("header's ")[2].split()[0] for sentence in catalogues.problems(locale)] == [
        "Language",
        "Content-Type",
        "Plural-Forms",
    ]


# --- Compiling -------------------------------------------------------------------------------------------------


def test_only_a_changed_catalogue_is_compiled(planted):
    locale = planted(SOUND)
    (compiled,) = catalogues.compile_catalogues(locale)
    assert polib.mofile(str(compiled)).find("Since").msgstr == "Depuis"
    assert catalogues.compile_catalogues(locale) == []
    planted(SOUND.replace("Depuis", "Dès"))
    assert catalogues.compile_catalogues(locale) == [compiled]
    assert polib.mofile(str(compiled)).find("Since").msgstr == "Dès"
    assert [path.name for path in compiled.parent.iterdir() if path.suffix not in {".po", ".mo"}] == []


def test_a_fuzzy_translation_is_not_shown_to_readers(planted):
    (compiled,) = catalogues.compile_catalogues(planted('\n#, fuzzy\nmsgid "Since"\nmsgstr "Jusque"\n'))
    assert polib.mofile(str(compiled)).find("Since") is None


# --- Updating --------------------------------------------------------------------------------------------------


@pytest.fixture
def sources(tmp_path):
    """A folder of sources with one message in Python and one in a template, and a hidden folder that is ignored."""
    root = tmp_path / "sources"
    for path, text in {
        "rooms/models.py": 'from django.utils.translation import gettext as _\n\nNAME = _("Since")\n',
        "templates/rooms/list.html": "{% load i18n %}{% blocktranslate %}{{ n }} rooms{% endblocktranslate %}",
        ".venv/other.py": '_("Not ours")\n',
    }.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


needs_gettext = pytest.mark.skipif(
    bool(catalogues.missing_tools()) and os.environ.get("CI") != "true", reason="GNU gettext is not on this machine"
)


@needs_gettext
def test_updating_adds_what_is_new_removes_what_is_gone_and_keeps_the_rest(planted, sources):
    locale = planted('\n# By Anne.\nmsgid "Since"\nmsgstr "Depuis"\n\nmsgid "Gone"\nmsgstr "Parti"\n')
    before = {path: path.stat().st_mtime_ns for path in sources.rglob("*")}
    (path,) = catalogues.update_catalogues(locale, sources)
    text = path.read_text(encoding="utf-8")
    assert [(entry.msgid, entry.msgstr) for entry in polib.pofile(str(path))] == [
        ("Since", "Depuis"),
        ("%(n)s rooms", ""),
    ]
    assert "# By Anne." in text
    assert "POT-Creation-Date" not in text
    assert "#: " not in text
    assert "Gone" not in text
    assert catalogues.update_catalogues(locale, sources) == []
    assert path.read_text(encoding="utf-8") == text
    assert {path: path.stat().st_mtime_ns for path in sources.rglob("*")} == before


@needs_gettext
def test_sources_and_catalogues_that_disagree_are_told(planted, sources):
    locale = planted('\nmsgid "Since"\nmsgstr "Depuis"\n\nmsgid "Gone"\nmsgstr "Parti"\n')
    assert catalogues.source_problems(locale, sources) == [
        "fr: “%(n)s rooms” is not in the catalogue.",
        "fr: “Gone” is no longer used.",
    ]


def test_updating_says_that_gettext_is_missing(planted, sources, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda tool: None)
    with pytest.raises(catalogues.GettextMissing, match="On Debian: apt install gettext"):
        catalogues.update_catalogues(planted(SOUND), sources)
