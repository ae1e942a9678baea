import { describe, expect, it } from "vitest";
import type { Series } from "./track";
import { valueAt, withGaps } from "./track";

const track: Series = {
  kind: "numeric", code: "147842", code_system: "MDC", name: "MDC_ECG_HEART_RATE", unit: "/min", source: "m", device: null,
  times_ms: [1000, 2000, 9000], values: [70, 71, 72], lows: [], highs: [], count: 3, step_ms: 0, gaps_ms: [[2000, 9000]], evidence: null,
}; // prettier-ignore

describe("a track", () => {
  it("draws a hole, not a line, where nothing was heard", () => {
    const [times, values] = withGaps(track);
    expect(values).toEqual([70, 71, null, 72]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("draws a hole in a waveform where its steps stand far apart", () => {
    const wave: Series = { ...track, kind: "waveform", step_ms: 10, times_ms: [0, 10, 20, 30, 5000, 5010], values: [1, 2, 3, 4, 5, 6], gaps_ms: [] };
    expect(withGaps(wave)[1]).toEqual([1, 2, 3, 4, null, 5, 6]);
    expect(valueAt(wave, 2000)).toBeNull();
    const rare: Series = { ...wave, step_ms: 80_000, times_ms: [0, 3_600_000, 7_200_000], values: [1, 2, 3] };
    expect(withGaps(rare)[1]).toEqual([1, null, 2, null, 3]);
  });

  it("holds the last value, and none before the first or inside a gap", () => {
    expect(valueAt(track, 500)).toBeNull();
    expect(valueAt(track, 1000)).toBe(70);
    expect(valueAt(track, 1999)).toBe(70);
    expect(valueAt(track, 2000)).toBe(71);
    expect(valueAt(track, 5000)).toBeNull();
    expect(valueAt(track, 9500)).toBe(72);
  });
});
