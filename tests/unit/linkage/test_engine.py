"""Whose record each one is: stories of a few people."""

import pytest

from .people import SPEC, find, spec

REGISTER = """
    R1 register 2024-04 1 taro yamada 1950-01-01 A1
    R2 register 2024-04 2 hanako yamada 1952-02-02 A1
    R3 register 2024-04 3 jiro suzuki 1980-03-03 B7
"""


def test_a_known_number_links_to_the_registers_row() -> None:
    found = find(REGISTER + "x desk 2024-05 1 taro yamada 1950-01-01 A1")
    assert (found.person["x"], found.method["x"], found.probability["x"]) == ("R1", "register_id", 1.0)


def test_one_contradiction_to_a_number_still_links() -> None:
    assert find(REGISTER + "x desk 2024-05 1 gonta yamada 1950-01-01 A1").person["x"] == "R1"


def test_a_number_that_two_things_contradict_goes_to_review() -> None:
    found = find(REGISTER + "x desk 2024-05 1 gonta yamada 1999-09-09 A1")
    assert found.method["x"] == "unlinked"
    assert found.reviews[("x", "R1")] == "number_contradicted"


def test_a_record_without_number_finds_its_person() -> None:
    found = find(REGISTER + "x desk 2024-05 - taro yamada 1950-01-01 A1")
    assert (found.person["x"], found.method["x"]) == ("R1", "deterministic")


def test_a_misspelt_name_still_finds_its_person_by_birth_and_address() -> None:
    found = find(REGISTER + "x desk 2024-05 - tara yamada 1950-01-01 A1")
    assert (found.person["x"], found.method["x"]) == ("R1", "probabilistic")
    assert 0.99 <= found.probability["x"] < 1


def test_given_names_that_are_unlike_are_never_linked_by_the_household() -> None:
    found = find(REGISTER + "x desk 2024-05 - gonta yamada 1950-01-01 A1")
    assert found.method["x"] == "unlinked"
    assert found.reviews[("x", "R1")] == "given_unlike"


def test_without_a_given_name_the_birth_date_must_be_there() -> None:
    assert find(REGISTER + "x desk 2024-05 - - yamada - A1").method["x"] == "unlinked"


def test_twins_of_one_name_are_nobodys_to_choose() -> None:
    twins = "T1 register 2024-04 8 yuki mori 2010-01-01 C1\nT2 register 2024-04 9 yuki mori 2010-01-01 C1\n"
    found = find(twins + "x desk 2024-05 - yuki mori 2010-01-01 C1")
    assert found.method["x"] == "unlinked"
    assert set(found.reviews.values()) == {"close_rival"}


def test_two_rows_of_the_register_are_never_one_person() -> None:
    found = find("R1 register 2024-04 1 taro yamada 1950-01-01 A1\nR2 register 2024-04 2 taro yamada 1950-01-01 A1")
    assert found.person == {"R1": "R1", "R2": "R2"}


def test_people_whom_the_register_does_not_know_are_found_among_each_other() -> None:
    found = find(
        REGISTER
        + """
        x desk   2024-06 - ken ota 1970-07-07 D4
        y centre 2024-05 - ken ota 1970-07-07 D4
        z centre 2024-05 - mai ota 1970-07-08 D4
        """
    )
    assert found.person["x"] == found.person["y"] == "y"  # the older record stands for the person
    assert found.person["z"] == "z"


def test_no_chain_through_a_record_that_is_not_linked_to_both() -> None:
    """y is like x and like z, but x and z were born on different days at different places: only one pair is made."""
    found = find(
        REGISTER
        + """
        x desk   2024-05 - ken ota 1970-07-07 D4
        y centre 2024-05 - ken ota -          D4
        z desk   2024-05 - ken ota 1991-01-01 D4
        """
    )
    assert len({found.person["x"], found.person["y"], found.person["z"]}) > 1
    assert found.person["x"] != found.person["z"]


def test_the_order_of_records_changes_nothing() -> None:
    lines = (REGISTER + "x desk 2024-06 - ken ota 1970-07-07 D4\ny centre 2024-05 - ken ota 1970-07-07 D4").splitlines()
    assert find("\n".join(reversed(lines))).person == find("\n".join(lines)).person


@pytest.mark.parametrize("pair", [("x", "R1"), ("R1", "x")])
def test_a_reviewer_parts_what_the_model_linked(pair) -> None:
    found = find(REGISTER + "x desk 2024-05 - taro yamada 1950-01-01 A1", ((*pair, "cannot_link"),))
    assert found.person["x"] == "x"
    assert ("x", "R1") not in found.reviews


def test_a_reviewer_parts_what_a_number_linked() -> None:
    found = find(REGISTER + "x desk 2024-05 1 taro yamada 1950-01-01 A1", (("x", "R1", "cannot_link"),))
    assert found.person["x"] == "x"


def test_a_reviewer_links_what_the_model_would_not() -> None:
    found = find(REGISTER + "x desk 2024-05 - gonta yamada 1950-01-01 A1", (("x", "R1", "must_link"),))
    assert (found.person["x"], found.method["x"], found.probability["x"]) == ("R1", "reviewed", 1.0)
    assert found.reviews == {}


def test_a_reviewers_word_on_a_contradicted_number_counts() -> None:
    found = find(REGISTER + "x desk 2024-05 1 gonta yamada 1999-09-09 A1", (("x", "R1", "must_link"),))
    assert (found.person["x"], found.method["x"]) == ("R1", "reviewed")


def test_a_record_follows_the_one_that_a_reviewer_joined_it_to() -> None:
    people = REGISTER + "x desk 2024-05 1 taro yamada 1950-01-01 A1\ny centre 2024-05 - kanta mori - Z9"
    found = find(people, (("x", "y", "must_link"),))
    assert (found.person["y"], found.method["y"]) == ("R1", "reviewed")


def test_two_records_of_one_person_that_a_reviewer_parted_are_two() -> None:
    people = REGISTER + "x desk 2024-05 - taro yamada 1950-01-01 A1\ny centre 2024-05 1 taro yamada 1950-01-01 A1"
    found = find(people, (("x", "y", "cannot_link"),))
    assert (found.person["y"], found.person["x"]) == ("R1", "x")


def test_parted_strangers_do_not_meet_again_in_one_cluster() -> None:
    people = REGISTER + "x desk 2024-05 - ken ota 1970-07-07 D4\ny centre 2024-05 - ken ota 1970-07-07 D4"
    found = find(people, (("x", "y", "cannot_link"),))
    assert found.person["x"] != found.person["y"]


def test_two_clean_lists_are_matched_one_to_one() -> None:
    lists = spec(register=None, identifier=None, one_per_person=["a", "b"])
    found = find(
        """
        a1 a 1 - ken ota 1970-07-07 D4
        a2 a 1 - ken oda 1970-07-07 D4
        b1 b 1 - ken ota 1970-07-07 D4
        """,
        used=lists,
    )
    assert found.person["a1"] == found.person["b1"] != found.person["a2"]


def test_not_even_a_reviewer_puts_two_rows_of_a_clean_list_together() -> None:
    lists = spec(register=None, identifier=None, one_per_person=["a", "b"])
    people = "a1 a 1 - ken ota 1970-07-07 D4\na2 a 1 - mai abe 1981-01-01 Z9\nb1 b 1 - ken ota 1970-07-07 D4"
    found = find(people, (("a1", "b1", "must_link"), ("a2", "b1", "must_link")), used=lists)
    assert found.person["a1"] != found.person["a2"]
    assert found.person["a2"] == found.person["b1"]  # the latest word counts


def test_parted_strangers_do_not_meet_through_a_third_whom_reviewers_joined_to_both() -> None:
    people = """
        x desk   2024-05 - ken ota 1970-07-07 D4
        y centre 2024-05 - mai abe 1981-01-01 Z9
        z desk   2024-05 - leo doi 1992-02-02 B2
    """
    found = find(people, (("x", "y", "must_link"), ("x", "z", "cannot_link"), ("y", "z", "must_link")))
    assert found.person["x"] != found.person["z"]


def test_a_key_that_too_many_share_finds_nobody() -> None:
    crowd = "\n".join(f"R{n} register 2024-04 {n} g{n:03} f 1970-07-07 -" for n in range(1, 8))
    record = "\nx desk 2024-05 - g001x f 1970-07-07 -"
    narrow = spec(blocking={"rules": [["born"]], "largest_block": 5})
    assert find(crowd + record).person["x"] == "R1"
    assert find(crowd + record, used=narrow).person["x"] == "x"


def test_rare_values_say_more_than_common_ones() -> None:
    rare = {
        **SPEC["comparisons"]["given"],
        "levels": [{"label": "same", "when": {"given": "equal"}, "rarity": "given"}],
    }
    rare["levels"].append({"label": "near", "when": {"given": {"damerau": 1}}})
    crowd = "\n".join(f"R{n} register 2024-04 {n} taro f{n} 1970-01-{n + 10} -" for n in range(1, 9))
    people = crowd + "\nR9 register 2024-04 9 zenzo f9 1970-01-30 -\n"
    weighed = spec(comparisons={**SPEC["comparisons"], "given": rare})
    found = find(people + "x desk 2024-05 - taro - 1970-01-11 -\ny desk 2024-05 - zenzo - 1970-01-30 -", used=weighed)
    assert found.probability["y"] > found.probability["x"]
