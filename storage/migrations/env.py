"""How Alembic runs our migrations: on the connection it is handed, inside the transaction that is open there."""

from alembic import context

from storage.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    user_module_prefix="sqltypes.",
    render_as_batch=True,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
