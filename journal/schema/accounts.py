"""Who signs in, with which roles, from where."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from journal.kit.text import N_
from journal.schema.base import Entity, Mapped, choice, day, flag, in_order, line, moment, ref

GRANTED_ROLES = {
    "administrator": N_("administrator"),
    "director": N_("director"),
    "deputy": N_("deputy director"),
    "control": N_("control group"),
}


class Account(Entity):
    __tablename__ = "account"
    area = "system"
    label = (N_("Account"), N_("Accounts"))
    help = N_("A login of one person. A password can be set but never seen.")
    title = ("name",)

    login: Mapped[str] = line(60, N_("Login"), unique=True, search=True)
    name: Mapped[str] = line(160, N_("Name"), N_("As the header of every page shows it."), search=True)
    staff_id: Mapped[int | None] = ref("staff", N_("Staff member"), nullable=True, unique=True, index=False)
    student_id: Mapped[int | None] = ref("student", N_("Student"), nullable=True, unique=True, index=False)
    guardian_id: Mapped[int | None] = ref("guardian", N_("Guardian"), nullable=True, unique=True, index=False)
    password_hash: Mapped[str | None] = line(200, N_("Password"), nullable=True, secret=True, listed=False)
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

    account_id: Mapped[int] = ref("account", N_("Account"), on_delete="CASCADE")
    role: Mapped[str] = choice("role", N_("Role"), GRANTED_ROLES)
    starts_on: Mapped[date] = day(N_("From"))
    ends_on: Mapped[date | None] = day(N_("To"), nullable=True)
    __table_args__ = (in_order("starts_on", "ends_on"), UniqueConstraint("account_id", "role", "starts_on"))


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
    ended_at: Mapped[datetime | None] = moment(N_("Ended"), nullable=True, automatic=True)
    __table_args__ = (Index("ix_sign_in_account_time", "account_id", "happened_at"),)
