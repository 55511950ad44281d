"""deputies of some grade levels; jobs and restores as acts of the trail.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BEFORE = ("create", "change", "delete", "sign-in", "sign-out", "refuse", "export", "import", "print", "view-as")
AFTER = (*BEFORE, "job", "restore")
TRIGGERS = {
    "trail_entry_no_update": "BEFORE UPDATE ON trail_entry",
    "trail_entry_no_delete": "BEFORE DELETE ON trail_entry",
}


def acts(known: tuple[str, ...]) -> None:
    """Exchange the list of acts. SQLite copies the table for it and loses its triggers: they are made again."""
    with op.batch_alter_table("trail_entry", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_trail_entry_act_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_trail_entry_act_choice"), "act IN ({})".format(", ".join(f"'{a}'" for a in known)))
    if op.get_bind().dialect.name == "sqlite":
        for name, when in TRIGGERS.items():
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
            op.execute(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END")


def upgrade() -> None:
    acts(AFTER)
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_grade", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("last_grade", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f("ck_role_grant_first_grade_bounds"), "first_grade >= 1 AND first_grade <= 11")
        batch_op.create_check_constraint(op.f("ck_role_grant_last_grade_bounds"), "last_grade >= 1 AND last_grade <= 11")
        batch_op.create_check_constraint(op.f("ck_role_grant_last_grade_after_first_grade"), "last_grade IS NULL OR first_grade <= last_grade")
        batch_op.create_check_constraint(
            op.f("ck_role_grant_grades_of_a_deputy"), "role = 'deputy' OR (first_grade IS NULL AND last_grade IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        for name in ("grades_of_a_deputy", "last_grade_after_first_grade", "last_grade_bounds", "first_grade_bounds"):
            batch_op.drop_constraint(op.f(f"ck_role_grant_{name}"), type_="check")
        batch_op.drop_column("last_grade")
        batch_op.drop_column("first_grade")
    lifted = {
        "sqlite": ("DROP TRIGGER trail_entry_no_update", ""),
        "postgresql": (
            "ALTER TABLE trail_entry DISABLE TRIGGER trail_entry_append_only",
            "ALTER TABLE trail_entry ENABLE TRIGGER trail_entry_append_only",
        ),
    }[op.get_bind().dialect.name]
    op.execute(lifted[0])
    op.execute("UPDATE trail_entry SET act = 'change' WHERE act IN ('job', 'restore')")
    if lifted[1]:
        op.execute(lifted[1])
    acts(BEFORE)
