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
sys.path.insert(0, str(ROOT / "src"))

from hinomi.watch.runner import Detection, registry  # noqa: E402

PAGES = ROOT / "docs" / "detections"
TEXTS = ROOT / "knowledge" / "detections"
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


def main() -> int:
    made = pages()
    if "--check" in sys.argv[1:]:
        stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
        stale += [path for path in PAGES.glob("*.md") if path not in made]
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
