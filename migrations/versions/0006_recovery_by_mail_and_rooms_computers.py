"""recovery by mail, the addresses of a room's computers, and where the trail was cut.

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
    with op.batch_alter_table("trail_head", schema=None) as batch_op:
        batch_op.add_column(sa.Column("archived_count", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("archived_seal", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("archived_proof", sa.String(length=64), server_default="", nullable=False))
        batch_op.create_check_constraint("archived_count_range", "archived_count >= 0 AND archived_count <= 2000000000")
    with op.batch_alter_table("trail_head", schema=None) as batch_op:
        for name in ("archived_count", "archived_seal", "archived_proof"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("trail_head", schema=None) as batch_op:
        batch_op.drop_constraint("archived_count_range", type_="check")
        batch_op.drop_column("archived_proof")
        batch_op.drop_column("archived_seal")
        batch_op.drop_column("archived_count")
    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("computers")
    with op.batch_alter_table("access_code", schema=None) as batch_op:
        batch_op.drop_column("by_mail")
