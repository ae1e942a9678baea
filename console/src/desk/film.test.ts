import { afterEach, expect, test, vi } from "vitest";
import { Film, reachOf, WAVE_SPAN_MS } from "./film";
import type { LiveChannel, Wave } from "./model";

const WIDTH = 800;
const channel = { id: "w", kind: "waveform", source: "m", name: "w", code: "", unit: "mV", rate_hz: 100, device: null } as unknown as LiveChannel;
const look = { track: "#000", line: "#ccc", hatch: "#eee" };

/** A drawing surface that keeps what was drawn: how many columns were cleared, and the points of lines. */
function surface() {
  const told = { cleared: 0, points: [] as number[], stripes: 0 };
  let width = 0;
  const context = {
    set lineWidth(to: number) { width = to; },
    clearRect: (_x: number, _y: number, w: number) => void (told.cleared += w),
    lineTo: (x: number) => (width === 4 ? told.stripes++ : told.points.push(x)),
    ...Object.fromEntries(["save", "restore", "beginPath", "rect", "clip", "fillRect", "stroke", "moveTo", "drawImage"].map((name) => [name, () => undefined])),
  }; // prettier-ignore
  Object.defineProperty(context, "lineWidth", { set: (to: number) => void (width = to) });
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  const frame = (film: Film, waves: Wave[], end: number) => {
    Object.assign(told, { cleared: 0, points: [], stripes: 0 });
    film.paint(context as never, { left: 0, width: WIDTH, height: 50, dense: 1 }, [channel], new Map([["w", waves]]), end, look);
    return { ...told };
  };
  return frame;
}

const wave = (start: number, samples: number): Wave => ({ channel: "w", start_ms: start, step_ms: 10, samples: Array.from({ length: samples }, (_, n) => n % 7), joined: false });

afterEach(() => void vi.restoreAllMocks());

test("a frame draws only what is new, and all of it when the past changed", () => {
  const frame = surface();
  const film = new Film();
  const waves = [wave(0, 1000)];
  expect(frame(film, waves, 9000).cleared).toBe(WIDTH);
  waves[0]?.samples.push(...[1, 2, 3, 4, 5, 6]);
  const next = frame(film, waves, 9060);
  expect(next.cleared).toBeGreaterThanOrEqual(6);
  expect(next.cleared).toBeLessThan(20);
  expect(next.points.length).toBeGreaterThanOrEqual(6);
  expect(frame(film, [...waves], 9090).cleared).toBe(WIDTH); // another array: a gap was filled
  expect(frame(film, waves, 2000).cleared).toBe(WIDTH); // a seek
});

test("what comes late is drawn where it belongs, and silence is hatched", () => {
  const frame = surface();
  const film = new Film();
  const late = wave(0, 800);
  frame(film, [late], 8000);
  const waves = [late];
  frame(film, waves, 8000);
  const silent = frame(film, waves, 9000); // a second without a sample
  expect(silent.stripes).toBeGreaterThan(0);
  const still = frame(film, waves, 9030); // only the stripes go on
  expect(still.cleared).toBeLessThan(10);
  late.samples.push(...Array.from({ length: 103 }, () => 3));
  const filled = frame(film, waves, 9030);
  expect(filled.cleared).toBeGreaterThanOrEqual(100);
  expect(filled.stripes).toBe(0);
});

test("the reach of a curve is that of its samples in the span", () => {
  expect(reachOf([wave(0, 3), wave(1000, 100)], 0, 50)).toEqual({ low: 0, high: 2 });
  expect(reachOf([wave(0, 3)], 500, 500 + WAVE_SPAN_MS)).toBeNull();
});
