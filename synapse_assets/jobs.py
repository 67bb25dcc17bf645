"""Jobs: the same few selections for schedules, sensors and the command line.

A job may not have the name of an asset: both become graphs of one repository.
"""

import dagster as dg

from synapse_assets import landing, speech
from synapse_assets.identity import contacts
from synapse_assets.language import insights
from synapse_assets.operations import backups, can_be_restored
from synapse_assets.partitions import days
from synapse_assets.warehouse import warehouse_models

landing_job = dg.define_asset_job("load_files", dg.AssetSelection.assets(*landing.ASSETS))
recordings_job = dg.define_asset_job("catalogue_recordings", dg.AssetSelection.assets(speech.recordings))
transcripts_job = dg.define_asset_job(
    "transcribe_days",
    dg.AssetSelection.assets(speech.transcripts),
    partitions_def=days,
    tags={"synapse/speech": "true"},  # dagster.yaml keeps a place free for other runs
)
warehouse_job = dg.define_asset_job(
    "refresh_warehouse",
    dg.AssetSelection.assets(speech.imported_transcripts, insights, contacts, warehouse_models),
)
backup_job = dg.define_asset_job("back_up", dg.AssetSelection.assets(backups).without_checks())
drill_job = dg.define_asset_job("restore_for_a_check", dg.AssetSelection.checks(can_be_restored))

JOBS = [landing_job, recordings_job, transcripts_job, warehouse_job, backup_job, drill_job]
