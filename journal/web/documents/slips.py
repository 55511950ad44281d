"""Slips with access codes: A4, cut into strips, a QR code on each; nothing of it is kept."""

import io
import json
from collections.abc import Sequence

import segno
import typst

from journal.kit import clock
from journal.kit.text import N_
from journal.services.accounts.codes import Slip
from journal.web.documents.print import TEMPLATES
from journal.web.i18n import say

WORDS = {
    "title": N_("Access to the electronic journal"),
    "login": N_("Login"),
    "code": N_("One-time code"),
    "until": N_("Valid until"),
    "how": N_("Open the address or point the camera at the picture, type the code and choose a password of your own."),
    "secret": N_("Give the code and the password to nobody: what is done under your login counts as done by you."),
}


def pdf(slips: Sequence[Slip], root: str) -> bytes:
    """The strips. `root` is the address of the journal; the code stands after `#`, so it is in no server's log."""
    page = f"{root}activate"
    data = {
        "words": {name: say(text) for name, text in WORDS.items()},
        "address": page.removeprefix("https://").removeprefix("http://"),
        "slips": [
            {
                "name": slip.name,
                "login": slip.login,
                "code": slip.code,
                "until": clock.local(slip.valid_until).strftime("%d.%m.%Y"),
                "picture": _picture(f"{page}#{slip.code}"),
            }
            for slip in slips
        ],
    }
    made: bytes = typst.compile(
        str(TEMPLATES / "slips.typ"),
        root=str(TEMPLATES),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2b"],
        timestamp=int(clock.now().timestamp()),
    )
    return made


def _picture(text: str) -> str:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, dark="#000", xmldecl=False)
    return out.getvalue().decode()
