"""Reading a page strictly."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = frozenset(["meta", "link", "input", "br", "img", "hr"])


class Page(HTMLParser):
    """A page, read strictly: every element is closed, no id is given twice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice at {self.getpos()}"
        if tag not in _VOID:
            self.open.append(tag)
        if name := found.get("id"):
            assert name not in self.ids, f"two of {name}"
            self.ids.add(name)
        for key in ("href", "src"):
            if value := found.get(key):
                self.links.add(value)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"
