"""docker-compose.yml and the Dockerfile, as far as they can be proved without a Docker engine: what they name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from consultant.cli import create_app
from consultant.settings import PREFIX, SECRETS, Settings

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("build")}


def commands() -> set[str]:
    app = create_app()
    return {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "entrypoint" not in service])
def test_each_part_runs_a_command_that_exists(name):
    assert OURS[name]["command"][0] in commands()


def test_every_variable_of_ours_is_a_setting():
    known = {PREFIX + field.upper() for field in Settings.model_fields} | {f"{PREFIX}{secret}_FILE" for secret in SECRETS}
    used = {name for service in OURS.values() for name in service["environment"] if name.startswith(PREFIX)}
    used |= set(re.findall(rf"({PREFIX}\w+)=", DOCKERFILE))

    assert used
    assert used <= known


def test_every_secret_a_service_reads_is_declared_with_its_file():
    declared = COMPOSE["secrets"]
    for service in COMPOSE["services"].values():
        for secret in service.get("secrets", []):
            assert declared[secret]["file"] == f"./secrets/{secret}"


def test_the_files_of_secrets_are_explained_to_ops():
    operations = (ROOT / "docs" / "OPERATIONS.md").read_text()
    for secret in COMPOSE["secrets"]:
        assert f"secrets/{secret}" in operations


def test_every_service_that_is_waited_for_has_a_health_check():
    for service in COMPOSE["services"].values():
        for name in service.get("depends_on", {}):
            assert "healthcheck" in COMPOSE["services"][name]


def test_every_named_volume_is_declared():
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]


def test_flower_is_published_on_loopback_only_with_a_password_and_without_arguments():
    flower = COMPOSE["services"]["flower"]
    assert flower["ports"] == ["127.0.0.1:5555:5555"]
    assert "FLOWER_BASIC_AUTH" in flower["environment"]
    columns = next(option for option in flower["command"] if option.startswith("--tasks_columns="))
    assert not {"args", "kwargs", "result"} & set(columns.partition("=")[2].split(","))


def test_the_image_is_made_of_files_that_exist():
    copied = [
        word for line in DOCKERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]

    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_starts_a_command_that_exists():
    entrypoint, command = re.findall(r'^(?:ENTRYPOINT|CMD) \["(\w+)"\]$', DOCKERFILE, re.MULTILINE)
    assert entrypoint == "consultant"
    assert command in commands()
