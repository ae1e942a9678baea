import { expect, it } from "vitest";
import type { Shapes } from "../api/client";
import { CELL, dotted, hit } from "./map-dots-layout";

const zone = (id: string, kind: string, outside = false): Shapes["MapZone"] => ({
  id, kind, name: { ja: id, en: id }, by_person: false, outside, devices: 0, in_use: 0, unknown: 0, findings: 0,
}); // prettier-ignore

const zones = [zone("icu", "icu"), zone("world", "external", true), zone("empty", "office")];
const devices: Shapes["MapDevices"] = {
  zones: ["icu", "world"],
  place: Array.from({ length: 5000 }, (_, place) => (place % 50 === 0 ? 1 : 0)),
  ids: Array.from({ length: 5000 }, (_, place) => `d${place}`),
  labels: Array.from({ length: 5000 }, (_, place) => `d${place}`),
  states: Array.from({ length: 5000 }, (_, place) => place % 3),
  left_out: 0,
};

it("gives every device a place of its own, in its own room", () => {
  const dots = dotted(zones, devices, 1.5);
  const places = new Set<string>();
  for (let slot = 0; slot < 5000; slot++) {
    const [x, y] = [dots.at[2 * slot] ?? 0, dots.at[2 * slot + 1] ?? 0];
    places.add(`${x} ${y}`);
    const found = hit(dots, x, y);
    expect(found?.slot).toBe(slot);
    expect(found?.block.zone.id).toBe(devices.zones[devices.place[dots.order[slot] ?? 0] ?? 0]);
    expect(dots.states[slot]).toBe(devices.states[dots.order[slot] ?? 0]);
  }
  expect(places.size).toBe(5000);
});

it("keeps rooms apart, the street first, and a room without devices", () => {
  const { blocks, width, height } = dotted(zones, devices, 1.5);
  expect(blocks.map((one) => one.zone.id)).toEqual(["world", "icu", "empty"]);
  expect(blocks[1]?.y).toBeGreaterThan((blocks[0]?.y ?? 0) + (blocks[0]?.h ?? 0));
  expect(blocks[2]?.count).toBe(0);
  for (const one of blocks) {
    expect(one.x + one.w).toBeLessThan(width);
    expect(one.y + one.h).toBeLessThan(height);
  }
});

it("finds a room where there is no dot, and nothing between rooms", () => {
  const dots = dotted(zones, devices, 1.5);
  const empty = dots.blocks[2];
  expect(hit(dots, (empty?.x ?? 0) + CELL, (empty?.y ?? 0) + 30)).toMatchObject({ slot: -1 });
  expect(hit(dots, 1, 1)).toBeNull();
});
