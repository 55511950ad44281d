"""The database of a request: one session, one principal, one commit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from flask import Flask, has_request_context, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine

from journal.access.session import PolicySession
from journal.config import ROOT
from journal.schema import Entity
from journal.services.database import end_reading, normal_url, settle

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class WebSession(PolicySession, FlaskSession):
    """The policy's session, living as long as a request."""


db = SQLAlchemy(metadata=Entity.metadata, session_options={"class_": WebSession})
migrate = Migrate(directory=str(ROOT / "migrations"))


def install(app: Flask, url: str) -> None:
    """Connect the application to its database."""
    app.config["SQLALCHEMY_DATABASE_URI"] = normal_url(url)
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    with app.app_context():
        settle(db.engine)
    app.before_request(_open)
    app.teardown_appcontext(_let_go)


def engine() -> Engine:
    """The application's engine, for the system doors."""
    return db.engine


def _open() -> None:
    """A request that may write opens its transactions as a writer: two of them wait instead of failing later."""
    current().writing = request.method not in SAFE


def _let_go(error: BaseException | None) -> None:
    """What only read ends as a reading."""
    if error is None and db.session.registry.has() and not current().writing:
        end_reading(current())


def current() -> PolicySession:
    """The session of this request."""
    return cast(PolicySession, cast(Any, db.session)())


@contextmanager
def unit_of_work() -> Iterator[PolicySession]:
    """The one commit of a request. A GET never gets one."""
    session = current()
    if has_request_context() and request.method in SAFE:
        raise RuntimeError("a GET never commits")
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
