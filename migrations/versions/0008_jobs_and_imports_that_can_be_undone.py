"""jobs; the file, the columns and the author of an import, which can be undone.

Revision: 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STATES = "'waiting', 'running', 'done', 'failed', 'cancelled'"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_job_state_choice")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_job_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_state"), ["state"], unique=False)
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("layout", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("content", sa.LargeBinary(), nullable=True))
        batch_op.drop_constraint(op.f("ck_import_run_state_choice"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_import_run_state_choice"), "state IN ('checked', 'applied', 'failed', 'undone')"
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_import_run_account_id"), "account", ["account_id"], ["id"], ondelete="SET NULL"
        )
        batch_op.create_index(batch_op.f("ix_import_run_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    op.execute("UPDATE import_run SET state = 'failed' WHERE state = 'undone'")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_account_id"))
        batch_op.drop_constraint(batch_op.f("fk_import_run_account_id"), type_="foreignkey")
        batch_op.drop_constraint(op.f("ck_import_run_state_choice"), type_="check")
        batch_op.create_check_constraint(op.f("ck_import_run_state_choice"), "state IN ('checked', 'applied', 'failed')")
        batch_op.drop_column("content")
        batch_op.drop_column("layout")
        batch_op.drop_column("account_id")
    op.drop_table("job")
