"""a PIN takes the cover off one's own page.

Revision: 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("pin_hash", sa.String(length=200), nullable=True))
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pin_misses", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_check_constraint(op.f("ck_sign_in_pin_misses_bounds"), "pin_misses >= 0 AND pin_misses <= 100")


def downgrade() -> None:
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_sign_in_pin_misses_bounds"), type_="check")
        batch_op.drop_column("pin_misses")
    op.drop_column("account", "pin_hash")
