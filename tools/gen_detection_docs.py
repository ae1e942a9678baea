"""Makes `docs/detections/*.md` from the detections and their texts.

python tools/gen_detection_docs.py          write the pages
python tools/gen_detection_docs.py --check  fail when a page is not as it would be written
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

import through  # noqa: E402
from hinomi.watch.runner import Detection, registry  # noqa: E402

PAGES = ROOT / "docs" / "detections"
TEXTS = ROOT / "knowledge" / "detections"
SLOW_PAGES = {"cases.md", "curves.md", "ordinary-days.md"}  # made by commands that take longer
HEADINGS = {
    "ja": (
        "何が見えたか", "なぜ患者に関わるか", "害のない説明", "まずすること", "どれだけ確かか", "さらに確かにするもの",
    ),
    "en": (
        "What was seen", "Why it matters for patients", "Innocent explanations", "What to do first", "How sure",
        "What would make us surer",
    ),
}  # fmt: skip
HEAD = "<!-- Made by tools/gen_detection_docs.py. Do not edit. -->\n\n"


def attack_link(technique: str) -> str:
    main, _, sub = technique.partition(".")
    return f"[{technique}](https://attack.mitre.org/techniques/{main}/{sub + '/' if sub else ''})"


def _plain(text: Any, which: str = "default") -> str:
    if isinstance(text, dict):
        text = text.get(which) or next(iter(text.values()))
    return str(text).replace("{", "‹").replace("}", "›")


def page(detection: Detection) -> str:
    meta = detection.meta
    texts = tomllib.loads((TEXTS / f"{meta.id}.toml").read_text("utf-8"))
    out = [f"# {meta.id}\n"]
    for lang in ("ja", "en"):
        out.append(f"**{_plain(texts[lang]['title'])}**\n")
    out.append(detection.doc + "\n")
    out.append(f"- severity: {meta.severity.value}, at most {meta.severity_max.value} (raised by clinical context)")
    out.append(f"- reads: {', '.join(meta.reads)}")
    out.append(f"- MITRE ATT&CK: {', '.join(attack_link(t) for t in meta.attack)}")
    out.append(f"- texts: [`knowledge/detections/{meta.id}.toml`](../../knowledge/detections/{meta.id}.toml)\n")
    for lang, names in HEADINGS.items():
        own = texts[lang]
        out.append(f"## {'日本語' if lang == 'ja' else 'English'}\n")
        out.append(f"**{names[0]}** {_plain(own['seen'])}\n")
        out.append(f"**{names[1]}** {_plain(own['why'])}\n")
        for title, key in ((names[2], "innocent"), (names[3], "first_steps")):
            out.append(f"**{title}**\n")
            out += [f"- {_plain(item)}" for item in own[key]]
            out.append("")
        out.append(f"**{names[4]}** {_plain(own['how_sure'])}\n")
        out.append(f"**{names[5]}**\n")
        out += [f"- {_plain(item)}" for item in own["needs"]]
        out.append("")
    if meta.limits:
        out.append("## Limits\n\n| name | value | why |\n|---|---|---|")
        out += [f"| `{limit.name}` | {limit.value:g} | {limit.why} |" for limit in meta.limits]
        out.append("")
    out.append("## Blind spots\n")
    out += [f"- {spot}" for spot in meta.blind_spots]
    return HEAD + "\n".join(out).rstrip() + "\n"


def index(detections: dict[str, Detection]) -> str:
    out = ["# Detections\n", "What Hinomi rings for. One file each in `src/hinomi/watch/detections/`.\n"]
    out.append(
        "Held against the lab's incidents: [cases.md](cases.md). How surely they ring: [curves.md](curves.md).\n"
        "How seldom on ordinary days: [ordinary-days.md](ordinary-days.md).\n"
    )
    out.append("| id | 日本語 | English | severity | ATT&CK |\n|---|---|---|---|---|")
    for name in sorted(detections):
        meta = detections[name].meta
        texts = tomllib.loads((TEXTS / f"{name}.toml").read_text("utf-8"))
        ja, en = (_plain(texts[lang]["title"]) for lang in ("ja", "en"))
        out.append(f"| [{name}]({name}.md) | {ja} | {en} | {meta.severity.value} | {' '.join(meta.attack)} |")
    return HEAD + "\n".join(out) + "\n"


def pages() -> dict[Path, str]:
    detections = registry()
    made = {PAGES / f"{name}.md": page(detection) for name, detection in detections.items()}
    made[PAGES / "README.md"] = index(detections)
    return made


def look(case: Path, full: bool = False) -> tuple[Any, list[Any]]:
    """A case's capture through all stages, zones as its truth names them: (view, findings).

    `full`: every remote path that was heard stands in the register, approved and at any time, also the
    one by which the intruder came. That is the kindest register an intruder could wish for.
    """
    from hinomi.watch import run

    view = through.view(through.rows(case), through.zones(case))
    if full:
        from hinomi.watch.paths import propose

        view.registers = propose(view)
    return view, run(view, strict=True)


def steps(case: Path, full: bool = False) -> list[dict[str, Any]]:
    """Each visible step of the case's incidents: when, what, the finding that shows it, and its delay."""
    truth = through.truth(case)
    view, findings = look(case, full)
    held = {device.id: {a.ip for a in device.addresses if a.ip} for device in view.inventory.devices}
    hosts = {host["id"]: set(host["ip"]) for host in truth["hosts"]}
    second = 1_000_000_000
    found = []
    for incident in truth["incidents"]:
        for step in incident["steps"]:
            if not step.get("visible", True):
                continue
            ends = (hosts.get(step["actor"], set()), hosts.get(step["target"], set()))
            showing = []
            for f in findings:
                named = set().union(*(held.get(name, {name}) for name in f.devices), {str(f.facts.get("device_ip"))})
                near = sum(bool(end & named) for end in ends)
                if near and f.first <= step["time"] + 60 * second and f.last >= step["time"] - 2 * second:
                    showing.append((-near, abs(f.first - step["time"]), f.key, f))
            # The finding that names both ends, and began nearest to the step, shows it.
            best = min(showing)[3] if showing else None
            found.append(
                {
                    "case": truth["case"],
                    "incident": incident["id"],
                    "at": (step["time"] - truth["start"]) / second,
                    "what": f"{step['actor']} {step['what']}",
                    "seen": best is not None,
                    "delay": max(0.0, (best.first - step["time"]) / second) if best else None,
                    "finding": best.detection if best else "",
                    "severity": best.severity.value if best else "",
                    "story": best.story if best else "",
                }
            )
    return found


def cases_page() -> str:
    out = ["# The cases of the lab, step by step\n"]
    out.append("Made by `python tools/gen_detection_docs.py --cases`: each step that a perfect observer could have")
    out.append(
        "seen, the finding that shows it, and how long after the step (in traffic time) its first packet came.\n"
    )
    for case in sorted((ROOT / "cases").glob("*/truth.json")):
        rows = steps(case.parent) if '"incidents": []' not in case.read_text("utf-8") else []
        if not rows:
            continue
        stories = {row["story"] for row in rows if row["seen"]}
        word = "story" if len(stories) == 1 else "stories"
        told = f"{sum(row['seen'] for row in rows)} of {len(rows)} steps, {len(stories)} {word}"
        out.append(f"## {case.parent.name}\n\n{told}.\n\n| at | step | seen | delay | finding | severity |")
        out.append("|---|---|---|---|---|---|")
        for row in rows:
            delay = f"{row['delay']:.1f} s" if row["seen"] else ""
            seen = "yes" if row["seen"] else "**no**"
            out.append(
                f"| {row['at']:.0f} s | {row['what']} | {seen} | {delay} | {row['finding']} | {row['severity']} |"
            )
        out.append("")
    return HEAD + "\n".join(out).rstrip() + "\n"


def main() -> int:
    if "--cases" in sys.argv[1:]:
        (PAGES / "cases.md").write_text(cases_page(), "utf-8")
        return 0
    made = pages()
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
        stale += [path for path in PAGES.glob("*.md") if path not in made and path.name not in SLOW_PAGES]
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not fresh\nhint: python tools/gen_detection_docs.py")
        return 1 if stale else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for path, text in made.items():
        path.write_text(text, "utf-8")
    print(f"{len(made)} pages written")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
