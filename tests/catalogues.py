"""Collects every text of ours and of WTForms into the catalogues; `python -m tests.catalogues` writes them anew."""

from pathlib import Path

import wtforms
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from journal.config import ROOT

KEYWORDS = {"_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "_l": None, "said": None}
METHODS = [("journal/**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"trimmed": "true"}}
CATALOGUES = ROOT / "translations"


def collected() -> Catalog:
    """Every msgid that can reach a person."""
    catalogue = Catalog(project="Journal", charset="utf-8")
    for _, _, message, _, _ in extract_from_dir(ROOT, METHODS, OPTIONS, keywords=KEYWORDS):
        catalogue.add(message)
    own = Path(wtforms.__file__).parent
    for _, _, message, _, _ in extract_from_dir(own, [("**.py", "python")], keywords=KEYWORDS):
        catalogue.add(message)
    return catalogue


def path_of(locale: str) -> Path:
    """The catalogue of a language."""
    return CATALOGUES / locale / "LC_MESSAGES" / "messages.po"


def read(locale: str) -> Catalog:
    """The catalogue of a language as it is kept."""
    with path_of(locale).open("rb") as file:
        return read_po(file, locale=locale)


def write() -> None:
    """Bring both catalogues up to the texts: new ones stand empty, and the test names them."""
    for locale in ("ru", "en"):
        catalogue = read(locale)
        catalogue.update(collected(), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if locale == "en":
            for message in catalogue:
                if message.id and not any(message.string or ()):
                    message.string = message.id
        with path_of(locale).open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, omit_header=False)


if __name__ == "__main__":
    write()
