"""Versioned settings: the schema (sections) and the store."""
