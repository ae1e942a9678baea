"""Self-made advisories against devices: each standing has its reason, and nothing is claimed beyond what was said."""

from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hinomi.model import Attribute, Device, Service
from hinomi.vulnerabilities import csaf, drop, jvn, support, versions
from hinomi.vulnerabilities.match import Word, weaknesses

VENDOR = "Soyokaze Respiratory"


def device(id: str, model: str = "SV-40", version: str = "2.1", sure: float = 0.95, **more: str) -> Device:
    said = {"manufacturer": VENDOR, "model": model, **more}
    attributes = {name: Attribute(name, value, 0.95) for name, value in said.items()}
    if version:
        attributes["software_version"] = Attribute("software_version", version, sure)
    return Device(id, "s", [], attributes, {}, [], None, False, 1, 2)


def document(*vulnerabilities: dict[str, Any], tree: dict[str, Any] | None = None) -> dict[str, Any]:
    """Every member that CSAF 2.0 requires (3.2.1), and nothing more."""
    return {
        "document": {
            "category": "csaf_security_advisory",
            "csaf_version": "2.0",
            "publisher": {"category": "vendor", "name": VENDOR, "namespace": "https://soyokaze.example"},
            "references": [{"category": "self", "summary": "here", "url": "https://soyokaze.example/sa-1.json"}],
            "title": "Fault in the network service of SV-40",
            "tracking": {
                "current_release_date": "2026-10-01T00:00:00Z",
                "id": "SYK-SA-2026-001",
                "initial_release_date": "2026-10-01T00:00:00Z",
                "revision_history": [{"date": "2026-10-01T00:00:00Z", "number": "1", "summary": "first"}],
                "status": "final",
                "version": "1",
            },
        },
        "product_tree": tree or {
            "branches": [
                {
                    "category": "vendor",
                    "name": VENDOR,
                    "branches": [
                        {
                            "category": "product_name",
                            "name": "SV-40",
                            "branches": [
                                branch("product_version_range", "vers:generic/>=2.0|<2.4", "P1"),
                                branch("product_version", "2.4", "P2"),
                            ],
                        },
                        {"category": "product_name", "name": "SV-90", "product": {"name": "SV-90", "product_id": "P3"}},
                    ],
                }
            ]
        },
        "vulnerabilities": list(vulnerabilities) or [vulnerability()],
    }  # fmt: skip


def branch(category: str, name: str, id: str) -> dict[str, Any]:
    return {"category": category, "name": name, "product": {"name": f"SV-40 {name}", "product_id": id}}


def vulnerability(cve: str = "CVE-2026-10001", **status: list[str]) -> dict[str, Any]:
    return {
        "cve": cve,
        "product_status": status or {"known_affected": ["P1"], "fixed": ["P2"], "known_not_affected": ["P3"]},
        "scores": [
            {
                "products": ["P1"],
                "cvss_v3": {
                    "version": "3.1",
                    "baseScore": 9.8,
                    "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
                    "baseSeverity": "CRITICAL",
                },
            }
        ],
        "remediations": [
            {"category": "workaround", "details": "Separate it.", "product_ids": ["P1"]},
            {"category": "vendor_fix", "details": "Install 2.4.", "product_ids": ["P1"]},
        ],
    }


def library(tmp_path: Path, *documents: Any) -> Any:
    for number, one in enumerate(documents):
        (tmp_path / f"a{number}.json").write_text(json.dumps(one), "utf-8")
    return drop.read(tmp_path)


@pytest.mark.parametrize(
    ("one", "standing"),
    [
        (device("d", version="2.1"), "confirmed"),
        (device("d", version="2.3.9"), "confirmed"),
        (device("d", version="2.4"), "fixed"),
        (device("d", version="3.0"), "fixed"),
        (device("d", version="1.9"), "fixed"),  # below the range: not affected by what the maker says
        (device("d", version=""), "possible"),
        (device("d", version="2.1", sure=0.6), "possible"),
        (device("d", version="build K"), "possible"),
        (device("d", model="SV-90", version="1.0"), "not_affected"),
        (device("d", model="SV-40 Plus", version="2.1"), "possible"),
        (device("d", model="TB-900", version="2.1"), None),
        (device("d", model="SV", version="2.1"), None),
        (device("d", manufacturer="Somebody Else"), None),
    ],
)
def test_each_standing_with_its_reason(tmp_path: Path, one: Device, standing: str | None) -> None:
    found = weaknesses(library(tmp_path, document()), [one])
    assert [w.standing for w in found] == ([standing] if standing else [])
    for weakness in found:
        assert weakness.advisory == "SYK-SA-2026-001" and weakness.why_ja and weakness.why_en and weakness.product


def test_a_persons_word_wins_for_its_device_only(tmp_path: Path) -> None:
    word = Word("W-1", "SYK-SA-2026-001", "d1", "not_affected", "山の人", "この機器はその機能を使わない")
    found = weaknesses(library(tmp_path, document()), [device("d1"), device("d2")], words=[word])
    assert {(w.device, w.standing, w.word) for w in found} == {("d1", "not_affected", "W-1"), ("d2", "confirmed", "")}
    assert "使わない" in next(w for w in found if w.device == "d1").why_ja


def test_kev_epss_and_packed_files(tmp_path: Path) -> None:
    (tmp_path / "kev.json").write_text(
        json.dumps({
            "title": "x", "catalogVersion": "2026.10.01", "count": 1,
            "vulnerabilities": [{"cveID": "CVE-2026-10001", "vendorProject": "S", "product": "SV-40",
                                 "knownRansomwareCampaignUse": "Known"}],
        }), "utf-8",
    )  # fmt: skip
    table = "#model_version:v2025.03.14,score_date:2026-10-01\ncve,epss,percentile\nCVE-2026-10001,0.91,0.99\n"
    (tmp_path / "epss.csv.gz").write_bytes(gzip.compress(table.encode()))
    (tmp_path / "broken.json").write_text("{", "utf-8")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    (tmp_path / "half.gz").write_bytes(gzip.compress(b"x" * 100)[:20])
    out = library(tmp_path, document())
    advisory = out.advisories["SYK-SA-2026-001"]
    assert (advisory.known_exploited, advisory.ransomware, advisory.epss) == (True, True, 0.91)
    assert (advisory.score, advisory.remedy) == (9.8, "Install 2.4.")
    assert {(f.name, f.kind, bool(f.problem_ja)) for f in out.files} == {
        ("a0.json", "csaf", False), ("kev.json", "kev", False), ("epss.csv.gz", "epss", False),
        ("broken.json", "", True), ("other.csv", "", True), ("half.gz", "", True),
    }  # fmt: skip


def test_several_vulnerabilities_stand_apart_and_a_newer_edition_holds(tmp_path: Path) -> None:
    both = document(vulnerability("CVE-2026-1"), vulnerability("CVE-2026-2", fixed=["P1"]))
    found = weaknesses(library(tmp_path, both), [device("d")])
    assert {(w.advisory, w.standing) for w in found} == {
        ("SYK-SA-2026-001#CVE-2026-1", "confirmed"),
        ("SYK-SA-2026-001#CVE-2026-2", "fixed"),
    }
    later = document(vulnerability("CVE-2026-10001", known_not_affected=["P1", "P2"]))
    later["document"]["tracking"]["current_release_date"] = "2026-11-01T00:00:00Z"
    (tmp_path / "a0.json").unlink()
    assert [w.standing for w in weaknesses(library(tmp_path, later, document()), [device("d")])] == ["not_affected"]


def test_an_order_code_names_the_model_and_a_word_of_the_name_may(tmp_path: Path) -> None:
    tree = {"branches": [{"category": "vendor", "name": VENDOR, "branches": [
        {"category": "product_name", "name": "SOYO CPU 40-3 (6SY7516-3AN02)",
         "branches": [branch("product_version_range", "< V2.4", "P1")]},
        {"category": "product_name", "name": "SoyoVue MX40 Patient Monitor",
         "branches": [branch("product_version_range", "< V2.4", "P2")]},
        {"category": "product_name", "name": "SV-90 Firmware",
         "branches": [branch("product_version_range", "< V2.4", "P4")]},
        {"category": "product_name", "name": "SV-90", "product": {"name": "SV-90", "product_id": "P3"}},
    ]}], "relationships": [{"category": "installed_on", "product_reference": "P4", "relates_to_product_reference": "P3",
                            "full_product_name": {"name": "SV-90 with firmware", "product_id": "P5"}}]}  # fmt: skip
    out = library(tmp_path, document(vulnerability(known_affected=["P1", "P2", "P5"]), tree=tree))
    devices = [device("code", "6SY7516-3AN02"), device("word", "MX40"), device("hardware", "SV-90"),
               device("newer", "SV-90", "2.4"), device("other", "SV-40")]  # fmt: skip
    assert {w.device: w.standing for w in weaknesses(out, devices)} == {
        "code": "confirmed", "word": "possible", "hardware": "confirmed", "newer": "fixed",
    }  # fmt: skip


def test_a_system_beneath_anothers_product_is_not_that_product(tmp_path: Path) -> None:
    def of(vendor: str) -> dict[str, Any]:
        tree = {"branches": [{"category": "vendor", "name": vendor, "branches": [
            {"category": "product_name", "name": "Windows 7", "product": {"name": "w", "product_id": "P1"}}]}]}  # fmt: skip
        made = document(vulnerability(known_affected=["P1"]), tree=tree)
        made["document"]["tracking"]["id"] = vendor
        return made

    out = library(tmp_path, of("Soyokaze Respiratory"), of("Microsoft"))
    pcs = [device("seven", model="", os="Windows 7"), device("some", model="", os="Windows")]
    assert {(w.device, w.advisory, w.standing) for w in weaknesses(out, pcs)} == {("seven", "Microsoft", "possible")}


def test_myjvn_as_json_and_kev_as_a_table(tmp_path: Path) -> None:
    measured = [{"content": {"cvss_v3": {"baseScore": 9.8}}}]
    product = {"name": "SV-40", "product_id": "jvnpid:1.0::soyokaze:sv-40"}
    detail = {
        "document": {"category": "myjvn_security_advisory", "csaf_version": "2.1", "title": "SV-40 の脆弱性",
                     "tracking": {"id": "JVNDB-2026-009998", "current_release_date": "2026-10-05T00:00:00+09:00"}},
        "product_tree": {"branches": [{"category": "vendor", "name": VENDOR, "branches": [
            {"category": "product_name", "name": "SV-40", "product": product}]}]},
        "vulnerabilities": [
            {"cve": "", "product_status": {"known_affected": [product["product_id"]]}},
            {"cve": "CVE-2026-10001", "product_status": {"known_affected": [product["product_id"]]},
             "metrics": measured}],
    }  # fmt: skip
    overview = {"feed": {"title": "JVNDB", "entry": [
        {"id": "JVNDB-2026-009997", "title": "SV-40", "modified": "2026-10-05T00:00:00+09:00", "metrics": measured,
         "references": [{"summary": "CVE-2026-10002", "source": "CVE"}],
         "products": [{"vname": VENDOR, "pname": "SV-40"}]}]}}  # fmt: skip
    (tmp_path / "kev.csv").write_text(
        '\ufeffcveID,vendorProject,product,shortDescription,knownRansomwareCampaignUse\n'
        'CVE-2026-10001,S,SV-40,"two\nlines",Known\nCVE-2026-10002,S,SV-40,one,Unknown\n', "utf-8",
    )  # fmt: skip
    out = library(tmp_path, detail, overview, [1])
    first, second = out.advisories["JVNDB-2026-009998"], out.advisories["JVNDB-2026-009997"]
    assert (first.cves, first.score, first.known_exploited, first.ransomware) == (("CVE-2026-10001",), 9.8, True, True)
    assert (second.cves, second.score, second.known_exploited, second.ransomware) == (
        ("CVE-2026-10002",), 9.8, True, False,
    )  # fmt: skip
    assert {w.standing for w in weaknesses(out, [device("d")])} == {"possible"}  # neither names a version
    assert [f.problem_en for f in out.files if f.problem_en] == ["it is neither CSAF, JVN, KEV nor EPSS"]


JVNRSS = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/">
<item rdf:about="https://jvndb.jvn.jp/ja/contents/2026/JVNDB-2026-009999.html">
<title>SV-40 における認証回避の脆弱性</title><link>https://jvndb.jvn.jp/ja/contents/2026/JVNDB-2026-009999.html</link>
<sec:identifier>JVNDB-2026-009999</sec:identifier>
<sec:references source="CVE" id="CVE-2026-10001">https://www.cve.org/CVERecord?id=CVE-2026-10001</sec:references>
<sec:cpe version="2.2" vendor="Soyokaze Respiratory" product="SV-40">cpe:/h:soyokaze_respiratory:sv-40</sec:cpe>
<sec:cvss version="3.0" score="9.8" severity="Critical" type="Base"/>
<dcterms:modified>2026-10-05T10:00:00+09:00</dcterms:modified></item></rdf:RDF>"""
VULDEF = """<?xml version="1.0" encoding="UTF-8"?>
<VULDEF-Document xmlns="http://jvn.jp/vuldef/"><Vulinfo><VulinfoID>JVNDB-2026-009999</VulinfoID><VulinfoData>
<Title>SV-40 における認証回避の脆弱性</Title>
<Affected><AffectedItem><Name>Soyokaze Respiratory</Name><ProductName>SV-40</ProductName>
<VersionNumber>2.4 未満</VersionNumber></AffectedItem></Affected>
<Impact><Cvss version="3.0"><Severity type="Base">Critical</Severity><Base>9.8</Base></Cvss></Impact>
<Solution><SolutionItem><Description>ベンダの情報を参考に対策してください。</Description></SolutionItem></Solution>
<Related><RelatedItem><VulinfoID>CVE-2026-10001</VulinfoID></RelatedItem></Related>
<DatePublic>2026-10-01T00:00:00+09:00</DatePublic></VulinfoData></Vulinfo></VULDEF-Document>"""


def test_jvn_lists_and_details(tmp_path: Path) -> None:
    (tmp_path / "list.rdf").write_text(JVNRSS, "utf-8")
    found = weaknesses(drop.read(tmp_path), [device("d", version="2.1")])
    assert [(w.advisory, w.standing) for w in found] == [("JVNDB-2026-009999", "possible")]  # the list names no version
    (tmp_path / "detail.xml").write_text(VULDEF, "utf-8")
    both = drop.read(tmp_path)
    assert both.advisories["JVNDB-2026-009999"].cves == ("CVE-2026-10001",)
    assert [w.standing for w in weaknesses(both, [device("d", version="2.1")])] == ["confirmed"]
    details = {a.id: a for a in jvn.read(VULDEF.encode())}
    assert details["JVNDB-2026-009999"].score == 9.8 and details["JVNDB-2026-009999"].products[0].is_range


@pytest.mark.parametrize("content", [b"<a/>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", b"<a", b""])
def test_what_is_no_jvn_says_so(content: bytes) -> None:
    with pytest.raises(jvn.NotJvnError):
        jvn.read(content)


def test_components_systems_and_programs_are_possible_at_most(tmp_path: Path) -> None:
    tree = {
        "full_product_names": [
            {"name": "openssl", "product_id": "C1", "product_identification_helper": {"cpe": "cpe:2.3:a:openssl:openssl:3.0.1:*:*:*:*:*:*:*"}},
            {"name": "Microsoft Windows 10", "product_id": "O1"},
            {"name": "nginx", "product_id": "S1"},
        ]
    }  # fmt: skip
    ids = ["C1", "O1", "S1"]
    out = library(
        tmp_path,
        document(*[vulnerability(f"CVE-2026-{n}", known_affected=[i]) for n, i in enumerate(ids, 1)], tree=tree),
    )
    one = device("d", os="Windows 10")
    one.services.append(Service("http", "tcp", 80, "offers", False, "nginx/1.22.1", 1, 1, 2))
    found = weaknesses(out, [one], {"d": [{"name": "openssl", "version": "3.0.1"}, {"name": "zlib", "version": "1"}]})
    assert {w.advisory.split("#")[1]: w.standing for w in found} == {f"CVE-2026-{n}": "possible" for n in (1, 2, 3)}
    assert weaknesses(out, [device("d")], {"d": [{"name": "openssl", "version": "3.0.13"}]}) == []


@pytest.mark.parametrize(
    ("version", "text", "wanted"),
    [
        ("2.3", "vers:generic/>=2.0|<2.4", True),
        ("2.4", "vers:generic/>=2.0|<2.4", False),
        ("4.1", "vers:generic/>=1|<2|4.1", True),
        ("1.0", "<= 1.0", True),
        ("V1.10", "<1.9", False),
        ("1.0", "1.5 以前", True),
        ("1.5", "1.5 未満", False),
        ("2.0", "1.5 以降", True),
        ("1.0", "prior to 1.1", True),
        ("1.0", "all versions", True),
        ("1.0.2k", "<1.0.2m", True),
        ("1.0.2k", "<1.0.2", False),
        ("1.0rc1", "<1.0", True),
        ("1.0", "most of them", None),
        ("build K", "<1.0", None),
        ("2.0", "1.0-x", None),
    ],
)
def test_versions(version: str, text: str, wanted: bool | None) -> None:
    assert versions.inside(version, text, is_range=True) is wanted


@pytest.mark.parametrize(
    ("version", "text", "wanted"),
    [
        # as CISA, Siemens and Philips write them
        ("1.5", ">= 1.0 | <= 1.32", True),
        ("2.0", ">= 1.0 | <= 1.32", False),
        ("16 Update 3", "< V16 Update 4", True),
        ("16", "< V16 Update 4", True),
        ("16 Update 4", "< V16 Update 4", False),
        ("15.1", "< V15 Update 4", False),
        ("4.8", "All versions < V4.8 SP3", True),
        ("7.4", "All versions <= V7.x", True),
        ("8.0", "All versions <= V7.x", False),
        ("2.4", ">= V2.3 and < V6.30.016", True),
        ("2.5", "vers:all/>=2.3<V3.0", True),
        ("4.82", "All versions < V 4.83", True),
        ("1.38.4", "1.38.xx | 1.39.00", True),
        ("5.2", "5.1 | 6.0 | 6.1", False),
        ("6.0", "V5.1, V6.0, and V6.1", True),
        ("B.01", "< C.02", True),
        ("15.2(5)E", "<= 15.2(6)E0a", True),
        ("18.0.1", "< 19.0.1 | < 18.0.1", None),  # which branch it belongs to, it does not say
        ("1.0", "All BIOS versions < V1.0.2", None),
        ("1.40", "< 12.4 (firmware 1.46)", None),
        ("2.0", "vers:intdot/<1.0|>=2.0|<2.3", True),
        ("5.2", "versions prior to V5.2", False),
        ("2.3.6", "2.3.6 and  below", True),
        ("5.3", "5.2 and prior versions", False),
        ("2.4", "from 1.0 to 2.3", False),
        ("1.9", "from 1.0 before 2.0", True),
        ("2.2.5", "2.2.5", True),
        # as JVN writes them
        ("1.05", "ファームウェアバージョン 1.05およびそれ以前", True),
        ("1.06", "ファームウェアバージョン 1.05およびそれ以前", False),
        ("1.3.0", "Ver.1.3.0より前のバージョン（CVE-2025-0355）", False),
        ("2.3", "1.0 以上 2.3 未満", False),
        ("3.2.1", "3.0.0 から 3.2.1", True),
        ("3.1", "3.0～3.2", True),
        ("v6 R5", "v6 R4 およびそれ以前のバージョン", False),
        ("1.2", "全てのバージョン", True),
    ],
)
def test_ranges_as_makers_write_them(version: str, text: str, wanted: bool | None) -> None:
    assert versions.inside(version, text, is_range=True) is wanted


def test_ranges_in_words() -> None:
    assert versions.words("vers:generic/>=2.0|<2.4|4.1") == (
        "2.0 以上 2.4 未満、4.1",
        "2.0 or later and below 2.4, 4.1",
    )
    assert versions.words("") == versions.words("vers:generic/*") == ("すべての版", "every version")
    assert versions.words("most of them") == ("most of them", "most of them")


@given(st.text(max_size=20), st.text(max_size=30))
def test_no_version_breaks_the_comparison(version: str, text: str) -> None:
    versions.inside(version, text, is_range=True)
    order = versions.compare(version, text)
    back = versions.compare(text, version)
    assert (order is None) == (back is None) and (order is None or back is None or order == -back)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=8),
        lambda c: (
            st.lists(c, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "document",
                        "csaf_version",
                        "tracking",
                        "id",
                        "product_tree",
                        "branches",
                        "product",
                        "product_id",
                        "vulnerabilities",
                        "product_status",
                        "known_affected",
                        "scores",
                        "cvss_v3",
                    ]
                ),
                c,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_no_document_breaks_the_reader(document: Any) -> None:
    if csaf.is_csaf(document):
        try:
            csaf.read(document)
        except ValueError as error:
            assert str(error)


def test_ends_of_support() -> None:
    today = datetime.date(2026, 11, 28)
    devices = [
        device("old", os="Windows 7 Professional"), device("ten", os="Windows 10"), device("new", os="Debian GNU/Linux 12"),
        device("person", support_end="令和8年12月"), device("listed"), device("none"),
    ]  # fmt: skip
    found = {e.device: e for e in support.ends(devices, today, {"listed": "2025/3"})}
    assert {id: (e.ends, e.over, e.soon) for id, e in found.items()} == {
        "old": ("2020-01-14", True, False), "ten": ("2025-10-14", True, False), "new": ("2028-06-30", False, False),
        "person": ("2026-12", False, True), "listed": ("2025-03", True, False),
    }  # fmt: skip
    assert (
        found["listed"].source == "ledger"
        and found["person"].source == "person"
        and found["old"].source.startswith("https")
    )
