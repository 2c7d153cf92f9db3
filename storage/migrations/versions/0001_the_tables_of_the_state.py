"""The tables of the state; the audit chain can be added to and read, nothing else."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('seal', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_audit'))
    )
    op.create_table('chart_file',
    sa.Column('sha', sqltypes.AutoString(), nullable=False),
    sa.Column('file_id', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('sha', name=op.f('pk_chart_file'))
    )
    op.create_table('counter',
    sa.Column('name', sqltypes.AutoString(), nullable=False),
    sa.Column('value', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_counter'))
    )
    op.create_table('due',
    sa.Column('name', sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('name', 'day', name=op.f('pk_due'))
    )
    op.create_table('effect',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('must', sqltypes.AutoString(), nullable=False),
    sa.Column('subject', sqltypes.AutoString(), nullable=False),
    sa.Column('not_before', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('leased_until', sqltypes.UTCDateTime(), nullable=True),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_effect'))
    )
    with op.batch_alter_table('effect', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_effect_subject'), ['subject'], unique=False)

    op.create_table('failure',
    sa.Column('source', sqltypes.AutoString(), nullable=False),
    sa.Column('sentence', sa.Text(), nullable=False),
    sa.Column('since', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_failure'))
    )
    op.create_table('inbox',
    sa.Column('key', sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_inbox'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_inbox_at'), ['at'], unique=False)

    op.create_table('ingest_run',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source', sqltypes.AutoString(), nullable=False),
    sa.Column('dataset', sqltypes.AutoString(), nullable=False),
    sa.Column('started_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('read', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Integer(), nullable=False),
    sa.Column('replaced', sa.Integer(), nullable=False),
    sa.Column('quarantined', sa.Integer(), nullable=False),
    sa.Column('strict', sa.Boolean(), nullable=False),
    sa.Column('digest', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ingest_run'))
    )
    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ingest_run_digest'), ['digest'], unique=False)

    op.create_table('place',
    sa.Column('subject', sqltypes.AutoString(), nullable=False),
    sa.Column('channel', sqltypes.AutoString(), nullable=False),
    sa.Column('ts', sqltypes.AutoString(), nullable=False),
    sa.Column('audience', sqltypes.AutoString(), nullable=False),
    sa.PrimaryKeyConstraint('subject', 'channel', 'ts', name=op.f('pk_place'))
    )
    op.create_table('state',
    sa.Column('subject', sqltypes.AutoString(), nullable=False),
    sa.Column('kind', sqltypes.AutoString(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('subject', name=op.f('pk_state'))
    )
    with op.batch_alter_table('state', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_state_kind'), ['kind'], unique=False)

    op.create_table('fact_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('dataset', sqltypes.AutoString(), nullable=False),
    sa.Column('feed', sqltypes.AutoString(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('file', sqltypes.AutoString(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('sha', sqltypes.AutoString(), nullable=False),
    sa.Column('ledger', sqltypes.AutoString(), nullable=False),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('published_at', sqltypes.UTCDateTime(), nullable=False),
    sa.Column('retired_at', sqltypes.UTCDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['run'], ['ingest_run.id'], name=op.f('fk_fact_file_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact_file'))
    )
    with op.batch_alter_table('fact_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_fact_file_dataset'), ['dataset'], unique=False)
        batch_op.create_index(batch_op.f('ix_fact_file_retired_at'), ['retired_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_fact_file_run'), ['run'], unique=False)

    op.create_table('quarantine_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('feed', sqltypes.AutoString(), nullable=False),
    sa.Column('file', sqltypes.AutoString(), nullable=False),
    sa.Column('row', sa.Integer(), nullable=False),
    sa.Column('field', sqltypes.AutoString(), nullable=False),
    sa.Column('reason', sqltypes.AutoString(), nullable=False),
    sa.Column('at', sqltypes.UTCDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['run'], ['ingest_run.id'], name=op.f('fk_quarantine_row_run')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine_row'))
    )
    with op.batch_alter_table('quarantine_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quarantine_row_run'), ['run'], unique=False)

    _seal_audit()


def downgrade() -> None:
    with op.batch_alter_table('quarantine_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quarantine_row_run'))

    op.drop_table('quarantine_row')
    with op.batch_alter_table('fact_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_fact_file_run'))
        batch_op.drop_index(batch_op.f('ix_fact_file_retired_at'))
        batch_op.drop_index(batch_op.f('ix_fact_file_dataset'))

    op.drop_table('fact_file')
    with op.batch_alter_table('state', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_state_kind'))

    op.drop_table('state')
    op.drop_table('place')
    with op.batch_alter_table('ingest_run', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ingest_run_digest'))

    op.drop_table('ingest_run')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_inbox_at'))

    op.drop_table('inbox')
    op.drop_table('failure')
    with op.batch_alter_table('effect', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_effect_subject'))

    op.drop_table('effect')
    op.drop_table('due')
    op.drop_table('counter')
    op.drop_table('chart_file')
    op.drop_table('audit')
    if op.get_bind().dialect.name == 'postgresql':
        op.execute('DROP FUNCTION audit_refuses()')


_SQLITE = (
    """CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
    """CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
       BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
    # INSERT OR REPLACE deletes without a delete trigger, so a number that is taken is refused here
    """CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
       WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number)
       BEGIN SELECT RAISE(ABORT, 'the audit chain is append-only'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'the audit chain is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
)


def _seal_audit() -> None:
    for statement in _POSTGRESQL if op.get_bind().dialect.name == 'postgresql' else _SQLITE:
        op.execute(sa.text(statement))
