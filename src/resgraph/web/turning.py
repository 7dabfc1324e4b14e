"""Which part of a long page is shown: what is asked for in its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from resgraph.vocab import expand

#: Values of a property, or findings that say the same, on a page at once.
AT_ONCE: Final = 100


class Turned(NamedTuple):
    """The part of a long page that is shown.

    >>> Turned("harm", 100).places("harm", 230), Turned("harm", 100).places("gain", 230)
    (range(100, 200), range(0, 100))
    >>> WHOLE.places("gain", 230)
    range(0, 230)
    """

    #: what is turned to: the address of a property, or what findings say
    of: str = ""
    start: int = 0
    #: everything is shown, on a page that nobody can turn
    whole: bool = False

    @classmethod
    def of_address(cls, parameters: Mapping[str, str]) -> Turned:
        """Read the parameters of an address; what makes no sense is the beginning."""
        start = parameters.get("start", "")[:6]
        return cls(
            expand(parameters.get("of", "")), int(start) if start.isascii() and start.isdecimal() else 0
        )

    def places(self, name: str, count: int) -> range:
        """Return which of the values with a name are shown."""
        if self.whole:
            return range(count)
        start = self.start if self.of == name and self.start < count else 0
        return range(start, min(count, start + AT_ONCE))


WHOLE: Final = Turned(whole=True)
