"""The queue's queries, by name."""

from pathlib import Path

from events.queries import queries

SQL = queries(Path(__file__).with_name("queries.sql"))
