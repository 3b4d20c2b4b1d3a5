"""All of Belgium for the address directory: postcodes, communes, provinces and regions, and what lies near what.

Read from data/belgium.json; docs/gazetteer.md tells where that file comes from and what it leaves open.
"""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from math import asin, cos, inf, radians, sin, sqrt
from pathlib import Path

from content.folding import sort_key
from content.languages import current_language, fallback_chain

DATA = Path(__file__).parent / "data" / "belgium.json"
POSTCODE = re.compile(r"[1-9]\d{3}", re.ASCII)
# "B-1030 Schaerbeek" is how a letter from abroad is addressed.
COUNTRY = {"b", "be"}
# "St-Gilles", "Sint-Gillis" and "Sankt Vith" are found however the saint is written.
SAINTS = dict.fromkeys(("saint", "sainte", "sint", "sankt", "skt", "st", "ste"), "st")
LONGEST_TEXT = 100
#: What is shorter, or belongs to more communes, is no name of a place by itself.
SHORTEST_PART, MOST_OF_A_PART = 4, 3
#: How alike a misspelt name must be before we ask "did you mean".
LIKENESS = 0.75
EARTH_DIAMETER_KM = 12_742


def read(path):
    """Return the tables of the file; ValueError where it is no JSON or a table is missing."""
    try:
        tables = json.loads(path.read_text(encoding="utf-8"))
        missing = {"attribution", "state", "regions", "provinces", "communes"} - tables.keys()
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path} is not a gazetteer: {error}") from error
    if missing:
        raise ValueError(f"{path} is not a gazetteer: {', '.join(sorted(missing))} missing")
    return tables


# Read when the server starts: a broken file must not wait for its first reader.
TABLES = read(DATA)
#: What our sources ask us to say: dicts with text, href, licence, licence_href and what (per language).
ATTRIBUTION = TABLES["attribution"]
#: Of which day the data is: communes, postcodes, retrieved (ISO dates), packages (versions).
STATE = TABLES["state"]


class Named:
    """Something with a name in each of the site's languages."""

    __slots__ = ()

    def name_in(self, language):
        return next(self.names[code] for code in fallback_chain(language) if code in self.names)

    @property
    def name(self):
        """The name in the reader's language."""
        return self.name_in(current_language())

    def __str__(self):
        return self.name


@dataclass(frozen=True, slots=True)
class Area(Named):
    """A region, or a province and the region it lies in."""

    key: str
    names: dict[str, str] = field(hash=False)
    region: str = ""


@dataclass(frozen=True, slots=True)
class Commune(Named):
    """A commune; `province` is "" in Brussels, `point` (latitude, longitude) is None where no source has one."""

    nis: str
    names: dict[str, str] = field(hash=False)
    postcodes: tuple[str, ...]
    province: str
    region: str
    point: tuple[float, float] | None

    @property
    def area(self):
        """The key of the province, of the region in Brussels."""
        return self.province or self.region


@dataclass(frozen=True, slots=True)
class Locality(Named):
    """A village or quarter; the same name may stand in several communes. `postcode` is "" where we do not know it."""

    names: dict[str, str] = field(hash=False)
    postcode: str
    communes: tuple[Commune, ...]


@dataclass(frozen=True, slots=True)
class Place(Named):
    """What a reader typed, and the communes it stands for."""

    text: str
    postcode: str
    communes: tuple[Commune, ...]
    locality: Locality | None = None

    def name_in(self, language):
        """Return the place as we write it: "1030 Schaerbeek", "1020 Laken (Brussel)"."""
        names = " / ".join(commune.name_in(language) for commune in self.communes)
        if self.locality:
            names = f"{self.locality.name_in(language)} ({names})"
        return f"{self.postcode} {names}".strip()


# --- The tables ------------------------------------------------------------------------------------------------


def names_of(row):
    return {"fr": row["fr"], "nl": row["nl"]}


@cache
def regions():
    """Return the three regions by key (their NIS code)."""
    return {row["key"]: Area(row["key"], names_of(row)) for row in TABLES["regions"]}


@cache
def provinces():
    """Return the ten provinces by key (their NIS code)."""
    return {row["key"]: Area(row["key"], names_of(row), regions()[row["region"]].key) for row in TABLES["provinces"]}


@cache
def communes():
    """Return all communes by NIS code."""
    return {row["nis"]: commune_from(row) for row in TABLES["communes"]}


def commune_from(row):
    province = provinces()[row["province"]].key if row["province"] else ""
    point = tuple(row["point"]) if row["point"] else None
    return Commune(row["nis"], names_of(row), tuple(row["postcodes"]), province, regions()[row["region"]].key, point)


def commune(nis):
    """Return the commune with this NIS code, or None."""
    return communes().get(nis)


def province_of(nis):
    """Return the name of the commune's province in the reader's language; "" in Brussels and where nothing is known."""
    found = commune(nis)
    return provinces()[found.province].name if found and found.province else ""


def region_of(nis):
    """Return the name of the commune's region in the reader's language; "" where nothing is known."""
    found = commune(nis)
    return regions()[found.region].name if found else ""


def is_postcode(text):
    """Whether `text` has the form of a Belgian postcode; `communes_with` tells whether there is one."""
    return bool(POSTCODE.fullmatch(text or ""))


@cache
def communes_by_postcode():
    found = defaultdict(list)
    for row in communes().values():
        for postcode in row.postcodes:
            found[postcode].append(row)
    # 1050 is Ixelles before it is a corner of Brussels: who has few postcodes is meant by each of them.
    return {code: tuple(sorted(rows, key=lambda row: (len(row.postcodes), row.nis))) for code, rows in found.items()}


def communes_with(postcode):
    """Return the communes that have this postcode, the one that it most likely means first; () where none has."""
    return communes_by_postcode().get(postcode, ())


# --- What a reader types ---------------------------------------------------------------------------------------


def words_of(text):
    """Return the folded words of a place, saints all alike and without the country; [] for what cannot be a place."""
    text = " ".join(str(text or "").split())
    if len(text) > LONGEST_TEXT or not text.isprintable():
        return []
    return [SAINTS.get(word, word) for word in sort_key(text).split() if word not in COUNTRY]


def name_key(text):
    return "".join(words_of(text))


@cache
def communes_by_name():
    """Return the communes that bear a name, by its folded form."""
    found = defaultdict(dict)
    for row in communes().values():
        for name in row.names.values():
            found[name_key(name)][row.nis] = row
    return {key: tuple(rows.values()) for key, rows in found.items()}


@cache
def localities():
    """Return every village and quarter of every commune."""
    return tuple(
        Locality(names_of(row), row.get("postcode", ""), (communes()[line["nis"]],))
        for line in TABLES["communes"]
        for row in line["localities"]
    )


@cache
def localities_by_name():
    """Return the village or quarter of a name, by its folded form; those of one name in several communes are one."""
    found = defaultdict(list)
    for locality in localities():
        for key in {name_key(name) for name in locality.names.values()}:
            found[key].append(locality)
    return {key: same[0] if len(same) == 1 else together(same) for key, same in found.items()}


def together(same):
    return Locality(same[0].names, "", tuple(commune for locality in same for commune in locality.communes))


@cache
def localities_by_postcode():
    return {locality.postcode: locality for locality in localities() if locality.postcode}


@cache
def communes_by_part():
    """Return the communes that are called by the beginning or the end of their name, by its folded form.

    "Molenbeek", "Boitsfort" and "Woluwe" are; "Saint" and "sur Meuse" are not, nor is "Hainaut", which is a province.
    """
    found = defaultdict(dict)
    for row in communes().values():
        for name in row.names.values():
            words = words_of(name)
            for cut in range(1, len(words)):
                found["".join(words[:cut])][row.nis] = found["".join(words[cut:])][row.nis] = row
    areas = {name_key(name) for area in provinces().values() for name in area.names.values()}
    return {
        key: tuple(rows.values())
        for key, rows in found.items()
        if len(key) >= SHORTEST_PART and len(rows) <= MOST_OF_A_PART and key not in areas
    }


def named(key):
    """Return the communes and the village or quarter (or None) that a folded name stands for."""
    if key in communes_by_name():
        return communes_by_name()[key], None
    locality = localities_by_name().get(key)
    known = locality.communes if locality else ()
    return tuple(dict.fromkeys([*known, *communes_by_part().get(key, ())])), locality


def find_place(text):
    """Return the place that a reader means by "1030", "st-gilles", "1020 Laken"; None where there is none.

    A postcode counts more than the name beside it, a commune more than the villages of its name.
    """
    words = words_of(text)
    found, locality = named("".join(word for word in words if not is_postcode(word)))
    postcode = next((word for word in words if communes_with(word)), "")
    if postcode:
        both = tuple(row for row in communes_with(postcode) if row in found)
        fits = locality and both and locality.postcode in ("", postcode)
        locality = localities_by_postcode().get(postcode, locality if fits else None)
        found = both or communes_with(postcode)
    elif locality and found == locality.communes:
        postcode = locality.postcode
    return Place(" ".join(str(text).split()), postcode, found, locality) if found else None


@cache
def written_names():
    """Return how each folded name is written, communes before villages and quarters of the same name."""
    rows = [*communes().values(), *localities()]
    return {name_key(name): name for row in reversed(rows) for name in row.names.values()}


def similar_places(text, limit=3):
    """Return the names closest to a misspelt one, for "did you mean"; each place once."""
    key = "".join(word for word in words_of(text) if not is_postcode(word))
    found = {}
    for near in get_close_matches(key, [*written_names(), *communes_by_part()], n=2 * limit, cutoff=LIKENESS):
        if near in written_names():
            found.setdefault(named(near), written_names()[near])
        else:
            found |= {((row,), None): row.name for row in communes_by_part()[near] if ((row,), None) not in found}
    return list(found.values())[:limit]


# --- What lies near what ---------------------------------------------------------------------------------------


def distance_km(a, b):
    """Return the kilometres between two communes as the crow flies, None where a point is not known."""
    if not (a.point and b.point):
        return None
    latitude, longitude, other_latitude, other_longitude = map(radians, (*a.point, *b.point))
    half = sin((other_latitude - latitude) / 2) ** 2
    half += cos(latitude) * cos(other_latitude) * sin((other_longitude - longitude) / 2) ** 2
    return EARTH_DIAMETER_KM * asin(sqrt(half))


def kilometres(place, row):
    """Return how far a commune lies from the nearest one of a place: 0 inside it, None where that is not known."""
    if row in place.communes:
        return 0.0
    return min((km for own in place.communes if (km := distance_km(own, row)) is not None), default=None)


def reach(place):
    """Return how far the farthest commune lies of the provinces (the region in Brussels) in which a place is."""
    areas = {row.area for row in place.communes}
    return max(kilometres(place, row) or 0 for row in communes().values() if row.area in areas)


def nearest_first(place, nis_codes):
    """Return (nis, kilometres or None) of each commune: those of the place, then by distance.

    A commune without a point stands beside the place when they share a postcode, behind the farthest commune of their
    province (of their region in Brussels) when they share that, and last of all otherwise.
    """
    areas = {row.area for row in place.communes}
    postcodes = {place.postcode} if place.postcode else {code for row in place.communes for code in row.postcodes}

    def order(entry):
        nis, km = entry
        row = commune(nis)
        if row is None:
            return inf, 4, "", nis
        if row in place.communes:
            return -1, place.communes.index(row), "", nis
        if km is not None:
            return km, 1, "", nis
        if postcodes.intersection(row.postcodes):
            return 0, 2, sort_key(row.name), nis
        return reach(place) if row.area in areas else inf, 3, sort_key(row.name), nis

    known = {nis: commune(nis) for nis in nis_codes}
    return sorted(((nis, kilometres(place, row) if row else None) for nis, row in known.items()), key=order)


def point_in_belgium(latitude, longitude):
    """Whether a point lies in the box around Belgium: good enough to warn of a slip of the pen."""
    return 49.49 <= latitude <= 51.51 and 2.54 <= longitude <= 6.41


def place_names():
    """Return the names of all communes, villages and quarters, in every language that they have one in."""
    return {name for row in (*communes().values(), *localities()) for name in row.names.values()}
