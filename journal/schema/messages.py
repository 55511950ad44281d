"""Messages between people with their files and templates; announcements; what is news to somebody."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, field, flag, in_order, line, moment, ref, whole

AUDIENCES = {"everybody": N_("everybody"), "staff": N_("staff"), "families": N_("families")}
TOPICS = {
    "behaviour": N_("behaviour"),
    "progress": N_("progress"),
    "absence": N_("missed lessons"),
    "other": N_("other"),
}
NEWS = {
    "mark": N_("New mark"),
    "absence": N_("Missed lesson"),
    "note": N_("Note in the diary"),
    "homework": N_("Homework"),
    "notice": N_("Announced absence"),
    "message": N_("Message"),
    "timetable": N_("Changes of lessons"),
}
MAILINGS = {"never": N_("never"), "soon": N_("at once"), "daily": N_("once a day")}


class Message(Entity):
    """Written by its sender on the page of messages and by nobody else anywhere: so every column is automatic."""

    __tablename__ = "message"
    area = "talk"
    label = (N_("Message"), N_("Messages"))
    title = ("subject",)
    sort = ("sent_at",)

    sender_id: Mapped[int] = ref("account", N_("Sender"), automatic=True)
    subject: Mapped[str] = line(200, N_("Subject line"), search=True, automatic=True)
    text: Mapped[str] = line(0, N_("Text"), automatic=True)
    quote: Mapped[str | None] = line(
        300, N_("What it is about"), N_("A mark or an absence, in words."), nullable=True, automatic=True, listed=False
    )
    to_whom: Mapped[str] = line(200, N_("To whom"), default="", automatic=True, listed=False)
    student_id: Mapped[int | None] = ref(
        "student", N_("About the student"), nullable=True, on_delete="SET NULL", automatic=True, listed=False
    )
    thread_id: Mapped[int | None] = ref(
        "message", N_("First of the thread"), nullable=True, on_delete="SET NULL", automatic=True, listed=False
    )
    reply_to_id: Mapped[int | None] = ref(
        "message", N_("In reply to"), nullable=True, on_delete="SET NULL", automatic=True, listed=False
    )
    sent_at: Mapped[datetime] = moment(N_("Sent"), automatic=True, index=True)
    archived_at: Mapped[datetime | None] = moment(N_("Put away by the sender"), nullable=True, automatic=True, listed=False)


class MessageRecipient(Entity):
    __tablename__ = "message_recipient"
    area = "talk"
    label = (N_("Recipient of a message"), N_("Recipients of messages"))
    title = ("message_id", "account_id")
    title_joint = " → "

    message_id: Mapped[int] = ref("message", N_("Message"), on_delete="CASCADE", index=False, automatic=True)
    account_id: Mapped[int] = ref("account", N_("Receiver"), automatic=True, index=False)
    read_at: Mapped[datetime | None] = moment(N_("Read"), nullable=True, automatic=True)
    archived_at: Mapped[datetime | None] = moment(N_("Put away"), nullable=True, automatic=True, listed=False)
    __table_args__ = (
        UniqueConstraint("message_id", "account_id"),
        Index("ix_message_recipient_unread", "account_id", "read_at", "message_id"),
    )


class MessageFile(Entity):
    __tablename__ = "message_file"
    area = "talk"
    label = (N_("File of a message"), N_("Files of messages"))
    title = ("file_name",)

    message_id: Mapped[int] = ref("message", N_("Message"), on_delete="CASCADE", automatic=True)
    file_name: Mapped[str] = line(200, N_("File name"), search=True, automatic=True)
    content_type: Mapped[str] = line(100, N_("Type"), automatic=True)
    size: Mapped[int] = whole("size", N_("Bytes"), low=0, high=2_000_000_000, automatic=True)
    digest: Mapped[str] = line(64, N_("SHA-256"), listed=False, automatic=True)
    blob: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=field(N_("Content"), secret=True, automatic=True, listed=False)
    )


class MessageTemplate(Entity):
    __tablename__ = "message_template"
    area = "talk"
    label = (N_("Template of a message"), N_("Templates of messages"))
    help = N_("A usual text: the school's own, or a teacher's. {name} becomes the pupil's name.")
    title = ("name",)
    sort = ("topic", "name")

    name: Mapped[str] = line(120, N_("Name"), search=True)
    topic: Mapped[str] = choice("topic", N_("About what"), TOPICS, default="other")
    text: Mapped[str] = line(2000, N_("Text"))
    staff_id: Mapped[int | None] = ref("staff", N_("Whose"), N_("Empty: for everybody."), nullable=True, on_delete="CASCADE")


class Announcement(Entity):
    __tablename__ = "announcement"
    area = "talk"
    label = (N_("Announcement"), N_("Announcements"))
    title = ("subject",)
    sort = ("shown_from",)

    subject: Mapped[str] = line(200, N_("Subject line"), search=True)
    text: Mapped[str] = line(0, N_("Text"))
    audience: Mapped[str] = choice("audience", N_("For whom"), AUDIENCES, default="everybody")
    shown_from: Mapped[date] = day(N_("Shown from"))
    shown_to: Mapped[date | None] = day(N_("Shown to"), nullable=True)
    __table_args__ = (in_order("shown_from", "shown_to"),)


class Notification(Entity):
    __tablename__ = "notification"
    area = "talk"
    label = (N_("Notification"), N_("Notifications"))
    help = N_("What is news to somebody: found by the product itself, a few minutes after it happened.")
    title = ("kind", "made_at")
    title_joint = " · "
    sort = ("made_at",)

    account_id: Mapped[int] = ref("account", N_("Receiver"), on_delete="CASCADE", index=False, automatic=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), NEWS, automatic=True)
    student_id: Mapped[int | None] = ref(
        "student", N_("Student"), nullable=True, on_delete="CASCADE", automatic=True, index=False
    )
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=field(N_("Facts"), automatic=True, listed=False))
    identity: Mapped[str] = line(80, N_("What is the same news"), automatic=True, listed=False)
    address: Mapped[str | None] = line(300, N_("Page"), nullable=True, automatic=True, listed=False)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
    read_at: Mapped[datetime | None] = moment(N_("Read"), nullable=True, automatic=True)
    mailed_at: Mapped[datetime | None] = moment(N_("Sent by e-mail"), nullable=True, automatic=True, listed=False)
    __table_args__ = (
        UniqueConstraint("account_id", "identity"),
        Index("ix_notification_account", "account_id", "read_at", "made_at"),
    )


class Subscription(Entity):
    __tablename__ = "subscription"
    area = "talk"
    label = (N_("Choice of news"), N_("Choices of news"))
    help = N_("What somebody wants to be told, and how often by e-mail.")
    title = ("account_id", "kind")
    title_joint = " · "

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", index=False, automatic=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), NEWS, automatic=True)
    is_listed: Mapped[bool] = flag(N_("In the list of news"), default=True)
    mailing: Mapped[str] = choice("mailing", N_("By e-mail"), MAILINGS, default="never")
    __table_args__ = (UniqueConstraint("account_id", "kind"),)
