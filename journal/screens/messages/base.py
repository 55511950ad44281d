"""The screen of messages and what its pages share."""

from flask import request

from journal.access.actor import Actor
from journal.kit.text import N_
from journal.services import attachments
from journal.services.messages.posting import Files
from journal.web.screen import Screen
from journal.web.session import actor

screen = Screen("messages", __name__, url_prefix="/messages")
screen.entry(N_("Messages"), "index", 55, counts="letters")


def person() -> Actor:
    """Who asks."""
    found = actor()
    assert found is not None
    return found


def typed_files() -> Files:
    """The files of the form; one more byte than the largest is enough to refuse."""
    return [
        (one.filename or "", one.stream.read(attachments.LARGEST + 1))
        for one in request.files.getlist("files")
        if one.filename
    ]
