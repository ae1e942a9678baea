"""Zone files: TOML and CSV, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hinomi.inventory.addresses import ZoneFinder
from hinomi.inventory.zones import ZoneFileError, load


def test_toml_and_csv_say_the_same(tmp_path: Path) -> None:
    toml = tmp_path / "zones.toml"
    toml.write_text(
        '[[zone]]\nid = "or1"\nkind = "theatre"\nname_ja = "手術室1"\nname_en = "OR 1"\n'
        'subnets = ["10.30.1.0/24", "10.30.9.0/24"]\nvlan = 31\n',
        "utf-8",
    )
    csv = tmp_path / "zones.csv"
    csv.write_text(
        "id,kind,name_ja,name_en,subnets,vlan\nor1,theatre,手術室1,OR 1,10.30.1.0/24; 10.30.9.0/24,31\n", "utf-8-sig"
    )
    assert load(toml) == load(csv)
    assert load(csv)[0].by_person and load(csv)[0].vlan == 31


@pytest.mark.parametrize(
    "text", ['[[zone]]\nid = "a"\nsubnets = ["10.0.0.300/24"]', '[[zone]]\nsubnets = ["10.0.0.0/24"]', "[[zone"]
)
def test_a_bad_file_says_what_is_wrong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "zones.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ZoneFileError, match=r"zones\.toml"):
        load(path)


def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "zones.toml"
    path.write_text('[[zone]]\nid = "a"\nkind = "cellar"\nsubnets = ["10.0.0.0/24"]', "utf-8")
    with pytest.raises(ZoneFileError, match="cellar"):
        load(path, {"theatre"})


def test_the_narrowest_subnet_wins_and_vlans_keep_equal_subnets_apart(tmp_path: Path) -> None:
    path = tmp_path / "zones.toml"
    path.write_text(
        '[[zone]]\nid = "all"\nsubnets = ["10.0.0.0/8"]\n[[zone]]\nid = "or"\nsubnets = ["10.1.1.0/24"]\nvlan = 5\n',
        "utf-8",
    )
    finder = ZoneFinder(load(path))
    assert [finder.find("10.1.1.9", v).id for v in (5, None, 6)] == ["or", "or", "all"]  # type: ignore[union-attr]
    assert finder.find("192.168.0.1") is None
