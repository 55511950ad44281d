"""Puts the application together: settings, extensions, screens, panel."""

from typing import Any

from flask import Flask

from journal import admin, screens
from journal.config import ROOT, Config, load
from journal.kit import clock
from journal.services import trail
from journal.services.accounts import sealed
from journal.web import assets, database, errors, i18n, menu, preferences, proof, queue, screen, security, session, show


def create_app(config: Config | None = None, **flask_settings: Any) -> Flask:
    """The application on one database."""
    config = config or load()
    trail.use_key(config.trail_key)
    sealed.use_key(config.secret_key)
    app = Flask("journal", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(SECRET_KEY=config.secret_key, JOURNAL=config, **flask_settings)
    security.install(app)
    assets.install(app)
    database.install(app, config.database_url)
    queue.install(app, config)
    i18n.install(app)
    session.install(app)
    proof.install(app)
    screen.install(app, screens.all_screens())
    admin.install(app)
    preferences.install(app)
    show.install(app)
    errors.install(app)
    app.jinja_env.globals.update(tabs=menu.tabs, config_demo=config.demo, today=clock.today)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    return app
