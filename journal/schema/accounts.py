"""Who signs in, with which roles, from where, and how that is proven."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import mapped_column

from journal.kit.text import N_
from journal.schema.base import Authored, Entity, Mapped, choice, day, field, flag, in_order, line, moment, ref, whole

GRANTED_ROLES = {
    "administrator": N_("administrator"),
    "director": N_("director"),
    "deputy": N_("deputy director"),
    "control": N_("control group"),
}

LIST_READERS = {
    **GRANTED_ROLES,
    "class_teacher": N_("class teacher"),
    "teacher": N_("subject teacher"),
}
FACTORS = {
    "app": N_("code of an application"),
    "passkey": N_("passkey"),
    "spare": N_("spare code"),
}
PROOFS = {"": N_("password"), **FACTORS, "device": N_("remembered device")}
ALERT_STATES = {
    "open": N_("not answered"),
    "own": N_("it was me"),
    "foreign": N_("it was not me"),
    "closed": N_("looked into"),
}


class Account(Entity):
    __tablename__ = "account"
    area = "system"
    label = (N_("Account"), N_("Accounts"))
    help = N_("A login of one person. A password can be set but never seen.")
    title = ("name",)
    groups = {
        N_("Whose it is"): ("staff_id", "student_id", "guardian_id"),
        N_("Entering"): ("is_active", "password", "password_set_at"),
    }

    login: Mapped[str] = line(60, N_("Login"), unique=True, search=True)
    name: Mapped[str] = line(160, N_("Name"), N_("As the header of every page shows it."), search=True)
    staff_id: Mapped[int | None] = ref("staff", N_("Staff member"), nullable=True, unique=True, index=False)
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True, unique=True, index=False)
    guardian_id: Mapped[int | None] = ref("guardian", N_("Guardian"), nullable=True, unique=True, index=False)
    password_hash: Mapped[str | None] = line(200, N_("Password"), nullable=True, secret=True, listed=False)
    password_set_at: Mapped[datetime | None] = moment(N_("Password chosen"), nullable=True, automatic=True, listed=False)
    pin_hash: Mapped[str | None] = line(200, N_("PIN"), nullable=True, secret=True, automatic=True, listed=False)
    is_active: Mapped[bool] = flag(N_("Active"), N_("An inactive account can't sign in."), default=True)
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN student_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN guardian_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_person",
        ),
    )


class RoleGrant(Entity):
    __tablename__ = "role_grant"
    area = "system"
    label = (N_("Granted role"), N_("Granted roles"))
    help = N_("Administrator, director, deputy and control group are granted; the rest follows from the data.")
    title = ("account_id", "role")
    title_joint = " · "
    groups = {
        N_("Term of validity"): ("starts_on", "ends_on"),
        N_("Bounds of the role"): ("stands_in_for_id", "first_grade", "last_grade"),
    }

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE")
    role: Mapped[str] = choice("role", N_("Role"), GRANTED_ROLES)
    starts_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date | None] = day(N_("To"), nullable=True)
    stands_in_for_id: Mapped[int | None] = ref(
        "account",
        N_("Stands in for"),
        N_("Whose duty it is: a colleague on leave. Such a role needs an end."),
        nullable=True,
        on_delete="CASCADE",
        index=False,
    )
    first_grade: Mapped[int | None] = whole(
        "first_grade",
        N_("From grade level"),
        N_("A deputy may act within some grade levels only; empty: in the whole school."),
        low=1,
        high=11,
        nullable=True,
    )
    last_grade: Mapped[int | None] = whole("last_grade", N_("To grade level"), low=1, high=11, nullable=True)
    __table_args__ = (
        in_order("starts_on", "ends_on"),
        in_order("first_grade", "last_grade"),
        CheckConstraint("role = 'deputy' OR (first_grade IS NULL AND last_grade IS NULL)", name="grades_of_a_deputy"),
        UniqueConstraint("account_id", "role", "starts_on"),
        CheckConstraint("stands_in_for_id IS NULL OR ends_on IS NOT NULL", name="stand_in_needs_end"),
    )


class AccessCode(Authored, Entity):
    __tablename__ = "access_code"
    area = "system"
    label = (N_("Access code"), N_("Access codes"))
    help = N_(
        "A one-time code with which a person chooses a password: who was given it, when and by whom. It is on paper only."
    )
    title = ("account_id", "valid_until")
    title_joint = " · "
    sort = ("written_at",)

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", automatic=True)
    digest: Mapped[str] = line(64, N_("Code"), unique=True, secret=True, automatic=True, listed=False)
    valid_until: Mapped[datetime] = moment(N_("Valid until"), automatic=True)
    used_at: Mapped[datetime | None] = moment(N_("Used"), nullable=True, automatic=True)
    withdrawn_at: Mapped[datetime | None] = moment(N_("Withdrawn"), nullable=True, automatic=True)
    by_mail: Mapped[bool] = flag(N_("By e-mail"), automatic=True)


class Device(Entity):
    __tablename__ = "device"
    area = "system"
    label = (N_("Device"), N_("Devices"))
    help = N_("A browser in which a person has signed in. It is known again by a cookie, never by its hardware.")
    title = ("name",)
    sort = ("first_seen_at",)

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", automatic=True, index=False)
    digest: Mapped[str] = line(64, N_("Cookie"), secret=True, automatic=True, listed=False, index=True)
    name: Mapped[str] = line(120, N_("Device"), automatic=True, search=True)
    first_seen_at: Mapped[datetime] = moment(N_("First seen"), automatic=True)
    trusted_until: Mapped[datetime | None] = moment(N_("No second factor until"), nullable=True, automatic=True)
    __table_args__ = (UniqueConstraint("account_id", "digest"),)


class SecondFactor(Entity):
    __tablename__ = "second_factor"
    area = "system"
    label = (N_("Second factor"), N_("Second factors"))
    help = N_(
        "What a person has besides the password. Deleting it is how the administrator helps somebody who lost the phone."
    )
    title = ("account_id", "name")
    title_joint = " · "
    sort = ("made_at",)

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", automatic=True)
    kind: Mapped[str] = choice("kind", N_("Kind"), FACTORS, automatic=True)
    name: Mapped[str] = line(120, N_("Name"), automatic=True)
    made_at: Mapped[datetime] = moment(N_("Made"), automatic=True)
    used_at: Mapped[datetime | None] = moment(N_("Last used"), nullable=True, automatic=True)
    secret: Mapped[str] = line(1000, N_("Secret"), secret=True, automatic=True, listed=False)
    credential: Mapped[str | None] = line(
        400, N_("Credential"), nullable=True, unique=True, secret=True, automatic=True, listed=False
    )
    counter: Mapped[int] = whole(
        "counter", N_("Counter"), low=0, high=2_000_000_000, default=0, secret=True, automatic=True, listed=False
    )


class Alert(Entity):
    __tablename__ = "alert"
    area = "system"
    label = (N_("Security alert"), N_("Security alerts"))
    help = N_("An unusual doing under somebody's login: the owner is asked, the administrator sees it.")
    title = ("rule", "account_id")
    title_joint = " · "
    sort = ("raised_at",)

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE", automatic=True)
    sign_in_id: Mapped[int | None] = ref("sign_in", N_("Sign-in"), on_delete="SET NULL", nullable=True, automatic=True)
    rule: Mapped[str] = line(40, N_("Rule"), automatic=True)
    identity: Mapped[str] = line(120, N_("What is the same case"), unique=True, automatic=True, listed=False)
    raised_at: Mapped[datetime] = moment(N_("When"), automatic=True, index=True)
    since_at: Mapped[datetime] = moment(N_("Changes are doubtful since"), automatic=True, listed=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, info=field(N_("Facts"), automatic=True, listed=False))
    state: Mapped[str] = choice("state", N_("State"), ALERT_STATES, automatic=True, default="open")
    answered_at: Mapped[datetime | None] = moment(N_("Answered"), nullable=True, automatic=True)


class SavedList(Entity):
    __tablename__ = "saved_list"
    area = "system"
    label = (N_("Saved list"), N_("Saved lists"))
    help = N_("A list of the panel with its search, filters, order and columns, kept under a name.")
    title = ("name",)
    sort = ("name",)

    account_id: Mapped[int] = ref("account", N_("Whose"), on_delete="CASCADE", index=False, automatic=True)
    entity: Mapped[str] = line(60, N_("List of"), automatic=True, names_entity=True)
    name: Mapped[str] = line(80, N_("Name"), search=True)
    query: Mapped[str | None] = line(2000, N_("What is asked"), nullable=True, automatic=True, listed=False)
    shared_with: Mapped[str | None] = choice(
        "shared_with",
        N_("Shared with"),
        LIST_READERS,
        N_("Who of this role finds the list too, narrowed to what is theirs to see."),
        nullable=True,
    )
    __table_args__ = (
        UniqueConstraint("account_id", "entity", "name"),
        Index("ix_saved_list_entity", "entity", "shared_with"),
    )


class SignIn(Entity):
    __tablename__ = "sign_in"
    area = "system"
    label = (N_("Sign-in"), N_("Sign-ins"))
    help = N_("Every sign-in and every refusal; an open one is a session that works now.")
    title = ("login", "happened_at")
    title_joint = " · "
    sort = ("happened_at",)

    account_id: Mapped[int | None] = ref("account", N_("Account"), nullable=True, on_delete="CASCADE", automatic=True)
    login: Mapped[str] = line(60, N_("Login"), automatic=True, search=True)
    happened_at: Mapped[datetime] = moment(N_("When"), automatic=True, index=True)
    succeeded: Mapped[bool] = flag(N_("Succeeded"), automatic=True)
    address: Mapped[str | None] = line(60, N_("Address"), nullable=True, automatic=True)
    device: Mapped[str | None] = line(300, N_("Device"), nullable=True, automatic=True, listed=False)
    token_digest: Mapped[str | None] = line(64, N_("Session"), nullable=True, unique=True, secret=True, listed=False)
    device_id: Mapped[int | None] = ref(
        "device", N_("Known device"), nullable=True, on_delete="SET NULL", automatic=True, listed=False
    )
    proof: Mapped[str] = choice("proof", N_("Proven by"), PROOFS, automatic=True, default="", listed=False)
    waits_for_proof: Mapped[bool] = flag(N_("Waits for the second factor"), automatic=True, listed=False)
    proven_at: Mapped[datetime | None] = moment(N_("Password last proven"), nullable=True, automatic=True, listed=False)
    pin_misses: Mapped[int] = whole("pin_misses", N_("Wrong PINs"), low=0, high=100, default=0, automatic=True, listed=False)
    ended_at: Mapped[datetime | None] = moment(N_("Ended"), nullable=True, automatic=True)
    __table_args__ = (Index("ix_sign_in_account_time", "account_id", "happened_at"),)
