"""lists of the panel are kept under a name, and shared with a role.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=2000), nullable=True),
        sa.Column("shared_with", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "shared_with IN ('administrator', 'director', 'deputy', 'control', 'class_teacher', 'teacher')",
            name=op.f("ck_saved_list_shared_with_choice"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_saved_list_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_list")),
        sa.UniqueConstraint("account_id", "entity", "name", name=op.f("uq_saved_list_account_id_entity_name")),
    )
    op.create_index("ix_saved_list_entity", "saved_list", ["entity", "shared_with"])


def downgrade() -> None:
    op.drop_table("saved_list")
