"""Community rules (Sigma): each becomes a question to our records, or is named with the reason why not.

pySigma reads a rule and resolves its conditions; here only its fields and comparisons are turned into
an expression over the columns of `schema/records.toml`. Nothing of a rule is run as code: values are
written as quoted words, fields come from the tables below and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RULES_MAX = 2000
BYTES_MAX = 200_000  # of one file


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `problem` is empty when it is used; else why not: a word of `PROBLEMS`, with `about`."""

    id: str
    title: str
    file: str
    level: str = ""
    author: str = ""
    source: str = ""  # the first reference it gives
    description: str = ""
    innocent: tuple[str, ...] = ()  # the rule's own false positives
    attack: tuple[str, ...] = ()
    record: str = ""  # flow or exchange
    where: str = ""
    problem: str = ""
    about: str = ""


# source: not one of what the wire hears; field: not heard or kept; the others as they say.
PROBLEMS = ("source", "field", "words", "condition", "pattern", "together", "broken", "too_long", "twice", "many")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of a log source stand, and which column is which of its fields."""

    record: str
    only: str  # an expression; '' for all rows
    fields: Mapping[str, str]


def _detail(name: str) -> str:
    return f"json_extract_string(detail, '$.{name}')"


_ENDS = {
    "id.orig_h": "client_ip", "id.resp_h": "server_ip", "id.orig_p": "client_port", "id.resp_p": "server_port",
    "src_ip": "client_ip", "dst_ip": "server_ip", "src_port": "client_port", "dst_port": "server_port",
}  # fmt: skip
_FLOW = {
    "id.orig_h": "orig_ip", "id.resp_h": "resp_ip", "id.orig_p": "orig_port", "id.resp_p": "resp_port",
    "src_ip": "orig_ip", "dst_ip": "resp_ip", "src_port": "orig_port", "dst_port": "resp_port", "proto": "proto",
    "protocol": "proto", "service": "service", "orig_bytes": "orig_payload", "resp_bytes": "resp_payload",
    "orig_pkts": "orig_packets", "resp_pkts": "resp_packets", "orig_ip_bytes": "orig_bytes",
    "resp_ip_bytes": "resp_bytes", "community_id": "community_id",
}  # fmt: skip
_WEB = {
    "method": "operation", "host": _detail("host"), "uri": "object", "user_agent": _detail("user_agent"),
    "status_code": "status", "resp_mime_types": _detail("response_content_type"),
    "cs-method": "operation", "cs-host": _detail("host"), "c-uri": "object", "cs-uri": "object",
    "cs-uri-stem": "split_part(object, '?', 1)", "c-uri-path": "split_part(object, '?', 1)",
    "cs-uri-query": "split_part(object, '?', 2)", "c-uri-query": "split_part(object, '?', 2)",
    "cs-user-agent": _detail("user_agent"), "c-useragent": _detail("user_agent"), "sc-status": "status",
}  # fmt: skip
_NAMES = {
    "query": "object", "qtype_name": "operation", "rcode_name": "status", "answers": _detail("answer_ips"),
    "QueryName": "object", "record_type": "operation", "answer": _detail("answer_ips"),
}  # fmt: skip
# Zeek writes the kind of encryption by its name; the wire keeps the number (RFC 3961 §8).
_CIPHER = (
    f"CASE {_detail('etype')} WHEN '23' THEN 'rc4-hmac' WHEN '17' THEN 'aes128-cts-hmac-sha1-96' "
    f"WHEN '18' THEN 'aes256-cts-hmac-sha1-96' WHEN '3' THEN 'des-cbc-md5' WHEN '1' THEN 'des-cbc-crc' END"
)
_ZEEK = {
    "conn": Place("flow", "", _FLOW),
    "dns": Place("exchange", "protocol = 'dns'", _ENDS | _NAMES),
    "http": Place("exchange", "protocol = 'http'", _ENDS | _WEB),
    "smb_files": Place("exchange", "protocol = 'smb' AND operation <> 'TREE_CONNECT'",
                       _ENDS | {"name": "object", "path": _detail("share")}),
    "smb_mapping": Place("exchange", "protocol = 'smb' AND operation = 'TREE_CONNECT'", _ENDS | {"path": "object"}),
    "dce_rpc": Place("exchange", "protocol = 'dcerpc'", _ENDS | {"endpoint": _detail("interfaces")}),
    "kerberos": Place("exchange", "protocol = 'kerberos'",
                      _ENDS | {"request_type": "operation", "service": "object", "cipher": _CIPHER}),
    "ssl": Place("exchange", "protocol = 'tls'",
                 _ENDS | {"server_name": "server_name", "ja4": _detail("ja4"), "subject": _detail("subject")}),
    "x509": Place("exchange", "protocol = 'tls'", {"certificate.subject": _detail("subject")}),
    "rdp": Place("exchange", "protocol = 'rdp'", _ENDS),
    "ssh": Place("exchange", "protocol = 'ssh'", _ENDS),
    "ftp": Place("exchange", "protocol = 'ftp'", _ENDS | {"command": "operation", "arg": "object"}),
    "snmp": Place("exchange", "protocol = 'snmp'", _ENDS | {"version": _detail("version")}),
    "modbus": Place("exchange", "protocol = 'modbus'", _ENDS),
}  # fmt: skip
_ANY = {
    "dns": _ZEEK["dns"], "webserver": _ZEEK["http"], "proxy": _ZEEK["http"], "firewall": _ZEEK["conn"],
}  # fmt: skip


def read(text: str, file: str) -> list[Rule]:
    """The rules of one file, each usable or with its reason."""
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaRegularExpressionError, SigmaRuleNotFoundError
    from sigma.rule import SigmaRule

    if len(text.encode()) > BYTES_MAX:
        return [Rule(file, file, file, problem="too_long", about=str(BYTES_MAX))]
    try:
        found = SigmaCollection.from_yaml(text, collect_errors=True)
    except SigmaRuleNotFoundError as error:  # rules that count what other rules met
        return [Rule(file, file, file, problem="together", about=_plain(error))]
    except Exception as error:  # YAML's own errors, which have no base that pySigma promises
        return [Rule(file, file, file, problem="broken", about=_plain(error))]
    rules: list[Rule] = []
    for one in found.rules:
        head: dict[str, Any] = {
            "id": str(one.id or f"{file}:{len(rules)}"), "title": _plain(one.title) or file, "file": file,
            "level": str(one.level or "").lower(), "author": _plain(one.author or ""),
            "source": str(next(iter(one.references or ()), "")), "description": _plain(one.description or "", 600),
            "innocent": tuple(_plain(word) for word in one.falsepositives or ())[:5],
            "attack": tuple(t.name.upper() for t in one.tags if t.namespace == "attack" and t.name[0] == "t")[:8],
        }  # fmt: skip
        if not isinstance(one, SigmaRule):
            rules.append(Rule(**head, problem="together"))
        elif one.errors:
            pattern = isinstance(one.errors[0], SigmaRegularExpressionError)
            rules.append(Rule(**head, problem="pattern" if pattern else "broken", about=_plain(one.errors[0])))
        else:
            rules.append(_compiled(one, head))
    return rules


def _plain(words: object, most: int = 160) -> str:
    return " ".join(str(words).split())[:most]


def place_of(source: Any) -> Place | None:
    """The rows that a log source (product, category, service) means."""
    product, service, category = source.product, source.service, source.category
    if product == "zeek":
        return _ZEEK.get(service or "")
    if product is None and service is None and category is not None:
        return _ANY.get(category)
    return None


def _compiled(rule: Any, head: dict[str, Any]) -> Rule:
    from sigma.exceptions import SigmaError

    place = place_of(rule.logsource)
    if place is None:
        said = (rule.logsource.product, rule.logsource.category, rule.logsource.service)
        return Rule(**head, problem="source", about=" / ".join(word for word in said if word))
    try:
        parts = [_expression(condition.parsed, place) for condition in rule.detection.parsed_condition]
    except CannotError as error:
        return Rule(**head, problem=error.problem, about=error.about)
    except (SigmaError, RecursionError) as error:
        return Rule(**head, problem="condition", about=_plain(error))
    where = " OR ".join(f"({part})" for part in parts)
    return Rule(**head, record=place.record, where=f"({place.only}) AND ({where})" if place.only else where)


class CannotError(Exception):
    """A part of a rule that our records cannot answer."""

    def __init__(self, problem: str, about: str) -> None:
        super().__init__(problem)
        self.problem, self.about = problem, about


def _expression(node: Any, place: Place) -> str:
    from sigma import conditions as c

    if isinstance(node, c.ConditionAND):
        return " AND ".join(f"({_expression(part, place)})" for part in node.args)
    if isinstance(node, c.ConditionOR):
        return " OR ".join(f"({_expression(part, place)})" for part in node.args)
    if isinstance(node, c.ConditionNOT):
        # What a row does not have is not what the rule looks for: unknown counts as no.
        return f"NOT coalesce(({_expression(node.args[0], place)}), false)"
    if isinstance(node, c.ConditionFieldEqualsValueExpression):
        column = place.fields.get(node.field)
        if column is None:
            raise CannotError("field", node.field)
        return _comparison(column, node.value)
    if isinstance(node, c.ConditionValueExpression):
        raise CannotError("words", _plain(node.value, 60))
    raise CannotError("condition", type(node).__name__)


def _quoted(text: str) -> str:
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def _comparison(column: str, value: Any) -> str:
    from sigma import types as s

    word = f"CAST({column} AS VARCHAR)"
    if isinstance(value, s.SigmaCasedString):
        return _like(word, value, "LIKE")
    if isinstance(value, s.SigmaString):
        return _like(word, value, "ILIKE")
    if isinstance(value, s.SigmaNumber):
        return f"TRY_CAST({column} AS DOUBLE) = {float(value.number)!r}"
    if isinstance(value, s.SigmaCompareExpression):
        sign = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}.get(value.op.name.lower())
        if sign is None:
            raise CannotError("condition", value.op.name.lower())
        return f"TRY_CAST({column} AS DOUBLE) {sign} {float(value.number.number)!r}"
    if isinstance(value, s.SigmaNull):
        return f"coalesce({word}, '') = ''"
    if isinstance(value, s.SigmaExists):
        return f"coalesce({word}, '') {'<>' if value.exists else '='} ''"
    if isinstance(value, s.SigmaCIDRExpression):
        patterns = value.expand("%")
        return "(" + " OR ".join(f"{word} LIKE {_quoted(pattern)}" for pattern in patterns) + ")"
    if isinstance(value, s.SigmaRegularExpression):
        return f"regexp_matches({word}, {_quoted(_regular(value))})"
    raise CannotError("condition", type(value).__name__.removeprefix("Sigma"))


def _like(word: str, value: Any, like: str) -> str:
    from sigma.types import SpecialChars

    pattern = ""
    for part in value.s:
        if isinstance(part, str):
            pattern += part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        elif part is SpecialChars.WILDCARD_MULTI:
            pattern += "%"
        elif part is SpecialChars.WILDCARD_SINGLE:
            pattern += "_"
        else:
            raise CannotError("condition", _plain(value, 60))
    return f"{word} {like} {_quoted(pattern)} ESCAPE '\\'"


def _regular(value: Any) -> str:
    """As RE2 writes it: pySigma has refused what RE2 does not know, and DuckDB runs RE2 too, in linear time."""
    short = {"IGNORECASE": "i", "MULTILINE": "m", "DOTALL": "s"}
    flags = "".join(sorted(short[flag.name] for flag in value.flags if flag.name in short))
    return f"(?{flags}){value.regexp}" if flags else str(value.regexp)
