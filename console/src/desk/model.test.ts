import { describe, expect, test } from "vitest";
import { LiveStore, opened, outside, type LiveFrame, type Wave } from "./model";

const channel = { id: "m/hr", kind: "numeric", source: "m", name: "HR", code: "", code_system: "", unit: "/min", rate_hz: 0, device_type: "", every_s: 1 };
const curve = { ...channel, id: "m/w", kind: "waveform", rate_hz: 100 };
let number = 0;
const frame = (more: Partial<LiveFrame>, level = 0): LiveFrame => ({ f: ++number, level, vital: true, ...more });
const value = (at: number, v: number, level = 0) => frame({ numerics: [{ c: "m/hr", a: at, v }] }, level);

describe("a line that was cut", () => {
  test("asks for what it missed in pieces, and the record takes its place", () => {
    const store = new LiveStore();
    store.take(frame({ channels: [channel, curve] as LiveFrame["channels"] }));
    store.take(value(100_000, 1));
    store.take(frame({ moving: [{ c: "m/w", a: 100_000, n: 0, s: [1, 2, 3] }] }));
    expect(store.want()).toBeNull();
    store.cut();
    expect(store.want()).toBeNull(); // nothing can be asked for while it is cut
    store.take(frame({ channels: [channel, curve] as LiveFrame["channels"] })); // it is open again, and nothing new yet
    expect(store.want()).toBeNull();
    store.take(value(125_000, 2));
    const spans = Array.from({ length: 8 }, () => store.want());
    expect(spans.slice(0, 2)).toEqual([{ from: 99_000, to: 103_000 }, { from: 103_000, to: 107_000 }]);
    expect(spans.slice(-2)).toEqual([{ from: 123_000, to: 125_000 }, null]);
    store.take(frame({ filled: {
      start_ms: 99_000, end_ms: 125_000, tools: [], images: [],
      series: [{ channel: "m/hr", times_ms: [100_000, 110_000, 120_000], values: [1, 7, 8], lows: [], highs: [] }],
      waves: [{ channel: "m/w", start_ms: 99_970, step_ms: 10, samples: [1, 2, 3, 4], joined: false }],
    } })); // prettier-ignore
    expect(store.series.get("m/hr")?.values).toEqual([1, 7, 8, 2]);
    expect(store.waves.get("m/w")?.map((wave) => wave.samples)).toEqual([[1, 2, 3, 4]]);
  });

  test("a slow line asks when it is good again, and once", () => {
    const store = new LiveStore();
    store.take(value(10_000, 1));
    for (let at = 11_000; at < 20_000; at += 1000) store.take(value(at, 2, 3));
    store.take(value(20_000, 3, 2));
    expect(store.want()).toBeNull();
    store.take(value(21_000, 3, 1)); // pictures are still left out, nothing else
    expect([store.want(), store.want(), store.want()]).toEqual([{ from: 9_000, to: 13_000 }, { from: 13_000, to: 17_000 }, { from: 17_000, to: 21_000 }]);
    expect(store.want()).toBeNull();
    store.take({ ...value(22_000, 3, 1), missed: 4 }); // something did not fit between two frames
    expect(store.want()).toEqual({ from: 20_000, to: 22_000 });
    store.take({ ...value(23_000, 3, 1), missed: 4 });
    expect(store.want()).toBeNull();
    store.take({ ...value(24_000, 3, 1), missed: 5 }); // to and fro: one span, not many that overlap
    store.take({ ...value(24_500, 3, 1), missed: 6 });
    expect([store.want(), store.want()]).toEqual([{ from: 22_000, to: 24_500 }, null]);
  });
});

test("a curve is cut where a span begins and goes on where it ends", () => {
  const wave: Wave = { channel: "w", start_ms: 0, step_ms: 10, samples: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], joined: false };
  expect(outside(wave, 30, 60).map((one) => [one.start_ms, one.samples])).toEqual([[0, [0, 1, 2]], [60, [6, 7, 8, 9]]]); // prettier-ignore
  expect(outside(wave, 200, 300)).toEqual([wave]);
  expect(outside(wave, -300, -200)).toEqual([wave]);
  expect(outside(wave, -10, 200)).toEqual([]);
});

test("a frame's samples are found behind its words", () => {
  for (const odd of ["", "x", "xx", "xxx"]) {
    const words = new TextEncoder().encode(JSON.stringify({ f: 1, level: 0, vital: true, odd, moving: [{ c: "w", a: 5, n: 0, s: [1, 2] }, { c: "t", a: 6, v: [1] }] }));
    const at = 4 + words.length + ((4 - (words.length % 4)) % 4);
    const data = new ArrayBuffer(at + 12);
    new DataView(data).setUint32(0, words.length, true);
    new Uint8Array(data).set(words, 4);
    new Float32Array(data, at).set([9, 0.5, -2]);
    const frame = opened(data);
    expect(Array.from(frame.moving?.[0]?.s ?? [])).toEqual([0.5, -2]);
    expect(frame.moving?.[1]?.v).toEqual([1]);
  }
});
