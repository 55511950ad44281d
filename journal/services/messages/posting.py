"""Writing a message and answering one: nobody reaches people to whom there is no relation, whatever a request says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from journal.access.actor import Actor
from journal.access.session import PolicySession, changed_fields
from journal.kit import clock
from journal.kit.text import N_
from journal.schema import Message, MessageFile, MessageRecipient, MessageTemplate
from journal.services import attachments, records
from journal.services.messages import addressees
from journal.services.refusals import Forbidden, Invalid, Missing, Said, said
from journal.services.rules import rule

LONGEST = 10_000
MOST_FILES = 5
Files = Sequence[tuple[str, bytes]]
"""Names and contents."""


@dataclass(frozen=True)
class Letter:
    """What is written. `quote`: a mark or an absence in words; `to_whom`: the addressees as the writer reads them."""

    subject: str
    text: str
    quote: str = ""
    to_whom: str = ""
    files: Files = ()


@dataclass(frozen=True)
class Sent:
    """A message that went out."""

    message: Message
    count: int
    without: int
    """People who have no account and get nothing."""


def send(session: PolicySession, keys: Iterable[str], letter: Letter) -> Sent:
    """A new message to everybody behind the keys, one copy each. Raises `Missing`, `Invalid`."""
    found = addressees.resolve(session, keys)
    accounts = frozenset[int]().union(*(one.accounts for one in found)) - {session.actor.account_id}
    without = sum(one.without for one in found)
    if not accounts:
        raise Invalid({"to": said(N_("Nobody of these has an account yet: give the parents their codes first."))})
    about = found[0].student_id if len(found) == 1 else None
    message = _write(session, letter, {"student_id": about})
    _deliver(session, message, accounts)
    return Sent(message, len(accounts), without)


def answer(session: PolicySession, message_id: int, letter: Letter) -> Message:
    """Answer a message: its sender gets it; to one's own message, those who got it. Raises `Missing`, `Invalid`."""
    before = session.get(Message, message_id)
    if before is None:
        raise Missing
    me = session.actor.account_id
    accounts = {before.sender_id}
    if before.sender_id == me:
        accounts = set(
            session.scalars(select(MessageRecipient.account_id).where(MessageRecipient.message_id == message_id)).all()
        )
    about = {"student_id": before.student_id, "reply_to_id": before.id, "thread_id": before.thread_id or before.id}
    message = _write(session, letter, {**about, "subject": before.subject})
    _deliver(session, message, frozenset(accounts - {me}))
    return message


def reply_to(session: PolicySession, account_id: int, letter: Letter) -> Message:
    """The administration answers whoever asked it for something, whatever the relations. Raises `Forbidden`, `Invalid`."""
    if not session.actor.has(*addressees.OFFICE):
        raise Forbidden("only the administration answers requests")
    message = _write(session, letter, {})
    _deliver(session, message, frozenset({account_id}))
    return message


def _write(session: PolicySession, letter: Letter, more: dict[str, object]) -> Message:
    values = {
        "subject": letter.subject.strip(),
        "text": letter.text.strip(),
        "quote": letter.quote.strip()[:300] or None,
        "to_whom": letter.to_whom[:200],
        **more,
    }
    _require_words(values)
    message = records.create(session, Message, {**values, "sender_id": session.actor.account_id, "sent_at": clock.now()})
    for name, data in letter.files:
        kind = _require_file(data)
        records.create(session, MessageFile, {"message_id": message.id, **attachments.described(name, data, kind)})
    return message


def _require_words(values: dict[str, object]) -> None:
    errors: dict[str, Said] = {}
    for name, most in (("subject", 200), ("text", LONGEST)):
        text = str(values[name])
        if not text:
            errors[name] = said(N_("This field is required."))
        elif len(text) > most:
            errors[name] = said(N_("At most %(size)d characters, and this is %(length)d."), size=most, length=len(text))
    if errors:
        raise Invalid(errors)


def _require_file(data: bytes) -> str:
    try:
        return attachments.require(data)
    except Invalid as invalid:
        raise Invalid({"files": invalid.errors["file"]}) from None


def _deliver(session: PolicySession, message: Message, accounts: frozenset[int]) -> None:
    may = session.info.setdefault("delivering", set())
    may |= {(message.id, account) for account in accounts}
    for account in sorted(accounts):
        records.create(session, MessageRecipient, {"message_id": message.id, "account_id": account})


@rule(MessageRecipient)
def _only_by_post(session: PolicySession, line: MessageRecipient, act: str) -> None:
    """A receiver is added by `send` and `answer` alone, which know the relations."""
    if act == "create" and isinstance(session.principal, Actor):
        if (line.message_id, line.account_id) not in session.info.get("delivering", ()):
            raise Invalid({"account_id": said(N_("You can't write to this person."))})


@rule(Message)
def _stays_as_sent(session: PolicySession, message: Message, act: str) -> None:
    """What was sent is not rewritten; it may only be put away."""
    if act == "change" and isinstance(session.principal, Actor) and not changed_fields(message) <= {"archived_at"}:
        raise Invalid({"": said(N_("What was sent is not changed."))})


def templates(session: PolicySession, staff_id: int) -> list[MessageTemplate]:
    """The usual texts that a person may take: the school's and the own ones."""
    own = MessageTemplate.staff_id.is_(None) | (MessageTemplate.staff_id == staff_id)
    return list(session.scalars(select(MessageTemplate).where(own).order_by(MessageTemplate.topic, MessageTemplate.name)))


def put_template(session: PolicySession, template_id: int | None, values: dict[str, object]) -> MessageTemplate:
    """A new text of one's own, or new words for one. Raises `Missing`, `Invalid`, `Forbidden`."""
    if template_id is None:
        return records.create(session, MessageTemplate, {**values, "staff_id": session.actor.staff_id})
    found = session.get(MessageTemplate, template_id)
    if found is None:
        raise Missing
    return records.change(session, found, values)


def remove_template(session: PolicySession, template_id: int) -> None:
    """Take a text away. Raises `Missing`, `Forbidden`."""
    found = session.get(MessageTemplate, template_id)
    if found is None:
        raise Missing
    records.delete(session, found)
