"""Forecasts are kept as they were made."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = '0004_forecasts'
down_revision = '0003_freshness'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('forecast',
    sa.Column('start', sa.Date(), nullable=False),
    sa.Column('ends', sa.Date(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('team', sqltypes.AutoString(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('currency', sqltypes.AutoString(), nullable=False),
    sa.Column('spent', sa.BigInteger(), nullable=False),
    sa.Column('predicted', sa.BigInteger(), nullable=False),
    sa.Column('low', sa.BigInteger(), nullable=False),
    sa.Column('high', sa.BigInteger(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('start', 'ends', 'day', 'team', name=op.f('pk_forecast'))
    )


def downgrade() -> None:
    op.drop_table('forecast')
