"""Every room has the same furniture: templates and styles follow the rules that let anybody find their way."""

import html
import re

from django.conf import settings
from django.template.loader import get_template

TEMPLATES = settings.BASE_DIR / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
# What the admin overrides follows Django's admin; the words there are still ours.
PUBLIC = [path for path in sorted(TEMPLATES.rglob("*.html")) if path.relative_to(TEMPLATES).parts[0] != "admin"]
STYLES = sorted((settings.BASE_DIR / "static" / "css").glob("*.css"))
INCLUDE = re.compile(r"{%\s*include\s+[\"']components/[^%]*%}")
TAGS = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)
COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
LETTERS = re.compile(r"[A-Za-zÀ-ÿ]{3,}")
# Names, which are the same in every language.
NAMES = {"CIRÉ", "PDF", "ISBN", "WhatsApp", "Telegram", "Facebook", "Bluesky", "Mastodon", "LinkedIn", "Pinterest"}


def wrong(paths, check):
    """Return {file: what a check finds wrong in its text} for those files where it finds something."""
    found = {str(path.relative_to(settings.BASE_DIR)): check(path.read_text()) for path in paths}
    return {name: faults for name, faults in found.items() if faults}


def test_every_template_can_be_read():
    for path in PUBLIC:
        assert get_template(str(path.relative_to(TEMPLATES)))


def test_a_component_says_what_it_shows_and_with_which_variables():
    for path in COMPONENTS:
        first = path.read_text().splitlines()[0]
        assert re.match(rf"{{# {path.stem}: \S.*#}}", first), f"{path.name}: {first}"


def test_a_component_gets_only_what_it_is_given():
    assert (
        wrong(PUBLIC, lambda text: [tag for tag in INCLUDE.findall(text) if not tag.rstrip("%} ").endswith(" only")])
        == {}
    )


def test_no_template_styles_or_scripts_inline():
    inline = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*(?:src=|ld\+json))")
    assert wrong(PUBLIC, inline.findall) == {}


def test_only_cleaned_text_is_printed_as_html():
    def unclean(text):
        printed = re.findall(r"{{\s*([\w.]+)[^}]*\|\s*safe", text)
        dirty = [name for name in printed if not name.endswith((".text_html", ".notes_here"))]
        return dirty + re.findall(r"{%\s*autoescape", text)

    assert wrong(PUBLIC, unclean) == {}


def test_every_word_of_the_interface_is_a_translators_to_change():
    def fixed_words(text):
        text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", " ", text, flags=re.DOTALL)
        text = TAGS.sub(" ", text)
        between = html.unescape(re.sub(r"<[^>]*>", " ", text))
        spoken = re.findall(r"\s(?:aria-label|alt|title|placeholder)=[\"']([^\"']*)[\"']", text)
        return [word for word in LETTERS.findall(" ".join([between, *spoken])) if word not in NAMES]

    assert wrong(PUBLIC, fixed_words) == {}


def test_styles_fetch_nothing_and_are_flat():
    """Old phones drop nested rules and layers; the admin is used on newer machines."""

    def fetching_or_layered(text):
        text = COMMENTS.sub("", text).replace("http://www.w3.org/2000/svg", "")
        return re.findall(r"@import|@layer|://", text)

    def nested(text):
        found, blocks = [], []
        for mark in re.findall(r"[^{};]*[{}]", COMMENTS.sub("", text)):
            if mark.endswith("}"):
                blocks.pop()
            else:
                selector = mark.rpartition(";")[2].strip(" \n{")
                found += [selector] if "rule" in blocks else []
                blocks.append("group" if selector.startswith(("@media", "@supports")) else "rule")
        return found + blocks

    assert wrong(STYLES, fetching_or_layered) == {}
    assert wrong([path for path in STYLES if not path.name.startswith("admin")], nested) == {}


def test_every_value_that_styles_use_is_set():
    text = "".join(path.read_text() for path in STYLES if not path.name.startswith("admin"))
    used, known = set(re.findall(r"var\((--[\w-]+)\s*\)", text)), set(re.findall(r"(--[\w-]+)\s*:", text))
    assert used - known == set()
