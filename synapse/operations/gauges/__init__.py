"""Figures of the business and of the work, read from the warehouse for Prometheus."""
