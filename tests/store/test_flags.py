from pytest_fakemail.store.flags import FlagSets


def test_system_flags_have_one_spelling() -> None:
    assert FlagSets().shared(["\\sEEN", "\\DRAFT"]) == {"\\Seen", "\\Draft"}


def test_equal_sets_are_one_set() -> None:
    flags = FlagSets()
    assert flags.shared(["a", "\\Seen"]) is flags.shared(["\\seen", "A"])


def test_keywords_are_remembered_in_order_of_first_use() -> None:
    flags = FlagSets()
    flags.shared(["zeta"])
    flags.shared(["Alpha", "ZETA", "\\Seen"])
    assert flags.keywords == ("zeta", "Alpha")
    assert len(flags) == 2


def test_sets_beyond_counting_are_forgotten_but_not_the_keywords() -> None:
    flags = FlagSets()
    for number in range(5000):
        flags.shared([f"k{number}"])
    assert len(flags) == 5000
    assert flags.shared(["K7"]) == {"k7"}
