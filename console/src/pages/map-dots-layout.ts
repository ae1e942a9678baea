// Every device as a dot in its room: where rooms and dots stand. Numbers only, so that a test can hold it.
import type { Shapes } from "../api/client";
import { ORDER } from "./map-layout";

export type Block = { zone: Shapes["MapZone"]; x: number; y: number; w: number; h: number; first: number; count: number; columns: number };
export type Dots = { width: number; height: number; blocks: Block[]; at: Float32Array; states: Float32Array; order: Uint32Array };
export type View = { x: number; y: number; scale: number };

export const CELL = 10;
const HEAD = 22;
const PAD = 8;
const GAP = 16;
const WIDE_MIN = 110;

/** Rooms in rows, from the street inwards; a room is as large as its devices are many. */
export function dotted(zones: Shapes["MapZone"][], devices: Shapes["MapDevices"], aspect: number): Dots {
  const byZone = new Map<string, number[]>();
  devices.place.forEach((place, device) => {
    const zone = devices.zones[place] ?? "";
    const known = byZone.get(zone);
    if (known) known.push(device);
    else byZone.set(zone, [device]);
  });
  const rank = (zone: Shapes["MapZone"]) => (zone.outside ? -1 : ORDER.indexOf(zone.kind) < 0 ? ORDER.length : ORDER.indexOf(zone.kind));
  const rooms = [...zones].sort((a, b) => rank(a) - rank(b) || a.id.localeCompare(b.id));
  const sizes = rooms.map((zone) => {
    const count = byZone.get(zone.id)?.length ?? 0;
    const columns = Math.max(Math.floor((WIDE_MIN - 2 * PAD) / CELL), Math.ceil(Math.sqrt(count * 1.8)));
    const lines = Math.max(1, Math.ceil(count / columns));
    return { zone, count, columns, w: columns * CELL + 2 * PAD, h: HEAD + lines * CELL + PAD };
  });
  const area = sizes.reduce((sum, one) => sum + (one.w + GAP) * (one.h + GAP), 0);
  const width = Math.max(400, ...sizes.map((one) => one.w + 2 * GAP), Math.sqrt(area * aspect * 1.15));
  const blocks: Block[] = [];
  const at = new Float32Array(devices.ids.length * 2);
  const states = new Float32Array(devices.ids.length);
  const order = new Uint32Array(devices.ids.length);
  let [x, y, high, first] = [GAP, GAP, 0, 0];
  let street = true;
  for (const size of sizes) {
    if (size.zone.outside) {
      size.w = width - 2 * GAP;
      size.columns = Math.floor((size.w - 2 * PAD) / CELL);
      size.h = HEAD + Math.max(1, Math.ceil(size.count / size.columns)) * CELL + PAD;
    }
    // The street has a row to itself.
    if (x + size.w > width - GAP || (street && !size.zone.outside && blocks.length > 0)) [x, y, high] = [GAP, y + high + GAP, 0];
    street = size.zone.outside;
    const own = byZone.get(size.zone.id) ?? [];
    blocks.push({ ...size, x, y, first });
    for (const [place, device] of own.entries()) {
      const slot = first + place;
      at[2 * slot] = x + PAD + ((place % size.columns) + 0.5) * CELL;
      at[2 * slot + 1] = y + HEAD + (Math.floor(place / size.columns) + 0.5) * CELL;
      states[slot] = devices.states[device] ?? 0;
      order[slot] = device;
    }
    first += own.length;
    x += size.w + GAP;
    high = Math.max(high, size.h);
  }
  return { width, height: y + high + GAP, blocks, at, states, order };
}

/** What stands at a point: a room, and in it the slot of a dot, or -1. */
export function hit(dots: Dots, x: number, y: number): { block: Block; slot: number } | null {
  const block = dots.blocks.find((one) => x >= one.x && x <= one.x + one.w && y >= one.y && y <= one.y + one.h);
  if (!block) return null;
  const column = Math.floor((x - block.x - PAD) / CELL);
  const line = Math.floor((y - block.y - HEAD) / CELL);
  const place = line * block.columns + column;
  const inside = column >= 0 && column < block.columns && line >= 0 && place < block.count;
  return { block, slot: inside ? block.first + place : -1 };
}
