"""Columns that hold languages, any that has a name (ISO 639), and how lists are narrowed by them."""

from functools import reduce
from operator import or_

from babel.lists import format_list
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.folding import fold
from content.languages import current_language, known_languages, language_name

#: Offered first: the languages that our readers speak most.
FREQUENT = ("fr", "nl", "en", "ar", "de", "es", "fa", "ps", "pt", "ru", "so", "sq", "ti", "tr", "uk")
MOST = 6
#: Those that people who come to a desk in Belgium speak besides.
SPOKEN = (
    *("am", "ary", "az", "bg", "bm", "bn", "bo", "bs", "ckb", "cs", "dyu", "el", "ff", "fil", "gu", "ha", "he", "hi"),
    *("hr", "hu", "hy", "id", "ig", "it", "ja", "ka", "kg", "kk", "ko", "kri", "ku", "ln", "lt", "lua", "lv", "mk"),
    *("ml", "mn", "my", "ne", "om", "pa", "pl", "prs", "rn", "ro", "rom", "rw", "sfb", "si", "sk", "sr", "sus", "sw"),
    *("ta", "te", "th", "tw", "ug", "ur", "uz", "vgt", "vi", "wo", "yo", "zh"),
)


class LanguagesField(models.JSONField):
    """A list of at most `most` ISO 639 codes, the main language first."""

    description = "ISO 639 codes"

    def __init__(self, *args, most=MOST, **kwargs):
        self.most = most
        kwargs.setdefault("default", list)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs if self.most == MOST else {**kwargs, "most": self.most}

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        if not isinstance(value, list) or len(set(value)) != len(value) or len(value) > self.most:
            raise ValidationError(_("Choose at most %(most)d languages, each once."), params={"most": self.most})
        unknown = [code for code in value if code not in known_languages()]
        if unknown:
            raise ValidationError(_("“%(code)s” is not the code of a language (ISO 639)."), params={"code": unknown[0]})

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": LanguagesFormField, **kwargs})

    def words_of(self, codes):
        """Return what the column holds as an editor reads it."""
        return in_words(codes)


class LanguagesFormField(forms.MultipleChoiceField):
    """Chooses languages by their names in the editor's language."""

    def __init__(self, **kwargs):
        kwargs.pop("max_length", None)
        super().__init__(choices=language_choices, **kwargs)
        self.widget.attrs["size"] = 6


class SpokenLanguagesFormField(LanguagesFormField):
    """Offers the languages that are spoken at desks in Belgium, and those that were chosen before."""

    def keep(self, codes):
        """Offer these languages too: an import may have brought any."""
        self.choices = lambda: language_choices({*SPOKEN, *codes})


def language_choices(others=None):
    """Return (code, name) pairs: the frequent languages, then `others`, by default all, by name."""
    frequent = [(code, language_name(code)) for code in FREQUENT]
    others = known_languages() if others is None else others
    others = [(code, language_name(code)) for code in set(others) - set(FREQUENT)]
    return [(_("Frequent"), frequent), (_("All others"), sorted(others, key=lambda pair: fold(pair[1])))]


def in_words(codes):
    """Return language codes as words for this reader: "français et néerlandais"."""
    return format_list([language_name(code) for code in codes], locale=current_language())


# --- The key: a list of languages in a text column, which both databases can search --------------------------------


def language_key(codes):
    """Return a text in which each language can be found by "+fr+", the same for the same set of languages.

    A model stores it beside its LanguagesField when it is saved; a language takes up to four characters.
    """
    return f"+{'+'.join(sorted(codes))}+"


def split_language_key(key):
    """Return the language codes of a key."""
    return [code for code in key.split("+") if code]


def has_language(column, codes):
    """Return the condition (Q) that the key in a column holds one of these languages; nothing meets it without any."""
    return reduce(or_, (Q(**{f"{column}__contains": f"+{code}+"}) for code in codes), Q(pk__in=[]))
