"""What containers do at their start: secrets, databases and roles, the migration, a part that answers."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from synapse.embedded.binaries import available_binaries
from synapse.embedded.postgres import EmbeddedPostgres, free_port
from synapse.embedded.processes import wait_until
from synapse.environment import PROJECT_ROOT

PSQL = next((path for one in available_binaries() if (path := one.folder / "psql").exists()), None)
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine")


KEYS = ("notify_key", "metrics_key")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what `deploy/init.sh` touches, after it ran."""
    root = tmp_path / "synapse"
    shutil.copytree(
        PROJECT_ROOT / "deploy", root / "deploy", ignore=shutil.ignore_patterns("secrets", "node_modules")
    )
    shutil.copy(PROJECT_ROOT / ".env.example", root)
    subprocess.run([root / "deploy" / "init.sh"], check=True, capture_output=True)
    return root


def _secrets(checkout: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (checkout / "deploy" / "secrets").iterdir()}


def test_secrets_are_made_once_and_their_folder_is_closed(checkout: Path) -> None:
    first = _secrets(checkout)
    again = subprocess.run([checkout / "deploy" / "init.sh"], check=True, capture_output=True, text=True)
    assert again.stdout == ""
    assert _secrets(checkout) == first
    assert len({*first.values()}) == len(first)
    assert all(len(value) >= 43 for value in first.values())
    folder = checkout / "deploy" / "secrets"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # Containers run as other users, to whom Compose shows the single files.
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o444}
    assert first["synapse_proxy_secret"] in first["proxy_secret.conf"]
    assert first["notify_key"] in first["minio_env"]


@pytest.fixture
def server(tmp_path: Path, checkout: Path) -> Iterator[EmbeddedPostgres]:
    """A Postgres as the container's first start leaves it."""
    with EmbeddedPostgres(tmp_path / "postgres", durable=False) as server:
        assert PSQL is not None
        with psycopg.connect(server.url("postgres"), autocommit=True) as owner:
            owner.execute("create role postgres superuser login password 'postgres'")
        place = {"host": "127.0.0.1", "port": server.port, "dbname": "postgres"}
        with psycopg.connect(**place, user="postgres", password="postgres") as owner:
            owner.execute("alter role synapse rename to embedded")
        subprocess.run(
            ["bash", checkout / "deploy" / "postgres" / "10-databases.sh"],
            env={
                "PATH": f"{PSQL.parent}:{os.defpath}",
                "PGHOST": "127.0.0.1",
                "PGPORT": str(server.port),
                "PGPASSWORD": "postgres",
                "POSTGRES_USER": "postgres",
                "SECRETS": str(checkout / "deploy" / "secrets"),
            },
            check=True,
        )
        yield server


@pytest.fixture
def variables(server: EmbeddedPostgres, checkout: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of a container; its secrets are files."""
    folder = checkout / "deploy" / "secrets"
    secrets = tmp_path / "run-secrets"
    secrets.mkdir()
    for name in ("synapse_database_url", "synapse_master_key", "synapse_proxy_secret", *KEYS):
        text = (folder / name).read_text().replace("@postgres:5432", f"@127.0.0.1:{server.port}")
        (secrets / name).write_text(text)
    (secrets / "synapse_storage_url").write_text((tmp_path / "objects").as_uri())
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SYNAPSE_")}
    own = {"SYNAPSE_SECRETS_FOLDER": str(secrets), "SYNAPSE_HOME": str(tmp_path / "home")}
    return {**kept, **own}


def _part(name: str) -> list[str]:
    return [sys.executable, "-m", "synapse.cli", "part", name]


def _run(name: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        _part(name), cwd=PROJECT_ROOT, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(PSQL is None, reason="no psql on this machine")
def test_programs_get_databases_of_their_own_and_bi_reads_nothing_else(
    server: EmbeddedPostgres, checkout: Path, variables: dict[str, str]
) -> None:
    secrets = _secrets(checkout)
    assert _run("migrate", variables).returncode == 0
    assert _run("migrate", variables).returncode == 0
    place = {"host": "127.0.0.1", "port": server.port}
    bi = {**place, "user": "bi_reader", "password": secrets["postgres_bi_password"]}
    with psycopg.connect(**bi, dbname="synapse") as connection:
        for refused in ("select * from app.api_keys", "select * from raw.receipts", "create table x (i int)"):
            with pytest.raises(psycopg.Error), connection.transaction():
                connection.execute(refused)
    metabase = {**place, "user": "metabase", "password": secrets["postgres_metabase_password"]}
    with psycopg.connect(**metabase, dbname="metabase") as connection:
        connection.execute("create table settings (i int)")
    for user, database in ((bi, "metabase"), (bi, "dagster"), (metabase, "synapse"), (metabase, "dagster")):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(**user, dbname=database)
    with psycopg.connect(
        **place, user="synapse", password=secrets["postgres_synapse_password"], dbname="synapse"
    ) as connection:
        keys = connection.execute("select name, scopes from app.api_keys order by name").fetchall()
    assert keys == [("prometheus", ["metrics"]), ("storage", ["notify"])]


@pytest.mark.skipif(PSQL is None, reason="no psql on this machine")
def test_the_api_believes_the_proxy_alone_and_the_storage_by_its_key(
    checkout: Path, variables: dict[str, str]
) -> None:
    secrets = _secrets(checkout)
    _run("migrate", variables)
    port = free_port()
    own = {"SYNAPSE_API_PORT": str(port), "SYNAPSE_TRUSTED_PROXIES": "127.0.0.1"}
    api = subprocess.Popen(
        _part("api"), cwd=PROJECT_ROOT, env={**variables, **own}, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{url}/health/live").status_code == 200
        except httpx.HTTPError:
            return False

    try:
        assert wait_until(answers, 60)
        olga = {"Remote-User": "olga", "Remote-Groups": "experts"}
        assert httpx.get(f"{url}/config/whoami", headers=olga).status_code == 401
        signed = {**olga, "X-Proxy-Secret": secrets["synapse_proxy_secret"]}
        assert httpx.get(f"{url}/config/whoami", headers=signed).json()["role"] == "expert"
        metrics = {"Authorization": f"Bearer {secrets['metrics_key']}"}
        assert "synapse_database_up" in httpx.get(f"{url}/metrics", headers=metrics).text
        assert httpx.get(f"{url}/metrics").status_code in (401, 403)
        key = {"Authorization": f"Bearer {secrets['notify_key']}"}
        assert httpx.post(f"{url}/notify/storage", headers=key, json={}).status_code == 200
    finally:
        api.terminate()
        api.wait(20)


def test_a_part_without_a_database_server_says_what_is_missing(tmp_path: Path) -> None:
    variables = {
        **os.environ,
        "SYNAPSE_HOME": str(tmp_path),
        "SYNAPSE_SECRETS_FOLDER": str(tmp_path / "none"),
    }
    variables.pop("SYNAPSE_DATABASE_URL", None)
    found = _run("api", variables)
    assert found.returncode != 0
    assert "SYNAPSE_DATABASE_URL" in found.stderr + found.stdout
