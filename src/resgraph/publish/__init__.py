"""A release for others: frozen under its version, with all files that people download.

step        which step of the version the changes since the last release ask for, and why
dumps       the content in formats for programs and for people without RDF
record      what describes the files: DCAT, RO-Crate, checksums
feed        the news of all releases
unfilled    what only the publisher can fill in
freeze      all of it into a directory that is never touched again
"""

from __future__ import annotations

from resgraph.publish.freeze import Released, release
from resgraph.publish.step import Reason, Step, step

__all__ = ["Reason", "Released", "Step", "release", "step"]
