"""An explanation as a picture: the conclusion on top, what it rests on further in and further down.

The frame tells what a statement is, without colour: a plain line is stated, a double one evidenced, a broken
one concluded, a dotted one a hypothesis. Every box says it in words too. Text keeps its size, so the picture
is as wide as a page and as long as it has to be.
"""

from __future__ import annotations

from html import escape
from typing import Final

from resgraph.explain.account import Account
from resgraph.explain.explanation import Explanation, Kind, Node
from resgraph.explain.words import mark, origin, told

#: Sizes in units of the picture; one is a pixel where it is shown in full.
_WIDTH: Final = 860
_STEP: Final = 34
_BOX: Final = 46
_RULE: Final = 22
_GAP: Final = 12
_EDGE: Final = 8
#: Units that a character of each size takes, on average.
_LETTER, _SMALL = 7.6, 6.7
#: Reasons and findings that are drawn; the text has all.
_DRAWN: Final = 3
_CITED: Final = 8
_ROLES: Final = {
    "supports": "for it",
    "disputes": "against it, or otherwise",
    "beside": "agrees, not counted",
}
_DASHES: Final = {"inferred": "7 4", "hypothesis": "2 4", "not entailed": "2 4"}


def draw(e: Explanation) -> str:
    """Return an explanation as SVG; it takes the colour of the text around it."""
    canvas = _Canvas()
    drawn = e.reasons[:_DRAWN]
    canvas.box(e.node, 0)
    if e.node.account:
        canvas.account(e.node.account)
    for number, reason in enumerate(drawn, 1):
        title = f"Reason {number} of {len(e.reasons)}: {reason.tree.because}"
        canvas.rule(title, 1)
        for each in reason.tree.premises:
            canvas.tree(each, 2)
    if len(e.reasons) > _DRAWN:
        canvas.rule(f"and {len(e.reasons) - _DRAWN} more", 1)
    if e.near:
        canvas.rule("In the graph between the two", 1)
        for each in e.near:
            canvas.box(each, 2)
    return canvas.svg(e)


class _Canvas:
    """Boxes and lines, each below the one before."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._y = _EDGE
        #: for each depth, where the line to what stands deeper begins
        self._from: dict[int, int] = {}

    def tree(self, node: Node, depth: int) -> None:
        """Draw a statement and what it follows from."""
        self.box(node, depth)
        if node.rule:
            self.rule(node.because, depth + 1)
            for each in node.premises:
                self.tree(each, depth + 2)

    def account(self, account: Account) -> None:
        """Draw the findings that amount to a statement, and those that do not agree."""
        firm = f", {account.strength}" if account.strength else ""
        self.rule(f"By the rule of evidence: {account.answer}{firm}", 1)
        for each in account.findings[:_CITED]:
            words = f"{_ROLES[each.role]}: {each.label}"
            self._box(words, told(each), each.name, "asserted", 2)
        if len(account.findings) > _CITED:
            self.rule(f"and {len(account.findings) - _CITED} more findings", 1)

    def box(self, node: Node, depth: int) -> None:
        """Draw a statement."""
        stated = node.kind in ("asserted", "evidenced")
        below = f"{mark(node)} · {origin(node)}" if stated else mark(node)
        self._box(node.words, below, node.short, node.kind, depth)

    def _box(self, words: str, below: str, short: str, kind: Kind, depth: int) -> None:
        left, width = self._left(depth), _WIDTH - self._left(depth) - _EDGE
        self._line_to(depth)
        dashes = f' stroke-dasharray="{_DASHES[kind]}"' if kind in _DASHES else ""
        self._parts.append(
            f'<g class="{kind.replace(" ", "-")}"><title>{escape(short)}</title>'
            f'<rect x="{left}" y="{self._y}" width="{width}" height="{_BOX}" rx="4"{dashes}/>'
        )
        if kind == "evidenced":
            inner = f'x="{left + 3}" y="{self._y + 3}" width="{width - 6}" height="{_BOX - 6}"'
            self._parts.append(f'<rect {inner} rx="2"/>')
        self._text(words, left + 10, self._y + 19, width - 20, _LETTER)
        self._text(below, left + 10, self._y + 36, width - 20, _SMALL, "small")
        self._parts.append("</g>")
        self._y += _BOX + _GAP
        self._from[depth] = self._y - _GAP

    def rule(self, words: str, depth: int) -> None:
        """Write the rule that leads from what stands below to what stands above."""
        self._line_to(depth)
        left = self._left(depth)
        self._text(words, left + 4, self._y + 14, _WIDTH - left - _EDGE, _SMALL, "rule")
        self._y += _RULE + _GAP // 2
        self._from[depth] = self._y - _GAP // 2

    def svg(self, e: Explanation) -> str:
        """Return all that was drawn."""
        height = self._y + _EDGE - _GAP
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" '
            f'height="{height}" role="img" font-family="system-ui, sans-serif" font-size="14" '
            'fill="none" stroke="currentColor" stroke-width="1.2">'
            f"<title>Why: {escape(e.node.words)}</title><desc>{escape(e.summary)}</desc>"
            f"{''.join(self._parts)}</svg>\n"
        )

    def _left(self, depth: int) -> int:
        # A long way in keeps its boxes readable: from some depth on they stay where they are.
        return _EDGE + min(depth, 14) * _STEP // 2

    def _line_to(self, depth: int) -> None:
        """Draw the line from what stands above and further out."""
        if depth == 0 or depth - 1 not in self._from:
            return
        x, y = self._left(depth - 1) + 6, self._y + 10
        self._parts.append(f'<path d="M{x} {self._from[depth - 1]}V{y}H{self._left(depth)}"/>')
        self._from[depth - 1] = y

    def _text(self, words: str, x: int, y: int, width: int, letter: float, kind: str = "") -> None:
        most = int(width / letter)
        shown = words if len(words) <= most else words[: most - 1] + "…"
        size = {"small": ' font-size="12"', "rule": ' font-size="12" font-style="italic"'}.get(kind, "")
        whole = f"<title>{escape(words)}</title>" if shown != words else ""
        self._parts.append(
            f'<text x="{x}" y="{y}" fill="currentColor" stroke="none"{size}>{whole}{escape(shown)}</text>'
        )
