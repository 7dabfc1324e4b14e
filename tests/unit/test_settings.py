"""Settings: what is given wins over the environment, and nonsense is refused where it stands."""

from __future__ import annotations

from dataclasses import fields

import pytest

from resgraph.errors import SettingError
from resgraph.settings import Settings, from_environment


def test_given_wins_over_environment_wins_over_default() -> None:
    environment = {"RESGRAPH_PORT": "81", "RESGRAPH_DEADLINE": " 2.5 ", "RESGRAPH_HOST": ""}
    settings = from_environment(environment, port=82, deadline=None)
    assert (settings.port, settings.deadline, settings.host) == (82, 2.5, Settings().host)


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_setting_can_be_set(field: object) -> None:
    name: str = field.name  # type: ignore[attr-defined]
    texts = {
        "host": "127.0.0.2",
        "proxies": "127.0.0.1",
        "prefix": "/a",
        "log": "json",
        "log_queries": "True",
    }
    value = texts.get(name, "100000000" if "memory" in name else "2048")
    assert str(getattr(from_environment({f"RESGRAPH_{name.upper()}": value}), name)).startswith(value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "x", "not a whole number"),
        ("PORT", "-1", "too small"),
        ("PORT", "70000", "not a port"),
        ("DEADLINE", "soon", "not a number"),
        ("DEADLINE", "0", "too small"),
        ("DEADLINE", "nan", "too small"),
        ("EVALUATORS", "0", "too small"),
        ("EVALUATORS", "1.5", "not a whole number"),
        ("LOG", "xml", "`logfmt` or `json`"),
        ("LOG_QUERIES", "perhaps", "neither true nor false"),
        ("PREFIX", "resgraph", "a path such as"),
        ("PREFIX", "/a/../b?", "a path such as"),
        ("PROXIES", "10.0.0.1, proxy", "not an address or a network"),
    ],
)
def test_nonsense_is_refused_with_its_name(name: str, value: str, words: str) -> None:
    with pytest.raises(SettingError, match=words) as caught:
        from_environment({f"RESGRAPH_{name}": value})
    assert caught.value.where == f"RESGRAPH_{name}"


def test_texts_are_tidied() -> None:
    assert from_environment({"RESGRAPH_PREFIX": "/a/b/"}).prefix == "/a/b"
    assert from_environment({"RESGRAPH_LOG_QUERIES": "off"}).log_queries is False
