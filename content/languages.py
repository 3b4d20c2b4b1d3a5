"""Which languages the site is written in, and which comes next where one is missing."""

from functools import cache

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.utils.translation import get_language

#: The site's languages, the first being the one it is written in by default.
CODES = [code for code, name in settings.LANGUAGES]
#: ISO 639 codes for "several", "undetermined", "no linguistic content".
NOT_A_LANGUAGE = {"mul", "und", "zxx", "root"}
#: Languages that Unicode's tables name under another tag: Dari is the Persian of Afghanistan.
OTHER_TAG = {"prs": "fa-AF"}
#: Languages that Unicode's tables do not name: the two sign languages of Belgium, by the site's languages.
NAMES = {
    "sfb": {"fr": "langue des signes de Belgique francophone (LSFB)", "nl": "Frans-Belgische Gebarentaal (LSFB)"},
    "vgt": {"fr": "langue des signes flamande (VGT)", "nl": "Vlaamse Gebarentaal (VGT)"},
}
#: The language whose speakers live beside those who sign.
SIGNED_BESIDE = {"sfb": "fr", "vgt": "nl"}


def current_language():
    """Return the code of the reader's language, always one of the site's ("fr" outside of any request)."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return language if language in CODES else settings.LANGUAGE_CODE


def fallback_chain(language):
    """Return the site's languages in the order in which a reader of `language` is shown them."""
    return [language, *(code for code in CODES if code != language)]


def language_name(code):
    """Return the name of any language in the reader's language, as inside a sentence: "français", "Frans"."""
    if code in NAMES:
        return NAMES[code][current_language()]
    return Locale(current_language()).languages.get(OTHER_TAG.get(code, code).replace("-", "_"), code)


@cache
def own_name(code):
    """Return the name of a language in that language itself: "Français", "Nederlands", "العربية"."""
    if code in NAMES:
        name = NAMES[code][SIGNED_BESIDE[code]]
        return name[:1].upper() + name[1:]
    try:
        locale = Locale.parse(OTHER_TAG.get(code, code), sep="-")
        name = locale.languages.get(str(locale)) or locale.get_language_name() or code
    except (UnknownLocaleError, ValueError):
        return code
    return name[:1].upper() + name[1:]


def is_right_to_left(code):
    """Whether a language is written from right to left."""
    try:
        return Locale.parse(OTHER_TAG.get(code, code), sep="-").text_direction == "rtl"
    except (UnknownLocaleError, ValueError):
        return False


@cache
def known_languages():
    """The codes of all languages that have a name: ISO 639, with two letters where there are two."""
    named = {code for code in Locale("en").languages if code.isalpha()}
    return frozenset(named - NOT_A_LANGUAGE | set(OTHER_TAG) | set(NAMES))
