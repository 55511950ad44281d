"""search inside words on PostgreSQL: trigrams of what is long and searched; without the extension it is slower, nothing else.

Revision: 0013, after 0012.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
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
AT_HAND = """
SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')
    OR has_database_privilege(current_database(), 'CREATE')
       AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm')
"""


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    if not bind.exec_driver_sql(AT_HAND).scalar():
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for table, names in SEARCHED.items():
        for name in names:
            op.execute(f"CREATE INDEX trgm_{table}_{name} ON {table} USING gin (lower({name}) gin_trgm_ops)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, names in SEARCHED.items():
            for name in names:
                op.execute(f"DROP INDEX IF EXISTS trgm_{table}_{name}")
