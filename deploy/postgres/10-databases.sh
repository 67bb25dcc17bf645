#!/bin/bash
# Runs once, when the volume of Postgres is new: the databases, and a role for each program with no more than it
# needs. Passwords are read from files, so that they stand in no process list.
set -euo pipefail

secret() { cat "${SECRETS:-/run/secrets}/$1"; }

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set synapse="$(secret postgres_synapse_password)" \
    --set metabase="$(secret postgres_metabase_password)" \
    --set bi="$(secret postgres_bi_password)" <<'SQL'
create role synapse login password :'synapse';
create role synapse_bi nologin;
create role bi_reader login password :'bi' in role synapse_bi;
create role metabase login password :'metabase';
create database synapse owner synapse;
create database dagster owner synapse;
create database metabase owner metabase;
revoke connect on database synapse, dagster, metabase from public;
grant connect on database synapse to synapse_bi;
alter role bi_reader set default_transaction_read_only = on;
alter role bi_reader set statement_timeout = '60s';
SQL
