"""What exists: every entity, one module an area."""

from journal.schema.accounts import Account, RoleGrant, SignIn
from journal.schema.base import Authored, Entity, entities
from journal.schema.calendar import AcademicYear, BellPeriod, BellSchedule, GradeLevel, GradingPeriod, Holiday
from journal.schema.classes import SchoolClass, Subgroup, SubgroupMember
from journal.schema.control import CheckSetting, CorrectionRequest, Finding, JournalCheck, JournalRemark, SupportRequest
from journal.schema.homework import Attachment, BehaviourNote, DiaryReceipt, Homework
from journal.schema.marks import Absence, AbsenceReason, ExcuseDocument, FinalMark, GradingScale, Mark, PendingMark
from journal.schema.messages import Announcement, Message, MessageRecipient, Notification
from journal.schema.people import Enrolment, Guardian, Guardianship, Staff, Student
from journal.schema.teaching import (
    AssessmentSchedule,
    PlannedLesson,
    SchemeOfWork,
    Subject,
    SubjectDifficulty,
    TeachingAssignment,
    TimetableNorm,
    WorkType,
)
from journal.schema.timetable import Lesson, Room, Substitution, Timetable, TimetableEntry
from journal.schema.trail import Archive, BackupCopy, HelpPage, ImportRun, Setting, TrailEntry, TrailHead

__all__ = [
    "Absence",
    "AbsenceReason",
    "AcademicYear",
    "Account",
    "Announcement",
    "Archive",
    "AssessmentSchedule",
    "Attachment",
    "Authored",
    "BackupCopy",
    "BehaviourNote",
    "BellPeriod",
    "BellSchedule",
    "CheckSetting",
    "CorrectionRequest",
    "DiaryReceipt",
    "Enrolment",
    "Entity",
    "ExcuseDocument",
    "FinalMark",
    "Finding",
    "GradeLevel",
    "GradingPeriod",
    "GradingScale",
    "Guardian",
    "Guardianship",
    "HelpPage",
    "Holiday",
    "Homework",
    "ImportRun",
    "JournalCheck",
    "JournalRemark",
    "Lesson",
    "Mark",
    "Message",
    "MessageRecipient",
    "Notification",
    "PendingMark",
    "PlannedLesson",
    "RoleGrant",
    "Room",
    "SchemeOfWork",
    "SchoolClass",
    "Setting",
    "SignIn",
    "Staff",
    "Student",
    "Subgroup",
    "SubgroupMember",
    "Subject",
    "SubjectDifficulty",
    "Substitution",
    "SupportRequest",
    "TeachingAssignment",
    "Timetable",
    "TimetableEntry",
    "TimetableNorm",
    "TrailEntry",
    "TrailHead",
    "WorkType",
    "entities",
]
