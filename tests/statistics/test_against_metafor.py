"""Conversions and pools agree with R's metafor, and with worked examples in print.

`expected.json` is what metafor.R prints. Where R and metafor are there it is computed anew; everywhere the
frozen numbers are compared.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from math import exp, sqrt
from pathlib import Path
from typing import Any

import pytest

from resgraph.effects import Reading, effect_of, effects_of
from resgraph.graph import Graph
from resgraph.pooling import Pooled, evidence_table, pool, random_effects

HERE = Path(__file__).parent
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
CLOSE = {"rel": 1e-6, "abs": 1e-6}


def _name(case: dict[str, Any]) -> str:
    return case["name"]


@pytest.mark.parametrize("case", EXPECTED["pools"], ids=_name)
def test_a_pool_is_what_metafor_gives(case: dict[str, Any]) -> None:
    errors = [sqrt(variance) for variance in case["v"]]
    mine = random_effects(case["y"], errors, interval=case["interval"])
    for name in ("mean", "error", "low", "high", "p", "tau2", "q", "q_p", "i2"):
        assert getattr(mine, name) == pytest.approx(case[name], **CLOSE), name
    assert (mine.predicted or ()) == pytest.approx(tuple(case["predicted"]), **CLOSE)
    assert mine.weights == pytest.approx(tuple(case["weights"]), **CLOSE)
    for place, mean in enumerate(case["without"]):
        rest = [[*each[:place], *each[place + 1 :]] for each in (case["y"], errors)]
        assert random_effects(*rest).mean == pytest.approx(mean, **CLOSE)


@pytest.mark.parametrize("case", EXPECTED["conversions"], ids=_name)
def test_a_conversion_is_what_metafor_gives(case: dict[str, Any]) -> None:
    given = {name: case[name] for name in case.keys() - {"name", "smd", "smd_error"}}
    if "groups" in given:
        given["groups"] = tuple(given["groups"])
    effect = effect_of(_reading(participants_analysed=True, **given))
    assert effect.value == pytest.approx(case["smd"], **CLOSE)
    assert effect.error == pytest.approx(case["smd_error"], **CLOSE)


def test_the_table_goes_into_metafor_as_the_page_says(graph: Graph, tmp_path: Path) -> None:
    """docs/how-to/weigh-effects.md: from a CSV file the same summary in R."""
    effects = effects_of(graph, graph.intervention("kiva"), graph.factor("bullying-victimisation"))
    done = pool(effects)
    assert isinstance(done, Pooled)
    evidence_table(effects, done).to_pandas().to_csv(tmp_path / "kiva.csv", index=False)
    page = (HERE.parents[1] / "docs/how-to/weigh-effects.md").read_text(encoding="utf-8")
    code = page.partition("```r\n")[2].partition("```")[0]
    assert "metafor" in code
    ran = _r(code + "cat(sprintf('%.12g', c(fit$beta, fit$se)))", tmp_path)
    assert [float(each) for each in ran.split()[-2:]] == pytest.approx(
        [done.summary.mean, done.summary.error], rel=1e-9
    )


def test_there_are_cases_enough() -> None:
    assert len(EXPECTED["pools"]) >= 12
    assert len(EXPECTED["conversions"]) >= 12


def test_the_frozen_numbers_are_what_metafor_says_today() -> None:
    fresh = json.loads(_r((HERE / "metafor.R").read_text(encoding="utf-8"), HERE))
    for part, cases in EXPECTED.items():
        assert [case["name"] for case in fresh[part]] == [case["name"] for case in cases]
        for new, frozen in zip(fresh[part], cases, strict=True):
            for field, value in frozen.items():
                same = value if isinstance(value, str) else pytest.approx(value, rel=1e-7, abs=1e-7)
                assert new[field] == same, (frozen["name"], field)


@pytest.mark.parametrize(
    ("metric", "published", "value", "variance"),
    [
        # Borenstein, Hedges, Higgins, Rothstein 2009, chapter 7: a log odds ratio of 0.9069, variance 0.0676
        ("odds-ratio", {"value": exp(0.9069), "low": exp(0.39731), "high": exp(1.41649)}, 0.5000, 0.0205),
        # the same, chapter 4: means 103 and 100, deviations 5.5 and 4.5, 50 in each group
        ("cohens-d", {"value": 0.5970, "groups": (50, 50)}, 0.5924, 0.0411),
    ],
)
def test_worked_examples_in_print(
    metric: str, published: dict[str, Any], value: float, variance: float
) -> None:
    effect = effect_of(_reading(metric=metric, **published))
    assert effect.value == pytest.approx(value, abs=5e-5)
    assert effect.error is not None
    assert effect.error**2 == pytest.approx(variance, abs=5e-5)


def test_a_worked_pool_in_print() -> None:
    """Borenstein and others 2009, chapter 14: six studies from their means, deviations and sizes."""
    studies = [
        *((94, 22, 60, 92, 20, 60), (98, 21, 65, 92, 22, 65), (98, 28, 40, 88, 26, 40)),
        *((94, 19, 200, 82, 17, 200), (98, 21, 50, 88, 22, 45), (96, 21, 85, 92, 22, 85)),
    ]
    effects = []
    for mean1, sd1, n1, mean2, sd2, n2 in studies:
        within = sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / (n1 + n2 - 2))
        d = (mean1 - mean2) / within
        effects.append(effect_of(_reading(metric="cohens-d", value=d, groups=(n1, n2))))
    values, errors = [e.value for e in effects], [e.error for e in effects]
    assert [round(v, 3) for v in values] == [0.095, 0.277, 0.367, 0.664, 0.462, 0.185]
    assert [round(e**2, 3) for e in errors] == [0.033, 0.031, 0.050, 0.011, 0.043, 0.023]
    summary = random_effects(values, errors)
    assert round(summary.q, 4) == 12.0033
    assert round(summary.i2, 2) == 58.34
    assert round(summary.q_p, 4) == 0.0347


def _r(code: str, where: Path) -> str:
    """Run R code in a directory and return what it printed."""
    command = [shutil.which("Rscript") or "", "--vanilla", "-"]
    if not command[0]:
        pytest.skip("R is not there; the frozen numbers stand for it")
    done = subprocess.run(command, input=code, cwd=where, capture_output=True, text=True, check=False)
    if "there is no package" in done.stderr:
        pytest.skip("R has no package metafor; the frozen numbers stand for it")
    assert not done.returncode, done.stderr
    return done.stdout


def _reading(**published: Any) -> Reading:
    return Reading("f", "s", "o", **{"more_is_good": True, "orientation": "as-stated"} | published)
