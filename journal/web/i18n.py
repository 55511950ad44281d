"""Languages: which one a request speaks, the catalogues, and texts that services left untranslated."""

from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_app_context, request
from flask_babel import Babel, Domain, get_locale, gettext
from markupsafe import Markup

from journal.config import ROOT
from journal.kit import clock
from journal.services import titles
from journal.services.refusals import Said

LANGUAGES = {"ru": Locale("ru").get_display_name("ru").capitalize(), "en": "English"}
CATALOGUES = ROOT / "translations"
babel = Babel()


class Catalogue(Domain):  # type: ignore[misc]
    """The texts of a language, looked up once a page: a list of the panel asks for four hundred of them."""

    def get_translations(self) -> Any:
        """Where Flask-Babel keeps what belongs to a request, and forgets it when the language changes."""
        kept = g.get("_flask_babel") if has_app_context() else None
        found = getattr(kept, "babel_translations", None)
        if found is None:
            found = super().get_translations()
            if kept is not None:
                kept.babel_translations = found
        return found

    def on_page(self, text: str, /, **values: Any) -> Markup:
        """What Jinja's own `_` gives a page, by a shorter way: a page has a hundred of them."""
        said = Markup(self.gettext(text))
        return said % values if "%" in said else said


def install(app: Flask) -> None:
    """Compile what is stale and choose a language for each request."""
    compile_catalogues()
    titles.speak(lambda text: str(gettext(text)))
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(CATALOGUES))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "ru")
    babel.domain_instance = own = Catalogue()
    babel.init_app(app, locale_selector=language, timezone_selector=lambda: str(clock.zone()))
    app.jinja_env.install_gettext_callables(own.gettext, own.ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = own.on_page
    app.jinja_env.globals.update(LANGUAGES=LANGUAGES, say=say, language=lambda: str(get_locale()))


def language() -> str:
    """The person's choice, else the browser's, else Russian."""
    chosen = request.cookies.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "ru"


def say(text: Said | str) -> str:
    """A text of a service in the reader's language."""
    if isinstance(text, Said):
        return str(gettext(text.text, **text.values))
    return str(gettext(text)) if text else ""


def compile_catalogues(folder: Path = CATALOGUES) -> None:
    """Compile each catalogue that is newer than its compiled form."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        with compiled.open("wb") as file:
            write_mo(file, catalogue)
