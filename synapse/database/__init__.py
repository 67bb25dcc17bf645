"""Postgres: engine, tables, migrations, bulk load."""
