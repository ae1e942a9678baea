// Where the rooms of the map stand: a plan in rows, the same for the same zones every time.
import type { Shapes } from "../api/client";

export type Zone = Shapes["MapZone"];
export type Conduit = Shapes["Conduit"];
export type Box = { zone: Zone; x: number; y: number; w: number; h: number };
export type Line = { conduit: Conduit; path: string; width: number; top: number; bottom: number; mark: { x: number; y: number } };
type Row = { y: number; boxes: Box[] };
export type Plan = { width: number; height: number; boxes: Box[]; lines: Line[]; street: { y: number; h: number } };

export const WIDTH = 960;
const MARGIN = 24;
const ROOM_H = 76;
const STREET_H = 52;
const ROW_GAP = 84;
const ROOM_GAP = 52;
/** Lines that share a gap stand this far apart. */
const LANE = 11;
const PER_ROW = 5;

// The order of rows from the street inwards: what faces the world, what everybody uses, where patients are, offices.
const ROWS: readonly (readonly string[])[] = [
  ["dmz", "partner", "management"],
  ["server", "nurse_call"],
  ["theatre", "icu", "imaging", "endoscopy", "dialysis", "laboratory", "pharmacy", "ward"],
  ["office", "building", "guest", "unknown"],
];

export const ORDER: readonly string[] = ROWS.flat();

/** Rows of zones, split so that no row is longer than what can be read. */
function rows(zones: Zone[]): Zone[][] {
  const rest = zones.filter((zone) => !zone.outside);
  const lines: Zone[][] = [];
  ROWS.forEach((kinds, place) => {
    const last = place === ROWS.length - 1;
    const own = rest
      .filter((zone) => kinds.includes(zone.kind) || (last && !ORDER.includes(zone.kind)))
      .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.id.localeCompare(b.id));
    const parts = Math.max(1, Math.ceil(own.length / PER_ROW));
    const size = Math.ceil(own.length / parts);
    for (let at = 0; at < own.length; at += size) lines.push(own.slice(at, at + size));
  });
  return lines;
}

/** Thickness from volume: ten times as much is one step wider. */
export const thickness = (bytes: number): number => Math.min(14, 1.5 + Math.max(0, Math.log10(bytes + 1) - 2) * 1.9);

export function plan(zones: Zone[], conduits: Conduit[]): Plan {
  const boxes = new Map<string, Box>();
  const outside = zones.filter((zone) => zone.outside);
  const street = { y: MARGIN, h: STREET_H };
  const share = outside.length > 0 ? (WIDTH - 2 * MARGIN) / outside.length : 0;
  outside.forEach((zone, place) => {
    boxes.set(zone.id, { zone, x: MARGIN + place * share, y: street.y, w: share, h: STREET_H });
  });
  let y = street.y + STREET_H + ROW_GAP;
  const placed: Row[] = [];
  for (const line of rows(zones)) {
    const w = Math.min(212, (WIDTH - 2 * MARGIN - ROOM_GAP * (line.length - 1)) / line.length);
    const row: Row = { y, boxes: [] };
    placed.push(row);
    const used = w * line.length + ROOM_GAP * (line.length - 1);
    line.forEach((zone, place) => {
      const box = { zone, x: (WIDTH - used) / 2 + place * (w + ROOM_GAP), y, w, h: ROOM_H };
      boxes.set(zone.id, box);
      row.boxes.push(box);
    });
    y += ROOM_H + ROW_GAP;
  }
  return {
    width: WIDTH,
    height: y - ROW_GAP + MARGIN,
    boxes: [...boxes.values()],
    lines: wires(conduits, boxes, placed),
    street,
  };
}

type End = { conduit: Conduit; other: Box; own: Box; side: "top" | "bottom" };

/** Each line gets its own place on the edge of a room, in the order of where it goes. */
function wires(conduits: Conduit[], boxes: Map<string, Box>, rows: Row[]): Line[] {
  const ends: End[] = [];
  const drawn: { conduit: Conduit; a: Box; b: Box; side: [End["side"], End["side"]] }[] = [];
  for (const conduit of conduits) {
    const a = boxes.get(conduit.a);
    const b = boxes.get(conduit.b);
    if (!a || !b) continue;
    const side: [End["side"], End["side"]] =
      a.y === b.y ? ["bottom", "bottom"] : a.y < b.y ? ["bottom", "top"] : ["top", "bottom"];
    drawn.push({ conduit, a, b, side });
    ends.push({ conduit, own: a, other: b, side: side[0] }, { conduit, own: b, other: a, side: side[1] });
  }
  const places = new Map<string, number>();
  const groups = group(ends, (end) => `${end.own.zone.id} ${end.side}`);
  for (const members of groups.values()) {
    members.sort((p, q) => p.other.x + p.other.w / 2 - (q.other.x + q.other.w / 2));
    members.forEach((end, place) => {
      const { x, w, zone } = end.own;
      // On the street a line runs straight up from where it began.
      const at = zone.outside
        ? Math.min(x + w - 12, Math.max(x + 12, end.other.x + end.other.w / 2))
        : x + (w * (place + 1)) / (members.length + 1);
      places.set(`${zone.id} ${end.conduit.a} ${end.conduit.b}`, at);
    });
  }
  const gaps = new Gaps(rows);
  return drawn.map(({ conduit, a, b, side }) => {
    const from = { x: places.get(`${a.zone.id} ${conduit.a} ${conduit.b}`) ?? a.x + a.w / 2, y: side[0] === "bottom" ? a.y + a.h : a.y };
    const to = { x: places.get(`${b.zone.id} ${conduit.a} ${conduit.b}`) ?? b.x + b.w / 2, y: side[1] === "bottom" ? b.y + b.h : b.y };
    const width = thickness(conduit.bytes_ab + conduit.bytes_ba);
    if (a.y === b.y) {
      const low = from.y + Math.min(62, 26 + Math.abs(from.x - to.x) / 9);
      const path = `M${point(from)}C${point({ x: from.x, y: low })} ${point({ x: to.x, y: low })} ${point(to)}`;
      return { conduit, path, width, top: from.y, bottom: low, mark: { x: (from.x + to.x) / 2, y: from.y + (low - from.y) * 0.75 } };
    }
    const [top, end] = from.y < to.y ? [from, to] : [to, from];
    const stops = gaps.through(top, end);
    let path = `M${point(top)}`;
    let last = top;
    // The mark of a finding stands in a gap where there is one: there no other line crosses.
    const first = stops[0];
    const mark = first ? { x: first.x, y: (first.top + first.bottom) / 2 } : { x: (top.x + end.x) / 2, y: (top.y + end.y) / 2 };
    for (const stop of [...stops, { x: end.x, top: end.y, bottom: end.y }]) {
      const half = (stop.top - last.y) / 2;
      path += `C${point({ x: last.x, y: last.y + half })} ${point({ x: stop.x, y: stop.top - half })} ${point({ x: stop.x, y: stop.top })}`;
      if (stop.bottom > stop.top) path += `V${stop.bottom}`;
      last = { x: stop.x, y: stop.bottom };
    }
    return { conduit, path, width, top: top.y, bottom: end.y, mark };
  });
}

type Point = { x: number; y: number };
const point = ({ x, y }: Point) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** The spaces between rooms: a line that passes a row goes through one of them, never behind a room. */
class Gaps {
  private readonly rows: { y: number; first: number; last: number; middles: number[]; taken: Map<number, number> }[];

  constructor(rows: Row[]) {
    this.rows = rows.map(({ y, boxes }) => {
      const first = boxes[0]?.x ?? WIDTH / 2;
      const last = boxes.at(-1) ? (boxes.at(-1)?.x ?? 0) + (boxes.at(-1)?.w ?? 0) : WIDTH / 2;
      const between = boxes.slice(1).map((box, place) => ((boxes[place]?.x ?? 0) + (boxes[place]?.w ?? 0) + box.x) / 2);
      const middles = [Math.max(12, first - ROOM_GAP / 2), ...between, Math.min(WIDTH - 12, last + ROOM_GAP / 2)];
      return { y, first, last, middles, taken: new Map<number, number>() };
    });
  }

  through(top: Point, end: Point): { x: number; top: number; bottom: number }[] {
    const stops = [];
    for (const row of this.rows) {
      if (row.y <= top.y || row.y + ROOM_H >= end.y) continue;
      const straight = top.x + ((end.x - top.x) * (row.y - top.y)) / (end.y - top.y);
      stops.push({ x: nearest(row, straight), top: row.y - 10, bottom: row.y + ROOM_H + 10 });
    }
    return stops;
  }
}

function nearest({ first, last, middles, taken }: { first: number; last: number; middles: number[]; taken: Map<number, number> }, wanted: number): number {
  // Beside the row there is room for all; between two rooms for a few.
  let best = wanted;
  let used = 0;
  let cost = Infinity;
  for (const x of wanted < first - LANE || wanted > last + LANE ? [wanted] : middles) {
    const there = taken.get(Math.round(x)) ?? 0;
    const costs = Math.abs(x - wanted) + there * 30;
    if (costs < cost) [best, used, cost] = [x, there, costs];
  }
  taken.set(Math.round(best), used + 1);
  const step = Math.ceil(used / 2) * LANE * (used % 2 === 0 ? 1 : -1);
  return Math.min(WIDTH - 6, Math.max(6, best + step));
}

function group<T>(items: T[], key: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) {
    const list = found.get(key(item));
    if (list) list.push(item);
    else found.set(key(item), [item]);
  }
  return found;
}
