"""Everything on one machine without Docker: Postgres from a wheel and one supervisor."""
