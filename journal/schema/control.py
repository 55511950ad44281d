"""Control of journal keeping: findings of the rules, their settings, checks, remarks, requests."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, Index, LargeBinary, Numeric, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, field, in_order, line, moment, ref, whole

REMARK_STATES = {"open": N_("open"), "fixed": N_("fixed"), "accepted": N_("accepted")}
REQUEST_STATES = {"open": N_("open"), "granted": N_("granted"), "refused": N_("refused")}
SUPPORT_STATES = {"open": N_("open"), "answered": N_("answered"), "closed": N_("closed")}


class Finding(Entity):
    __tablename__ = "finding"
    area = "control"
    label = (N_("Finding"), N_("Findings"))
    help = N_("What a rule of journal keeping found and is not mended yet. Computed anew every night and on demand.")
    title = ("rule", "identity")
    title_joint = " · "
    sort = ("since_on",)

    rule: Mapped[str] = line(40, N_("Rule"), automatic=True, search=True)
    identity: Mapped[str] = line(
        120,
        N_("Identity"),
        N_("The same gap keeps its identity until it is mended."),
        automatic=True,
        listed=False,
        unique=True,
    )
    staff_id: Mapped[int | None] = ref(
        "staff", N_("Teacher"), nullable=True, on_delete="CASCADE", automatic=True, index=False
    )
    assignment_id: Mapped[int | None] = ref(
        "teaching_assignment", N_("Teaching assignment"), nullable=True, on_delete="CASCADE", automatic=True
    )
    school_class_id: Mapped[int | None] = ref(
        "school_class", N_("Class"), nullable=True, on_delete="CASCADE", automatic=True
    )
    lesson_id: Mapped[int | None] = ref("lesson", N_("Lesson"), nullable=True, on_delete="CASCADE", automatic=True)
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True, on_delete="CASCADE", automatic=True)
    period_id: Mapped[int | None] = ref(
        "grading_period", N_("Period"), nullable=True, on_delete="CASCADE", automatic=True, listed=False
    )
    since_on: Mapped[date] = day(N_("Since"), automatic=True, index=True)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(9, 2), info=field(N_("How much"), automatic=True, listed=False))
    found_at: Mapped[datetime] = moment(N_("Found"), automatic=True, listed=False)
    __table_args__ = (Index("ix_finding_staff", "staff_id", "rule"), Index("ix_finding_rule", "rule", "since_on"))


class CheckSetting(Entity):
    __tablename__ = "check_setting"
    area = "control"
    label = (N_("Threshold of a rule"), N_("Thresholds of rules"))
    help = N_("A threshold that differs from the product's own, for the school, a grade level or a subject.")
    title = ("rule", "parameter")
    title_joint = " · "

    rule: Mapped[str] = line(40, N_("Rule"), search=True)
    parameter: Mapped[str] = line(40, N_("Parameter"), N_("is_on switches the rule off with 0."))
    grade_level_id: Mapped[int | None] = ref(
        "grade_level", N_("Only for grade level"), N_("Empty: for the whole school."), nullable=True, on_delete="CASCADE"
    )
    subject_id: Mapped[int | None] = ref(
        "subject", N_("Only for subject"), N_("Empty: for every subject."), nullable=True, on_delete="CASCADE"
    )
    value: Mapped[int] = whole("value", N_("Value"), low=0, high=999)
    __table_args__ = (
        UniqueConstraint("rule", "parameter", "grade_level_id", "subject_id"),
        *(
            Index(
                f"uq_check_setting_{name}",
                *("rule", "parameter", *kept),
                unique=True,
                sqlite_where=sql(condition),
                postgresql_where=sql(condition),
            )
            for name, kept, condition in (
                ("school", (), "grade_level_id IS NULL AND subject_id IS NULL"),
                ("grade", ("grade_level_id",), "grade_level_id IS NOT NULL AND subject_id IS NULL"),
                ("subject", ("subject_id",), "grade_level_id IS NULL AND subject_id IS NOT NULL"),
            )
        ),
    )


class JournalCheck(Authored, Entity):
    __tablename__ = "journal_check"
    area = "control"
    label = (N_("Journal check"), N_("Journal checks"))
    help = N_("What was looked at, when, by whom, with a conclusion; printed as a note.")
    title = ("subject", "begins_on")
    title_joint = " · "
    sort = ("begins_on",)

    subject: Mapped[str] = line(200, N_("What was checked"), search=True)
    school_class_id: Mapped[int | None] = ref(
        "school_class", N_("Class"), N_("Empty: the whole school."), nullable=True, on_delete="SET NULL"
    )
    checked_on: Mapped[date | None] = day(N_("Checked on"), nullable=True)
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
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True, on_delete="SET NULL", listed=False)
    journal_check_id: Mapped[int | None] = ref(
        "journal_check", N_("Journal check"), nullable=True, on_delete="SET NULL", listed=False
    )
    rule: Mapped[str | None] = line(
        40, N_("Rule"), N_("Whose findings the remark is about; it closes itself when they are gone."), nullable=True
    )
    findings: Mapped[list[str] | None] = mapped_column(
        JSON, info=field(N_("Findings"), N_("Their identities."), listed=False, automatic=True)
    )
    text: Mapped[str] = line(1000, N_("Remark"), search=True)
    due_on: Mapped[date | None] = day(N_("To be mended by"), nullable=True)
    state: Mapped[str] = choice("state", N_("State"), REMARK_STATES, default="open")
    answer: Mapped[str | None] = line(1000, N_("Teacher's answer"), nullable=True, listed=False)
    fixed_on: Mapped[date | None] = day(N_("Mended on"), nullable=True)
    __table_args__ = (
        CheckConstraint("state <> 'fixed' OR fixed_on IS NOT NULL", name="fixed_has_date"),
        Index("ix_journal_remark_state", "state", "due_on"),
    )


class CorrectionRequest(Authored, Entity):
    __tablename__ = "correction_request"
    area = "control"
    label = (N_("Correction request"), N_("Correction requests"))
    help = N_("A teacher asks to change what is locked; the deputy grants or refuses.")
    title = ("assignment_id", "reason")
    title_joint = ": "
    sort = ("id",)

    assignment_id: Mapped[int] = ref("teaching_assignment", N_("Teaching assignment"))
    lesson_id: Mapped[int | None] = ref("lesson", N_("Lesson"), nullable=True, on_delete="CASCADE")
    period_id: Mapped[int | None] = ref(
        "grading_period",
        N_("Period"),
        N_("Of a request about final marks."),
        nullable=True,
        on_delete="CASCADE",
        listed=False,
        index=False,
    )
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True)
    reason: Mapped[str] = line(500, N_("Why"), search=True)
    state: Mapped[str] = choice("state", N_("State"), REQUEST_STATES, default="open")
    open_until: Mapped[datetime | None] = moment(N_("Unlocked until"), nullable=True)
    answer: Mapped[str | None] = line(500, N_("Answer"), nullable=True, listed=False)
    __table_args__ = (CheckConstraint("(lesson_id IS NULL) <> (period_id IS NULL)", name="lesson_or_period"),)


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
    browser: Mapped[str | None] = line(300, N_("Browser"), nullable=True, automatic=True, listed=False)
    picture: Mapped[bytes | None] = mapped_column(
        LargeBinary, deferred=True, info=field(N_("Picture of the page"), secret=True, automatic=True, listed=False)
    )
    state: Mapped[str] = choice("state", N_("State"), SUPPORT_STATES, default="open")
    answer: Mapped[str | None] = line(0, N_("Answer"), nullable=True)
