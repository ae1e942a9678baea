// Where the rooms of the map stand: a plan in rows, the same for the same zones every time.
import type { Shapes } from "../api/client";

export type Zone = Shapes["MapZone"];
export type Conduit = Shapes["Conduit"];
export type Box = { zone: Zone; x: number; y: number; w: number; h: number };
export type Line = { conduit: Conduit; path: string; width: number; mark: { x: number; y: number } };
export type Plan = { width: number; height: number; boxes: Box[]; lines: Line[]; street: { y: number; h: number } };

export const WIDTH = 960;
const MARGIN = 24;
const ROOM_H = 76;
const STREET_H = 52;
const ROW_GAP = 84;
const ROOM_GAP = 28;
const PER_ROW = 5;

// The order of rows from the street inwards: what faces the world, what everybody uses, where patients are, offices.
const ROWS: readonly (readonly string[])[] = [
  ["dmz", "partner", "management"],
  ["server", "nurse_call"],
  ["theatre", "icu", "imaging", "endoscopy", "dialysis", "laboratory", "pharmacy", "ward"],
  ["office", "building", "guest", "unknown"],
];

/** Rows of zones, split so that no row is longer than what can be read. */
function rows(zones: Zone[]): Zone[][] {
  const rest = zones.filter((zone) => !zone.outside);
  const lines: Zone[][] = [];
  ROWS.forEach((kinds, place) => {
    const last = place === ROWS.length - 1;
    const known = ROWS.flat();
    const own = rest
      .filter((zone) => kinds.includes(zone.kind) || (last && !known.includes(zone.kind)))
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
  for (const line of rows(zones)) {
    const w = Math.min(220, (WIDTH - 2 * MARGIN - ROOM_GAP * (line.length - 1)) / line.length);
    const used = w * line.length + ROOM_GAP * (line.length - 1);
    line.forEach((zone, place) => {
      boxes.set(zone.id, { zone, x: (WIDTH - used) / 2 + place * (w + ROOM_GAP), y, w, h: ROOM_H });
    });
    y += ROOM_H + ROW_GAP;
  }
  return {
    width: WIDTH,
    height: y - ROW_GAP + MARGIN,
    boxes: [...boxes.values()],
    lines: wires(conduits, boxes),
    street,
  };
}

type End = { conduit: Conduit; other: Box; own: Box; side: "top" | "bottom" };

/** Each line gets its own place on the edge of a room, in the order of where it goes. */
function wires(conduits: Conduit[], boxes: Map<string, Box>): Line[] {
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
  return drawn.map(({ conduit, a, b, side }) => {
    const x1 = places.get(`${a.zone.id} ${conduit.a} ${conduit.b}`) ?? a.x + a.w / 2;
    const x2 = places.get(`${b.zone.id} ${conduit.a} ${conduit.b}`) ?? b.x + b.w / 2;
    const y1 = side[0] === "bottom" ? a.y + a.h : a.y;
    const y2 = side[1] === "bottom" ? b.y + b.h : b.y;
    const d1 = side[0] === "bottom" ? 1 : -1;
    const d2 = side[1] === "bottom" ? 1 : -1;
    const bend = a.y === b.y ? Math.min(62, 26 + Math.abs(x1 - x2) / 9) : Math.max(34, Math.abs(y2 - y1) * 0.42);
    const c1 = y1 + d1 * bend;
    const c2 = y2 + d2 * bend;
    return {
      conduit,
      path: `M${x1.toFixed(1)} ${y1}C${x1.toFixed(1)} ${c1.toFixed(1)} ${x2.toFixed(1)} ${c2.toFixed(1)} ${x2.toFixed(1)} ${y2}`,
      width: thickness(conduit.bytes_ab + conduit.bytes_ba),
      mark: { x: (x1 + 3 * x1 + 3 * x2 + x2) / 8, y: (y1 + 3 * c1 + 3 * c2 + y2) / 8 },
    };
  });
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
