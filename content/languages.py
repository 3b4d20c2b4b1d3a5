"""Which languages the site is written in, and which comes next where one is missing."""

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, gettext

#: The site's languages, the first being the one it is written in by default.
CODES = [code for code, name in settings.LANGUAGES]


def current_language():
    """Return the code of the reader's language, always one of the site's ("fr" outside of any request)."""
    language = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return language if language in CODES else settings.LANGUAGE_CODE


def fallback_chain(language):
    """Return the site's languages in the order in which a reader of `language` is shown them."""
    return [language, *(code for code in CODES if code != language)]


def language_name(code):
    """Return the name of a language in the reader's language, without a capital: "français", "Frans"."""
    known = LANG_INFO.get(code) or LANG_INFO.get(code.split("-")[0])
    if not known or "name" not in known:
        return code
    name = gettext(known["name"])
    # Django's French catalogue writes "Français", French writes languages small inside a sentence.
    return name.lower() if current_language() == "fr" else name


def own_name(code):
    """Return the name of a site language in that language itself: "Français", "Nederlands"."""
    name = LANG_INFO[code]["name_local"]
    return name[:1].upper() + name[1:]
