"""How the pages look to one person: theme, size, spacing. Rendered by the server, so that nothing flashes."""

from flask import Flask, request

CHOICES = {
    "theme": ("light", "dark", "bw", "wb", "blue"),
    "size": ("100", "150", "200"),
    "spacing": ("normal", "wide"),
}


def install(app: Flask) -> None:
    """Tell the base template what the person chose."""
    app.jinja_env.globals["preference"] = preference


def preference(name: str) -> str:
    """What the person chose, or the first choice."""
    chosen = request.cookies.get(name, "")
    return chosen if chosen in CHOICES[name] else CHOICES[name][0]
