import { describe, expect, it } from "vitest";
import { plan, thickness, WIDTH, type Conduit, type Zone } from "./map-layout";

const zone = (id: string, kind: string, outside = false): Zone => ({
  id, kind, outside, name: { ja: id, en: id }, by_person: true, devices: 10, in_use: 0, unknown: 0, findings: 0,
}); // prettier-ignore
const conduit = (a: string, b: string, bytes = 1000): Conduit => ({
  a, b, bytes_ab: bytes, bytes_ba: 0, flows: 1, pairs: 1, services: ["dicom"], findings: [], opened_by: "a",
  first: "2026-01-01T00:00:00Z", last: "2026-01-01T00:00:00Z",
}); // prettier-ignore

const KINDS = ["dmz", "server", "theatre", "icu", "ward", "office", "made-up"];

describe("the plan", () => {
  it("puts the outside on top and no two rooms on one place", () => {
    const zones = [...Array.from({ length: 40 }, (_, n) => zone(`z${n}`, KINDS[n % KINDS.length] ?? "ward")), zone("outside", "external", true)];
    const { boxes, height } = plan(zones, []);
    expect(boxes).toHaveLength(41);
    const street = boxes.find((box) => box.zone.outside);
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.w).toBeLessThanOrEqual(WIDTH);
      expect(box.y + box.h).toBeLessThanOrEqual(height);
      if (box !== street) expect(box.y).toBeGreaterThan((street?.y ?? 0) + (street?.h ?? 0));
      for (const other of boxes)
        if (other !== box)
          expect(box.x + box.w <= other.x + 0.01 || other.x + other.w <= box.x + 0.01 || box.y + box.h <= other.y || other.y + other.h <= box.y).toBe(true);
    }
  });

  it("is the same for the same zones and leaves out lines to nowhere", () => {
    const zones = [zone("a", "server"), zone("b", "icu")];
    expect(plan(zones, [conduit("a", "b")])).toEqual(plan([...zones].reverse(), [conduit("a", "b")]));
    expect(plan(zones, [conduit("a", "none")]).lines).toEqual([]);
  });

  it("draws more traffic thicker, within bounds", () => {
    const widths = [0, 1e3, 1e6, 1e9, 1e15].map(thickness);
    expect(widths).toEqual([...widths].sort((x, y) => x - y));
    expect(widths[0]).toBeGreaterThan(1);
    expect(widths.at(-1)).toBeLessThanOrEqual(14);
  });
});
