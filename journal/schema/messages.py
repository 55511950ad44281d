"""Messages between people, announcements and notifications."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, in_order, line, moment, ref

AUDIENCES = {"everybody": N_("everybody"), "staff": N_("staff"), "families": N_("families")}


class Message(Entity):
    __tablename__ = "message"
    area = "talk"
    label = (N_("Message"), N_("Messages"))
    title = ("subject",)
    sort = ("sent_at",)

    sender_id: Mapped[int] = ref("account", N_("Sender"), automatic=True)
    subject: Mapped[str] = line(200, N_("Subject line"), search=True)
    text: Mapped[str] = line(0, N_("Text"))
    reply_to_id: Mapped[int | None] = ref("message", N_("In reply to"), nullable=True, on_delete="SET NULL", listed=False)
    sent_at: Mapped[datetime] = moment(N_("Sent"), automatic=True, index=True)


class MessageRecipient(Entity):
    __tablename__ = "message_recipient"
    area = "talk"
    label = (N_("Recipient of a message"), N_("Recipients of messages"))
    title = ("message_id", "account_id")
    title_joint = " → "

    message_id: Mapped[int] = ref("message", N_("Message"), on_delete="CASCADE", index=False)
    account_id: Mapped[int] = ref("account", N_("Receiver"))
    read_at: Mapped[datetime | None] = moment(N_("Read"), nullable=True, automatic=True)
    __table_args__ = (UniqueConstraint("message_id", "account_id"),)


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
    title = ("text",)
    sort = ("made_at",)

    account_id: Mapped[int] = ref("account", N_("Receiver"), on_delete="CASCADE", index=False, automatic=True)
    text: Mapped[str] = line(300, N_("Text"), automatic=True)
    address: Mapped[str | None] = line(300, N_("Page"), nullable=True, automatic=True, listed=False)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
    read_at: Mapped[datetime | None] = moment(N_("Read"), nullable=True, automatic=True)
    __table_args__ = (Index("ix_notification_account", "account_id", "read_at", "made_at"),)
