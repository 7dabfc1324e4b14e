"""A user's program passes a strict type checker, with the types it was promised, and its slips are found."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
_LINE = re.compile(r"^[^:]+:(\d+): (error|note): (.*)$", re.MULTILINE)
_TYPE = re.compile(r'Revealed type is "(.+)"')


@pytest.fixture(scope="module")
def checked(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[int, str, str]]]:
    """By program: line, kind and words of what mypy says, run away from the checkout and its settings."""
    where = tmp_path_factory.mktemp("programs")
    found = {}
    for program in ("questions", "slips"):
        (where / f"{program}.py").write_text((PROGRAMS / f"{program}.py").read_text("utf-8"), "utf-8")
        options = ["--strict", "--python-executable", str(fresh / "bin" / "python"), "--config-file="]
        command = [sys.executable, "-P", "-m", "mypy", *options, "--no-pretty", f"{program}.py"]
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, env={"PATH": ""})
        assert done.returncode in (0, 1), done.stdout + done.stderr
        found[program] = [(int(line), kind, words) for line, kind, words in _LINE.findall(done.stdout)]
    return found


def marked(program: str, mark: str) -> dict[int, str]:
    """By line: what stands after a mark."""
    lines = (PROGRAMS / f"{program}.py").read_text("utf-8").splitlines()
    return {n: line.partition(mark)[2].strip() for n, line in enumerate(lines, 1) if mark in line}


def short(name: str) -> str:
    """A type without the homes of Python's own names."""
    return re.sub(r"\b(builtins|typing|types)\.", "", name)


def test_a_program_has_no_error(checked: dict[str, list[tuple[int, str, str]]]) -> None:
    assert [said for said in checked["questions"] if said[1] == "error"] == []


def test_types_are_what_was_promised(checked: dict[str, list[tuple[int, str, str]]]) -> None:
    revealed = {
        line: short(named[1]) for line, _, words in checked["questions"] if (named := _TYPE.search(words))
    }
    promised = {line: words.removeprefix("# ") for line, words in marked("questions", ")  # ").items()}
    assert len(promised) > 20
    assert revealed == promised


def test_slips_are_found(checked: dict[str, list[tuple[int, str, str]]]) -> None:
    assert {line for line, kind, _ in checked["slips"] if kind == "error"} == marked("slips", "# slip").keys()
