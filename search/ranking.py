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


def score(entry, question, has_all=True):
    """Return how well an entry answers a question; `entry` has names, summary, text, has_passed.

    `has_all`: whether each part of the question is somewhere in it, if only in its files.
    """
    elsewhere = ELSEWHERE if has_all else 0
    total = sum(max(way.weight * of_way(entry, way) for way in part.ways) or elsewhere for part in question.parts)
    points = total / len(question.parts) + of_names(entry.names, question)
    return round(points * (PASSED if entry.has_passed else 1), 4)


def of_way(entry, way):
    """Return what one way to find something counts in the parts of an entry; 0 where it is in none of them."""
    if way.beginning:
        return next((ANYWHERE[name] for name in ANYWHERE if f" {way.beginning}" in getattr(entry, name)), 0)
    whole, each = f" {' '.join(way.stems)} ", [f" {stem} " for stem in way.stems]
    for name in SIDE_BY_SIDE:
        part = getattr(entry, name)
        if not all(stem in part for stem in each):
            continue
        points = SIDE_BY_SIDE[name] if whole in part else ANYWHERE[name]
        return points + (EACH_TIME * min(part.count(whole), MOST_TIMES) if name == "text" else 0)
    return 0


def of_names(names, question):
    """Return what it counts that the whole question, or all that it is another word for, stands in a name."""
    points = of_name(names, question.stems)
    if not points and (begun := question.begun) and f" . {begun}" in names:
        points = BEGINS_A_NAME
    if not points and len(question.parts) == 1:
        points = max(way.weight * of_name(names, way.stems) for way in question.parts[0].ways)
    return points


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
