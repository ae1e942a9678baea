"""The plan: same seed, same plan. Needs neither root nor any installed peer."""

from __future__ import annotations

from pathlib import Path

import pytest
from lab.personalities import load_personality
from lab.plan import make_plan

LAB = Path(__file__).resolve().parents[2] / "lab"
SCENARIOS = sorted(path for path in (LAB / "scenarios").glob("*.toml") if "\n[[action]]" in path.read_text())


def test_there_are_scenarios() -> None:
    assert SCENARIOS


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_same_seed_same_plan(scenario: Path) -> None:
    assert make_plan(scenario, 7) == make_plan(scenario, 7)


def test_another_seed_another_plan() -> None:
    scenario = LAB / "scenarios" / "first-light.toml"
    assert make_plan(scenario, 1).steps != make_plan(scenario, 2).steps


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.stem)
def test_steps_stand_in_order_and_within_the_run(scenario: Path) -> None:
    plan = make_plan(scenario, 1)
    assert plan.steps
    assert [step.at for step in plan.steps] == sorted(step.at for step in plan.steps)
    assert all(0 <= step.at <= plan.seconds for step in plan.steps)


@pytest.mark.parametrize("path", sorted((LAB / "personalities").glob("*.toml")), ids=lambda path: path.stem)
def test_personality_is_complete(path: Path) -> None:
    """Each names a type of the one list, and cites a source for a registered address prefix."""
    import tomllib

    with (LAB.parent / "knowledge" / "device_types.toml").open("rb") as stream:
        types = {row["id"] for row in tomllib.load(stream)["type"]}
    personality = load_personality(path)
    assert personality.type in types
    locally_administered = int(personality.oui.split(":")[0], 16) & 2
    assert locally_administered or "oui" in personality.sources


def test_unknown_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('type = "ct"\nmanufacturer = "A"\nmodel = "B"\ncolour = "red"\n')
    with pytest.raises(ValueError, match="colour"):
        load_personality(tmp_path / "x.toml")
