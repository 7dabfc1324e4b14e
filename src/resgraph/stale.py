"""Whether a release still fits the files that it was built from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

from resgraph.errors import InputError, ReleaseError
from resgraph.release import default_path, quads_path, read_manifest
from resgraph.sources import Sources, packaged

#: modules whose code decides what a release holds
_RULES: Final = (
    "build",
    "catalogue",
    "evidence",
    "index",
    "labels",
    "meaning",
    "reason",
    "records",
    "turtle",
    "validate",
    "vocab",
)


def is_stale(path: Path | None = None, sources: Sources | None = None) -> bool:
    """Tell whether a release is missing or was built from other files than stand there now."""
    path = path or default_path()
    try:
        manifest = read_manifest(path)
    except ReleaseError:
        return True
    return manifest["inputs"] != fingerprint(sources or packaged()) or not quads_path(path).exists()


def fingerprint(sources: Sources) -> str:
    """Return a hash of everything a release depends on: the files, and the code that reads them."""
    here = Path(__file__).parent
    rules = [path for name in _RULES for path in (here / f"{name}.py", *sorted((here / name).glob("*.py")))]
    rules = [path for path in rules if path.exists()]
    digest = hashlib.sha256()
    for path in (*sources.ontology, *sources.data, *sources.shapes, *rules):
        try:
            content = path.read_bytes()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from None
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
