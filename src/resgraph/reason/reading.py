"""RDF files as statements, and where a statement stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import RdfFormat, Triple, parse

from resgraph.errors import InputError, Problem


def read(paths: Iterable[Path]) -> list[Triple]:
    """Return the statements of files of any RDF format, named graphs and all.

    Two files never share a blank node. A file that cannot be read is an `InputError`.
    """
    files = list(paths)
    return [t for path in files for t in _statements(path, rename=len(files) > 1)]


def _statements(path: Path, rename: bool) -> list[Triple]:
    kind = RdfFormat.from_extension(path.suffix.removeprefix(".").lower())
    if kind is None:
        message = f"the ending {path.suffix or '(none)'} is that of no RDF format"
        raise InputError(f"{path} cannot be read", problems=[Problem(message, file=str(path))])
    try:
        return [q.triple for q in parse(path=path, format=kind, rename_blank_nodes=rename)]
    except SyntaxError as error:
        message = str(error.msg).removeprefix("Parser error at ").strip()
        problem = Problem(message, file=str(path), line=error.lineno)
        raise InputError(f"{path} is not valid {kind.name}", problems=[problem]) from None
    except OSError as error:
        problem = Problem(error.strerror or "no such file", file=str(path))
        raise InputError(f"{path} cannot be read", problems=[problem]) from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8", problems=[Problem(str(error), file=str(path))]) from None
