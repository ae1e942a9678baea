// What the desk shows, whether it comes from a record or from the live line: one shape, asked at one time.
import type { Shapes } from "../api/client";

export type Channel = Shapes["DeskChannel"];
/** `block_ms`: how much of a waveform comes at once. */
export type LiveChannel = Channel & { block_ms?: number };
export type Series = Shapes["DeskSeries"];
export type Wave = Shapes["DeskWave"];
export type DeskEvent = Shapes["DeskEvent"];
export type Open = Shapes["DeskOpen"];
export type Window = Shapes["DeskWindow"];
export type Gap = Shapes["DeskGap"];

/** A value is shown for so long after it came; then nobody knows. */
export const HOLD_MS = 15_000;

/** Place of the last time at or before `at`; -1 when there is none. */
export function placeAt(times: readonly number[], at: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** How long a value of this series may be shown: three of its own pauses, at least HOLD_MS. */
export function holdOf(series: Series): number {
  const { times_ms: times } = series;
  if (times.length < 3) return HOLD_MS;
  return Math.max(HOLD_MS, (3 * ((times.at(-1) ?? 0) - (times[0] ?? 0))) / (times.length - 1));
}

export type Reading = { value: number; time: number };

/** The value that held at a time; null when none was heard lately or a gap lies between. */
export function readingAt(series: Series, gaps: readonly Gap[], at: number): Reading | null {
  const place = placeAt(series.times_ms, at);
  const time = series.times_ms[place];
  const value = series.values[place];
  if (time === undefined || value === undefined || at - time > holdOf(series)) return null;
  if (gaps.some((gap) => gap.channel === series.channel && at > gap.start_ms && at < gap.end_ms && time <= gap.start_ms)) return null;
  return { value, time };
}

/** Events that people jump to: what somebody said or a finding, an alarm, a phase; not each connector's greeting. */
const JUMPS = new Set(["mark", "phase", "finding", "alarm", "clock", "gap"]);

export function jump(events: readonly DeskEvent[], at: number, forward: boolean): number | null {
  const times = events.filter((event) => JUMPS.has(event.kind)).map((event) => event.time_ms);
  if (forward) return times.find((time) => time > at + 1) ?? null;
  return times.filter((time) => time < at - 1).at(-1) ?? null;
}

export type Tool = { channel: string; name: string; matrix: number[]; time: number };

/** Where each tool was at a time; older than two seconds is not shown. */
export function toolsAt(tools: Shapes["DeskTool"][], names: ReadonlyMap<string, string>, at: number): Tool[] {
  return tools.flatMap((tool) => {
    const place = placeAt(tool.times_ms, at);
    const time = tool.times_ms[place];
    const matrix = tool.matrices[place];
    if (time === undefined || !matrix || at - time > 2000) return [];
    return [{ channel: tool.channel, name: names.get(tool.channel) ?? tool.channel, matrix, time }];
  });
}

export type Panel = Shapes["DeskPanel"];
export const PANELS = ["numerics", "waves", "navigation", "images", "video", "states", "network", "marks", "health"] as const;
export type PanelId = (typeof PANELS)[number];
export const ROLES = ["surgeon", "anaesthesia", "engineer", "security"] as const;
export type Role = (typeof ROLES)[number];

const WIDTHS: Record<Role, Partial<Record<PanelId, [number, number]>>> = {
  surgeon: { video: [8, 4], navigation: [4, 4], numerics: [4, 3], images: [4, 3], states: [4, 3], marks: [6, 2], network: [6, 2] },
  anaesthesia: { numerics: [6, 4], waves: [6, 4], states: [4, 3], marks: [4, 3], health: [4, 3], network: [6, 2], navigation: [6, 2] },
  engineer: { numerics: [5, 6], waves: [7, 3], network: [4, 3], health: [3, 3], video: [4, 3], navigation: [4, 3], images: [4, 3], states: [6, 3], marks: [6, 3] },
  security: { network: [6, 4], states: [6, 4], health: [4, 3], numerics: [4, 3], marks: [4, 3] },
};

/** How a role begins, before anybody moved a panel: what it has first, the rest hidden. */
export function firstPanels(role: Role): Panel[] {
  const own = WIDTHS[role];
  const order = [...(Object.keys(own) as PanelId[]), ...PANELS.filter((id) => !(id in own))];
  return order.map((id) => ({ id, wide: own[id]?.[0] ?? 4, high: own[id]?.[1] ?? 3, shown: id in own }));
}

/** What was saved, with panels that are newer than it at the end. */
export function merged(saved: readonly Panel[], role: Role): Panel[] {
  if (saved.length === 0) return firstPanels(role);
  const known = saved.filter((panel) => (PANELS as readonly string[]).includes(panel.id));
  const missing = firstPanels(role).filter((panel) => !known.some((one) => one.id === panel.id));
  return [...known, ...missing.map((panel) => ({ ...panel, shown: false }))];
}

// ---------------------------------------------------------------- live

const KEPT_MS = 120_000; // of dense data that stays in the browser
const NUMERICS_MAX = 20_000; // values of one channel

export type LiveFrame = {
  f: number;
  level: number;
  vital: boolean;
  missed?: number;
  channels?: (Omit<Channel, "device"> & { device_type?: string })[];
  numerics?: { c: string; a: number; v: number | null }[];
  moving?: { c: string; a: number; n?: number; s?: ArrayLike<number>; thin?: number; v?: number[]; x?: Record<string, unknown> }[];
  said?: { c?: string; a: number; kind: string; text: string; x?: Record<string, unknown> }[];
  health?: Health | null;
  filled?: Window;
};

export type Health = {
  down?: boolean;
  room?: string;
  lab?: boolean;
  a?: number;
  channels: { id: string; state: "ok" | "silent" | "down" | "waiting"; silent_s: number | null; samples: number; gaps: number; lost: number }[];
  connectors: { name: string; kind: string; connected: boolean; up: boolean; why: string; restarts: number; dropped: number; clock_step_ms: number }[];
  clocks: { clock: string; offset_ms: number; error_ms: number; drift_ppm: number | null; steps: number }[];
  record: { id: string; start: number; samples: number } | null;
  disk?: { free_bytes: number; hours_left: number | null; warn: boolean; full?: boolean };
};

/**
 * A frame as it comes: its length (32 bit, little-endian), JSON, and the samples of its waveforms as 32-bit floats,
 * whose place a block names by `s: [first, count]`.
 */
export function opened(data: ArrayBuffer): LiveFrame {
  const length = new DataView(data).getUint32(0, true);
  const frame = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length))) as LiveFrame;
  const at = 4 + length + ((4 - (length % 4)) % 4);
  const samples = new Float32Array(data, at, Math.floor((data.byteLength - at) / 4));
  for (const one of frame.moving ?? []) if (one.s) one.s = samples.subarray(one.s[0] ?? 0, (one.s[0] ?? 0) + (one.s[1] ?? 0));
  return frame;
}

/** Up to this level all but pictures comes. */
export const COMPLETE = 1;
const SURE_MS = 1000; // before a cut: what had been sent then may not have come
const WANT_MS = 4_000; // of one question: its answer must not keep what is now waiting on a poor line

/** The parts of a curve before and after a span. */
export function outside(wave: Wave, start: number, end: number): Wave[] {
  const per = wave.joined ? 2 : 1;
  const count = wave.samples.length / per;
  const before = Math.min(count, Math.max(0, Math.floor((start - wave.start_ms) / wave.step_ms)));
  const after = Math.min(count, Math.max(0, Math.ceil((end - wave.start_ms) / wave.step_ms)));
  const parts: Wave[] = [];
  if (before > 0) parts.push(before === count ? wave : { ...wave, samples: wave.samples.slice(0, before * per) });
  if (after < count && before < count) parts.push(after === 0 ? wave : { ...wave, start_ms: wave.start_ms + after * wave.step_ms, samples: wave.samples.slice(after * per) });
  return parts;
}

/** The live line's memory. Mutable on purpose: it is drawn thirty times a second. */
export class LiveStore {
  channels = new Map<string, LiveChannel>();
  series = new Map<string, Series>();
  waves = new Map<string, Wave[]>();
  tools = new Map<string, { channel: string; times_ms: number[]; matrices: number[][] }>();
  images: Shapes["DeskImage"][] = [];
  events: DeskEvent[] = [];
  gaps: Gap[] = [];
  strokes: Shapes["DeskStroke"][] = [];
  health: Health | null = null;
  newest = 0;
  /** Goes up when something came that is read and not drawn: an event, health, a channel, a filled gap. */
  words = 0;
  level = 0;
  missed = 0;
  vital = true;
  /** What was not shown as it was: the line was cut, or too slow for all of it. Asked for when it is good again. */
  missing: { from: number; to: number }[] = [];
  private poor = 0; // since when the line is slow, or 0
  private next = new Map<string, number>();

  /** The line is cut: all since the newest sample is missing until it is open again. */
  cut(): void {
    if (this.newest > 0 && this.poor === 0) this.poor = this.newest - SURE_MS;
    this.level = 3;
  }

  /** The next span to ask for, no longer than the server answers at once; null when nothing is missing. */
  want(): { from: number; to: number } | null {
    const first = this.missing[0];
    if (!first) return null;
    const from = first.from;
    const to = Math.min(first.to, from + WANT_MS);
    if (to >= first.to) this.missing.shift();
    else first.from = to;
    return { from, to };
  }

  take(frame: LiveFrame): void {
    const before = this.newest;
    if (frame.said || frame.health || frame.channels || frame.filled || frame.level !== this.level) this.words += 1;
    const skipped = (frame.missed ?? 0) > this.missed;
    if ((frame.level > COMPLETE || skipped) && this.poor === 0 && before > 0) this.poor = before - SURE_MS;
    this.level = frame.level;
    this.vital = frame.vital;
    this.missed = frame.missed ?? this.missed;
    for (const channel of frame.channels ?? []) this.channels.set(channel.id, { ...channel, device: null });
    for (const one of frame.numerics ?? []) {
      if (one.v === null) continue;
      const series = this.series.get(one.c) ?? { channel: one.c, times_ms: [], values: [], lows: [], highs: [] };
      if (series.times_ms.length >= NUMERICS_MAX) {
        series.times_ms.splice(0, NUMERICS_MAX / 10);
        series.values.splice(0, NUMERICS_MAX / 10);
      }
      series.times_ms.push(one.a);
      series.values.push(one.v);
      this.series.set(one.c, series);
      this.seen(one.a);
    }
    for (const one of frame.moving ?? []) {
      if (one.s) this.block(one.c, one.a, one.s, one.thin ?? 0, one.n ?? 0);
      else if (one.v) this.tool(one.c, one.a, one.v);
      else this.picture(one.c, one.a, one.x ?? {});
      this.seen(one.a);
    }
    for (const one of frame.said ?? []) this.event(one);
    if (frame.filled) this.fill(frame.filled);
    // Only when something new has come is it known up to when something is missing.
    if (frame.level <= COMPLETE && this.poor > 0 && this.newest > before) {
      const from = Math.max(this.poor, this.newest - KEPT_MS);
      const last = this.missing.at(-1);
      // A line that goes to and fro leaves spans that overlap: each second is asked for once.
      if (last && from <= last.to) last.to = this.newest;
      else this.missing.push({ from, to: this.newest });
      this.poor = 0;
    }
    if (frame.health) {
      this.health = frame.health;
      if (frame.health.a) this.seen(frame.health.a / 1e6);
    }
  }

  /** What the record holds of a span takes the place of what came over the line. */
  private fill(span: Window): void {
    const inside = (time: number) => time >= span.start_ms && time < span.end_ms;
    for (const id of new Set(span.waves.map((wave) => wave.channel))) {
      const kept = (this.waves.get(id) ?? []).flatMap((wave) => outside(wave, span.start_ms, span.end_ms));
      const rows = [...kept, ...span.waves.filter((wave) => wave.channel === id)].sort((a, b) => a.start_ms - b.start_ms);
      this.waves.set(id, rows);
    }
    for (const one of span.series) {
      const known = this.series.get(one.channel) ?? { channel: one.channel, times_ms: [], values: [], lows: [], highs: [] };
      const points = known.times_ms.map((time, n) => [time, known.values[n] ?? 0] as const).filter(([time]) => !inside(time));
      const all = [...points, ...one.times_ms.map((time, n) => [time, one.values[n] ?? 0] as const)].sort((a, b) => a[0] - b[0]);
      this.series.set(one.channel, { channel: one.channel, times_ms: all.map((p) => p[0]), values: all.map((p) => p[1]), lows: [], highs: [] });
    }
    for (const tool of span.tools) {
      const known = this.tools.get(tool.channel) ?? { channel: tool.channel, times_ms: [], matrices: [] };
      const places = known.times_ms.map((time, n) => [time, known.matrices[n] ?? []] as const).filter(([time]) => !inside(time));
      const all = [...places, ...tool.times_ms.map((time, n) => [time, tool.matrices[n] ?? []] as const)].sort((a, b) => a[0] - b[0]);
      this.tools.set(tool.channel, { channel: tool.channel, times_ms: all.map((p) => p[0]), matrices: all.map((p) => p[1]) });
    }
    const images = [...this.images.filter((image) => !inside(image.time_ms)), ...span.images];
    this.images = images.sort((a, b) => a.time_ms - b.time_ms).slice(-200);
  }

  private seen(time: number): void {
    if (time > this.newest) this.newest = time;
  }

  private block(id: string, heard: number, samples: ArrayLike<number>, thin: number, first: number): void {
    const channel = this.channels.get(id);
    const rate = channel?.rate_hz ?? 0;
    if (!channel || rate <= 0) return;
    const step = (1000 / rate) * (thin > 0 ? thin : 1);
    const count = thin > 0 ? Math.round(samples.length * thin) : samples.length;
    channel.block_ms = Math.min(5000, Math.max(channel.block_ms ?? 0, (count / rate) * 1000));
    const rows = this.waves.get(id) ?? [];
    const last = rows.at(-1);
    const begin = heard - (count / rate) * 1000;
    const follows = last && this.next.get(id) === first && Math.abs(last.step_ms - step) < 1e-6;
    if (follows && last.samples.length < 5 * rate) for (let n = 0; n < samples.length; n++) last.samples.push(samples[n] ?? 0);
    else rows.push({ channel: id, start_ms: follows ? last.start_ms + last.samples.length * last.step_ms : begin, step_ms: step, samples: Array.from(samples), joined: false });
    while (rows[0] && rows[0].start_ms < heard - KEPT_MS) rows.shift();
    this.waves.set(id, rows);
    this.next.set(id, first + count);
  }

  private tool(id: string, time: number, matrix: number[]): void {
    const tool = this.tools.get(id) ?? { channel: id, times_ms: [], matrices: [] };
    tool.times_ms.push(time);
    tool.matrices.push(matrix);
    if (tool.times_ms.length > 4000) {
      tool.times_ms.splice(0, 1000);
      tool.matrices.splice(0, 1000);
    }
    this.tools.set(id, tool);
  }

  private picture(id: string, time: number, detail: Record<string, unknown>): void {
    if (this.channels.get(id)?.kind !== "image") return;
    const word = (name: string) => (typeof detail[name] === "string" ? detail[name] : "");
    this.images.push({ time_ms: time, channel: id, modality: word("modality"), description: word("description"), has_picture: true, detail });
    if (this.images.length > 200) this.images.shift();
  }

  private event(one: NonNullable<LiveFrame["said"]>[number]): void {
    const source = one.c ? (this.channels.get(one.c)?.source ?? one.c) : "";
    const x = one.x ?? {};
    this.events.push({
      time_ms: one.a, end_ms: null, kind: one.kind, text: { ja: one.text, en: one.text }, source,
      by: typeof x.by === "string" ? x.by : "", link: "", in_room: true,
    }); // prettier-ignore
    if (this.events.length > 3000) this.events.shift();
    if (one.kind === "advice" && Array.isArray(x.places)) this.strokes.push(x as unknown as Shapes["DeskStroke"]);
    if (this.strokes.length > 1000) this.strokes.shift();
    if (one.kind === "gap" && typeof x.channel === "string" && typeof x.from === "number" && typeof x.to === "number")
      this.gaps.push({ channel: x.channel, start_ms: x.from / 1e6, end_ms: x.to / 1e6, missing: Number(x.missing ?? 0) });
    if (this.gaps.length > 2000) this.gaps.shift();
  }
}
