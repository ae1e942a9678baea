"""Traffic between zones that no approved conduit allows.

Rings only where a person has approved a policy. What it would have rung for can be seen before
(`policy.simulate`).
"""

from __future__ import annotations

from collections.abc import Iterator

from hinomi.model import Severity

from .. import knowledge
from ..draft import Facts, make, words
from ..meta import Limit, Meta, Raised
from ..policy import EXTERNAL, Seen, simulate
from ..sight import Sight

META = Meta(
    id="outside_policy",
    severity=Severity.MEDIUM,
    severity_max=Severity.MEDIUM,
    attack=("T1599", "T1021", "T0866"),
    reads=("flow",),
    response="look",
    limits=(
        Limit("conduits_max", 50, "more than this at once means that the policy does not fit: told as one finding"),
    ),
    blind_spots=(
        "Traffic within one zone.",
        "Zones without a name, and guest networks, of which only counts are kept.",
    ),
    order=85,
)


def detect(sight: Sight) -> Iterator[Raised]:
    policy = [conduit for conduit in sight.view.policy if conduit.by]
    if not policy:
        return
    found = [one for one in simulate(sight, policy) if one.conduit.source and one.conduit.target]
    if len(found) > META.limit("conduits_max"):
        yield _tell(sight, found, "many")
    else:
        for one in found:
            yield _tell(sight, [one], "default")


def _tell(sight: Sight, found: list[Seen], variant: str) -> Raised:
    one = found[0]
    conduit = one.conduit
    actor = min(one.clients)
    device = sight.who.devices.get(actor)
    facts: Facts = {
        "variant": variant,
        "kinds": len(found),
        "what": conduit.service or f"{conduit.proto}/{conduit.port}",
        "clients": words(sight.who.label(name) for name in sorted(one.clients)),
        "servers": words(sight.who.label(name) for name in sorted(one.servers)),
        "days": len(one.days),
        **_zone(sight, "source", conduit.source),
        **_zone(sight, "target", conduit.target),
    }
    key = ("many",) if variant == "many" else (conduit.source, conduit.target, facts_key(conduit))
    ip = device.addresses[-1].ip if device and device.addresses else actor
    return make(
        sight, META, key, device=device, ip=ip, actor=actor, others=sorted(one.servers)[:8], top=META.severity,
        confidence=0.95, facts=facts, first=min(each.first for each in found), last=max(each.last for each in found),
        count=sum(each.count for each in found), evidence=[ref for each in found for ref in each.examples],
    )  # fmt: skip


def facts_key(conduit: object) -> str:
    service, proto, port = (getattr(conduit, name) for name in ("service", "proto", "port"))
    return str(service or f"{proto}/{port}")


def _zone(sight: Sight, prefix: str, name: str) -> Facts:
    zone = sight.who.zones.get(name)
    kind = knowledge.kinds()[EXTERNAL]
    return {
        f"{prefix}_ja": zone.name_ja if zone else kind.ja,
        f"{prefix}_en": zone.name_en if zone else kind.en,
    }
