"""All tables that Python owns, as SQLAlchemy Core; dbt owns the schemas after ``core``."""

from synapse.database.tables import app, core, raw, search, speech
from synapse.database.tables.base import SCHEMAS, metadata

__all__ = ["SCHEMAS", "app", "core", "metadata", "raw", "search", "speech"]
