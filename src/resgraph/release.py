"""A release on disk: where it stands and what its manifest says.

A release is a directory with one N-Quads file, named by its content, and a manifest that names it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from resgraph.errors import ReleaseError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1

Manifest = Mapping[str, Any]


def default_path() -> Path:
    """Return where the packaged release stands, or the place that RESGRAPH_RELEASE names."""
    named = os.environ.get("RESGRAPH_RELEASE")
    return Path(named) if named else Path(__file__).resolve().parent / "_release"


def read_manifest(path: Path | None = None) -> Manifest:
    """Read the manifest of the release in a directory; `ReleaseError` when there is none."""
    path = path or default_path()
    try:
        manifest: Manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReleaseError(f"{path} holds no release", hint="Build one: resgraph build") from None
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{path / MANIFEST} cannot be read: {error}") from None
    if manifest.get("format") != FORMAT:
        raise ReleaseError(f"{path} is a release of another format", hint="Build it again: resgraph build")
    return manifest


def quads_path(path: Path | None = None) -> Path:
    """Return the N-Quads file of the release in a directory."""
    path = path or default_path()
    return path / str(read_manifest(path)["quads"])
