"""The page of the search: one box over everything public."""

from dataclasses import dataclass

from django.core.paginator import InvalidPage, Paginator
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import override

from content.languages import CODES, current_language, language_name
from content.models import content_models
from content.views import PER_PAGE, PublicTemplateView
from search.finding import MOST_RANKED, Answer, answer
from search.forms import SearchForm
from search.missed import note_missed
from search.places import place_in, unknown_postcode
from search.questions import Question, understand
from search.results import FileBudget, kind_name, results_of
from search.spelling import corrections
from search.vocabulary import vocabulary_for
from search.words import words_of

#: How many texts of each kind, and of each other language, the first page shows.
MOST_OF_A_KIND = 5


def says_something(text, language):
    """Whether a text holds a word that does not stand everywhere."""
    return bool(words_of(text, language))


def name_of(kind):
    """Return what stands for a kind of content in addresses: "network" for "networks.network"."""
    return kind.partition(".")[2]


@dataclass(frozen=True)
class Meant:
    """What may have been meant, and what it finds."""

    text: str
    href: str
    is_sure: bool
    question: Question
    answer: Answer


class SearchView(PublicTemplateView):
    """Finds texts in the reader's language and, below, in the others; all of one kind where the reader chose it."""

    template_name = "search/search.html"

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def may_be_kept(self):
        """There are more questions than places: they would drive out the pages that many read."""
        return False

    @cached_property
    def form(self):
        kinds = {model._meta.model_name: model._meta.verbose_name_plural for model in content_models()}
        form = SearchForm(self.request.GET, kinds)
        form.is_valid()
        return form

    @property
    def asked(self):
        """What is looked for, "" where nothing is or where it was not understood."""
        return "" if self.form.errors else self.form.cleaned_data["q"]

    @cached_property
    def kind(self):
        """The kind of content that the reader chose, "" for all."""
        chosen = "" if self.form.errors else self.form.cleaned_data["kind"]
        return next((model._meta.label_lower for model in content_models() if model._meta.model_name == chosen), "")

    @cached_property
    def words(self):
        """The glossary, by which other words are found too."""
        return vocabulary_for(self.request)

    @cached_property
    def budget(self):
        """What the page may read of files, for all its results together."""
        return FileBudget()

    def kept_query(self):
        return self.query() if self.asked else ""

    def query(self, **others):
        """Return the query string of this question, with other parameters."""
        return f"?{urlencode({'q': self.asked, **others})}"

    def question(self, language):
        return understand(self.asked, language, self.words) if self.asked else None

    def get_context_data(self, **kwargs):
        here = current_language()
        question = self.question(here)
        own = answer(question, kind=self.kind, may_be_partial=True)
        others = [] if self.kind else self.in_other_languages(own)
        is_empty = not own.hits or own.is_partial
        if not own.hits and not self.kind and self.request.method == "GET" and says_something(self.asked, here):
            note_missed(self.request, self.asked, here)
        meant = self.meant(here) if question and is_empty and not self.kind else []
        place = place_in(self.asked, found_nothing=is_empty) if self.asked else None
        # Nothing else was found, and nothing else can well have been meant: nobody has to press once more.
        is_sure = bool(meant) and meant[0].is_sure and not (own.hits or others or place or meant[0].answer.is_partial)
        instead = meant[0] if is_sure else None
        shown = instead.answer if instead else own
        groups = []
        if instead:
            groups = self.groups(shown, instead.question, q=instead.text)
        elif not self.kind:
            groups = self.groups(shown, question)
        return super().get_context_data(
            form=self.form,
            asked=self.asked,
            says_nothing=bool(self.asked) and not own.hits and not says_something(self.asked, here),
            answer=shown,
            count=min(len(shown.hits), MOST_RANKED),
            kind_name=kind_name(self.kind) if self.kind else "",
            asks_itself=True,
            all_href=self.query(),
            groups=groups,
            others=others,
            meant=meant,
            instead=instead,
            place=place,
            no_postcode="" if own.hits or others or self.kind else unknown_postcode(self.asked),
            **(self.page_of_kind(own, question) if self.kind else {}),
            **kwargs,
        )

    def groups(self, own, question, **asked):
        """Return what was found, kind by kind, that of the best text first: [{title, count, results, more_href}].

        `asked`: parameters of the query string, where something else than what was typed is looked for.
        """
        shown = {}
        for hit in own.hits:
            hits = shown.setdefault(hit.kind, [])
            if len(hits) < MOST_OF_A_KIND:
                hits.append(hit)
        results = iter(results_of([hit for hits in shown.values() for hit in hits], question, self.budget))
        by_kind = {}
        for result in results:
            by_kind.setdefault(result.entry.kind, []).append(result)
        return [
            {
                "title": kind_name(kind),
                "anchor": name_of(kind),
                "count": own.counts[kind],
                "results": found,
                "more_href": "" if own.counts[kind] <= MOST_OF_A_KIND else self.query(kind=name_of(kind), **asked),
            }
            for kind, found in by_kind.items()
        ]

    def meant(self, language):
        """Return what was Meant by what was typed, as far as it finds something."""
        found = []
        for correction in corrections(self.asked, language):
            text = correction.text
            question = understand(text, language, self.words)
            answered = answer(question, may_be_partial=True)
            if answered.hits:
                found.append(Meant(text, f"?{urlencode({'q': text})}", correction.is_sure, question, answered))
        return found

    def page_of_kind(self, own, question):
        """Return one page of all texts of the kind that was chosen."""
        paginator = Paginator(own.hits, PER_PAGE)
        try:
            page = paginator.page(self.request.GET.get("page", 1))
        except InvalidPage:
            raise Http404 from None
        query = self.query(kind=self.form.cleaned_data["kind"]).removeprefix("?")
        results = results_of(page.object_list, question, self.budget)
        return {"results": results, "page_obj": page, "paginator": paginator, "pager_query": f"{query}&"}

    def in_other_languages(self, own):
        """Return what only texts in other languages say: [{code, language, count, results, href}]."""
        found = []
        for code in CODES:
            if code == current_language():
                continue
            question = self.question(code)
            other = answer(question).without(set() if own.is_partial else own.objects)
            if other.hits:
                with override(code):
                    href = reverse("search") + self.query()
                found.append(
                    {
                        "code": code,
                        "language": language_name(code),
                        "answer": other,
                        "results": results_of(other.hits[:MOST_OF_A_KIND], question, self.budget),
                        "href": href if len(other.hits) > MOST_OF_A_KIND else "",
                    }
                )
        return found
