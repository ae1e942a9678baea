"""Bills of materials written by their own libraries, workbooks as makers fill them; attached, searched, matched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from hinomi.documents import sbom, sheet
from hinomi.home import Home
from hinomi.model import Address, Attribute, Device
from hinomi.pipeline import documents, weaknesses
from hinomi.texts import Problem


def cyclonedx(form: str) -> bytes:
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.contact import OrganizationalEntity
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from packageurl import PackageURL

    bom = Bom()
    bom.metadata.component = Component(name="SV-40", version="2.1", type=ComponentType.DEVICE)
    inner = Component(name="zlib", version="1.2.11", type=ComponentType.LIBRARY)
    bom.components.add(
        Component(
            name="openssl", version="3.0.1", type=ComponentType.LIBRARY, components=[inner],
            supplier=OrganizationalEntity(name="OpenSSL"), purl=PackageURL("generic", name="openssl", version="3.0.1"),
        )
    )  # fmt: skip
    kind = OutputFormat.JSON if form == "json" else OutputFormat.XML
    return make_outputter(bom, kind, SchemaVersion.V1_5).output_as_string().encode()


def spdx(folder: Path, ending: str) -> bytes:
    from datetime import datetime

    from spdx_tools.spdx.model import (
        Actor,
        ActorType,
        CreationInfo,
        Document,
        Package,
        Relationship,
        RelationshipType,
        SpdxNoAssertion,
    )  # fmt: skip
    from spdx_tools.spdx.writer.write_anything import write_file

    made = CreationInfo(
        spdx_version="SPDX-2.3", spdx_id="SPDXRef-DOCUMENT", name="SV-40 2.1", document_namespace="https://soyokaze.example/1",
        creators=[Actor(ActorType.TOOL, "t")], created=datetime(2026, 10, 1), data_license="CC0-1.0",
    )  # fmt: skip
    rows = [
        Package(
            spdx_id=f"SPDXRef-{name}", name=name, version=version, download_location=SpdxNoAssertion(),
            supplier=Actor(ActorType.ORGANIZATION, "OpenSSL"), files_analyzed=False,
        )
        for name, version in (("openssl", "3.0.1"), ("zlib", "1.2.11"))
    ]  # fmt: skip
    relations = [Relationship("SPDXRef-DOCUMENT", RelationshipType.DESCRIBES, f"SPDXRef-{r.name}") for r in rows]
    path = folder / f"x.{ending}"
    write_file(Document(made, packages=rows, relationships=relations), str(path), validate=False)
    return path.read_bytes()


@pytest.mark.parametrize("form", ["json", "xml"])
def test_cyclonedx(tmp_path: Path, form: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(cyclonedx(form))
    rows, facts = sbom.read(path, f"bom.{form}")
    assert {(r["name"], r["version"]) for r in rows} == {("openssl", "3.0.1"), ("zlib", "1.2.11")}
    assert next(r for r in rows if r["name"] == "openssl")["purl"] == "pkg:generic/openssl@3.0.1"
    assert facts == {"form": "CycloneDX", "about": "SV-40 2.1"}


@pytest.mark.parametrize("ending", ["spdx", "spdx.json", "spdx.yaml", "spdx.xml", "spdx.rdf.xml"])
def test_spdx(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(spdx(tmp_path, ending))
    rows, facts = sbom.read(path, f"SV-40.{ending}")
    assert {(r["name"], r["version"], r["supplier"]) for r in rows} == {
        ("openssl", "3.0.1", "OpenSSL"), ("zlib", "1.2.11", "OpenSSL"),
    }  # fmt: skip
    assert facts["form"] == "SPDX" and "SV-40" in facts["about"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.json", b"{"), ("a.json", b"[]"), ("a.json", b"{}"), ("a.xml", b"<a/>"), ("a.spdx", "ただの文".encode()), ("a", b""),
     ("a.xml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><bom/>"), ("a.json", b'{"bomFormat": "CycloneDX", "components": 3}')],
)  # fmt: skip
def test_what_is_no_bill_of_materials_says_so(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    with pytest.raises(Problem) as error:
        sbom.read(path, name)
    assert error.value.id == "document.no_sbom"


def test_over_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "upload"
    path.write_bytes(cyclonedx("json"))
    monkeypatch.setattr(sbom, "COMPONENTS_MAX", 1)
    with pytest.raises(Problem) as error:
        sbom.read(path, "bom.json")
    assert error.value.id == "document.too_many"


def test_answers_of_a_security_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ["MDS2"], ["Question ID", "Question", "Answer"], ["MPII-1", "Can this device display PII?", "Yes"],
        ["MPII-2.1", "…", "No"], ["ALOF-1", "…", "See Note"], ["1.2", "利用者を識別しますか", "はい"], ["3", "…", "対象外"], ["4", "…", None],
    ):  # fmt: skip
        page.append(row)
    book.save(tmp_path / "a.xlsx")
    assert sheet.read(tmp_path / "a.xlsx") == {
        "MPII-1": "yes",
        "MPII-2.1": "no",
        "ALOF-1": "note",
        "1.2": "yes",
        "3": "n/a",
    }
    (tmp_path / "b.xlsx").write_bytes(b"%PDF-1.7")
    assert sheet.read(tmp_path / "b.xlsx") == {}


@pytest.fixture
def ward(home: Home) -> Home:
    said = {"manufacturer": "Soyokaze Respiratory", "model": "SV-40"}
    devices = [
        Device(
            f"d{n}", "s", [Address("", f"10.0.0.{n}", None, 1, 2)],
            {k: Attribute(k, v, 0.95) for k, v in said.items()} if n < 3 else {}, {}, [], None, False, 1, 2,
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    with home.state.transaction() as tx:
        tx.put_devices(devices)
    return home


def test_attached_to_a_model_searched_and_matched(ward: Home, tmp_path: Path) -> None:
    id = documents.attach(ward, cyclonedx("json"), "bom.json", "sbom", by="a", manufacturer="Soyokaze", model="SV-40")
    assert [row["name"] for _, row in documents.components(ward, "OpenSS")] == ["openssl"]
    assert (
        documents.content(ward, id) == ("bom.json", cyclonedx("json")) or documents.content(ward, id)[0] == "bom.json"
    )
    advisory: dict[str, Any] = {
        "document": {"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "t",
                     "publisher": {"category": "vendor", "name": "p", "namespace": "https://x.example"},
                     "tracking": {"id": "A-1", "current_release_date": "2026-10-01T00:00:00Z", "status": "final",
                                  "initial_release_date": "2026-10-01T00:00:00Z", "version": "1",
                                  "revision_history": [{"date": "2026-10-01T00:00:00Z", "number": "1", "summary": "first"}]}},
        "product_tree": {"branches": [{"category": "vendor", "name": "OpenSSL", "branches": [
            {"category": "product_name", "name": "openssl", "branches": [
                {"category": "product_version_range", "name": "vers:generic/<3.0.2", "product": {"name": "o", "product_id": "C"}}]}]}]},
        "vulnerabilities": [{"cve": "CVE-2026-10001", "product_status": {"known_affected": ["C"]}}],
    }  # fmt: skip
    file = tmp_path / "a.json"
    file.write_text(json.dumps(advisory), "utf-8")
    weaknesses.add(ward, [file])
    now = weaknesses.standing(ward)
    assert {(w.device, w.standing) for w in now.found} == {("d1", "possible"), ("d2", "possible")}
    assert "openssl 3.0.1" in now.found[0].why_en
    ward.state.registers.say_weakness("A-1", "d1", "not_affected", by="a", reason="closed")
    assert {w.device: w.standing for w in weaknesses.standing(ward).found} == {"d1": "not_affected", "d2": "possible"}
    word = ward.state.registers.weakness_words()[0]
    ward.state.registers.unsay_weakness(word.id, by="a", reason="no")
    ward.state.registers.end_document(id, by="a", reason="old")
    assert weaknesses.standing(ward).found == [] and not ward.state.verify_audit().problem


def test_a_document_whose_file_changed_says_so(ward: Home) -> None:
    id = documents.attach(ward, b"hello", "a.pdf", "mds", by="a", device="d1")
    next(ward.documents_path.iterdir()).write_bytes(b"other")
    with pytest.raises(Problem) as error:
        documents.content(ward, id)
    assert error.value.id == "document.gone"
    with pytest.raises(Problem):
        documents.attach(ward, b"x", "a", "mds", by="a")
    with pytest.raises(Problem):
        documents.attach(ward, b"x", "a", "nothing", by="a", device="d1")
    assert len(list(ward.documents_path.iterdir())) == 1


def test_nothing_is_fetched_without_configuration(ward: Home) -> None:
    with pytest.raises(Problem) as error:
        weaknesses.fetch(ward)
    assert error.value.id == "weakness.no_url"
