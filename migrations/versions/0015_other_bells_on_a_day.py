"""on a weekday or a date a bell schedule gives way to another.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bell_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("bell_schedule_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("rings_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("(weekday IS NULL) <> (on_day IS NULL)", name=op.f("ck_bell_day_weekday_or_date")),
        sa.CheckConstraint("rings_id <> bell_schedule_id", name=op.f("ck_bell_day_another_schedule")),
        sa.CheckConstraint("weekday >= 1 AND weekday <= 7", name=op.f("ck_bell_day_weekday_bounds")),
        sa.ForeignKeyConstraint(
            ["bell_schedule_id"], ["bell_schedule.id"], name=op.f("fk_bell_day_bell_schedule_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["rings_id"], ["bell_schedule.id"], name=op.f("fk_bell_day_rings_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bell_day")),
        sa.UniqueConstraint("bell_schedule_id", "on_day", name=op.f("uq_bell_day_bell_schedule_id_on_day")),
        sa.UniqueConstraint("bell_schedule_id", "weekday", name=op.f("uq_bell_day_bell_schedule_id_weekday")),
    )
    op.create_index(op.f("ix_bell_day_rings_id"), "bell_day", ["rings_id"])


def downgrade() -> None:
    op.drop_table("bell_day")
