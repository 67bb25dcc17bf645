"""Dagster definitions: thin assets over the domain in ``synapse``."""
