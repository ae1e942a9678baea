import { expect, it } from "vitest";
import { joined, placed, ROWS } from "./theatre-lanes";

const span = (key: string, start_ms: number, end_ms: number) => ({ key, start_ms, end_ms, label: key, finding: key });

it("keeps spans for which a row is free", () => {
  const few = ["a", "b", "c"].map((key) => span(key, 0, 10));
  expect(joined(few, String)).toEqual(few);
});

it("draws those that lie over each other as one, which says how many", () => {
  const many = Array.from({ length: 9 }, (_, place) => span(`${place}`, place, 100 + place));
  const drawn = joined(many, (n) => `${n} at once`);
  expect(drawn).toHaveLength(ROWS);
  expect(drawn.at(-1)).toMatchObject({ label: "6 at once", start_ms: 3, end_ms: 108 });
  expect(drawn.at(-1)).not.toHaveProperty("finding");
  expect(placed(drawn, (ms) => ms).map((one) => one.row)).toEqual([0, 1, 2, 3]);
});

it("begins again where the pile ends", () => {
  const spans = [0, 50].flatMap((at) => Array.from({ length: 5 }, (_, place) => span(`${at} ${place}`, at, at + 10)));
  expect(joined(spans, String)).toHaveLength(8);
});
