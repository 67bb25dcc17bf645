"""FastAPI: ingest endpoints, data API and server-rendered pages. Imports ``synapse`` only."""
