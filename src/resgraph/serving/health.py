"""What machines ask first: whether the site is well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from resgraph.evaluate import Evaluator, Request


def report(evaluator: Evaluator, manifest: Mapping[str, Any]) -> bytes:
    r"""Say, as JSON, whether questions are answered, by asking one; and which release answers.

    >>> from resgraph.evaluate import InProcess
    >>> from resgraph.store import Dataset
    >>> report(InProcess(Dataset()), {"sha256": "5e1f"})
    b'{"graphs": {}, "release": "5e1f", "status": "ok", "things": {}}\n'
    """
    evaluator.evaluate(Request("ASK {}"), deadline=5)
    found = {
        "status": "ok",
        "release": str(manifest.get("sha256", "")),
        "graphs": manifest.get("graphs", {}),
        "things": manifest.get("things", {}),
    }
    return (json.dumps(found, sort_keys=True) + "\n").encode()
