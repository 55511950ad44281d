"""recovery by mail, and the addresses of a room's computers.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_mail", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.alter_column("by_mail", server_default=None)
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("computers", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("computers")
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.drop_column("by_mail")
