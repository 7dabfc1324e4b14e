"""A browser that is driven like a person drives it: keys, clicks, a window of some width, paper, no scripts.

It speaks the browser's own protocol over two pipes, so nothing needs to be installed beside the browser.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

OPTIONS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
#: No step of a page takes longer; who waits for something that never comes is told so after it.
PATIENCE: Final = 20.0
KEYS: Final[Mapping[str, tuple[str, int, str]]] = {
    "Tab": ("Tab", 9, ""),
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "Space": ("Space", 32, " "),
    "ArrowDown": ("ArrowDown", 40, ""),
    "ArrowUp": ("ArrowUp", 38, ""),
    "ArrowLeft": ("ArrowLeft", 37, ""),
    "ArrowRight": ("ArrowRight", 39, ""),
    "Backspace": ("Backspace", 8, ""),
}
_CONTROL: Final = 2
_SHIFT: Final = 8


class Driven:
    """A browser without a window, in a process of its own; `tab` opens a page in it."""

    def __init__(self, program: str, home: Path) -> None:
        to_browser, self._writing = os.pipe()
        self._reading, from_browser = os.pipe()
        # The browser reads from 3 and writes to 4; what is passed to it must not stand there already.
        given = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, 10) for each in (to_browser, from_browser)]
        nowhere = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_RDWR, 0) for each in (1, 2)]
        pipes = [(os.POSIX_SPAWN_DUP2, given[0], 3), (os.POSIX_SPAWN_DUP2, given[1], 4)]
        words = [program, *OPTIONS, f"--user-data-dir={home}", "about:blank"]
        environment = {**os.environ, "HOME": str(home)}
        self._process = os.posix_spawn(program, words, environment, file_actions=[*nowhere, *pipes])
        for each in (to_browser, from_browser, *given):
            os.close(each)
        self._last = 0
        self._left = b""
        self._tabs: dict[str, Tab] = {}

    def tab(self, width: int = 1280, height: int = 900, *, scripts: bool = True) -> Tab:
        """Open an empty page in a browser that has never been used."""
        context = self.ask("Target.createBrowserContext")["browserContextId"]
        target = self.ask("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        found = self._tabs[session] = Tab(self, session, context)
        found.begin(width, height, scripts=scripts)
        return found

    def ask(self, method: str, session: str = "", **given: Any) -> dict[str, Any]:
        """Ask for something and return the answer; what happens meanwhile is told to its page."""
        self._last += 1
        number = self._last
        message = {"id": number, "method": method, "params": given}
        if session:
            message["sessionId"] = session
        os.write(self._writing, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next(PATIENCE)
            if told is None:
                raise TimeoutError(f"the browser did not answer {method}")
            if told.get("id") == number:
                if "error" in told:
                    raise RuntimeError(f"{method}: {told['error']['message']}")
                answer: dict[str, Any] = told["result"]
                return answer

    def listen(self, seconds: float) -> None:
        """Take in what happens, for no longer than so many seconds if nothing does."""
        self._next(seconds)

    def close_tab(self, tab: Tab) -> None:
        """Close a page, and forget whatever it kept."""
        self._tabs.pop(tab.session, None)
        self.ask("Target.disposeBrowserContext", browserContextId=tab.context)

    def end(self) -> None:
        """End the browser."""
        with suppress(OSError, TimeoutError, RuntimeError):
            self.ask("Browser.close")
        os.close(self._writing)
        os.waitpid(self._process, 0)
        os.close(self._reading)

    def _next(self, seconds: float) -> dict[str, Any] | None:
        while b"\0" not in self._left:
            if not select.select([self._reading], [], [], seconds)[0]:
                return None
            if not (more := os.read(self._reading, 1 << 20)):
                raise RuntimeError("the browser is gone")
            self._left += more
        message, _, self._left = self._left.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        if (tab := self._tabs.get(told.get("sessionId", ""))) and "method" in told:
            tab.hear(told["method"], told["params"])
        return told


class Tab:
    """A page that is open: what was asked for, what it complained of, and the hands on it."""

    def __init__(self, driven: Driven, session: str, context: str) -> None:
        self._driven = driven
        self.session, self.context = session, context
        #: hosts that were asked for anything, and the paths
        self.hosts: set[str] = set()
        self.paths: set[str] = set()
        #: errors and warnings of the console, of scripts and of the policy of contents
        self.console: list[str] = []
        self.status = 0
        self._loads = 0

    def begin(self, width: int, height: int, *, scripts: bool) -> None:
        """Set the window."""
        for each in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{each}.enable")
        self.resize(width, height)
        if not scripts:
            self.ask("Emulation.setScriptExecutionDisabled", value=True)

    def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """Ask the browser for something about this page."""
        return self._driven.ask(method, self.session, **given)

    def hear(self, method: str, told: dict[str, Any]) -> None:
        """Take in what happened."""
        if method == "Page.loadEventFired":
            self._loads += 1
        elif method == "Network.requestWillBeSent":
            url = urlsplit(told["request"]["url"])
            if url.scheme not in ("data", "about", "blob"):
                self.hosts.add(url.netloc)
                self.paths.add(url.path)
        elif method == "Network.responseReceived" and told["type"] == "Document":
            self.status = told["response"]["status"]
        elif method == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.console.append(told["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.console.append(json.dumps(told["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning", "assert"):
            self.console.append(json.dumps(told["args"]))

    def resize(self, width: int, height: int = 900) -> None:
        """Make the window so wide, in pixels of CSS."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.ask("Emulation.setDeviceMetricsOverride", **size)

    def show_as(self, media: str = "screen", scheme: str = "light") -> None:
        """Show the page as on a ``screen`` or in ``print``, ``light`` or ``dark``."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.ask("Emulation.setEmulatedMedia", media=media, features=features)

    def go(self, address: str) -> Tab:
        """Open an address and wait until it is there."""
        with self.loading():
            answer = self.ask("Page.navigate", url=address)
            if "errorText" in answer:
                raise RuntimeError(f"{address}: {answer['errorText']}")
        return self

    def back(self) -> None:
        """Go back by the button of the browser."""
        history = self.ask("Page.getNavigationHistory")
        entry = history["entries"][history["currentIndex"] - 1]
        before = self.address
        self.ask("Page.navigateToHistoryEntry", entryId=entry["id"])
        self.wait(f"location.href !== {json.dumps(before)} && document.readyState === 'complete'")

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Do something that leads to another page, and wait until it is there."""
        before = self._loads
        yield
        self._until(lambda: self._loads > before, "no page was opened")

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, script: str) -> None:
        """Wait until an expression in the page is true."""
        self._until(lambda: bool(self.run(f"Boolean({script})")), f"never came true: {script}")

    def press(self, key: str, times: int = 1, *, shift: bool = False, control: bool = False) -> None:
        """Press a key that has a name."""
        code, number, text = KEYS[key]
        name = " " if key == "Space" else code
        given: dict[str, Any] = {"key": name, "code": code, "windowsVirtualKeyCode": number}
        given["modifiers"] = _SHIFT * shift + _CONTROL * control
        text = "" if control else text
        for _ in range(times):
            down = {"type": "keyDown" if text else "rawKeyDown", **({"text": text} if text else {})}
            self.ask("Input.dispatchKeyEvent", **given, **down)
            self.ask("Input.dispatchKeyEvent", **given, type="keyUp")

    def type(self, words: str) -> None:
        """Type words where the focus is."""
        for each in words:
            self.ask("Input.dispatchKeyEvent", type="keyDown", text=each, key=each)
            self.ask("Input.dispatchKeyEvent", type="keyUp", key=each)

    def click(self, selector: str) -> None:
        """Click on the middle of an element with the mouse."""
        place = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center', inline: 'center'}); const b = e.getBoundingClientRect();"
            "return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        given = {"x": place[0], "y": place[1], "button": "left", "clickCount": 1}
        self.ask("Input.dispatchMouseEvent", type="mousePressed", **given)
        self.ask("Input.dispatchMouseEvent", type="mouseReleased", **given)

    @property
    def address(self) -> str:
        """Where the page is."""
        return str(self.run("location.href"))

    def text(self, selector: str = "body") -> str:
        """Return the words of an element as they are seen."""
        return str(self.run(f"document.querySelector({json.dumps(selector)}).innerText"))

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page, as PNG or JPEG by the name of the file."""
        size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 8000), "scale": 1}
        form = {"format": "png"} if path.suffix == ".png" else {"format": "jpeg", "quality": 80}
        answer = self.ask("Page.captureScreenshot", captureBeyondViewport=True, clip=clip, **form)
        path.write_bytes(base64.b64decode(answer["data"]))

    def pdf(self) -> bytes:
        """Return the page as it is printed on A4."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "printBackground": False}
        return base64.b64decode(self.ask("Page.printToPDF", **paper)["data"])

    def close(self) -> None:
        """Close it."""
        self._driven.close_tab(self)

    def _until(self, came: Callable[[], bool], otherwise: str) -> None:
        last = time.monotonic() + PATIENCE
        while not came():
            if time.monotonic() > last:
                raise TimeoutError(otherwise)
            self._driven.listen(0.02)
