"""What people write into cells: names, classes, dates and marks in all their spellings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journal.services.exchange import layout, lists, reading
from journal.services.exchange.reading import Unclear


@pytest.mark.parametrize("text", ["5А", "5 а", "5-A", "5 «А»", '5"а"', "5а ", "05А", "5 - A", "5.А"])
def test_every_spelling_of_a_class_is_one_class(text: str) -> None:
    assert reading.school_class(text) == (5, "А")


def test_long_names_of_classes_stay_as_they_are() -> None:
    assert reading.school_class("10 хим-био") == (10, "хим-био")
    for wrong in ("А", "класс", "77А", "", "0Б"):
        with pytest.raises(Unclear):
            reading.school_class(wrong)


@pytest.mark.parametrize(
    "cell",
    [date(2013, 5, 1), "01.05.2013", "1.5.2013", "2013-05-01", "2013-05-01 00:00:00", "01/05/2013", "01.05.13", "41395"],
)
def test_every_spelling_of_a_day(cell: date | str) -> None:
    assert reading.day(cell) == date(2013, 5, 1)


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_a_written_day_reads_as_itself(on: date) -> None:
    assert reading.day(on.strftime("%d.%m.%Y")) == reading.day(on.isoformat()) == reading.day(on.strftime("%d.%m.%y")) == on


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_unclear(text: str) -> None:
    for how in (reading.day, reading.school_class, reading.number, reading.name, reading.mark, reading.sex):
        try:
            how(text)
        except Unclear as unclear:
            assert unclear.why.values.get("given") is not None


def test_names_marks_and_sexes() -> None:
    assert reading.name("ИВАНОВ ПЁТР ОЛЕГОВИЧ") == ("Иванов", "Пётр", "Олегович")
    assert reading.name("Де Ла Крус, Анна") == ("Де", "Ла", "Крус Анна")
    assert reading.name("Ким Ира") == ("Ким", "Ира", None)
    assert (reading.mark("5"), reading.mark("Осв."), reading.mark("Н/А")) == ("5", "exempt", "none")
    assert (reading.sex("Жен."), reading.sex("М")) == ("female", "male")


def columns(kind: str, *heads: str) -> list[str | None]:
    found = layout.of_words(lists.EVERY[kind], list(heads), {})
    return [found.get(place) for place in range(len(heads))]


def test_heads_are_known_in_any_order_and_both_languages() -> None:
    heads = ("№", "Класс", "Фамилия", "Имя", "Отчество", "Дата рождения", "Телефон матери", "Мать (ФИО)")
    wanted = [None, "school_class", "last_name", "first_name", "middle_name", "born_on", "mother_phone", "mother_name"]
    assert columns("students", *heads) == wanted
    english = ("Date of birth", "Class", "Full name", "Phone")
    assert columns("students", *english) == ["born_on", "school_class", "full_name", "phone"]
    mixed = ("Предмет", "Учитель", "Класс", "Часов в неделю", "Группа")
    assert columns("assignments", *mixed) == ["subject", "teacher", "school_class", "hours", "subgroup"]


def test_what_was_chosen_before_goes_first() -> None:
    found = layout.of_words(lists.EVERY["staff"], ["ФИО", "Связь"], {"связь": "phone"})
    assert found == {0: "full_name", 1: "phone"}
