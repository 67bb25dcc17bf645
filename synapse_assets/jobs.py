"""Jobs: the same few selections for schedules, sensors and the command line."""

import dagster as dg

from synapse_assets import landing, speech
from synapse_assets.identity import contacts
from synapse_assets.language import insights
from synapse_assets.partitions import days
from synapse_assets.warehouse import warehouse_models

landing_job = dg.define_asset_job("landing", dg.AssetSelection.assets(*landing.ASSETS))
recordings_job = dg.define_asset_job("recordings", dg.AssetSelection.assets(speech.recordings))
transcripts_job = dg.define_asset_job(
    "transcripts", dg.AssetSelection.assets(speech.transcripts), partitions_def=days
)
warehouse_job = dg.define_asset_job(
    "warehouse",
    dg.AssetSelection.assets(speech.imported_transcripts, insights, contacts, warehouse_models),
)

JOBS = [landing_job, recordings_job, transcripts_job, warehouse_job]
