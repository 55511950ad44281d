"""A forgotten password: the same answer for every login, known or not."""

import logging
from typing import Any

from flask import Response, current_app, make_response, render_template
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from journal.config import Config
from journal.screens.account.base import school_name, screen
from journal.screens.account.forms import ForgottenForm
from journal.services import mail
from journal.services.accounts import recovery
from journal.web import database
from journal.web.screen import ANYBODY
from journal.web.security import limiter

log = logging.getLogger(__name__)


@screen.page("/forgotten", to=ANYBODY, methods=("GET", "POST"))
@limiter.limit("20 per hour", methods=["POST"])
def forgotten() -> Any:
    """Ask for a code by e-mail. It is sent after the answer, so that the time of the answer tells nothing."""
    config: Config = current_app.config["JOURNAL"]
    form = ForgottenForm()
    asked = bool(mail.is_on(config) and form.validate_on_submit())
    page = render_template("account/forgotten.html", form=form, school=school_name(), posts=mail.is_on(config), asked=asked)
    answer = make_response(page)
    if asked:
        _send_later(answer, config, form.username.data or "")
    return answer


def _send_later(answer: Response, config: Config, login: str) -> None:
    engine, app, locale = database.engine(), current_app._get_current_object(), str(get_locale() or "ru")  # type: ignore[attr-defined]

    def send() -> None:
        with app.app_context(), force_locale(locale):
            try:
                recovery.ask(engine, config, login, _letter)
            except mail.Unsent as error:
                log.warning("e-mail: %s", error)

    answer.call_on_close(send)


def _letter(code: str, address: str) -> tuple[str, str]:
    where = f"{address.rstrip('/')}/activate#{code}" if address else _("the page of the journal where a password is chosen")
    return _("School journal: a new password"), "\n".join(
        [
            _("Somebody, probably you, asked for a new password for the school journal."),
            "",
            _("Open: %(address)s", address=where),
            _("Code: %(code)s", code=code),
            "",
            _("The code works once and for an hour. If it was not you, do nothing: the password stays as it is."),
            "",
        ]
    )
