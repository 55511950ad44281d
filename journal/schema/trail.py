"""What the system keeps of itself: the trail, settings, imports, copies, archives, help."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, field, line, moment, ref, whole

ACTS = {
    "create": N_("created"),
    "change": N_("changed"),
    "delete": N_("deleted"),
    "sign-in": N_("signed in"),
    "sign-out": N_("signed out"),
    "refuse": N_("refused"),
    "export": N_("exported"),
    "import": N_("imported"),
    "print": N_("printed"),
    "view-as": N_("looked as"),
    "job": N_("done by itself"),
    "restore": N_("restored"),
}
DOORS = {
    "accounts": N_("accounts|door"),
    "command": N_("command|door"),
    "demo": N_("demo|door"),
    "import": N_("import|door"),
    "job": N_("job|door"),
    "personal": N_("personal data|door"),
    "public": N_("public|door"),
    "set-up": N_("set-up|door"),
    "sign-in": N_("sign-in|door"),
}
"""What the product was doing where nobody in person did it."""
RUN_STATES = {"checked": N_("checked"), "applied": N_("applied"), "failed": N_("failed"), "undone": N_("undone")}
JOB_STATES = {
    "waiting": N_("waits|job"),
    "running": N_("under way"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("stopped"),
}


class TrailEntry(Entity):
    __tablename__ = "trail_entry"
    area = "system"
    label = (N_("Trail entry"), N_("Trail"))
    help = N_("Who did what, when, to which row, and what it was before.")
    has_search_index = True
    title = ("act", "entity", "row_id")
    sort = ("happened_at",)

    happened_at: Mapped[datetime] = moment(N_("When"), automatic=True, index=True)
    account_id: Mapped[int | None] = ref(
        "account", N_("Account"), nullable=True, on_delete="RESTRICT", automatic=True, index=False, listed=False
    )
    actor: Mapped[str] = line(160, N_("Who"), automatic=True, search=True, names=DOORS)
    act: Mapped[str] = choice("act", N_("Act"), ACTS, automatic=True)
    entity: Mapped[str] = line(60, N_("Entity"), automatic=True, search=True, names_entity=True)
    row_id: Mapped[int | None] = mapped_column(info=field(N_("Row"), automatic=True))
    row_title: Mapped[str | None] = line(300, N_("Row's name"), nullable=True, automatic=True, search=True)
    changes: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, info=field(N_("Changes"), N_("Field: old and new value."), automatic=True)
    )
    operation: Mapped[str | None] = line(36, N_("Operation"), nullable=True, automatic=True, unique=True, listed=False)
    address: Mapped[str | None] = line(60, N_("Address"), nullable=True, automatic=True, listed=False)
    request: Mapped[str | None] = line(36, N_("Request"), nullable=True, automatic=True, listed=False)
    lesson_id: Mapped[int | None] = mapped_column(
        info=field(N_("Lesson"), N_("The number of the lesson that the row hangs on."), automatic=True, listed=False)
    )
    student_id: Mapped[int | None] = mapped_column(
        info=field(N_("Student"), N_("The number of the pupil whom the row is about."), automatic=True, listed=False)
    )
    sign_in_id: Mapped[int | None] = mapped_column(
        info=field(N_("Sign-in"), N_("The number of the sign-in: it tells the device."), automatic=True, listed=False)
    )
    roles: Mapped[str | None] = line(100, N_("Roles"), nullable=True, automatic=True, listed=False)
    seal: Mapped[str | None] = line(
        64,
        N_("Seal"),
        N_("A keyed hash of this entry and of the seal before it."),
        nullable=True,
        automatic=True,
        listed=False,
    )
    __table_args__ = (
        Index("ix_trail_entry_cell", "lesson_id", "student_id", "id"),
        Index("ix_trail_entry_row", "entity", "row_id", "id"),
        Index("ix_trail_entry_account", "account_id", "id"),
    )


class TrailHead(Entity):
    __tablename__ = "trail_head"
    area = "system"
    label = (N_("Head of the trail"), N_("Head of the trail"))
    help = N_("The newest seal and the count of sealed entries: an entry cut off the end would be missed here.")
    title = ("entry_count",)

    entry_count: Mapped[int] = whole(
        "entry_count", N_("Sealed entries"), low=0, high=2_000_000_000, automatic=True, default=0
    )
    seal: Mapped[str] = line(64, N_("Seal"), automatic=True, default="")
    proof: Mapped[str] = line(64, N_("Proof"), automatic=True, listed=False, default="")
    archived_count: Mapped[int] = whole(
        "archived_count", N_("Entries in archive files"), low=0, high=2_000_000_000, automatic=True, default=0
    )
    archived_seal: Mapped[str] = line(64, N_("Seal of the newest archived entry"), automatic=True, listed=False, default="")
    archived_proof: Mapped[str] = line(64, N_("Proof of the archive"), automatic=True, listed=False, default="")


class Setting(Entity):
    __tablename__ = "setting"
    area = "system"
    label = (N_("Setting"), N_("Settings"))
    title = ("name",)

    name: Mapped[str] = line(80, N_("Name"), unique=True, search=True)
    value: Mapped[str] = line(500, N_("Value"))
    note: Mapped[str | None] = line(300, N_("Note"), nullable=True)


class ImportRun(Entity):
    __tablename__ = "import_run"
    area = "system"
    label = (N_("Import"), N_("Imports"))
    title = ("source", "file_name")
    title_joint = " · "
    sort = ("happened_at",)

    source: Mapped[str] = line(40, N_("Format"), automatic=True)
    file_name: Mapped[str] = line(200, N_("File name"), automatic=True, search=True)
    happened_at: Mapped[datetime] = moment(N_("When"), automatic=True)
    state: Mapped[str] = choice("state", N_("State"), RUN_STATES, automatic=True, default="checked")
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=field(N_("Report"), automatic=True, listed=False))
    account_id: Mapped[int | None] = ref("account", N_("Who"), on_delete="SET NULL", nullable=True, automatic=True)
    layout: Mapped[dict[str, Any] | None] = mapped_column(
        JSON, info=field(N_("Columns"), N_("Which column of the file is what."), automatic=True, listed=False)
    )
    content: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=field(N_("Content"), secret=True, automatic=True, listed=False)
    )


class Job(Entity):
    __tablename__ = "job"
    area = "system"
    label = (N_("Job"), N_("Jobs"))
    help = N_("Long work that runs beside the pages: an import, an archive.")
    title = ("subject",)
    sort = ("asked_at",)

    kind: Mapped[str] = line(40, N_("Kind"), automatic=True)
    subject: Mapped[str] = line(200, N_("What"), automatic=True, search=True)
    account_id: Mapped[int] = ref("account", N_("Who"), on_delete="CASCADE", automatic=True)
    state: Mapped[str] = choice("state", N_("State"), JOB_STATES, automatic=True, default="waiting", index=True)
    asked_at: Mapped[datetime] = moment(N_("Asked"), automatic=True)
    started_at: Mapped[datetime | None] = moment(N_("Begun"), nullable=True, automatic=True, listed=False)
    ended_at: Mapped[datetime | None] = moment(N_("Ended"), nullable=True, automatic=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=field(N_("Facts"), automatic=True, listed=False))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON, info=field(N_("Result"), automatic=True, listed=False))


class BackupCopy(Entity):
    __tablename__ = "backup_copy"
    area = "system"
    label = (N_("Backup copy"), N_("Backup copies"))
    title = ("file_name",)
    sort = ("made_at",)

    file_name: Mapped[str] = line(200, N_("File name"), automatic=True, unique=True, search=True)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
    size: Mapped[int] = whole("size", N_("Bytes"), low=0, high=2_000_000_000, automatic=True)
    digest: Mapped[str] = line(64, N_("SHA-256"), automatic=True, listed=False)
    verified_at: Mapped[datetime | None] = moment(N_("Verified"), nullable=True, automatic=True)


class Archive(Entity):
    __tablename__ = "archive"
    area = "system"
    label = (N_("Archive"), N_("Archives"))
    title = ("file_name",)
    sort = ("made_at",)

    academic_year_id: Mapped[int] = ref("academic_year", N_("Academic year"), automatic=True)
    file_name: Mapped[str] = line(200, N_("File name"), automatic=True, unique=True, search=True)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
    digest: Mapped[str] = line(64, N_("SHA-256"), automatic=True, listed=False)


class HelpPage(Entity):
    __tablename__ = "help_page"
    area = "system"
    label = (N_("Help page"), N_("Help pages"))
    title = ("subject",)

    address: Mapped[str] = line(120, N_("Page"), N_("The address that it explains."), unique=True, search=True)
    subject: Mapped[str] = line(200, N_("Title"), search=True)
    text: Mapped[str] = line(0, N_("Text"))
