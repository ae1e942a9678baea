"""SQL that several rooms need."""

from __future__ import annotations

from hinomi.conversations.columns import NAMES_MAX

_CLUE = ("site", "host_mac", "host_ip", "vlan", "attribute", "value", "protocol", "port")
_KEY = ", ".join(_CLUE)

# A sighting without a packet (0) must not win as proof while there is one with a packet.
_PROOF = "CASE WHEN packet > 0 THEN first END"
CLUES_MERGED = f"""
SELECT site,
       coalesce(arg_min(sensor, {_PROOF}), min(sensor)) AS sensor,
       coalesce(arg_min(capture, {_PROOF}), min(capture)) AS capture,
       coalesce(arg_min(packet, {_PROOF}), 0)::UBIGINT AS packet,
       coalesce(arg_min("offset", {_PROOF}), 0)::UBIGINT AS "offset",
       host_mac, host_ip, vlan, attribute, value, protocol, port,
       sum(count)::UBIGINT AS count, min(first) AS first, max(last) AS last
FROM clue
GROUP BY {_KEY}
ORDER BY first, {_KEY}
"""

_SIDES = ("site", "client_mac", "client_ip", "server_mac", "server_ip", "vlan", "proto", "server_port", "service")
_SUMS = ("flows", "answered", "refused", "unanswered", "half_heard", "bytes_up", "bytes_down", "packets")


def conversations(where: str, by_hour: bool) -> str:
    """Conversations of several captures put together."""
    sides = ", ".join(_SIDES)
    sums = ", ".join(f"sum({name})::UBIGINT AS {name}" for name in _SUMS)
    hour = "hour" if by_hour else "min(hour) AS hour"
    group = f"{sides}, hour" if by_hour else sides
    # A conversation with an answered flow is the better proof; then the earlier one.
    best = "CASE WHEN answered > 0 THEN first ELSE first + 4611686018427387904 END"
    return f"""
    SELECT site, {hour}, client_mac, client_ip, server_mac, server_ip, vlan, proto, server_port, service,
           {sums}, min(first) AS first, max(last) AS last,
           list_sort(list_distinct(flatten(list(names))))[1:{NAMES_MAX}] AS names,
           arg_min(capture, {best}) AS capture, arg_min(packet, {best}) AS packet,
           arg_min("offset", {best}) AS "offset"
    FROM conversation {f"WHERE {where}" if where else ""}
    GROUP BY {group}
    ORDER BY first, {sides}
    """
