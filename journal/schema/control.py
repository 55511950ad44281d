"""Control of journal keeping: checks, remarks, requests."""

from datetime import date, datetime

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, in_order, line, moment, ref

REMARK_STATES = {"open": N_("open"), "fixed": N_("fixed"), "accepted": N_("accepted")}
REQUEST_STATES = {"open": N_("open"), "granted": N_("granted"), "refused": N_("refused")}
SUPPORT_STATES = {"open": N_("open"), "answered": N_("answered"), "closed": N_("closed")}


class JournalCheck(Authored, Entity):
    __tablename__ = "journal_check"
    area = "control"
    label = (N_("Journal check"), N_("Journal checks"))
    title = ("subject", "begins_on")
    title_joint = " · "
    sort = ("begins_on",)

    subject: Mapped[str] = line(200, N_("What was checked"), search=True)
    begins_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date] = day(N_("To"))
    conclusion: Mapped[str | None] = line(0, N_("Conclusion"), nullable=True)
    __table_args__ = (in_order("begins_on", "ends_on"),)


class JournalRemark(Authored, Entity):
    __tablename__ = "journal_remark"
    area = "control"
    label = (N_("Remark on journal keeping"), N_("Remarks on journal keeping"))
    title = ("assignment_id", "text")
    title_joint = ": "
    sort = ("id",)

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"))
    lesson_id: Mapped[int | None] = ref("lesson", N_("Lesson"), nullable=True, on_delete="SET NULL")
    journal_check_id: Mapped[int | None] = ref(
        "journal_check", N_("Journal check"), nullable=True, on_delete="SET NULL", listed=False
    )
    text: Mapped[str] = line(1000, N_("Remark"), search=True)
    due_on: Mapped[date | None] = day(N_("To be mended by"), nullable=True)
    state: Mapped[str] = choice("state", N_("State"), REMARK_STATES, default="open")
    answer: Mapped[str | None] = line(1000, N_("Teacher's answer"), nullable=True, listed=False)
    fixed_on: Mapped[date | None] = day(N_("Mended on"), nullable=True)


class CorrectionRequest(Authored, Entity):
    __tablename__ = "correction_request"
    area = "control"
    label = (N_("Correction request"), N_("Correction requests"))
    help = N_("A teacher asks to change what is locked; the deputy grants or refuses.")
    title = ("lesson_id", "reason")
    title_joint = ": "
    sort = ("id",)

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"))
    lesson_id: Mapped[int] = ref("lesson", N_("Lesson"), on_delete="CASCADE")
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True)
    reason: Mapped[str] = line(500, N_("Why"), search=True)
    state: Mapped[str] = choice("state", N_("State"), REQUEST_STATES, default="open")
    open_until: Mapped[datetime | None] = moment(N_("Unlocked until"), nullable=True)
    answer: Mapped[str | None] = line(500, N_("Answer"), nullable=True, listed=False)


class SupportRequest(Authored, Entity):
    __tablename__ = "support_request"
    area = "control"
    label = (N_("Support request"), N_("Support requests"))
    title = ("subject",)
    sort = ("id",)

    account_id: Mapped[int] = ref("account", N_("Sender"), automatic=True)
    subject: Mapped[str] = line(200, N_("Subject line"), search=True)
    text: Mapped[str] = line(0, N_("Text"))
    page: Mapped[str | None] = line(300, N_("Page"), nullable=True, listed=False)
    state: Mapped[str] = choice("state", N_("State"), SUPPORT_STATES, default="open")
    answer: Mapped[str | None] = line(0, N_("Answer"), nullable=True)
