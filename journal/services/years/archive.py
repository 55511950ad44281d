"""The archive of a year, in place of the paper journal: prints, data, a manifest of hashes, and the school's signature.

A zip: `journals/` and `summaries/` as PDF/A by class, `data/` as a JSON object a line with `data/schema.json`,
`manifest.json` with the SHA-256 of every file and the head of the trail, `manifest.sig` over the manifest. What is in it can
be checked without the database, by this program or by any other that knows SHA-256 and Ed25519.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, or_, select

from journal.access.actor import System
from journal.access.session import PolicySession
from journal.config import VERSION, Config
from journal.kit import clock
from journal.kit.files import sha256_of
from journal.schema import (
    Absence,
    AbsenceReason,
    AcademicYear,
    Archive,
    Enrolment,
    Entity,
    FinalMark,
    GradeLevel,
    GradingPeriod,
    Holiday,
    Homework,
    Lesson,
    LessonWork,
    Mark,
    SchoolClass,
    Staff,
    Student,
    Subgroup,
    SubgroupMember,
    Subject,
    Substitution,
    TeachingAssignment,
    TrailHead,
    WorkType,
)
from journal.schema.base import columns, target
from journal.services import calendar, database, records, settings, trail
from journal.services.refusals import Invalid, Missing
from journal.services.reports import classes, registry
from journal.services.reports.document import Document
from journal.services.reports.kinds import class_journal, class_summary
from journal.services.reports.report import Given
from journal.services.years import signing

FORMAT = "journal-archive 1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
LARGEST_MANIFEST = 16 * 1024 * 1024
JOURNALS_YEARS, SUMMARIES_YEARS = 5, 25
"""How long journals and summary sheets are kept: the retention schedule of schools."""
CONTACTS = frozenset({"phone", "email"})
Print = Callable[[Document], bytes]
Tell = Callable[[int, int], None]


def make(engine: Engine, config: Config, year_id: int, print_: Print, tell: Tell) -> Path:
    """Write and sign the archive of a year; gives its file. Raises `Missing`, `Cancelled`; then no file is left."""
    config.archives.mkdir(parents=True, exist_ok=True, mode=0o700)
    with database.reading(engine, System("job")) as session:
        year = session.get(AcademicYear, year_id)
        if year is None:
            raise Missing
        stamp = f"{clock.local(clock.now()):%Y%m%d-%H%M%S}"
        path = config.archives / f"archive-{year.begins_on.year}-{year.ends_on.year}-{stamp}.zip"
        part = path.with_suffix(".part")
        try:
            _write(session, config, year, part, print_, tell)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        with part.open("rb") as file:
            os.fsync(file.fileno())
        os.chmod(part, 0o400)
        os.replace(part, path)
    values = {"academic_year_id": year_id, "file_name": path.name, "made_at": clock.now(), "digest": sha256_of(path)}
    with database.work(engine, System("job")) as session:
        records.create(session, Archive, values)
    return path


def _write(session: PolicySession, config: Config, year: AcademicYear, part: Path, print_: Print, tell: Tell) -> None:
    files: dict[str, str] = {}
    key = signing.key_of(config.instance)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "wb") as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _members(session, year, print_, tell):
            archive.writestr(name, data)
            files[name] = hashlib.sha256(data).hexdigest()
        manifest = json.dumps(_manifest(session, year, signing.public_of(key), files), ensure_ascii=False, indent=1)
        archive.writestr(MANIFEST, manifest)
        archive.writestr(SIGNATURE, key.sign(manifest.encode()))


def _manifest(session: PolicySession, year: AcademicYear, public: str, files: dict[str, str]) -> dict[str, Any]:
    head = session.execute(select(TrailHead.entry_count, TrailHead.seal)).first()
    return {
        "format": FORMAT,
        "school": settings.value(session, "school_name"),
        "year": year.name,
        "begins_on": year.begins_on.isoformat(),
        "ends_on": year.ends_on.isoformat(),
        "made_at": clock.now().isoformat(),
        "version": VERSION,
        "keep_until": {
            "journals": kept_until(year, JOURNALS_YEARS).isoformat(),
            "summaries": kept_until(year, SUMMARIES_YEARS).isoformat(),
        },
        "trail": {"entries": head[0], "seal": head[1]} if head else {"entries": 0, "seal": ""},
        "public_key": public,
        "files": files,
    }


def kept_until(year: AcademicYear, years: int) -> date:
    """The last day on which the papers of a year must be kept: whole calendar years after its end."""
    return date(year.ends_on.year + years, 12, 31)


def _members(session: PolicySession, year: AcademicYear, print_: Print, tell: Tell) -> Iterator[tuple[str, bytes]]:
    every = classes.classes(session, year)
    whole = next(iter([one for one in calendar.periods(session, year.id, "year") if one.kind == "year"]), None)
    for number, klass in enumerate(every):
        tell(number, len(every) + 1)
        given = Given(year, year.ends_on, year.begins_on, year.ends_on, whole, klass.id)
        name = "".join(letter if letter.isalnum() or letter in "- " else "_" for letter in klass.name)
        try:
            yield f"journals/{name}.pdf", print_(registry.make(session, class_journal.REPORT, given))
        except Invalid:
            continue  # a class without a journal has nothing to print
        if klass.has_marks:
            for_all = Given(year, year.ends_on, year.begins_on, year.ends_on, None, klass.id)
            yield f"summaries/{name}.pdf", print_(registry.make(session, class_summary.REPORT, for_all))
    yield "data/schema.json", json.dumps(_schema(), ensure_ascii=False, indent=1).encode()
    for entity, condition in _conditions(year):
        yield f"data/{entity.__tablename__}.jsonl", b"".join(_rows(session, entity, condition))
    tell(len(every) + 1, len(every) + 1)


def _conditions(year: AcademicYear) -> list[tuple[type[Entity], Any]]:
    """The rows of a year, entity by entity."""
    own = select(SchoolClass.id).where(SchoolClass.academic_year_id == year.id)
    journals = select(TeachingAssignment.id).where(TeachingAssignment.school_class_id.in_(own))
    lessons = select(Lesson.id).where(Lesson.assignment_id.in_(journals))
    pupils = select(Enrolment.student_id).where(Enrolment.school_class_id.in_(own))
    groups = select(Subgroup.id).where(Subgroup.school_class_id.in_(own))
    teachers = select(TeachingAssignment.staff_id).where(TeachingAssignment.school_class_id.in_(own))
    leaders = select(SchoolClass.class_teacher_id).where(SchoolClass.academic_year_id == year.id)
    return [
        (AcademicYear, AcademicYear.id == year.id),
        (GradingPeriod, GradingPeriod.academic_year_id == year.id),
        (Holiday, Holiday.academic_year_id == year.id),
        (GradeLevel, GradeLevel.id.is_not(None)),
        (Subject, Subject.id.is_not(None)),
        (WorkType, WorkType.id.is_not(None)),
        (AbsenceReason, AbsenceReason.id.is_not(None)),
        (Staff, or_(Staff.id.in_(teachers), Staff.id.in_(leaders), Staff.id.in_(_substitutes(lessons)))),
        (Student, Student.id.in_(pupils)),
        (SchoolClass, SchoolClass.academic_year_id == year.id),
        (Enrolment, Enrolment.school_class_id.in_(own)),
        (Subgroup, Subgroup.school_class_id.in_(own)),
        (SubgroupMember, SubgroupMember.subgroup_id.in_(groups)),
        (TeachingAssignment, TeachingAssignment.school_class_id.in_(own)),
        (Lesson, Lesson.assignment_id.in_(journals)),
        (LessonWork, LessonWork.assignment_id.in_(journals)),
        (Homework, Homework.assignment_id.in_(journals)),
        (Mark, Mark.assignment_id.in_(journals)),
        (Absence, Absence.assignment_id.in_(journals)),
        (FinalMark, FinalMark.assignment_id.in_(journals)),
        (Substitution, Substitution.lesson_id.in_(lessons)),
    ]


def _substitutes(lessons: Any) -> Any:
    return select(Lesson.substitute_id).where(Lesson.id.in_(lessons))


def _told(entity: type[Entity]) -> list[str]:
    return [name for name, column in columns(entity).items() if not column.info.get("secret") and name not in CONTACTS]


def _schema() -> dict[str, Any]:
    """What the data files hold: entity by file, column by name, with its label, its type and where it points."""
    found: dict[str, Any] = {}
    for entity, _ in _conditions(AcademicYear(id=0)):
        found[entity.__tablename__] = {"entity": entity.__name__, "columns": {"id": {"type": "int"}}}
        for name in _told(entity):
            column = columns(entity)[name]
            pointed = target(column)
            facts = {"type": column.type.python_type.__name__, "label": column.info["label"]}
            known = {"refers_to": pointed.__tablename__} if pointed is not None else {}
            found[entity.__tablename__]["columns"][name] = {**facts, **known}
    return found


def _rows(session: PolicySession, entity: type[Entity], condition: Any) -> Iterator[bytes]:
    names = ["id", *_told(entity)]
    asked = select(*(getattr(entity, name) for name in names)).where(condition).order_by(entity.id)
    for row in session.execute(asked.execution_options(yield_per=2000)):
        told = {name: trail.told(value) for name, value in zip(names, row, strict=True)}
        yield (json.dumps(told, ensure_ascii=False) + "\n").encode()


# --- checking


@dataclass
class Verdict:
    """What an archive says of itself, and what does not fit."""

    facts: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    problems: list[str] = field(default_factory=list)


def verify(path: Path, wanted: str = "") -> Verdict:
    """Check an archive without any database: the signature over the manifest, the hash of every file, nothing more in it.

    `wanted`: the fingerprint of the school's key, so that an archive signed by anybody else is found.
    """
    found = Verdict()
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST or len(set(names)) != len(names):
                raise ValueError
            data = archive.read(MANIFEST)
            found.facts = json.loads(data)
            _check_signature(found, archive.read(SIGNATURE), data, wanted)
            files: dict[str, str] = dict(found.facts["files"])
            found.problems += [f"{name}: not in the manifest" for name in names if name not in {*files, MANIFEST, SIGNATURE}]
            for name, digest in files.items():
                if name not in names:
                    found.problems.append(f"{name}: missing")
                elif _member_digest(archive, name) != digest:
                    found.problems.append(f"{name}: changed")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, KeyError, TypeError, ValueError, AttributeError) as error:
        found.problems.append(f"the file can't be read ({type(error).__name__})")
    return found


def _check_signature(found: Verdict, signature: bytes, data: bytes, wanted: str) -> None:
    public = str(found.facts["public_key"])
    if not signing.fits(public, signature, data):
        found.problems.append("the signature does not fit the manifest")
        return
    found.fingerprint = signing.fingerprint(public)
    if wanted and "".join(wanted.split()).lower() != "".join(found.fingerprint.split()):
        found.problems.append(f"signed with another key: {found.fingerprint}")


def _member_digest(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
