import { describe, expect, it } from "vitest";
import type { FindingRow } from "../api/client";
import { stories } from "./findings";

const row = (id: string, story: string) => ({ id, story }) as FindingRow;

describe("stories", () => {
  it("put findings of one cause under the first of them and keep the order", () => {
    const found = stories([row("a", "s"), row("b", "t"), row("c", "s"), row("d", ""), row("e", "")]);
    expect(found.map(([first, rest]) => [first.id, rest.map((one) => one.id)])).toEqual([
      ["a", ["c"]],
      ["b", []],
      ["d", []],
      ["e", []],
    ]);
    expect(stories([])).toEqual([]);
  });
});
