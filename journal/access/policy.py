"""POLICY: one line per entity — who sees which rows, who writes which, and which fields only.

`docs/roles.md` is printed from this table; the session, the panel, the screens and the menu all read it.
"""

from journal import schema as s
from journal.access.actor import STAFF_ROLES, Role
from journal.access.line import Grants, Line, keep
from journal.access.scope import (
    Rows,
    all_rows,
    assignment_in_grades,
    assignment_of_childs_class,
    assignment_of_class,
    assignment_of_own_class,
    by_account,
    by_guardian,
    by_staff,
    childs_homework,
    class_led,
    either,
    guardian_of_class,
    guardian_to_tie,
    in_class_of_child,
    in_grades,
    in_own_class,
    lesson_in_grades,
    member_of,
    newcomer,
    of_child,
    of_class,
    of_criterion,
    of_family,
    of_family_account,
    of_grade,
    of_homework,
    of_message,
    of_note,
    of_own_scheme,
    of_scheme,
    of_sent_message,
    of_staff,
    of_staff_or_family,
    of_taught_lesson,
    of_work,
    own,
    own_homework,
    own_message,
    own_or_of_school,
    own_or_of_taught_lesson,
    own_or_shared_with,
    own_receipt,
    published,
    shown_to,
    taught,
    taught_student,
    taught_subgroup,
    whole_school,
)

ADMINISTRATOR, DIRECTOR, DEPUTY, CONTROL = Role.ADMINISTRATOR, Role.DIRECTOR, Role.DEPUTY, Role.CONTROL
CLASS_TEACHER, TEACHER, STUDENT, GUARDIAN = Role.CLASS_TEACHER, Role.TEACHER, Role.STUDENT, Role.GUARDIAN


def to(*roles: Role) -> dict[Role, Rows]:
    """All rows to these roles."""
    return dict.fromkeys(roles, all_rows)


office = to(ADMINISTRATOR, DIRECTOR, DEPUTY, CONTROL)
staff = {**office, **to(CLASS_TEACHER, TEACHER)}
everybody = {**staff, **to(STUDENT, GUARDIAN)}
administrator = to(ADMINISTRATOR)
planners = to(ADMINISTRATOR, DEPUTY)


def with_deputy(rows: Rows) -> dict[Role, Rows]:
    """All rows to the administrator; to a deputy those of the grade levels of the grant."""
    return {**administrator, DEPUTY: rows}


nobody: Grants = {}
own_and_administrator: Grants = {**dict.fromkeys(Role, by_account()), **administrator}


CONTACTS = {"phone", "email"}
JOB = {"hired_on", "left_on"}
lesson_view = {
    **office,
    CLASS_TEACHER: class_led(),
    TEACHER: taught,
    STUDENT: in_own_class,
    GUARDIAN: in_class_of_child,
}
student_view = {
    **office,
    CLASS_TEACHER: of_class(),
    TEACHER: taught_student(),
    STUDENT: own(),
    GUARDIAN: of_child(),
}
journal_view = {**office, CLASS_TEACHER: of_class(), TEACHER: taught, STUDENT: own(), GUARDIAN: of_child()}
published_view = {**journal_view, STUDENT: published(own()), GUARDIAN: published(of_child())}
course_view = {
    **office,
    CLASS_TEACHER: assignment_of_class,
    TEACHER: taught,
    STUDENT: assignment_of_own_class,
    GUARDIAN: assignment_of_childs_class,
}
remarkers: Grants = {**to(CONTROL, DIRECTOR), DEPUTY: assignment_in_grades}
teachers_write = {ADMINISTRATOR: all_rows, TEACHER: taught}

POLICY: dict[type[s.Entity], Line] = {
    # people
    s.Student: keep(
        {**administrator, CLASS_TEACHER: of_class("id")},
        view={
            **office,
            CLASS_TEACHER: of_class("id"),
            TEACHER: taught_student("id"),
            STUDENT: own("id"),
            GUARDIAN: of_child("id"),
        },
        create={**administrator, CLASS_TEACHER: newcomer},
        delete=administrator,
        hidden={TEACHER: {*CONTACTS, "born_on", "file_number"}, STUDENT: {"file_number"}, GUARDIAN: {"file_number"}},
    ),
    s.Guardian: keep(
        {**administrator, CLASS_TEACHER: guardian_of_class},
        view={**office, CLASS_TEACHER: guardian_of_class, GUARDIAN: by_guardian("id")},
        create={**administrator, CLASS_TEACHER: guardian_to_tie},
        delete=administrator,
    ),
    s.Guardianship: keep(
        {**administrator, CLASS_TEACHER: of_class()},
        view={**office, CLASS_TEACHER: of_class(), GUARDIAN: by_guardian()},
    ),
    s.Consent: keep(
        {**administrator, CLASS_TEACHER: of_class()},
        view={**office, CLASS_TEACHER: of_class(), GUARDIAN: by_guardian()},
        delete=administrator,
    ),
    s.ConfirmedDoubt: keep({**administrator, CLASS_TEACHER: of_class()}, view={**office, CLASS_TEACHER: of_class()}),
    s.Staff: keep(
        administrator,
        view=everybody,
        hidden={role: CONTACTS | JOB for role in (CLASS_TEACHER, TEACHER, STUDENT, GUARDIAN)},
    ),
    s.Enrolment: keep(
        {**administrator, CLASS_TEACHER: class_led()},
        view=student_view,
        create={**administrator, CLASS_TEACHER: either(class_led(), of_class())},
        delete=administrator,
    ),
    # classes and calendar
    s.AcademicYear: keep(administrator, view=everybody),
    s.GradingPeriod: keep(planners, view=everybody),
    s.Holiday: keep(planners, view=everybody),
    s.GradeLevel: keep(administrator, view=everybody),
    s.SchoolClass: keep(administrator, view=everybody),
    s.Subgroup: keep({**with_deputy(in_grades()), CLASS_TEACHER: class_led(), TEACHER: taught_subgroup}, view=everybody),
    s.SubgroupMember: keep(
        {**with_deputy(member_of(in_grades())), CLASS_TEACHER: member_of(class_led()), TEACHER: member_of(taught_subgroup)},
        view={
            **office,
            CLASS_TEACHER: member_of(class_led()),
            TEACHER: either(taught_student(), member_of(taught_subgroup)),
            STUDENT: own(),
            GUARDIAN: of_child(),
        },
    ),
    # teaching
    s.Subject: keep(administrator, view=everybody),
    s.WorkType: keep({**planners, TEACHER: by_staff()}, view=everybody),
    s.TeachingAssignment: keep(with_deputy(in_grades()), view=everybody),
    s.SchemeOfWork: keep(
        {**with_deputy(of_grade), TEACHER: by_staff()},
        view=staff,
        fields={
            TEACHER: {
                "name",
                "subject_id",
                "grade_level_id",
                "assignment_id",
                "staff_id",
                "state",
            }
        },
    ),
    s.PlannedLesson: keep({**with_deputy(of_scheme(of_grade)), TEACHER: of_own_scheme}, view=staff),
    s.AssessmentSchedule: keep({**with_deputy(assignment_in_grades), TEACHER: taught}, view=everybody),
    # timetable
    s.BellSchedule: keep(planners, view=everybody),
    s.BellPeriod: keep(planners, view=everybody),
    s.Room: keep(
        planners,
        view=everybody,
        hidden={role: {"computers"} for role in (CLASS_TEACHER, TEACHER, STUDENT, GUARDIAN)},
    ),
    s.StaffAbsence: keep(planners, view={**office, CLASS_TEACHER: by_staff(), TEACHER: by_staff()}),
    s.Unavailability: keep(planners, view=office),
    s.SubjectRoom: keep(planners, view=staff),
    s.TimetableRule: keep(planners, view=office),
    s.Timetable: keep(with_deputy(whole_school), view=everybody),
    s.TimetableEntry: keep(with_deputy(assignment_in_grades), view=everybody),
    s.TimetableNorm: keep(planners, view=staff),
    s.SubjectDifficulty: keep(planners, view=staff),
    s.Substitution: keep(
        with_deputy(lesson_in_grades),
        view=everybody,
        hidden={r: {"reason"} for r in (CLASS_TEACHER, TEACHER, STUDENT, GUARDIAN)},
    ),
    # journal
    s.Lesson: keep(
        {**with_deputy(in_grades()), TEACHER: taught},
        view=lesson_view,
        create=with_deputy(in_grades()),
        delete=with_deputy(in_grades()),
        fields={
            TEACHER: {"topic", "work_type_id", "planned_lesson_id", "attendance_taken"},
            DEPUTY: {"assignment_id", "held_on", "number", "room_id", "substitute_id"},
        },
    ),
    s.LessonWork: keep(teachers_write, view=course_view),
    s.Criterion: keep(
        {ADMINISTRATOR: all_rows, TEACHER: of_work(taught)},
        view={role: rows if rows is all_rows else of_work(rows) for role, rows in course_view.items()},
    ),
    s.CriterionScore: keep(
        {ADMINISTRATOR: all_rows, TEACHER: of_criterion(of_work(taught))},
        view={**journal_view, TEACHER: of_criterion(of_work(taught))},
    ),
    s.Mark: keep(teachers_write, view=published_view),
    s.Absence: keep(
        {**teachers_write, CLASS_TEACHER: of_class()},
        view=published_view,
        fields={CLASS_TEACHER: {"reason_id", "document_id"}},
        create=teachers_write,
        delete=teachers_write,
    ),
    s.ExcuseDocument: keep({**administrator, CLASS_TEACHER: of_class()}, view=student_view),
    s.AbsenceNotice: keep(
        {**administrator, CLASS_TEACHER: of_class(), GUARDIAN: of_child()},
        view=student_view,
        fields={
            CLASS_TEACHER: {"student_id", "reason_id", "begins_on", "ends_on", "text", "state", "answer"},
            GUARDIAN: {"student_id", "reason_id", "begins_on", "ends_on", "text"},
        },
        hidden={TEACHER: {"text", "answer"}},
    ),
    s.PendingMark: keep(
        {ADMINISTRATOR: all_rows, TEACHER: of_taught_lesson},
        view={**office, CLASS_TEACHER: of_class(), TEACHER: of_taught_lesson, STUDENT: own(), GUARDIAN: of_child()},
    ),
    s.FinalMark: keep(teachers_write, view=journal_view),
    s.Homework: keep(
        teachers_write,
        view={
            **office,
            CLASS_TEACHER: assignment_of_class,
            TEACHER: taught,
            STUDENT: own_homework,
            GUARDIAN: childs_homework,
        },
    ),
    s.Attachment: keep(
        {ADMINISTRATOR: all_rows, TEACHER: of_homework(taught)},
        view={
            **office,
            CLASS_TEACHER: of_homework(assignment_of_class),
            TEACHER: of_homework(taught),
            STUDENT: of_homework(own_homework),
            GUARDIAN: of_homework(childs_homework),
        },
    ),
    s.BehaviourNote: keep(
        {ADMINISTRATOR: all_rows, CLASS_TEACHER: of_class(), TEACHER: by_account("written_by_id")},
        view={
            **office,
            CLASS_TEACHER: of_class(),
            TEACHER: by_account("written_by_id"),
            STUDENT: own(),
            GUARDIAN: of_child(),
        },
    ),
    s.NoteReceipt: keep(
        {GUARDIAN: by_guardian()},
        view={
            **office,
            CLASS_TEACHER: of_note(of_class()),
            TEACHER: of_note(by_account("written_by_id")),
            GUARDIAN: by_guardian(),
        },
        delete=nobody,
    ),
    s.DiaryReceipt: keep(
        {GUARDIAN: by_guardian()},
        view={**office, CLASS_TEACHER: of_class(), GUARDIAN: by_guardian()},
        delete=nobody,
    ),
    # scales and reasons
    s.GradingScale: keep(administrator, view=everybody),
    s.AbsenceReason: keep(administrator, view=everybody),
    # talk
    s.Message: keep(dict.fromkeys(Role, by_account("sender_id")), view=dict.fromkeys(Role, own_message), delete=nobody),
    s.MessageRecipient: keep(
        dict.fromkeys(Role, by_account()),
        view=dict.fromkeys(Role, own_receipt),
        create=dict.fromkeys(Role, of_sent_message),
        delete=nobody,
    ),
    s.MessageFile: keep(
        nobody,
        view=dict.fromkeys(Role, of_message(own_message)),
        create=dict.fromkeys(Role, of_message(by_account("sender_id"))),
    ),
    s.MessageTemplate: keep(
        {**planners, CLASS_TEACHER: by_staff(), TEACHER: by_staff()},
        view={**office, CLASS_TEACHER: own_or_of_school, TEACHER: own_or_of_school},
    ),
    s.Announcement: keep(
        to(ADMINISTRATOR, DIRECTOR, DEPUTY),
        view={
            **office,
            CLASS_TEACHER: shown_to("everybody", "staff"),
            TEACHER: shown_to("everybody", "staff"),
            STUDENT: shown_to("everybody", "families"),
            GUARDIAN: shown_to("everybody", "families"),
        },
    ),
    s.Notification: keep(
        dict.fromkeys(Role, by_account()), view=dict.fromkeys(Role, by_account()), create=nobody, delete=nobody
    ),
    s.Subscription: keep(dict.fromkeys(Role, by_account()), view=dict.fromkeys(Role, by_account())),
    # control
    s.Finding: keep(nobody, view={**office, TEACHER: by_staff()}),
    s.CheckSetting: keep(planners, view=office),
    s.JournalCheck: keep(to(ADMINISTRATOR, DEPUTY, CONTROL, DIRECTOR), view=office),
    s.JournalRemark: keep(
        {**remarkers, TEACHER: taught},
        view={**office, TEACHER: taught},
        create=remarkers,
        delete=remarkers,
        fields={TEACHER: {"answer"}},
    ),
    s.CorrectionRequest: keep(
        {DEPUTY: assignment_in_grades},
        view={**office, TEACHER: taught},
        create={TEACHER: taught},
        delete=nobody,
        fields={
            TEACHER: {"assignment_id", "lesson_id", "period_id", "student_id", "reason"},
            DEPUTY: {"state", "open_until", "answer"},
        },
    ),
    s.SupportRequest: keep(
        administrator,
        view={**to(ADMINISTRATOR, DIRECTOR), **dict.fromkeys(list(Role)[2:], by_account())},
        create=dict.fromkeys(Role, by_account()),
        delete=nobody,
        fields={role: {"subject", "text", "page"} for role in list(Role)[1:]},
    ),
    # system
    s.Account: keep(
        {**administrator, CLASS_TEACHER: of_family},
        view={
            **office,
            CLASS_TEACHER: of_staff_or_family,
            TEACHER: of_staff,
            **dict.fromkeys([STUDENT, GUARDIAN], by_account("id")),
        },
        delete=administrator,
        fields={CLASS_TEACHER: {"login", "name", "student_id", "guardian_id"}},
        hidden={role: {"login"} for role in (CLASS_TEACHER, TEACHER)},
    ),
    s.AccessCode: keep(
        {**administrator, CLASS_TEACHER: of_family_account},
        view={**to(ADMINISTRATOR, DIRECTOR), CLASS_TEACHER: of_family_account},
        delete=nobody,
    ),
    s.CalendarFeed: keep(dict.fromkeys(Role, by_account()), view=dict.fromkeys(Role, by_account())),
    s.SavedList: keep(dict.fromkeys(STAFF_ROLES, by_account()), view={r: own_or_shared_with(r) for r in STAFF_ROLES}),
    s.Device: keep(nobody, view=own_and_administrator, delete=own_and_administrator),
    s.SecondFactor: keep(dict.fromkeys(Role, by_account()), view=own_and_administrator, delete=own_and_administrator),
    s.Alert: keep(own_and_administrator, view={**own_and_administrator, **to(DIRECTOR)}, create=nobody, delete=nobody),
    s.RoleGrant: keep(administrator, view=to(ADMINISTRATOR, DIRECTOR)),
    s.SignIn: keep(nobody, view={**to(ADMINISTRATOR, DIRECTOR), **dict.fromkeys(list(Role)[2:], by_account())}),
    s.TrailEntry: keep(
        nobody, view={**office, **dict.fromkeys(list(Role)[4:], by_account()), TEACHER: own_or_of_taught_lesson}
    ),
    s.TrailHead: keep(nobody, view=to(ADMINISTRATOR, DIRECTOR)),
    s.Setting: keep(administrator, view=staff),
    s.ImportRun: keep(administrator, view=to(ADMINISTRATOR, DIRECTOR), delete=nobody),
    s.Job: keep(nobody, view=own_and_administrator, create=dict.fromkeys(STAFF_ROLES, by_account())),
    s.BackupCopy: keep(nobody, view=to(ADMINISTRATOR, DIRECTOR)),
    s.Archive: keep(nobody, view=to(ADMINISTRATOR, DIRECTOR)),
    s.HelpPage: keep(administrator, view=everybody),
}
