// The tool's tip as the navigation gives it: three orthogonal planes through space, and one view in depth.
import { useRef } from "react";
import { useSpeech } from "../texts";
import { Canvas, type Paint } from "./canvas";
import { toolsAt, type Tool } from "./model";
import type { Shapes } from "../api/client";

const TRAIL_MS = 4000;
const COLOURS = ["--track", "--alarm", "--amber"];
type Props = { tools: Shapes["DeskTool"][]; names: ReadonlyMap<string, string>; now: () => number };
type View = { word: "desk.nav.axial" | "desk.nav.coronal" | "desk.nav.sagittal" | "desk.nav.depth"; flat: (p: number[]) => [number, number] };

const COS = Math.cos(Math.PI / 6);
const VIEWS: View[] = [
  { word: "desk.nav.axial", flat: ([x = 0, y = 0]) => [x, -y] },
  { word: "desk.nav.coronal", flat: ([x = 0, , z = 0]) => [x, -z] },
  { word: "desk.nav.sagittal", flat: ([, y = 0, z = 0]) => [y, -z] },
  { word: "desk.nav.depth", flat: ([x = 0, y = 0, z = 0]) => [(x - y) * COS, -z + (x + y) / 2] },
];

const tip = (matrix: number[]): number[] => [matrix[3] ?? 0, matrix[7] ?? 0, matrix[11] ?? 0];
/** A point back along the tool: its own z axis is its shaft. */
const shaft = (matrix: number[], mm: number): number[] => [
  (matrix[3] ?? 0) + (matrix[2] ?? 0) * mm, (matrix[7] ?? 0) + (matrix[6] ?? 0) * mm, (matrix[11] ?? 0) + (matrix[10] ?? 0) * mm,
]; // prettier-ignore

export function Navigation({ tools, names, now }: Props) {
  const { t } = useSpeech();
  const reach = useRef({ centre: [0, 0, 0], radius: 0 });
  const paint: Paint = (c, width, height, colour) => {
    const at = now();
    const here = toolsAt(tools, names, at);
    fit(reach.current, tools, here);
    const side = [width / 2, height / 2];
    VIEWS.forEach((view, place) => {
      const [w = 1, h = 1] = side;
      const left = (place % 2) * w;
      const top = Math.floor(place / 2) * h;
      c.save();
      c.beginPath();
      c.rect(left + 1, top + 1, w - 2, h - 2);
      c.clip();
      c.strokeStyle = colour("--line");
      c.strokeRect(left + 0.5, top + 0.5, w - 1, h - 1);
      const scale = Math.min(w, h) / (2.4 * Math.max(10, reach.current.radius));
      const [cx, cy] = view.flat(reach.current.centre);
      const px = (p: number[]): [number, number] => {
        const [x, y] = view.flat(p);
        return [left + w / 2 + (x - cx) * scale, top + h / 2 + (y - cy) * scale];
      };
      c.fillStyle = colour("--muted");
      c.textBaseline = "top";
      c.fillText(t(view.word), left + 8, top + 6);
      here.forEach((tool, number) => one(c, tool, tools, at, px, colour(COLOURS[number % COLOURS.length] ?? "--track"), [left, top, w, h], view.word !== "desk.nav.depth"));
      scaleBar(c, left + 8, top + h - 12, scale, colour("--muted"));
      c.restore();
    });
  };
  const shown = toolsAt(tools, names, now());
  return (
    <div className="desk-nav">
      <Canvas paint={paint} label={t("desk.nav.label", { n: tools.length })} />
      <ul className="desk-tools">
        {shown.length === 0 ? <li className="unknown">{t("desk.nav.none")}</li> : null}
        {shown.map((tool, place) => (
          <li key={tool.channel}>
            <i className={`desk-dot desk-dot-${place % COLOURS.length}`} aria-hidden="true" />
            {tool.name} <span className="desk-mm">{tip(tool.matrix).map((v) => v.toFixed(1)).join(" / ")} mm</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function fit(reach: { centre: number[]; radius: number }, tools: Shapes["DeskTool"][], here: Tool[]): void {
  if (reach.radius > 0 && here.every((tool) => far(tip(tool.matrix), reach.centre) < reach.radius)) return;
  const points = tools.flatMap((tool) => tool.matrices.filter((_, n) => n % 10 === 0).map(tip));
  points.push(...here.map((tool) => tip(tool.matrix)));
  if (points.length === 0) return;
  const low = [0, 1, 2].map((n) => Math.min(...points.map((p) => p[n] ?? 0)));
  const high = [0, 1, 2].map((n) => Math.max(...points.map((p) => p[n] ?? 0)));
  reach.centre = low.map((v, n) => (v + (high[n] ?? 0)) / 2);
  reach.radius = Math.max(20, ...low.map((v, n) => ((high[n] ?? 0) - v) / 2)) * 1.3;
}

const far = (a: number[], b: number[]) => Math.max(...a.map((v, n) => Math.abs(v - (b[n] ?? 0))));

function one(
  c: CanvasRenderingContext2D, tool: Tool, tools: Shapes["DeskTool"][], at: number,
  px: (p: number[]) => [number, number], colour: string, box: number[], cross: boolean,
): void {
  const [x, y] = px(tip(tool.matrix));
  const [left = 0, top = 0, w = 0, h = 0] = box;
  c.strokeStyle = colour;
  if (cross) {
    c.globalAlpha = 0.35;
    c.setLineDash([4, 4]);
    c.beginPath();
    c.moveTo(left, y);
    c.lineTo(left + w, y);
    c.moveTo(x, top);
    c.lineTo(x, top + h);
    c.stroke();
    c.setLineDash([]);
  }
  c.globalAlpha = 0.5;
  c.beginPath();
  const path = tools.find((other) => other.channel === tool.channel);
  let begun = false;
  path?.times_ms.forEach((time, n) => {
    const matrix = path.matrices[n];
    if (!matrix || time < at - TRAIL_MS || time > at) return;
    const [tx, ty] = px(tip(matrix));
    if (begun) c.lineTo(tx, ty);
    else c.moveTo(tx, ty);
    begun = true;
  });
  c.stroke();
  c.globalAlpha = 1;
  const [sx, sy] = px(shaft(tool.matrix, 40));
  c.lineWidth = 2.5;
  c.beginPath();
  c.moveTo(sx, sy);
  c.lineTo(x, y);
  c.stroke();
  c.lineWidth = 1;
  c.fillStyle = colour;
  c.beginPath();
  c.arc(x, y, 4.5, 0, 7);
  c.fill();
}

function scaleBar(c: CanvasRenderingContext2D, x: number, y: number, scale: number, colour: string): void {
  const mm = [5, 10, 20, 50, 100].find((length) => length * scale > 28) ?? 100;
  c.strokeStyle = colour;
  c.beginPath();
  c.moveTo(x, y);
  c.lineTo(x + mm * scale, y);
  c.stroke();
  c.fillStyle = colour;
  c.textBaseline = "bottom";
  c.fillText(`${mm} mm`, x + mm * scale + 5, y + 6);
}
