"""The page on quality names what there is."""

from __future__ import annotations

from pages import ROOT
from quality import FOOPS, ITEMS

from resgraph.hygiene import rules


def test_every_item_of_the_checklist_is_kept_or_says_what_it_waits_for() -> None:
    kept = {item for rule in rules() for item in rule.items}
    assert len(ITEMS) == len({item for item, _, _ in ITEMS}) == 40
    assert all(listed or item in kept for item, _, listed in ITEMS)
    assert kept - {item for item, _, _ in ITEMS} == {"OOPS P04"}
    assert {item for _, item, _ in FOOPS} - {""} <= {item for item, _, _ in ITEMS}
    assert len(FOOPS) == 24
    text = (ROOT / "tests" / "ontology" / "test_foops.py").read_text(encoding="utf-8")
    assert all(f'    "{name}": ' in text for name, item, _ in FOOPS if item)


def test_every_test_and_file_that_is_named_exists() -> None:
    for _, _, listed in ITEMS:
        for one in listed:
            path, _, test = one.partition("::")
            if not one.startswith("waits: "):
                file = (ROOT if path.endswith(".ttl") else ROOT / "tests") / path
                assert f"def {test}(" in file.read_text(encoding="utf-8") if test else file.exists(), one
