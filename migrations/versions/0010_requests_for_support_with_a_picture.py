"""requests for support know the browser and may have a picture.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("support_request", sa.Column("browser", sa.String(length=300), nullable=True))
    op.add_column("support_request", sa.Column("picture", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("support_request", schema=None) as batch_op:
        batch_op.drop_column("picture")
        batch_op.drop_column("browser")
