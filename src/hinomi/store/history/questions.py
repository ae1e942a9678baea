"""SQL that several rooms need."""

from __future__ import annotations

from hinomi.conversations.columns import NAMES_MAX

_SIDES = ("site", "client_mac", "client_ip", "server_mac", "server_ip", "vlan", "proto", "server_port", "service")
_SUMS = ("flows", "answered", "refused", "unanswered", "half_heard", "bytes_up", "bytes_down", "packets")


def conversations(where: str, by_hour: bool) -> str:
    """Conversations of several captures put together."""
    sides = ", ".join(_SIDES)
    sums = ", ".join(f"sum({name})::UBIGINT AS {name}" for name in _SUMS)
    hour = "hour" if by_hour else "min(hour) AS hour"
    group = f"{sides}, hour" if by_hour else sides
    # A conversation with an answered flow is the better proof; then the earlier one.
    best = (
        "{'time': CASE WHEN answered > 0 THEN first ELSE first + 4611686018427387904 END,"
        " 'capture': capture::VARCHAR, 'packet': packet, 'offset': \"offset\"}"
    )
    return f"""
    SELECT site, {hour}, client_mac, client_ip, server_mac, server_ip, vlan, proto, server_port, service,
           {sums}, min(first) AS first, max(last) AS last,
           list_sort(list_distinct(flatten(list(names))))[1:{NAMES_MAX}] AS names,
           min({best}).capture AS capture, min({best}).packet AS packet, min({best})."offset" AS "offset"
    FROM conversation {f"WHERE {where}" if where else ""}
    GROUP BY {group}
    ORDER BY first, {sides}
    """
