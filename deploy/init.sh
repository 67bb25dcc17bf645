#!/bin/sh
# Make .env and the secrets of docker-compose.yml; what is there already stays as it is.
set -eu
cd "$(dirname "$0")/.."
umask 077
[ -f .env ] || { cp .env.example .env; echo "Made .env: read it and set the domain."; }
mkdir -p deploy/secrets

random() { openssl rand -hex 32; }
# Containers run as other users and see single files; the folder itself is closed to everybody else.
make() { # name, content
    [ -s "deploy/secrets/$1" ] && return
    printf '%s' "$2" >"deploy/secrets/$1"
    chmod 0444 "deploy/secrets/$1"
    echo "Made deploy/secrets/$1"
}
read_secret() { cat "deploy/secrets/$1"; }

make postgres_password "$(random)"
make postgres_synapse_password "$(random)"
make postgres_metabase_password "$(random)"
make postgres_bi_password "$(random)"
make storage_password "$(random)"
# An API key of Synapse, which the migration registers for bucket notifications.
make notify_key "syn_$(openssl rand -base64 48 | tr -d '+/=\n' | cut -c1-43)"
# Another, by which Prometheus reads /metrics.
make metrics_key "syn_$(openssl rand -base64 48 | tr -d '+/=\n' | cut -c1-43)"
make grafana_password "$(random)"
make synapse_master_key "$(openssl rand -base64 32)"
make synapse_proxy_secret "$(random)"
make metabase_admin_password "$(random)-SY9"
make metabase_encryption_key "$(random)"
make authelia_session_secret "$(random)"
make authelia_storage_key "$(random)"
make authelia_jwt_secret "$(random)"

make rabbitmq_password "$(random)"
make synapse_broker_url "amqp://synapse:$(read_secret rabbitmq_password)@rabbitmq:5672//"
# A chunk is acknowledged when it is done: the broker must not take it away after its usual 30 minutes.
make rabbitmq.conf "$(cat <<CONF
default_user = synapse
default_pass = $(read_secret rabbitmq_password)
consumer_timeout = 86400000
vm_memory_high_watermark.absolute = 300MiB
log.console.level = warning
CONF
)"
make synapse_database_url "postgresql://synapse:$(read_secret postgres_synapse_password)@postgres:5432/synapse"
make synapse_storage_url "s3://synapse:$(read_secret storage_password)@minio:9000/synapse?secure=0"
make minio_env "$(cat <<ENV
MINIO_ROOT_USER="synapse"
MINIO_ROOT_PASSWORD="$(read_secret storage_password)"
MINIO_PROMETHEUS_AUTH_TYPE="public"
MINIO_NOTIFY_WEBHOOK_ENABLE_main="on"
MINIO_NOTIFY_WEBHOOK_ENDPOINT_main="http://api:8000/notify/storage"
MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_main="$(read_secret notify_key)"
MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_main="/data/.notifications"
ENV
)"
# The proxy gives the secret to Synapse and to nobody else.
make proxy_secret.conf "proxy_set_header X-Proxy-Secret \"$(read_secret synapse_proxy_secret)\";"
[ -f deploy/authelia/users.yml ] || {
    cp deploy/authelia/users.example.yml deploy/authelia/users.yml
    echo "Made deploy/authelia/users.yml: give every person a password there."
}
