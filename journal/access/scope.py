"""Which rows: conditions in SQL that the policy speaks in, as adjectives.

Each takes the entity (or an alias of it) and gives one condition. Sub-selects stand on tables, not on entities, so that
the session's own narrowing does not run inside them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, true

from journal.access.among import among
from journal.access.asking import ACCOUNT, GUARDIAN, NOW, STAFF, STUDENT, TODAY
from journal.schema import (
    Account,
    BehaviourNote,
    Criterion,
    Enrolment,
    GradeLevel,
    Guardianship,
    Homework,
    Lesson,
    LessonWork,
    Message,
    MessageRecipient,
    RoleGrant,
    SchemeOfWork,
    SchoolClass,
    Subgroup,
    TeachingAssignment,
)

Rows = Callable[[Any], ColumnElement[bool]]

ENROLMENT, CLASS = Enrolment.__table__.c, SchoolClass.__table__.c
ASSIGNMENT, LESSON = TeachingAssignment.__table__.c, Lesson.__table__.c
CHILD = Guardianship.__table__.c
ACCOUNTS = Account.__table__.c
GRADE, GRANT = GradeLevel.__table__.c, RoleGrant.__table__.c


def all_rows(entity: Any) -> ColumnElement[bool]:
    """Every row."""
    return true()


def _my_assignments() -> Any:
    return select(ASSIGNMENT.id).where(ASSIGNMENT.staff_id == STAFF)


def _my_classes() -> Any:
    return select(CLASS.id).where(CLASS.class_teacher_id == STAFF)


def _my_pupils() -> Any:
    """Everybody who ever was in a class that the person leads."""
    return select(ENROLMENT.student_id).where(ENROLMENT.school_class_id.in_(_my_classes()))


def _my_present_pupils() -> Any:
    """Who is in a class that the person leads today: a pupil who moved on is another's to look after."""
    return _my_pupils().where(ENROLMENT.starts_on <= TODAY, or_(ENROLMENT.ends_on.is_(None), ENROLMENT.ends_on >= TODAY))


def _my_children() -> Any:
    return select(CHILD.student_id).where(CHILD.guardian_id == GUARDIAN)


def _lessons_taken() -> Any:
    return select(LESSON.id).where(LESSON.substitute_id == STAFF)


def taught(entity: Any) -> ColumnElement[bool]:
    """Of an assignment that the person teaches, or of a lesson taken for a colleague."""
    condition: ColumnElement[bool] = among(entity.assignment_id, _my_assignments())
    if hasattr(entity, "lesson_id"):
        condition = or_(condition, among(entity.lesson_id, _lessons_taken()))
    elif hasattr(entity, "substitute_id"):
        condition = or_(condition, entity.substitute_id == STAFF)
    return condition


def of_taught_lesson(entity: Any) -> ColumnElement[bool]:
    """Hangs on a lesson that the person teaches."""
    mine = select(LESSON.id).where(or_(among(LESSON.assignment_id, _my_assignments()), LESSON.substitute_id == STAFF))
    found: ColumnElement[bool] = entity.lesson_id.in_(mine)
    return found


def own_or_of_taught_lesson(entity: Any) -> ColumnElement[bool]:
    """The person's own doings, and everybody's in a lesson that the person teaches: a cell's history is whole."""
    return or_(entity.account_id == ACCOUNT, of_taught_lesson(entity))


def taught_student(column: str = "student_id") -> Rows:
    """A pupil of a class that the person teaches."""

    def rows(entity: Any) -> ColumnElement[bool]:
        classes = select(ASSIGNMENT.school_class_id).where(ASSIGNMENT.staff_id == STAFF)
        taken = select(LESSON.school_class_id).where(LESSON.substitute_id == STAFF)
        pupils = select(ENROLMENT.student_id).where(
            or_(among(ENROLMENT.school_class_id, classes), among(ENROLMENT.school_class_id, taken))
        )
        found: ColumnElement[bool] = getattr(entity, column).in_(pupils)
        return found

    return rows


def of_class(column: str = "student_id") -> Rows:
    """A pupil of a class that the person leads."""
    return lambda entity: among(getattr(entity, column), _my_pupils())


def class_led(column: str = "school_class_id") -> Rows:
    """A class that the person leads."""
    return lambda entity: among(getattr(entity, column), _my_classes())


def assignment_of_class(entity: Any) -> ColumnElement[bool]:
    """Of an assignment in a class that the person leads."""
    inside = select(ASSIGNMENT.id).where(ASSIGNMENT.school_class_id.in_(_my_classes()))
    return among(entity.assignment_id, inside)


def own(column: str = "student_id") -> Rows:
    """The pupil's own."""
    return lambda entity: getattr(entity, column) == STUDENT


def of_child(column: str = "student_id") -> Rows:
    """Of a child whom the person represents."""
    return lambda entity: among(getattr(entity, column), _my_children())


def _classes_of(students: Any) -> Any:
    return select(ENROLMENT.school_class_id).where(ENROLMENT.student_id.in_(students))


def in_own_class(entity: Any) -> ColumnElement[bool]:
    """Of a class that the pupil is or was in."""
    found: ColumnElement[bool] = entity.school_class_id.in_(
        select(ENROLMENT.school_class_id).where(ENROLMENT.student_id == STUDENT)
    )
    return found


def in_class_of_child(entity: Any) -> ColumnElement[bool]:
    """Of a class that the person's child is or was in."""
    found: ColumnElement[bool] = entity.school_class_id.in_(_classes_of(_my_children()))
    return found


def homework_for(students: Callable[[], Any]) -> Rows:
    """Homework of the class's lessons, given to everybody or to this pupil."""

    def rows(entity: Any) -> ColumnElement[bool]:
        inside = select(ASSIGNMENT.id).where(ASSIGNMENT.school_class_id.in_(_classes_of(students())))
        mine: ColumnElement[bool] = entity.student_id.in_(students())
        found: ColumnElement[bool] = entity.assignment_id.in_(inside) & (entity.student_id.is_(None) | mine)
        return found

    return rows


own_homework = homework_for(lambda: select(Enrolment.__table__.c.student_id).where(ENROLMENT.student_id == STUDENT))
childs_homework = homework_for(_my_children)


def of_homework(rows: Rows) -> Rows:
    """A file that hangs on homework which the person may see."""
    home = Homework.__table__.alias("homework_of_attachment")
    return lambda entity: entity.homework_id.in_(select(home.c.id).where(rows(home.c)))


def assignment_of_classes(students: Callable[[], Any]) -> Rows:
    """Of an assignment in a class that these pupils are or were in."""

    def rows(entity: Any) -> ColumnElement[bool]:
        inside = select(ASSIGNMENT.id).where(ASSIGNMENT.school_class_id.in_(_classes_of(students())))
        found: ColumnElement[bool] = entity.assignment_id.in_(inside)
        return found

    return rows


assignment_of_own_class = assignment_of_classes(lambda: select(ENROLMENT.student_id).where(ENROLMENT.student_id == STUDENT))
assignment_of_childs_class = assignment_of_classes(_my_children)


def of_work(rows: Rows) -> Rows:
    """A criterion of a work in a lesson which the person may see."""
    home = LessonWork.__table__.alias("work_of_criterion")
    return lambda entity: entity.work_id.in_(select(home.c.id).where(rows(home.c)))


def of_criterion(rows: Rows) -> Rows:
    """Points for a criterion which the person may see."""
    home = Criterion.__table__.alias("criterion_of_score")
    return lambda entity: entity.criterion_id.in_(select(home.c.id).where(rows(home.c)))


def published(rows: Rows) -> Rows:
    """Of these rows, those that families see already."""
    return lambda entity: rows(entity) & or_(entity.shown_at.is_(None), entity.shown_at <= NOW)


def by_account(column: str = "account_id") -> Rows:
    """The person's own, by account."""
    return lambda entity: getattr(entity, column) == ACCOUNT


def own_or_shared_with(role: str) -> Rows:
    """The person's own, and what others share with a role."""
    return lambda entity: or_(entity.account_id == ACCOUNT, entity.shared_with == role)


def by_staff(column: str = "staff_id") -> Rows:
    """The teacher's own."""
    return lambda entity: getattr(entity, column) == STAFF


def own_or_of_school(entity: Any) -> ColumnElement[bool]:
    """The teacher's own, or nobody's: everybody's at the school."""
    found: ColumnElement[bool] = entity.staff_id.is_(None) | (entity.staff_id == STAFF)
    return found


def by_guardian(column: str = "guardian_id") -> Rows:
    """The guardian's own."""
    return lambda entity: getattr(entity, column) == GUARDIAN


def of_own_scheme(entity: Any) -> ColumnElement[bool]:
    """A row of the teacher's own scheme of work."""
    scheme = SchemeOfWork.__table__.c
    found: ColumnElement[bool] = entity.scheme_of_work_id.in_(select(scheme.id).where(scheme.staff_id == STAFF))
    return found


def of_staff(entity: Any) -> ColumnElement[bool]:
    """An account of a member of staff."""
    found: ColumnElement[bool] = entity.staff_id.is_not(None) | (entity.id == ACCOUNT)
    return found


def of_family(entity: Any) -> ColumnElement[bool]:
    """An account of a pupil, or of a pupil's guardian, of a class that the person leads now."""
    guardians = select(CHILD.guardian_id).where(CHILD.student_id.in_(_my_present_pupils()))
    return or_(entity.student_id.in_(_my_present_pupils()), entity.guardian_id.in_(guardians))


def of_staff_or_family(entity: Any) -> ColumnElement[bool]:
    """An account of a member of staff, or of a family of the class that the person leads."""
    return or_(of_staff(entity), of_family(entity))


def of_family_account(entity: Any) -> ColumnElement[bool]:
    """Hangs on an account of a family of the class that the person leads."""
    found: ColumnElement[bool] = entity.account_id.in_(select(ACCOUNTS.id).where(of_family(ACCOUNTS)))
    return found


def own_message(entity: Any) -> ColumnElement[bool]:
    """A message that the person sent or received."""
    received = select(MessageRecipient.__table__.c.message_id).where(MessageRecipient.__table__.c.account_id == ACCOUNT)
    return or_(entity.sender_id == ACCOUNT, entity.id.in_(received))


def of_sent_message(entity: Any) -> ColumnElement[bool]:
    """A line of a message that the person sent."""
    message = Message.__table__.c
    found: ColumnElement[bool] = entity.message_id.in_(select(message.id).where(message.sender_id == ACCOUNT))
    return found


def own_receipt(entity: Any) -> ColumnElement[bool]:
    """A message's recipients, as its sender sees all and a receiver the own line."""
    return or_(entity.account_id == ACCOUNT, of_sent_message(entity))


def guardian_of_class(entity: Any) -> ColumnElement[bool]:
    """A guardian of a pupil in a class that the person leads."""
    inside = select(CHILD.guardian_id).where(CHILD.student_id.in_(_my_pupils()))
    found: ColumnElement[bool] = entity.id.in_(inside)
    return found


def of_note(rows: Rows) -> Rows:
    """Hangs on a note in the diary which the person may see."""
    home = BehaviourNote.__table__.alias("note_of_receipt")
    return lambda entity: entity.note_id.in_(select(home.c.id).where(rows(home.c)))


def of_message(rows: Rows) -> Rows:
    """Hangs on a message which the person may see."""
    home = Message.__table__.alias("message_of_file")
    return lambda entity: entity.message_id.in_(select(home.c.id).where(rows(home.c)))


def newcomer(entity: Any) -> ColumnElement[bool]:
    """A pupil who was in no class yet."""
    found: ColumnElement[bool] = entity.id.not_in(select(ENROLMENT.student_id))
    return found


def guardian_to_tie(entity: Any) -> ColumnElement[bool]:
    """A guardian who represents nobody yet."""
    found: ColumnElement[bool] = entity.id.not_in(select(CHILD.guardian_id))
    return found


def taught_subgroup(entity: Any) -> ColumnElement[bool]:
    """A subgroup of a class and a subject that the person teaches there."""
    mine = ASSIGNMENT.staff_id == STAFF
    pair = mine & (ASSIGNMENT.school_class_id == entity.school_class_id) & (ASSIGNMENT.subject_id == entity.subject_id)
    return exists().where(pair)


def _granted_as_deputy(*bounds: ColumnElement[bool]) -> ColumnElement[bool]:
    """The person is a deputy today, by a grant with such bounds."""
    in_force = (GRANT.starts_on <= TODAY) & or_(GRANT.ends_on.is_(None), GRANT.ends_on >= TODAY)
    return exists().where(GRANT.account_id == ACCOUNT, GRANT.role == "deputy", in_force, *bounds)


def _in_bounds(number: Any) -> ColumnElement[bool]:
    low = or_(GRANT.first_grade.is_(None), GRANT.first_grade <= number)
    return _granted_as_deputy(low, or_(GRANT.last_grade.is_(None), GRANT.last_grade >= number))


def _classes_in_grades() -> Any:
    return select(CLASS.id).join(GradeLevel.__table__, GRADE.id == CLASS.grade_level_id).where(_in_bounds(GRADE.number))


def whole_school(entity: Any) -> ColumnElement[bool]:
    """Anything, to a deputy of all grade levels."""
    return _granted_as_deputy(GRANT.first_grade.is_(None), GRANT.last_grade.is_(None))


def in_grades(column: str = "school_class_id") -> Rows:
    """A class of the grade levels for which the person is a deputy."""
    return lambda entity: getattr(entity, column).in_(_classes_in_grades())


def assignment_in_grades(entity: Any) -> ColumnElement[bool]:
    """Of an assignment in a class of the deputy's grade levels."""
    inside = select(ASSIGNMENT.id).where(ASSIGNMENT.school_class_id.in_(_classes_in_grades()))
    found: ColumnElement[bool] = entity.assignment_id.in_(inside)
    return found


def lesson_in_grades(entity: Any) -> ColumnElement[bool]:
    """Of a lesson of a class of the deputy's grade levels."""
    inside = select(LESSON.id).where(LESSON.school_class_id.in_(_classes_in_grades()))
    found: ColumnElement[bool] = entity.lesson_id.in_(inside)
    return found


def of_grade(entity: Any) -> ColumnElement[bool]:
    """For one of the deputy's grade levels."""
    found: ColumnElement[bool] = entity.grade_level_id.in_(select(GRADE.id).where(_in_bounds(GRADE.number)))
    return found


def of_scheme(rows: Rows) -> Rows:
    """A row of a scheme of work which the person may see."""
    home = SchemeOfWork.__table__.alias("scheme_of_row")
    return lambda entity: entity.scheme_of_work_id.in_(select(home.c.id).where(rows(home.c)))


def either(*every: Rows) -> Rows:
    """Rows of any of these."""
    return lambda entity: or_(*(rows(entity) for rows in every))


def shown_to(*audiences: str) -> Rows:
    """An announcement for one of these audiences."""
    return lambda entity: entity.audience.in_(audiences)


def member_of(rows: Rows) -> Rows:
    """A member of a subgroup of a class that the person may see."""
    group = Subgroup.__table__.alias("subgroup_of_member")
    return lambda entity: entity.subgroup_id.in_(select(group.c.id).where(rows(group.c)))
