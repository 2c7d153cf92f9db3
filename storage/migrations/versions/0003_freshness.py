"""A run may be doubted, and knows how far the provider says it is complete; doubts are remembered by day."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = '0003_freshness'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('doubt',
    sa.Column('source', sqltypes.AutoString(), nullable=False),
    sa.Column('dataset', sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('had', sa.Integer(), nullable=False),
    sa.Column('said', sa.Integer(), nullable=False),
    sa.Column('since', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('told', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('source', 'dataset', 'day', name=op.f('pk_doubt'))
    )
    op.add_column('ingest_run', sa.Column('doubted', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('ingest_run', sa.Column('watermark', sqltypes.UTCDateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column('ingest_run', 'watermark')
    op.drop_column('ingest_run', 'doubted')
    op.drop_table('doubt')
