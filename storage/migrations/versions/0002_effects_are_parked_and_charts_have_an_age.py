"""Effects that were tried for long are parked; charts have an age, so that they can be swept."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('effect', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parked_at', sqltypes.UTCDateTime(), nullable=True))
    with op.batch_alter_table('chart_file', schema=None) as batch_op:
        batch_op.add_column(sa.Column('at', sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('chart_file', schema=None) as batch_op:
        batch_op.drop_column('at')
    with op.batch_alter_table('effect', schema=None) as batch_op:
        batch_op.drop_column('parked_at')
