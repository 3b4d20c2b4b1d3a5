"""The number of an order: whoever mishears it over the phone has nobody else's order."""

import random

import pytest

from orders.reference import check_digits, new_reference, read_reference


def test_a_number_is_two_groups_of_four_digits_and_reads_back_as_itself():
    for _time in range(200):
        reference = new_reference()
        first, dash, second = reference.partition("-")
        assert (len(first), dash, len(second)) == (4, "-", 4)
        assert read_reference(reference) == reference


def test_numbers_are_made_by_chance():
    assert len({new_reference() for _time in range(200)}) > 190


@pytest.mark.parametrize("text", ["2648-1909", "26481909", " 2648 1909 ", "26.48.19.09", "2648–1909", "2648/1909"])
def test_however_it_is_written_down_it_is_found(text):
    assert read_reference(text) == "2648-1909"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2648",
        "2648-190",
        "2648-19099",
        "2648-190x",
        "２６４８-１９０９",
        "2648-1909\x00",
        "9" * 10_000,
        "²648-1909",
    ],
)
def test_what_is_no_number_is_none(text):
    assert read_reference(text) == ""


def misheard(digits):
    """All that one wrong digit, or two digits in the wrong order, make of a number."""
    for place, digit in enumerate(digits):
        yield from (digits[:place] + other + digits[place + 1 :] for other in "0123456789" if other != digit)
    for place in range(len(digits) - 1):
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        if swapped != digits:
            yield swapped


def test_one_wrong_digit_or_two_swapped_are_always_noticed():
    numbers = random.Random(2026)
    for _time in range(300):
        number = str(numbers.randrange(100_000, 1_000_000))
        for digits in misheard(number + check_digits(number)):
            assert read_reference(digits) == "", (number, digits)


def test_a_number_that_divides_evenly_has_check_digits_too():
    assert check_digits(str(97 * 2000)) == "97"
    assert read_reference("194000 97") == "1940-0097"
