"""Every type of page in a real browser: for people who cannot see, on a narrow screen."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from waitress.server import create_server

from resgraph.graph import Graph
from resgraph.stored import all_queries
from resgraph.web import create_app

from .conftest import OPTIONS

HERE = Path(__file__).parent / "axe"
#: The length changes, and the page is shown in a frame that is as narrow as a telephone.
_LEFT_OUT = ("Content-Length", "Content-Security-Policy")
PAGES = (
    "/",
    "/browse/intervention?answer=harm",
    "/search?q=bulying",
    "/gaps",
    "/briefing",
    "/sparql?stored=02-protective-factors-by-size",
    "/explain?s=intervention:kiva&p=rg:reduces&o=factor:bullying-victimisation",
    "/catalog",
    "/doc/intervention/kiva",
    "/doc/outcome/anxiety-symptoms",
    "/doc/determinant/household-income",
    "/doc/population/looked-after-children",
    "/doc/source/karna-2011",
    "/doc/finding/karna-2011--kiva--bullying-victimisation",
    "/doc/proposition/kiva--bullying-victimisation",
    "/doc/point/briefing-1",
    "/scheme/level",
    "/scheme/level/peer",
    "/nowhere",
)


@pytest.fixture(scope="session")
def axe(pytestconfig: pytest.Config) -> Path:
    """The script that finds what is wrong for people who cannot see; in CI it must be there."""
    lock = HERE / "package-lock.json"
    stamp = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    where = Path(str(pytestconfig.cache.mkdir("axe"))) / stamp  # type: ignore[union-attr]
    script = where / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        if shutil.which("npm") is None and not os.environ.get("CI"):
            pytest.skip("needs npm")
        where.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, where)
        install = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
        done = subprocess.run(install, cwd=where, capture_output=True, text=True)
        if done.returncode and not os.environ.get("CI"):
            pytest.skip(f"npm cannot install axe-core: {done.stderr.strip()[-200:]}")
        assert done.returncode == 0, done.stderr
    return script


@pytest.fixture(scope="module")
def checked(graph: Graph, axe: Path) -> Iterator[str]:
    """The address of the site, each page of which checks itself."""
    app = create_app(graph.dataset, graph.manifest, examples=all_queries())
    scripts = {"/axe.js": axe.read_bytes(), "/axe-run.js": (HERE / "run.js").read_bytes()}

    def with_check(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if content := scripts.get(environ["PATH_INFO"]):
            start("200 OK", [("Content-Type", "text/javascript")])
            return [content]
        if environ["PATH_INFO"] == "/narrow":
            start("200 OK", [("Content-Type", "text/html")])
            page = unquote(environ["QUERY_STRING"])
            return [f'<title>narrow</title><iframe width="320" height="900" src="{page}"></iframe>'.encode()]
        kept: list[Any] = []
        answer = app(environ, lambda *given: kept.extend(given))
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        end = b'<script src="/axe.js"></script><script src="/axe-run.js"></script></body>'
        headers = [(name, value) for name, value in kept[1] if name not in _LEFT_OUT]
        start(kept[0], headers)
        return [body.replace(b"</body>", end)]

    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = create_server(with_check, sockets=[listener])
        threading.Thread(target=running.run, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        running.close()


def dumped(chromium: str, profile: Path, address: str) -> str:
    options = [each for each in OPTIONS if "virtual-time" not in each]
    done = subprocess.run(
        [
            chromium,
            *options,
            f"--user-data-dir={profile}",
            "--virtual-time-budget=9000",
            "--dump-dom",
            address,
        ],
        capture_output=True,
        text=True,
        timeout=90,
        env={**os.environ, "HOME": str(profile)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", PAGES)
def test_nothing_serious_is_wrong_for_anybody(chromium: str, checked: str, tmp_path: Path, path: str) -> None:
    text = dumped(chromium, tmp_path, f"{checked}/narrow?{quote(path)}")
    found = json.loads(unescape(text.split('<pre id="found-by-axe">')[1].split("</pre>")[0]))
    assert found["passes"] > 5
    assert found["violations"] == []
    assert found["width"] == 320
    assert found["wide"] <= 0, f"{found['wide']} px too wide"
