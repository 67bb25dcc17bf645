"""Rules and boards ask for figures that are there, and every alert is explained."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from synapse.environment import PROJECT_ROOT
from synapse.operations.gauges.reading import QUESTIONS
from tests.unit.deploy.test_compose import COMPOSE, SERVICES

PROMETHEUS = PROJECT_ROOT / "deploy" / "prometheus"
RULES = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "rules" / "synapse.yml").read_text())["groups"]
    for rule in group["rules"]
]
BOARDS = sorted((PROJECT_ROOT / "deploy" / "grafana" / "dashboards").glob("*.json"))
OURS = {
    *(gauge.name for question in QUESTIONS for gauge in question.gauges),
    "synapse_database_up",
    "synapse_http_requests_total",
    "synapse_http_request_seconds_bucket",
}
# Of Prometheus itself and of the node exporter.
OTHERS = {
    "up",
    "node_filesystem_avail_bytes",
    "node_filesystem_size_bytes",
    "node_memory_MemAvailable_bytes",
    "node_memory_MemTotal_bytes",
    "node_cpu_seconds_total",
}
_NAME = re.compile(r"\b((?:synapse|node)_\w+|up)\b(?!\s*\()")
PROMTOOL = shutil.which("promtool")


def _asked(expression: str) -> set[str]:
    without_labels = re.sub(r"\{[^}]*\}", "", expression)
    return set(_NAME.findall(without_labels))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_asks_for_figures_that_are_told(rule: dict[str, Any]) -> None:
    assert _asked(rule["expr"])
    assert _asked(rule["expr"]) <= OURS | OTHERS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_the_runbook_has_a_heading_for_the_rule(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (PROJECT_ROOT / page).read_text(), re.MULTILINE)
    assert anchor in {heading.lower() for heading in headings}
    assert rule["labels"]["severity"] in {"warning", "critical"}


@pytest.mark.parametrize("path", BOARDS, ids=lambda path: path.stem)
def test_a_board_asks_for_figures_that_are_told_and_its_panels_fit(path: Path) -> None:
    board = json.loads(path.read_text())
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        for target in panel["targets"]:
            if target["datasource"]["uid"] == "prometheus":
                assert _asked(target["expr"]) <= OURS | OTHERS, panel["title"]
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells


def test_prometheus_asks_services_that_are_there() -> None:
    config = yaml.safe_load((PROMETHEUS / "prometheus.yml").read_text())
    for job in config["scrape_configs"]:
        for target in job["static_configs"][0]["targets"]:
            assert target.partition(":")[0] in {*SERVICES, "localhost"}, target
    credentials = config["scrape_configs"][0]["authorization"]["credentials_file"]
    assert credentials.rpartition("/")[2] in SERVICES["prometheus"]["secrets"]
    assert "metrics_key" in COMPOSE["secrets"]


@pytest.mark.skipif(PROMTOOL is None, reason="promtool is not on this machine: alert rules were not tried")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "config", "--syntax-only", "prometheus.yml"],
        ["check", "rules", "rules/synapse.yml"],
        ["test", "rules", "tests/synapse.yml"],
    ],
    ids=" ".join,
)
def test_promtool_is_content(arguments: list[str]) -> None:
    found = subprocess.run(
        [str(PROMTOOL), *arguments], cwd=PROMETHEUS, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout + found.stderr
