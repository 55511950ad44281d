"""To whom: the roles by name, and the grants that several lines of the policy share."""

from journal.access.actor import Role
from journal.access.line import Grants
from journal.access.scope import (
    Rows,
    all_rows,
    assignment_in_grades,
    assignment_of_childs_class,
    assignment_of_class,
    assignment_of_own_class,
    by_account,
    class_led,
    in_class_of_child,
    in_own_class,
    of_child,
    of_class,
    own,
    published,
    taught,
    taught_student,
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
