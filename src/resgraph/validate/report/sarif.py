"""A report as SARIF 2.1.0, which editors and code scanning show at the line that it is about."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from resgraph import __version__
from resgraph.validate.report import Mistake, Report, Violation, gravity
from resgraph.vocab import shorten

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ABOUT: Final = ("focus", "path", "value", "fix")
_LEVELS: Final = MappingProxyType({"violation": "error", "warning": "warning", "info": "note"})


def write(report: Report) -> str:
    """Return one run: a rule for each shape, a result for each mistake."""
    rules: dict[str, Violation] = {}
    for violation in sorted(report.violations, key=lambda one: (gravity(one.severity), one.shape)):
        rules.setdefault(violation.shape, violation)
    numbers = {shape: number for number, shape in enumerate(rules)}
    driver = {
        "name": "resgraph validate",
        "informationUri": "https://w3id.org/resgraph/",
        "semanticVersion": __version__,
        "rules": [*map(_rule, rules.values())],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(mistake, numbers[mistake.lead.shape]) for mistake in report.mistakes],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _rule(violation: Violation) -> dict[str, Any]:
    return {
        "id": shorten(violation.shape),
        "shortDescription": {"text": violation.shape_name},
        "fullDescription": {"text": violation.message},
        "defaultConfiguration": {"level": _level(violation.severity)},
    }


def _result(mistake: Mistake, rule: int) -> dict[str, Any]:
    violation = mistake.lead
    result: dict[str, Any] = {
        "ruleId": shorten(violation.shape),
        "ruleIndex": rule,
        "level": _level(violation.severity),
        "message": {"text": _text(mistake)},
        "partialFingerprints": {"resgraph/v1": _fingerprint(violation)},
        "properties": {
            **{name: value for name, value in violation.to_dict().items() if name in _ABOUT},
            "rules": list(dict.fromkeys(shorten(one.shape) for one in mistake.violations)),
        },
    }
    location: dict[str, Any] = {
        "logicalLocations": [{"fullyQualifiedName": violation.focus.value, "kind": "object"}]
    }
    if violation.file is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(Path(violation.file))}}
        if violation.line is not None:
            physical["region"] = {"startLine": violation.line}
        location["physicalLocation"] = physical
    return {**result, "locations": [location]}


def _text(mistake: Mistake) -> str:
    lead, *others = mistake.reasons
    lines = [lead.message, lead.about, f"Fix: {lead.fix}" if lead.fix else ""]
    for one in others:
        lines.append(f"{one.beside(lead).capitalize()}: {one.message}")
        lines.append(f"Fix: {one.fix}" if one.fix and one.fix != lead.fix else "")
    return "\n".join(filter(None, lines))


def _level(severity: str) -> str:
    return _LEVELS.get(severity, "warning")


def _uri(path: Path) -> str:
    """Return a relative address, as code scanning wants it, or a full one for an absolute path."""
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _fingerprint(violation: Violation) -> str:
    """Return what stays the same when lines move, so that a result is known again."""
    parts = (violation.shape, violation.component, violation.about)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
