"""Marks with a comment are found however many marks there are.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    filled = sa.text("comment IS NOT NULL")
    op.create_index("ix_mark_comment", "mark", ["id"], sqlite_where=filled, postgresql_where=filled)


def downgrade() -> None:
    op.drop_index("ix_mark_comment", table_name="mark")
