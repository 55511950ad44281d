"""The indexes of trigrams, which nobody's search could use past the second wall, go. What a search goes through now is
`services/search_index.py`'s, which stands beside the tables and in no migration.

Revision: 0017, after 0016.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SEARCHED = {
    "student": ("last_name", "first_name", "middle_name"),
    "guardian": ("last_name", "first_name", "middle_name"),
    "lesson": ("topic",),
    "homework": ("text",),
    "planned_lesson": ("topic",),
    "trail_entry": ("row_title",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, names in SEARCHED.items():
            for name in names:
                op.execute(f"DROP INDEX IF EXISTS trgm_{table}_{name}")


def downgrade() -> None:
    """They were of no use: nothing of them comes back."""
