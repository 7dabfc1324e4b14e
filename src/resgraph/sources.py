"""Where the files stand that a release is built from: in a checkout, or inside the installed package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sources:
    """The directories that a release is built from."""

    root: Path

    @property
    def ontology(self) -> tuple[Path, ...]:
        """The files of the ontology, the concept schemes and the alignments."""
        return tuple(sorted((self.root / "ontology").glob("*.ttl")))

    @property
    def context(self) -> Path:
        """The published JSON-LD context, written by ``resgraph.jsonld.context``."""
        return self.root / "ontology" / "context.jsonld"

    @property
    def data(self) -> tuple[Path, ...]:
        """The data files."""
        return tuple(sorted((self.root / "data").glob("*.ttl")))

    @property
    def shapes(self) -> tuple[Path, ...]:
        """The files of shapes, examples apart."""
        return tuple(sorted((self.root / "shapes").glob("*.ttl")))

    @property
    def rules(self) -> tuple[Path, ...]:
        """The rules of good keeping."""
        return tuple(sorted((self.root / "ontology" / "rules").glob("*.rq")))

    @property
    def queries(self) -> tuple[Path, ...]:
        """The stored queries."""
        return tuple(sorted((self.root / "queries").glob("*.rq")))


def packaged() -> Sources:
    """Return the sources that came with this package.

    >>> [path.name for path in packaged().shapes][:1]
    ['content.ttl']
    """
    here = Path(__file__).resolve().parent
    checkout = here.parents[1]
    return Sources(checkout if (checkout / "ontology").is_dir() else here / "_source")
