"""Which text comes first: by its names, then its summary, then its text, then its files. The same on any database."""

#: What a way to find something counts, by the part of the entry: its words side by side, and anywhere in the part.
SIDE_BY_SIDE = {"names": 100, "summary": 40, "text": 14}
ANYWHERE = {"names": 80, "summary": 30, "text": 10}
#: In a file, or here and there.
ELSEWHERE = 3
#: What each time counts that a text says it, and how often it may.
EACH_TIME, MOST_TIMES = 0.5, 8
#: The whole question is one of the names, begins one, or stands in one; and what it counts how much of it it is.
IS_A_NAME, BEGINS_A_NAME, IN_A_NAME = 100, 30, 20
OF_THE_NAME = 10
#: What has passed counts less.
PASSED = 0.5


class Scale:
    """Tells how well entries answer a question; made once for all of them, as there may be a thousand."""

    def __init__(self, question):
        self.stems = question.stems
        self.only_ways = question.parts[0].ways if len(question.parts) == 1 else ()
        self.parts = [[self._prepared(way) for way in part.ways] for part in question.parts]
        self.begun = question.begun and f" . {question.begun}"

    @staticmethod
    def _prepared(way):
        """Return (weight, what a part of an entry must hold, how its words stand side by side); "" for a beginning."""
        if way.beginning:
            return way.weight, (f" {way.beginning}",), ""
        return way.weight, tuple(f" {stem} " for stem in way.stems), f" {' '.join(way.stems)} "

    def score(self, entry, has_all=True):
        """Return the points of an entry, which has names, summary, text and has_passed.

        `has_all`: whether each part of the question is somewhere in it, if only in its files.
        """
        elsewhere = ELSEWHERE if has_all else 0
        total = 0
        for ways in self.parts:
            total += max(weight * of_way(entry, each, whole) for weight, each, whole in ways) or elsewhere
        points = total / len(self.parts) + self._of_names(entry.names)
        return round(points * (PASSED if entry.has_passed else 1), 4)

    def _of_names(self, names):
        """Return what it counts that the whole question, or all that it is another word for, stands in a name."""
        points = of_name(names, self.stems)
        if not points and self.begun and self.begun in names:
            points = BEGINS_A_NAME
        if not points and self.only_ways:
            points = max(way.weight * of_name(names, way.stems) for way in self.only_ways)
        return points


def of_way(entry, each, whole):
    """Return what one way to find something counts in the parts of an entry; 0 where it is in none of them."""
    for name, part in (("names", entry.names), ("summary", entry.summary), ("text", entry.text)):
        for stem in each:
            if stem not in part:
                break
        else:
            if not whole or whole not in part:
                return ANYWHERE[name]
            times = min(part.count(whole), MOST_TIMES) if name == "text" else 0
            return SIDE_BY_SIDE[name] + EACH_TIME * times
    return 0


def of_name(names, stems):
    """Return what it counts that these words stand side by side in a name."""
    whole = f" {' '.join(stems)} "
    if not stems or whole not in names:
        return 0
    if f" .{whole}. " in names:
        return IS_A_NAME + OF_THE_NAME
    shortest = min(len(name.split()) for name in names.split(" .") if whole in f"{name} ")
    points = BEGINS_A_NAME if f" .{whole}" in names else IN_A_NAME
    return points + OF_THE_NAME * len(stems) / shortest
