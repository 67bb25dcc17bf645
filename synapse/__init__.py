"""Synapse: where a small company loses its customers, in roubles.

This package is the domain: plain Python that knows neither Dagster nor FastAPI.
"""

__version__ = "0.1.0"
