"""A drawn figure: shown by a notebook, written to a file, described in words."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from resgraph.extras import bring

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK: Final = "#222222"
QUIET: Final = "#767676"
LINE: Final = "#d0d0d0"
#: of what findings say; told apart by eyes that see no red or green too, and never the only sign
COLOURS: Final = {
    **{"gain": "#1b6ca8", "benefit": "#1b6ca8", "harm": "#c1440e"},
    **{"no clear effect": "#555555", "no-effect": "#555555", "mixed": "#8a6d00", "other": "#555555"},
}
MARKERS: Final = {
    **{"gain": "^", "benefit": "^", "harm": "v"},
    **{"no clear effect": "o", "no-effect": "o", "mixed": "D", "other": "s"},
}
_RESOLUTION: Final = 150


@dataclass(frozen=True, slots=True)
class Picture:
    """A matplotlib figure and its words, for those who cannot see it.

    >>> import resgraph
    >>> g = resgraph.load()
    >>> from resgraph.gaps import gap_map
    >>> from resgraph.plots import draw_gap_map
    >>> picture = draw_gap_map(gap_map(g, [g.intervention("kiva")], [g.outcome("anxiety-symptoms")]))
    >>> picture.words
    '1 questions: 1 no effect.'
    >>> import pathlib, tempfile
    >>> place = pathlib.Path(tempfile.mkdtemp()) / "map.svg"
    >>> picture.save(place)
    >>> place.read_text("utf-8")[:5]
    '<?xml'
    """

    figure: Figure
    words: str

    def save(self, path: str | Path) -> None:
        """Write it to a file; the ending says the format: ``.png``, ``.svg``, ``.pdf``.

        The same data give the same bytes.
        """
        kind = Path(path).suffix.lstrip(".").lower() or "png"
        Path(path).write_bytes(self._drawn(kind))

    def _repr_png_(self) -> bytes:
        return self._drawn("png")

    def _drawn(self, kind: str) -> bytes:
        dates: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
        out = BytesIO()
        with bring("matplotlib", "plot").rc_context({"svg.hashsalt": "resgraph"}):
            self.figure.savefig(
                out, format=kind, dpi=_RESOLUTION, bbox_inches="tight", metadata=dates.get(kind)
            )
        return out.getvalue()


def blank(width: float, height: float) -> tuple[Figure, Any]:
    """Return a figure of a size in inches, and its one set of axes without a frame."""
    figure = bring("matplotlib.figure", "plot").Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.spines[:].set_visible(False)
    return figure, axes
