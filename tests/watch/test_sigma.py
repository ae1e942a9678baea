"""Community rules: read by pySigma, asked of our records, named where they cannot be used."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from hinomi.watch import render, run
from hinomi.watch.sigma import PROBLEMS, read

ID = "community_rule"
ROOT = Path(__file__).resolve().parents[2]

HEAD = """title: {title}
id: 5f0e7a6c-3b1d-4c55-9a65-{number:012d}
status: test
description: Written for this test
author: Hinomi
references: [https://attack.mitre.org/techniques/T1046/]
tags: [attack.t1046]
falsepositives: [A planned check]
level: high
"""


def rule(body, title="A rule", number=1):
    return HEAD.format(title=title, number=number) + body


FOREIGN_TITLE = rule("""logsource: {product: zeek, service: smb_files}
detection:
  share: {path|endswith: 'IPC$'}
  pipe: {name|startswith: [svc, ats]}
  usual: {id.orig_h|cidr: 10.80.0.0/24}
  condition: share and pipe and not usual
""")
MANY_BYTES = rule("""logsource: {category: firewall}
detection:
  big: {dst_port: 443, orig_bytes|gte: 1000}
  condition: big
""", number=2)  # fmt: skip
AGENT = rule("""logsource: {product: zeek, service: http}
detection:
  agent: {user_agent|re: '^python-requests/[0-9]'}
  upload: {method: [PUT, POST], uri|contains: 'Upload'}
  condition: 1 of *
""", number=3)  # fmt: skip
OLD_TICKET = rule("""logsource: {product: zeek, service: kerberos}
detection:
  old: {request_type: TGS, cipher: rc4-hmac}
  machine: {service|endswith: '$'}
  condition: old and not machine
""", number=4)  # fmt: skip


def used(*texts):
    found = [one for n, text in enumerate(texts) for one in read(text, f"r{n}.yml")]
    assert all(one.where for one in found), [(one.problem, one.about) for one in found]
    return found


def look(house, *texts, weights=None):
    view = house.view()
    view.sigma = used(*texts)
    view.sigma_weights = weights or {}
    found = run(view, strict=True, only=[ID])
    for finding in found:
        render(finding, "ja"), render(finding, "en")
        assert finding.evidence
    return found


def test_a_rule_meets_its_rows_and_a_twin_does_not(house):
    a, s = house.device("pc1", "10.60.0.11", "workstation"), house.device("sv", "10.50.0.60", "server")
    adm = house.device("adm", "10.80.0.5", "workstation")
    house.exchange("smb", "CREATE", a, s, t=5, object="SVCCTL", detail={"share": "IPC$"})
    house.exchange("smb", "CREATE", adm, s, t=6, object="svcctl", detail={"share": "IPC$"})
    house.exchange("smb", "CREATE", a, s, t=7, object="100%_svcctl", detail={"share": "IPC$"})
    (found,) = look(house, FOREIGN_TITLE)
    assert found.devices[0] == "pc1" and found.count == 1 and found.severity.value == "low"
    assert found.facts["author"] == "Hinomi" and found.facts["rule_file"] == "r0.yml"
    (found,) = look(house, FOREIGN_TITLE, weights={used(FOREIGN_TITLE)[0].id: "medium"})
    assert found.severity.value == "medium" and found.facts["approved"] == "yes"


def test_numbers_lists_patterns_and_names_of_kinds(house):
    a, s = house.device("pc1", "10.60.0.11", "workstation"), house.device("kdc", "10.50.0.42", "directory_server")
    house.flow(a, "198.51.100.9", 443, "tls", t=1, up=5000)
    house.flow(a, "198.51.100.9", 443, "tls", t=2, up=50)
    house.exchange("http", "GET", a, s, t=3, object="/", detail={"user_agent": "python-requests/2.31"})
    house.exchange("http", "POST", a, s, t=4, object="/x/upload", detail={"user_agent": "Mozilla"})
    house.exchange("http", "GET", a, s, t=5, object="/upload", detail={"user_agent": "my python-requests/2"})
    for n, (service, kind) in enumerate((("MSSQL/s1", "23"), ("MSSQL/s2", "18"), ("PC1$", "23"))):
        house.exchange("kerberos", "TGS", a, s, t=6 + n, object=service, detail={"etype": kind})
    found = {one.facts["rule_file"]: one.count for one in look(house, MANY_BYTES, AGENT, OLD_TICKET)}
    assert found == {"r0.yml": 1, "r1.yml": 2, "r2.yml": 1}


def test_many_devices_that_meet_one_rule_are_told_once(house):
    for n in range(9):
        house.flow(house.device(f"pc{n}", f"10.60.0.{n + 11}", "workstation"), "198.51.100.9", 443, "tls", t=n, up=5000)
    (found,) = look(house, MANY_BYTES)
    assert found.facts["machines"] == 9


@pytest.mark.parametrize(
    ("problem", "about", "text"),
    [
        ("source", "windows / process_creation", rule("logsource: {product: windows, category: process_creation}\n"
                                                      "detection: {a: {Image: x}, condition: a}\n")),
        ("field", "conn_state", rule("logsource: {product: zeek, service: conn}\n"
                                     "detection: {a: {conn_state: S0}, condition: a}\n")),
        ("words", "evil", rule("logsource: {product: zeek, service: http}\ndetection: {a: [evil], condition: a}\n")),
        ("pattern", "", rule("logsource: {product: zeek, service: http}\n"
                             "detection: {a: {uri|re: '(?=x)y'}, condition: a}\n")),
        ("condition", "", rule("logsource: {product: zeek, service: http}\n"
                               "detection: {a: {uri: x}, condition: a and nothing}\n")),
        ("broken", "", "title: [\n"),
        ("broken", "", "title: no more than a title\n"),
        ("together", "", rule("correlation: {type: event_count, rules: [x], group-by: [a], timespan: 5m, "
                              "condition: {gte: 5}}\n")),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named_with_its_reason(problem, about, text):
    (found,) = read(text, "r.yml")
    assert (found.problem, found.where) == (problem, "") and about in found.about
    assert found.problem in PROBLEMS


@pytest.mark.parametrize(
    "value", ["x' OR 1=1 --", "'; COPY exchange TO '/tmp/x'; --", "%", "_", "\\", "a\u0000b", "*'*"]
)
def test_a_value_is_never_more_than_a_word(house, value):
    import json

    a, s = house.device("pc1", "10.60.0.11", "workstation"), house.device("sv", "10.50.0.60", "server")
    house.exchange("http", "GET", a, s, t=3, object="/index.html")
    text = rule(
        f"logsource: {{product: zeek, service: http}}\ndetection: {{a: {{uri: {json.dumps(value)}}}, condition: a}}\n"
    )
    for one in read(text, "r.yml"):
        if one.where:
            view = house.view()
            view.sigma = [one]
            assert run(view, strict=True, only=[ID]) == []


def _look_at(case):
    spec = importlib.util.spec_from_file_location("gen_detection_docs", ROOT / "tools/gen_detection_docs.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool.look(ROOT / "cases" / case)[0]


def test_the_same_rule_on_a_recorded_incident_and_on_its_innocent_twin():
    """An unknown machine asks the archive by a name server's word: rules over what real programs sent."""
    tunnel = rule(
        """logsource: {category: dns}
detection:
  odd: {record_type: ['NULL', TXT, CNAME, MX, SRV]}
  long: {query|re: '[a-z0-9-]{30,}\\.'}
  condition: odd or long
""",
        title="Long or odd questions for names",
    )
    met = {}
    for case in ("dns-tunnel", "dhcp-dns"):
        view = _look_at(case)
        view.sigma = used(tunnel)
        met[case] = [one.count for one in run(view, strict=True, only=[ID])]
    assert met["dns-tunnel"] and met["dhcp-dns"] == []


def test_reading_rules_asks_nobody(monkeypatch):
    import socket

    def never(*words):
        raise AssertionError(f"a connection was opened: {words}")

    monkeypatch.setattr(socket.socket, "connect", never)
    monkeypatch.setattr(socket, "getaddrinfo", never)
    assert used(FOREIGN_TITLE, MANY_BYTES, AGENT, OLD_TICKET)
