"""Run with ``make bench``: the library, the reasoner and validation beside others, pages, then the endpoint.

``python -m benchmarks [library] [reasoning] [validation] [pages] [endpoint] [--out DIRECTORY]`` prints the
ratios and writes the figures as JSON and as a picture. It takes about ten minutes, and sends nothing beyond
this machine.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks import endpoint, library, pages, reasoning, validation
from benchmarks.picture import draw


def main(arguments: list[str]) -> None:
    """Run what is named, or everything."""
    out = Path(arguments[arguments.index("--out") + 1]) if "--out" in arguments else Path("build/bench")
    every = ("library", "reasoning", "validation", "pages", "endpoint")
    wanted = [name for name in every if name in arguments] or every
    figures: dict[str, object] = {}
    if "library" in wanted:
        figures["library"] = library.run()
    if "reasoning" in wanted:
        figures["reasoning"] = reasoning.run()
    if "validation" in wanted:
        figures["validation"] = validation.run()
    if "pages" in wanted:
        figures["pages"] = pages.run()
    if "endpoint" in wanted:
        figures["endpoint"] = endpoint.run()
    out.mkdir(parents=True, exist_ok=True)
    (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    if "endpoint" in figures:
        (out / "ratios.svg").write_text(draw(figures["endpoint"]))  # type: ignore[arg-type]
    print(f"\nfigures and picture: {out}/")


if __name__ == "__main__":
    main(sys.argv[1:])
