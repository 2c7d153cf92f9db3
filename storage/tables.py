"""The state tables: what is remembered beside the facts, the same on SQLite and PostgreSQL."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, MetaData, Text, false, text
from sqlmodel import Field, SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: constraints have names, so that a migration can change them."""

    metadata = MetaData(naming_convention=_NAMES)


class IngestRun(Table, table=True):
    """One delivery as it was taken in; *digest* is the hash over its files and how they were read. One that is doubted
    published nothing. Up to *watermark* the provider says it is complete. *who* gave it, in which *files* (a JSON
    list), and in *summary* (JSON) what it changed; *undone_by* is the run that took it back. A run whose dataset is
    `undo` took another one back."""

    __tablename__ = "ingest_run"

    id: int | None = Field(default=None, primary_key=True)
    source: str
    dataset: str
    started_at: datetime
    read: int
    kept: int
    replaced: int
    quarantined: int
    strict: bool
    digest: str = Field(index=True)
    doubted: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    watermark: datetime | None = None
    who: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    files: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    summary: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    undone_by: int | None = None


class DoubtRow(Table, table=True):
    """A day of which a source says less than half, or nothing, of what it said; *told* to the operators or not yet."""

    __tablename__ = "doubt"

    source: str = Field(primary_key=True)
    dataset: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    had: int
    said: int
    since: datetime
    told: bool = False


class FactFile(Table, table=True):
    """The manifest: one immutable file of facts, readers see it until it is retired. Several files may hold parts of
    one day of a feed. *per_call*: it sums up requests that are kept as rows, in files whose dataset is `calls`. It was
    retired by the run *retired_by*."""

    __tablename__ = "fact_file"

    id: int | None = Field(default=None, primary_key=True)
    dataset: str = Field(index=True)
    feed: str
    day: date
    file: str
    rows: int
    sha: str
    ledger: str
    run: int = Field(sa_column=Column(ForeignKey("ingest_run.id"), nullable=False, index=True))
    published_at: datetime
    retired_at: datetime | None = Field(default=None, index=True)
    per_call: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    retired_by: int | None = None


class QuarantineRow(Table, table=True):
    """One row held back by a run: where it lies and what is wrong with it."""

    __tablename__ = "quarantine_row"

    id: int | None = Field(default=None, primary_key=True)
    run: int = Field(sa_column=Column(ForeignKey("ingest_run.id"), nullable=False, index=True))
    feed: str
    file: str
    row: int
    field: str
    reason: str
    at: datetime


class StateRow(Table, table=True):
    """How a subject stands; *kind* is where it is in its life, *version* moves with every decision."""

    __tablename__ = "state"

    subject: str = Field(primary_key=True)
    kind: str = Field(index=True)
    version: int
    body: str = Field(sa_type=Text)
    at: datetime


class Counter(Table, table=True):
    """The last number given out under *name*; gaps are lawful, repeats are not. Or what was counted under it."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class AuditRow(Table, table=True):
    """One sealed entry of the audit chain; triggers refuse every change."""

    __tablename__ = "audit"

    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    body: str = Field(sa_type=Text)
    seal: str


class EffectRow(Table, table=True):
    """One thing that must become true and is not yet; *fence* moves with every claim, so that an old claim is void.
    What was tried for long enough is parked, and waits for the next start."""

    __tablename__ = "effect"

    id: int | None = Field(default=None, primary_key=True)
    must: str
    subject: str = Field(index=True)
    not_before: datetime | None = None
    leased_until: datetime | None = None
    fence: int = 0
    attempts: int = 0
    parked_at: datetime | None = None


class InboxRow(Table, table=True):
    """One press or submission that was seen, so that its repetition does nothing."""

    __tablename__ = "inbox"

    key: str = Field(primary_key=True)
    at: datetime = Field(index=True)


class PlaceRow(Table, table=True):
    """One message that shows a subject, and to which audience."""

    __tablename__ = "place"

    subject: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    ts: str = Field(primary_key=True)
    audience: str


class DueRow(Table, table=True):
    """What was due on a local date and has been taken on; whoever comes second leaves it."""

    __tablename__ = "due"

    name: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    at: datetime


class ChartFile(Table, table=True):
    """Slack's id of a chart, by the hash of its picture; *at* is when a sweep first saw it."""

    __tablename__ = "chart_file"

    sha: str = Field(primary_key=True)
    file_id: str
    at: datetime | None = None


class FailureRow(Table, table=True):
    """What goes wrong at a source since when, as last told to the operators."""

    __tablename__ = "failure"

    source: str = Field(primary_key=True)
    sentence: str = Field(sa_type=Text)
    since: datetime


class ForecastRow(Table, table=True):
    """What was forecast on *day*: where *team* (empty: all together) ends the days from *start* to before *ends*, and
    between what in four of five cases; money in billionths."""

    __tablename__ = "forecast"

    start: date = Field(primary_key=True)
    ends: date = Field(primary_key=True)
    day: date = Field(primary_key=True)
    team: str = Field(primary_key=True)
    until: date
    currency: str
    spent: int = Field(sa_type=BigInteger)
    predicted: int = Field(sa_type=BigInteger)
    low: int = Field(sa_type=BigInteger)
    high: int = Field(sa_type=BigInteger)
    at: datetime
