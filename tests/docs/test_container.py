"""The Containerfile cannot be built by every test run: what it names is there, and what it runs works."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

from resgraph.cli import COMMANDS
from resgraph.settings import Settings
from resgraph.web.routes import ROUTES

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def steps() -> list[tuple[str, str]]:
    """Every instruction of the Containerfile and what follows it, each on one line."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1].strip()) for line in lines if line.strip()]


def every(instruction: str) -> list[str]:
    return [rest for name, rest in steps() if name == instruction]


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in every("ENV") for pair in shlex.split(line))


def test_what_is_copied_is_there_and_not_ignored() -> None:
    allowed = re.findall(r"^!(.+)$", (ROOT / ".containerignore").read_text("utf-8"), re.MULTILINE)
    copied = [line.split()[:-1] for line in every("COPY") if not line.startswith("--from")]
    for source in (each for line in copied for each in line):
        assert (ROOT / source).exists(), source
        assert source in allowed, source
    assert {each for line in copied for each in line} == set(allowed)


def test_what_the_package_is_made_of_is_copied() -> None:
    copied = " ".join(every("COPY")).split()
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    for source in (
        *wheel["force-include"],
        *PROJECT["project"]["license-files"],
        PROJECT["project"]["readme"],
    ):
        assert source in copied, source


def test_what_the_second_stage_takes_the_first_has_made() -> None:
    made = " ".join(every("RUN"))
    for line in every("COPY"):
        if line.startswith("--from=build"):
            assert f" {line.split()[1]}" in made or f"--output {line.split()[1]}" in made
    assert sum(name == "FROM" for name, _ in steps()) == 2


def test_commands_and_settings_exist() -> None:
    assert "resgraph" in PROJECT["project"]["scripts"]
    for command in re.findall(r"bin/resgraph (\w+)", " ".join(every("RUN"))):
        assert command in COMMANDS
    program, command = json.loads(every("CMD")[0])
    assert (program, command in COMMANDS) == ("resgraph", True)
    known = {f"RESGRAPH_{field.name.upper()}" for field in fields(Settings)} | {"RESGRAPH_RELEASE"}
    assert {name for name in environment() if name.startswith("RESGRAPH_")} <= known


def test_python_is_one_that_the_project_allows() -> None:
    found = set(re.findall(r"python:3\.(\d+)-slim", " ".join(every("FROM"))))
    least = int(PROJECT["project"]["requires-python"].rpartition(".")[2])
    assert len(found) == 1
    assert int(found.pop()) >= least


def test_it_is_not_root_and_stops_in_order() -> None:
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", every("USER")[0])
    assert every("STOPSIGNAL") == ["SIGTERM"]
    assert Settings().stop_within < 10, "a container is killed ten seconds after it was asked to stop"


def test_the_ports_agree() -> None:
    port = environment()["RESGRAPH_PORT"]
    assert every("EXPOSE") == [port]
    assert f":{port}/" in every("HEALTHCHECK")[0]


def test_the_health_check_works(server: str) -> None:
    path = re.search(r"http://[\d.:]+(/\w+)", every("HEALTHCHECK")[0])
    assert path
    assert path[1] in {route.address for route in ROUTES}
    _, option, code = json.loads(every("HEALTHCHECK")[0].partition("CMD ")[2])
    for address, expected in ((server, 0), ("http://127.0.0.1:9", 1)):
        here = re.sub(r"http://127\.0\.0\.1:\d+", address, code)
        done = subprocess.run([sys.executable, option, here], capture_output=True, timeout=20)
        assert done.returncode == expected


def test_lock_files_name_no_host() -> None:
    for lock in (*(ROOT / "requirements").glob("*.lock"), *ROOT.glob("tests/**/package-lock.json")):
        if "node_modules" not in lock.parts:
            text = lock.read_text("utf-8")
            assert not re.search(r"--(extra-)?index-url|\"resolved\":", text), lock
