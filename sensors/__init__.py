"""Dagster sensors and schedules: they notice, `synapse` decides, assets work."""
