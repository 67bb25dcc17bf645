"""Metabase from files: questions, dashboards, rights. `python -m metabase.provision plan`."""
