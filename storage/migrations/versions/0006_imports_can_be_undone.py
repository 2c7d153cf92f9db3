"""Requests are kept as rows, and an import tells what it changed and can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = '0006_imports_can_be_undone'
down_revision = '0005_counts_may_be_large'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('fact_file', sa.Column('per_call', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('fact_file', sa.Column('retired_by', sa.Integer(), nullable=True))
    op.add_column('ingest_run', sa.Column('who', sqltypes.AutoString(), nullable=False, server_default=''))
    op.add_column('ingest_run', sa.Column('files', sa.Text(), nullable=False, server_default=''))
    op.add_column('ingest_run', sa.Column('summary', sa.Text(), nullable=False, server_default=''))
    op.add_column('ingest_run', sa.Column('undone_by', sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ('undone_by', 'summary', 'files', 'who'):
        op.drop_column('ingest_run', name)
    for name in ('retired_by', 'per_call'):
        op.drop_column('fact_file', name)
