"""The rows of a list: what stands in them is escaped, whatever it is; a long value is cut at a word."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from journal import schema as s
from journal.admin.columns import Shown
from journal.admin.rows import LONGEST, Look, body
from journal.schema.base import columns


class Reader(HTMLParser):
    """The tags of a page and its texts by cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.cells:
            self.cells[-1] += data.rstrip("\n")


def read(texts: list[list[str]], choose: str = "") -> Reader:
    shown = [Shown(columns(s.Room)["number"]), Shown(columns(s.Room)["name"])]
    found = Reader()
    found.feed(str(body(Look(shown, "/admin/room/details", choose, {"name"}), texts, list(range(1, len(texts) + 1)))))
    return found


WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2)))
def test_values_are_text_whatever_they_are(texts: list[list[str]]) -> None:
    found = read(texts)
    assert found.tags == ["tr", "td", "a", "td"] * len(texts)
    assert found.cells == [text for row in texts for text in row]


def test_a_row_without_a_name_leads_to_its_page_and_is_chosen_by_its_number() -> None:
    found = read([["", "<b>"]], 'Choose "it"')
    assert found.tags == ["tr", "td", "input", "td", "a", "td"] and found.cells == ["", "—", "<b>"]


def test_a_long_value_is_cut_at_a_word() -> None:
    text = "word " * 40
    (_, cut) = read([["1", text]]).cells
    assert cut.endswith("word…") and len(cut) <= LONGEST + 1
