"""What `synapse doctor --compose` finds in a checkout."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from synapse.environment import PROJECT_ROOT
from synapse.operations.compose_doctor import GIGABYTE, examine_compose

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="no openssl on this machine: deploy/init.sh makes secrets by it"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout after deploy/init.sh, made ready."""
    shutil.copytree(
        PROJECT_ROOT / "deploy", tmp_path / "deploy", ignore=shutil.ignore_patterns("node_modules")
    )
    for name in ("docker-compose.yml", ".env.example"):
        shutil.copy(PROJECT_ROOT / name, tmp_path)
    subprocess.run(["sh", str(tmp_path / "deploy" / "init.sh")], check=True, capture_output=True)
    environment = tmp_path / ".env"
    environment.write_text(environment.read_text().replace("example.com", "synapse.test"))
    users = tmp_path / "deploy" / "authelia" / "users.yml"
    users.write_text("users:\n  anna:\n    password: $argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA\n")
    return tmp_path


def _broken(folder: Path) -> dict[str, str]:
    findings = examine_compose(folder, memory=32 * GIGABYTE, free_disk=100 * GIGABYTE)
    return {
        one.subject: f"{one.message} {one.hint}"
        for one in findings
        if one.status == "broken" and one.subject != "docker"  # may be absent where tests run
    }


def test_after_init_and_the_domain_all_is_ready(checkout: Path) -> None:
    assert _broken(checkout) == {}


def test_an_empty_folder_is_no_checkout(tmp_path: Path) -> None:
    assert "checkout" in _broken(tmp_path)["Compose file"]


def _set(name: str, value: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        lines = (folder / ".env").read_text().splitlines()
        kept = [line for line in lines if not line.startswith(f"{name}=")]
        (folder / ".env").write_text("\n".join([*kept, f"{name}={value}"] if value else kept))

    return change


@pytest.mark.parametrize(
    ("spoil", "subject", "said"),
    [
        (lambda folder: (folder / ".env").unlink(), "Variables", "init.sh"),
        (_set("SYNAPSE_DOMAIN", "example.com"), "Domain", "SYNAPSE_DOMAIN"),
        (_set("SYNAPSE_DOMAIN", "https://a.ru/"), "Domain", "without https"),
        (_set("POSTGRES_IMAGE", ""), "Variables", "POSTGRES_IMAGE"),
        (_set("PROXY_ADDRESS", "10.0.0.1"), "Proxy's address", "EDGE_SUBNET"),
        (_set("EDGE_SUBNET", "many"), "Proxy's address", "private network"),
        (lambda folder: (folder / "deploy/secrets/metrics_key").unlink(), "Secrets", "metrics_key"),
        (lambda folder: (folder / "deploy/secrets").chmod(0o755), "Secrets", "chmod 700"),
        (
            lambda folder: (
                (folder / "deploy/secrets/postgres_password").unlink(),
                (folder / "deploy/secrets/postgres_password").write_text("secret"),
            ),
            "Secrets",
            "too short",
        ),
        (lambda folder: (folder / "deploy/authelia/users.yml").write_text("users: {}"), "People", "password"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    checkout: Path, spoil: Callable[[Path], object], subject: str, said: str
) -> None:
    spoil(checkout)
    assert said in _broken(checkout)[subject]


def test_too_little_memory_is_a_warning(checkout: Path) -> None:
    findings = examine_compose(checkout, memory=8 * GIGABYTE, free_disk=10 * GIGABYTE)
    warnings = {one.subject for one in findings if one.status == "warning"}
    assert {"Memory", "Disk"} <= warnings
