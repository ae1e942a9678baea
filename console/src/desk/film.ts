// Curves on a ring: a canvas as wide as the span, one column a pixel of time, written where the newest sample is.
//
// A column that was drawn stays; a frame draws only the columns that are new, and lays the ring on the page in two
// pieces. Drawn anew: a curve whose past changed (a filled gap, a seek), whose scale changed, or the whole page.
import { hatch } from "./hatch";
import type { LiveChannel, Wave } from "./model";

export const WAVE_SPAN_MS = 8000;
const LATE_MS = 400; // so long nothing: the field after the last sample is hatched
const SHRINK_EVERY_MS = 3000;
const NONE: Wave[] = [];
const EDGE = 3; // columns drawn again where an old piece ends: a line has a width

type Row = {
  wave: readonly Wave[]; // which array it was drawn from: another one means that the past changed
  low: number;
  high: number;
  seen: number; // up to this time its samples are in the scale
  looked: number; // when the scale was last looked at as a whole
  reached: number; // the last sample's end
  hatched: boolean; // nothing has come since, and the page says so
  drawn: number; // the column up to which nothing will change
  end: number; // the column up to which it is on the ring
};
export type Look = { track: string; line: string; hatch: string };

const per = (wave: Wave) => (wave.joined ? 2 : 1);
export const endOf = (wave: Wave) => wave.start_ms + (wave.samples.length / per(wave)) * wave.step_ms;

/** Lowest and highest of a curve in a span; null when it has no sample there. */
export function reachOf(waves: readonly Wave[], start: number, end: number): { low: number; high: number } | null {
  let low = Infinity;
  let high = -Infinity;
  for (let place = waves.length - 1; place >= 0; place--) {
    const wave = waves[place];
    if (!wave || endOf(wave) <= start) break;
    const from = Math.max(0, Math.floor((start - wave.start_ms) / wave.step_ms)) * per(wave);
    const to = Math.min(wave.samples.length, (Math.ceil((end - wave.start_ms) / wave.step_ms) + 1) * per(wave));
    for (let n = from; n < to; n++) {
      const value = wave.samples[n] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? null : { low, high };
}

export class Film {
  private readonly canvas = document.createElement("canvas");
  private readonly rows = new Map<string, Row>();
  private key = "";

  /** Draws what is new up to `end` and lays the ring on `c` from `left` on. All lengths in pixels of the canvas. */
  paint(c: CanvasRenderingContext2D, box: { left: number; width: number; height: number; dense: number }, channels: LiveChannel[], waves: ReadonlyMap<string, Wave[]>, end: number, look: Look): void {
    const { left, width, height } = box;
    const key = [width, height, look.track, look.line, look.hatch, ...channels.map((channel) => channel.id)].join();
    const film = this.canvas;
    if (key !== this.key) {
      this.key = key;
      this.rows.clear();
      film.width = width;
      film.height = height;
    }
    const ring = film.getContext("2d");
    if (!ring || width < 1) return;
    const last = Math.floor((end / WAVE_SPAN_MS) * width); // a column's number is its time
    const high = Math.floor(height / Math.max(1, channels.length));
    channels.forEach((channel, place) => this.row(ring, { width, dense: box.dense, top: place * high, high }, channel, waves.get(channel.id) ?? NONE, end, last, look));
    const cut = (last + 1) % width; // the oldest column
    c.drawImage(film, cut, 0, width - cut, height, left, 0, width - cut, height);
    if (cut > 0) c.drawImage(film, 0, 0, cut, height, left + width - cut, 0, cut, height);
  }

  private row(ring: CanvasRenderingContext2D, box: { width: number; dense: number; top: number; high: number }, channel: LiveChannel, waves: readonly Wave[], end: number, last: number, look: Look): void {
    const { width, top, high, dense } = box;
    const start = end - WAVE_SPAN_MS;
    const known = this.rows.get(channel.id) ?? null;
    const goesOn = known?.wave === waves && last >= known.end && last - known.end < width / 2;
    const scale = this.scale(known, !goesOn, waves, start, end);
    const reached = waves.reduce((most, wave) => (wave.start_ms < end ? Math.max(most, Math.min(end, endOf(wave))) : most), start);
    const hatched = end - reached > Math.max(LATE_MS, (channel.block_ms ?? 0) * 1.5);
    let from = last - width + 1;
    if (known && goesOn && scale.low === known.low && scale.high === known.high) {
      const same = known.hatched && hatched && known.reached === reached; // only the stripes go on
      from = Math.max(from, (same ? known.end : Math.min(known.drawn, known.end)) - EDGE + 1);
    }
    const time = (column: number) => (column / width) * WAVE_SPAN_MS;
    const y = (value: number) => top + 4 * dense + (1 - (value - scale.low) / Math.max(1e-9, scale.high - scale.low)) * (high - 8 * dense);
    // The ring's seam may lie in the piece: it is drawn once for each side.
    for (let base = Math.floor(from / width) * width; base <= last; base += width) {
      const x = (at: number) => (at / WAVE_SPAN_MS) * width - base;
      const x0 = Math.max(0, from - base);
      const x1 = Math.min(width, last + 1 - base);
      ring.save();
      ring.beginPath();
      ring.rect(x0, top, x1 - x0, high);
      ring.clip();
      ring.clearRect(x0, top, x1 - x0, high);
      ring.fillStyle = look.line;
      for (let second = Math.ceil(time(base + x0) / 1000) * 1000; x(second) < x1; second += 1000) ring.fillRect(Math.floor(x(second)), top, Math.max(1, Math.floor(dense)), high);
      this.gaps(ring, { x0, x1, top: top + 3 * dense, high: high - 6 * dense, dense }, waves, start, end, hatched ? reached : end, x, look.hatch);
      ring.strokeStyle = look.track;
      ring.lineWidth = 1.3 * dense;
      const begin = time(base + x0 - 2);
      const until = time(base + x1 + 1);
      for (const wave of waves) if (wave.start_ms < until && endOf(wave) > begin && wave.start_ms < end) line(ring, wave, begin, Math.min(until, end), x, y);
      ring.restore();
    }
    const step = waves.at(-1)?.step_ms ?? 0; // to the next sample a line will be drawn
    this.rows.set(channel.id, { wave: waves, ...scale, reached, hatched, drawn: Math.floor(((reached - step) / WAVE_SPAN_MS) * width) - 1, end: last });
  }

  /** Where nothing was heard: between its pieces, and since `silent`. */
  private gaps(ring: CanvasRenderingContext2D, box: { x0: number; x1: number; top: number; high: number; dense: number }, waves: readonly Wave[], start: number, end: number, silent: number, x: (at: number) => number, colour: string): void {
    const mark = (from: number, to: number) => {
      const left = Math.max(box.x0, x(from));
      const right = Math.min(box.x1, x(to));
      if (right > left) hatch(ring, left, box.top, right - left, box.high, colour, box.dense);
    };
    let heard = start;
    for (const wave of waves) {
      if (wave.start_ms >= end || endOf(wave) <= start) continue;
      if (wave.start_ms - heard > 3 * wave.step_ms + 40) mark(heard, wave.start_ms);
      heard = Math.max(heard, endOf(wave));
    }
    if (silent < end) mark(silent, end);
  }

  /** Grows at once and shrinks now and then: a trace that changes its height all the time cannot be read. */
  private scale(row: Row | null, changed: boolean, waves: readonly Wave[], start: number, end: number): Pick<Row, "low" | "high" | "seen" | "looked"> {
    const whole = row === null || changed || row.seen < start || end < row.seen || end - row.looked > SHRINK_EVERY_MS;
    const found = reachOf(waves, whole ? start : row.seen - 1000, end);
    const looked = whole ? end : row.looked;
    if (!found) return { low: row?.low ?? 0, high: row?.high ?? 1, seen: end, looked };
    const margin = Math.max((found.high - found.low) * 0.08, 1e-6);
    const wanted = { low: found.low - margin, high: found.high + margin };
    if (row === null) return { ...wanted, seen: end, looked };
    const inside = row.low <= found.low && row.high >= found.high;
    if (inside && (!whole || wanted.high - wanted.low > 0.6 * (row.high - row.low))) return { low: row.low, high: row.high, seen: end, looked };
    if (whole) return { ...wanted, seen: end, looked };
    return { low: Math.min(row.low, wanted.low), high: Math.max(row.high, wanted.high), seen: end, looked };
  }
}

function line(c: CanvasRenderingContext2D, wave: Wave, start: number, end: number, x: (t: number) => number, y: (v: number) => number): void {
  const each = per(wave);
  const from = Math.max(0, Math.floor((start - wave.start_ms) / wave.step_ms)) * each;
  const to = Math.min(wave.samples.length, (Math.floor((end - wave.start_ms) / wave.step_ms) + 1) * each);
  if (to <= from) return;
  c.beginPath();
  // More samples than the eye can part: of each such group lowest and highest, in their order, and the very last.
  const dense = Math.floor(wave.step_ms > 0 ? 1 / Math.max(1e-9, x(wave.step_ms) - x(0)) : 1);
  if (!wave.joined && dense >= 3) {
    for (let group = Math.floor(from / dense) * dense; group < to; group += dense) {
      let low = Math.max(from, group);
      let high = low;
      for (let n = low; n < Math.min(to, group + dense); n++) {
        if ((wave.samples[n] ?? 0) < (wave.samples[low] ?? 0)) low = n;
        if ((wave.samples[n] ?? 0) > (wave.samples[high] ?? 0)) high = n;
      }
      for (const n of low < high ? [low, high] : [high, low]) c.lineTo(x(wave.start_ms + n * wave.step_ms), y(wave.samples[n] ?? 0));
    }
    c.lineTo(x(wave.start_ms + (to - 1) * wave.step_ms), y(wave.samples[to - 1] ?? 0));
  } else {
    for (let n = from; n < to; n++) c.lineTo(x(wave.start_ms + Math.floor(n / each) * wave.step_ms), y(wave.samples[n] ?? 0));
  }
  c.stroke();
}
