"""What is counted may be millionths of a currency, which is more than four bytes hold."""

import sqlalchemy as sa
from alembic import op

revision = '0005_counts_may_be_large'
down_revision = '0004_forecasts'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('counter', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('counter', schema=None) as batch_op:
        batch_op.alter_column('value', existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
