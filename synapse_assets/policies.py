"""Policies that several assets share."""

from datetime import timedelta

import dagster as dg

OWNERS = ["team:data"]

# Run when something upstream is new. A source the company does not have must not hold up the rest.
WHEN_UPSTREAM_IS_NEW = dg.AutomationCondition.eager().without(~dg.AutomationCondition.any_deps_missing())

DAILY = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))
HOURLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(hours=6), warn_window=timedelta(hours=2))
