"""Writing the data of a pupil and of the guardians: what the class teacher keeps in order."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from journal.access.session import PolicySession
from journal.kit.text import N_
from journal.schema import ConfirmedDoubt, Guardian, Guardianship, Student
from journal.services import records
from journal.services.refusals import Invalid, Missing, Said, said

PUPIL = frozenset({"last_name", "first_name", "middle_name", "born_on", "sex", "phone", "email"})
GUARDIAN = frozenset({"last_name", "first_name", "middle_name", "phone", "email"})


def write_pupil(
    session: PolicySession, student_id: int, values: Mapping[str, Any], version_seen: int | None = None
) -> Student:
    """Set fields of a pupil. Raises `Missing`, `Invalid`, `Stale`."""
    student = session.get(Student, student_id)
    if student is None:
        raise Missing
    own = {name: value for name, value in values.items() if name in PUPIL}
    return records.change(session, student, own, version_seen=version_seen)


def write_guardian(
    session: PolicySession, guardian_id: int, values: Mapping[str, Any], version_seen: int | None = None
) -> Guardian:
    """Set fields of a guardian; `kinship` belongs to `tie`."""
    guardian = session.get(Guardian, guardian_id)
    if guardian is None:
        raise Missing
    own = {name: value for name, value in values.items() if name in GUARDIAN}
    return records.change(session, guardian, own, version_seen=version_seen)


def add_guardian(session: PolicySession, student_id: int, values: Mapping[str, Any]) -> Guardian:
    """A new guardian of a pupil. Raises `Missing`, `Invalid`."""
    if session.get(Student, student_id) is None:
        raise Missing
    guardian = records.create(session, Guardian, {name: value for name, value in values.items() if name in GUARDIAN})
    tie = {"guardian_id": guardian.id, "student_id": student_id, "kinship": values.get("kinship") or "other"}
    records.create(session, Guardianship, tie)
    return guardian


def take_guardian(session: PolicySession, student_id: int, guardian_id: int) -> None:
    """This guardian represents the pupil no more; the guardian stays."""
    tie = session.scalar(
        select(Guardianship).where(Guardianship.student_id == student_id, Guardianship.guardian_id == guardian_id)
    )
    if tie is None:
        raise Missing
    records.delete(session, tie)


def confirm(session: PolicySession, student_id: int, doubt: str) -> None:
    """Somebody has looked: the doubtful value is right. Raises `Missing`, `Invalid`."""
    if session.get(Student, student_id) is None:
        raise Missing
    known = session.scalar(
        select(ConfirmedDoubt.id).where(ConfirmedDoubt.student_id == student_id, ConfirmedDoubt.doubt == doubt)
    )
    if known is None:
        records.create(session, ConfirmedDoubt, {"student_id": student_id, "doubt": doubt})


def fill(session: PolicySession, typed: Mapping[tuple[str, int, str], Any]) -> int:
    """Fill several gaps at once: (`student` or `guardian`, id, field) -> value. Gives how many rows were changed.

    Raises `Invalid` with the keys joined by dashes, so that each error stands beside its field; then nothing is written.
    """
    errors: dict[str, Said] = {}
    count = 0
    for (kind, id_, name), value in typed.items():
        try:
            (write_pupil if kind == "student" else write_guardian)(session, id_, {name: value})
        except Invalid as invalid:
            errors |= {f"{kind}-{id_}-{name}": text for text in invalid.errors.values()}
        else:
            count += 1
    if errors:
        raise Invalid(errors)
    if not typed:
        raise Invalid({"": said(N_("Nothing was typed."))})
    return count
