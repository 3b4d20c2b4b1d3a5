"""What a reader may ask the search, read from the address."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from content.filters import UNTYPED
from content.folding import one_line

MOST_CHARACTERS = 200


class QuestionField(forms.Field):
    """What is looked for: one line; what nobody types is left out of it."""

    def to_python(self, value):
        return readable(value)

    def validate(self, value):
        if len(value) > MOST_CHARACTERS:
            raise ValidationError(_("Write at most %(most)d characters."), params={"most": MOST_CHARACTERS})


def readable(value):
    """Return a text in one line, without the characters that nobody types."""
    typed = "".join(" " if unicodedata.category(letter) in UNTYPED else letter for letter in value or "")
    return one_line(typed)


class SearchForm(forms.Form):
    """The search box; `kinds`: {word in the address: name} of what there is to choose from."""

    q = QuestionField(required=False)
    kind = forms.ChoiceField(required=False)

    def __init__(self, data, kinds):
        super().__init__(data)
        self.fields["kind"].choices = kinds.items()

    @property
    def written(self):
        """What stays in the box: also what was not understood, to be put right."""
        return readable(self.data.get("q"))[:MOST_CHARACTERS]
