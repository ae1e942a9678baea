"""The bundled capture, read into a home whose state lies in either database: the same comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from hinomi import pipeline
from hinomi.home import Home
from hinomi.model import Status

CASE = Path(__file__).parents[2] / "cases" / "first-light" / "capture.pcap.zst"


def test_reading_and_deciding(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Home(tmp_path / "plain")
    monkeypatch.setenv("HINOMI_DATABASE_URL", url)
    monkeypatch.setenv("HINOMI_SITE", plain.site)
    home = Home(tmp_path / "home")
    (home.path / "keys" / "site.key").write_bytes(plain.key.reveal())
    (home.path / "keys" / "site.key").chmod(0o600)
    report = pipeline.read(home, [CASE])
    assert report.exit_code == 0 and report.device_count > 15
    assert home.state.database in url
    assert report.findings is not None and report.findings.raised
    assert pipeline.read(home, [CASE]).files[0].outcome == "known"
    again = pipeline.refresh(home)
    assert again.devices is not None and (again.devices.new, again.devices.changed) == (0, 0)
    finding = home.state.findings().items[0]
    home.state.decide_finding(finding.id, Status.RESOLVED, by="a person", reason="done")
    assert home.state.verify_audit().entries == 2

    monkeypatch.delenv("HINOMI_DATABASE_URL")
    pipeline.read(plain, [CASE])
    assert [d.id for d in plain.state.all_devices()] == [d.id for d in home.state.all_devices()]
    assert plain.state.all_devices() == home.state.all_devices()
    assert {f.id for f in plain.state.findings().items} == {f.id for f in home.state.findings().items}
    assert [d.id for d in plain.state.devices().items] == [d.id for d in home.state.devices().items]
    for closing in (plain, home):
        closing.close()
