"""docker-compose.yml is looked at without an engine: its schema, and what a schema cannot say."""

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from synapse.environment import PROJECT_ROOT

FILE = PROJECT_ROOT / "docker-compose.yml"
TEXT = FILE.read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
_VARIABLE = re.compile(r"\$\{(\w+)")
_UNITS = {"g": 1 << 30, "m": 1 << 20}
# Its image must begin as root; each says so beside its capabilities.
_KEEPS_CAPABILITIES = {"postgres", "proxy", "authelia", "metabase", "alloy", "rabbitmq"}


def _bytes(text: str) -> int:
    return int(text[:-1]) * _UNITS[text[-1]]


def _example() -> dict[str, str]:
    lines = (PROJECT_ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_file_follows_the_schema_of_compose() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_waits_only_for_what_is_there_and_can_tell(name: str) -> None:
    service = SERVICES[name]
    for other, wanted in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert set(SERVICES[other].get("profiles", ())) <= set(service.get("profiles", ()))
        if wanted["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[other], other
        else:
            assert SERVICES[other]["restart"] == "no"


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_is_bounded_and_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert _bytes(service["mem_limit"]) > 0
    assert service["cpus"] > 0
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert ("cap_add" in service) is (name in _KEEPS_CAPABILITIES)
    assert "healthcheck" in service or service["restart"] == "no"
    assert not service.get("privileged")
    if "build" in service:
        assert service["read_only"]


def test_everything_on_one_machine_at_once_fits_into_32_gb_and_what_is_for_many_into_8() -> None:
    many = {name for name, service in SERVICES.items() if service.get("profiles") == ["scale"]}
    assert many == {"rabbitmq", "worker", "worker-general"}
    limits = {name: _bytes(service["mem_limit"]) for name, service in SERVICES.items()}
    assert sum(limit for name, limit in limits.items() if name not in many) <= 31 << 30
    assert sum(limits[name] for name in many) <= 8 << 30


def test_workers_get_the_broker_s_address_from_a_file_and_hold_no_recording_for_others() -> None:
    for name, queue in (("worker", "speech"), ("worker-general", "dagster")):
        worker = SERVICES[name]
        assert worker["command"] == ["part", "celery-worker"]
        assert worker["environment"]["SYNAPSE_WORKER_QUEUES"] == queue
        assert "synapse_broker_url" in worker["secrets"]
        assert worker["depends_on"]["rabbitmq"] == {"condition": "service_healthy"}
    # A chunk may take hours on a slow machine; the broker's usual patience is half an hour.
    made = (PROJECT_ROOT / "deploy" / "init.sh").read_text()
    assert int(re.findall(r"consumer_timeout = (\d+)", made)[0]) >= 86_400_000


def test_only_the_proxy_is_published_and_its_own_pages_to_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"proxy": ["80:80", "443:443", "127.0.0.1:81:81"]}


def test_what_holds_data_has_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgres", "minio"):
        assert SERVICES[name]["networks"] == ["inside"]


def test_secrets_are_files_that_init_makes_and_no_service_gets_one_it_does_not_use() -> None:
    declared = COMPOSE["secrets"]
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == declared.keys()
    made = (PROJECT_ROOT / "deploy" / "init.sh").read_text()
    for name, secret in declared.items():
        assert secret == {"file": f"deploy/secrets/{name}"}
        assert re.search(rf"^make {re.escape(name)} ", made, re.MULTILINE), name
    passwords = re.compile(r"(PASSWORD|SECRET|_PASS|_KEY)\b(?!_FILE)")
    for service in SERVICES.values():
        open_ones = [key for key in service.get("environment", {}) if passwords.search(key)]
        assert [key for key in open_ones if not key.endswith("_FILE")] == []


def test_every_variable_is_explained_and_every_explained_one_is_used() -> None:
    assert set(_VARIABLE.findall(TEXT)) == _example().keys()


def test_every_image_has_a_tag_of_its_own_and_metabase_is_past_its_holes() -> None:
    images = {name: value for name, value in _example().items() if name.endswith("_IMAGE")}
    for image in images.values():
        tag = image.rpartition(":")[2]
        assert tag and tag != "latest", image
    version = [int(part) for part in re.findall(r"\d+", images["METABASE_IMAGE"])]
    assert version >= [0, 63, 17]
    used = {service["image"] for service in SERVICES.values()}
    assert all(image.startswith("${") for image in used)


def test_volumes_and_mounted_files_exist() -> None:
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", ())]
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith(("./", "/", "${"))}
    assert named == COMPOSE["volumes"].keys()
    for mount in mounts:
        if mount.startswith("./"):
            assert (PROJECT_ROOT / mount.split(":")[0]).exists(), mount
        if mount.startswith(("./", "/", "${")):
            assert ":ro" in mount, mount


def test_nobody_gets_the_engine_s_socket() -> None:
    assert "docker.sock" not in TEXT


def test_the_image_copies_what_is_there_and_runs_as_nobody_special() -> None:
    lines = (PROJECT_ROOT / "deploy" / "Dockerfile").read_text().splitlines()
    sources = [
        source
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    ]
    ignored = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()
    for source in sources:
        assert (PROJECT_ROOT / source).exists(), source
        assert f"!{source.removeprefix('./')}" in ignored, source
    assert "USER synapse" in lines
