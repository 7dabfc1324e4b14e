"""The test of the tests: what the driven browser must not miss can be found by it."""

from __future__ import annotations

from urllib.parse import quote

from .driver import Driven, Tab

FORM = "<form action='/search'><input id=a name=q><a id=b href='/gaps'>b</a><button id=c>c</button></form>"


def page(html: str) -> str:
    return "data:text/html," + quote(f"<!doctype html><title>t</title>{html}")


def test_it_tells_of_other_hosts_and_of_errors(tab: Tab) -> None:
    tab.go(page("<img src='http://127.0.0.1:9/x.png'><script>console.error('oh')</script>"))
    assert tab.hosts == {"127.0.0.1:9"}
    assert any("oh" in line for line in tab.console)


def test_it_has_hands(tab: Tab) -> None:
    tab.go(page(FORM))
    tab.press("Tab")
    tab.type("abc")
    tab.press("Backspace")
    assert tab.run("document.activeElement.value") == "ab"
    tab.press("Tab", 2)
    assert tab.run("document.activeElement.id") == "c"
    tab.press("Tab", shift=True)
    assert tab.run("document.activeElement.id") == "b"


def test_without_scripts_none_runs(driven: Driven) -> None:
    tab = driven.tab(scripts=False)
    tab.go(page("<p>left</p><script>document.body.textContent = 'changed'</script>"))
    assert tab.text() == "left"
    tab.close()
