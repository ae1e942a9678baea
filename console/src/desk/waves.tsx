// Waveforms on our own canvas: as many rows as there are channels, the same seconds in each.
import { useRef } from "react";
import { unitWord } from "../pages/theatre";
import { useSpeech } from "../texts";
import { Canvas, type Paint } from "./canvas";
import type { LiveChannel, Wave } from "./model";

export const WAVE_SPAN_MS = 8000;
const ROW_MIN = 26;
const NAME_W = 118;

type Props = { channels: LiveChannel[]; waves: ReadonlyMap<string, Wave[]>; now: () => number };

/** Lowest and highest sample of a channel that were seen; the scale only grows slowly back. */
type Scale = { low: number; high: number };

export function Waves({ channels, waves, now }: Props) {
  const { t, id } = useSpeech();
  const scales = useRef(new Map<string, Scale>());
  const paint: Paint = (c, width, height, colour) => {
    const end = now();
    const start = end - WAVE_SPAN_MS;
    const rows = channels.slice(0, Math.max(1, Math.floor(height / ROW_MIN)));
    const high = height / Math.max(1, rows.length);
    const plot = width - NAME_W - 8;
    const x = (time: number) => NAME_W + ((time - start) / WAVE_SPAN_MS) * plot;
    c.lineWidth = 1;
    c.strokeStyle = colour("--line");
    for (let second = Math.ceil(start / 1000) * 1000; second < end; second += 1000) {
      c.beginPath();
      c.moveTo(x(second), 0);
      c.lineTo(x(second), height);
      c.stroke();
    }
    rows.forEach((channel, row) => {
      const top = row * high;
      c.fillStyle = colour("--muted");
      c.textBaseline = "middle";
      c.fillText(id("code", channel.name).slice(0, 14), 6, top + high / 2 - (high > 34 ? 8 : 0), NAME_W - 12);
      if (high > 34) c.fillText(unitWord(channel.unit), 6, top + high / 2 + 9, NAME_W - 12);
      const seen = (waves.get(channel.id) ?? []).filter((wave) => wave.start_ms < end && endOf(wave) > start);
      const scale = scaled(scales.current, channel.id, seen, start, end);
      const y = (value: number) => top + 4 + (1 - (value - scale.low) / Math.max(1e-9, scale.high - scale.low)) * (high - 8);
      if (seen.length === 0) {
        hatch(c, NAME_W, top + 3, plot, high - 6, colour("--hatch"));
        c.fillStyle = colour("--muted");
        c.fillText(t("desk.waves.none"), NAME_W + 8, top + high / 2);
        return;
      }
      let reached = Math.max(start, 0);
      for (const wave of seen) {
        if (wave.start_ms - reached > 3 * wave.step_ms + 40) hatch(c, x(reached), top + 3, x(wave.start_ms) - x(reached), high - 6, colour("--hatch"));
        line(c, wave, start, end, x, y, colour("--track"));
        reached = Math.max(reached, endOf(wave));
      }
      // A channel that comes in blocks of a second has not fallen silent between two of them.
      if (end - reached > Math.max(400, (channel.block_ms ?? 0) * 1.5)) hatch(c, x(reached), top + 3, x(end) - x(reached), high - 6, colour("--hatch"));
    });
  };
  return <Canvas paint={paint} label={t("desk.waves.label", { n: channels.length })} />;
}

const endOf = (wave: Wave) => wave.start_ms + (wave.joined ? wave.samples.length / 2 : wave.samples.length) * wave.step_ms;

function scaled(known: Map<string, Scale>, id: string, waves: Wave[], start: number, end: number): Scale {
  let low = Infinity;
  let high = -Infinity;
  for (const wave of waves) {
    const per = wave.joined ? 2 : 1;
    const from = Math.max(0, Math.floor((start - wave.start_ms) / wave.step_ms)) * per;
    const to = Math.min(wave.samples.length, (Math.ceil((end - wave.start_ms) / wave.step_ms) + 1) * per);
    for (let n = from; n < to; n++) {
      const value = wave.samples[n] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  const before = known.get(id);
  if (low > high) return before ?? { low: 0, high: 1 };
  const margin = Math.max((high - low) * 0.08, 1e-6);
  const wanted = { low: low - margin, high: high + margin };
  // Grows at once, shrinks slowly: a trace that jumps in height cannot be read.
  const next = before
    ? {
        low: Math.min(wanted.low, before.low + (wanted.low - before.low) * 0.02),
        high: Math.max(wanted.high, before.high + (wanted.high - before.high) * 0.02),
      }
    : wanted;
  known.set(id, next);
  return next;
}

function line(c: CanvasRenderingContext2D, wave: Wave, start: number, end: number, x: (t: number) => number, y: (v: number) => number, colour: string): void {
  const per = wave.joined ? 2 : 1;
  const from = Math.max(0, Math.floor((start - wave.start_ms) / wave.step_ms)) * per;
  const to = Math.min(wave.samples.length, (Math.floor((end - wave.start_ms) / wave.step_ms) + 1) * per);
  c.strokeStyle = colour;
  c.lineWidth = 1.3;
  c.beginPath();
  // More samples than the eye can part: of each such group lowest and highest, in their order, and the very last.
  const dense = Math.floor(wave.step_ms > 0 ? 1 / Math.max(1e-9, x(start + wave.step_ms) - x(start)) : 1);
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
    if (to > from) c.lineTo(x(wave.start_ms + (to - 1) * wave.step_ms), y(wave.samples[to - 1] ?? 0));
    c.stroke();
    return;
  }
  for (let n = from; n < to; n++) {
    const px = x(wave.start_ms + Math.floor(n / per) * wave.step_ms);
    const py = y(wave.samples[n] ?? 0);
    if (n === from) c.moveTo(px, py);
    else c.lineTo(px, py);
  }
  c.stroke();
}

/** Nothing was heard here: never an empty field, which could be read as calm. */
export function hatch(c: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string): void {
  if (width < 2) return;
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.strokeStyle = colour;
  c.lineWidth = 4;
  for (let n = -height; n < width; n += 11) {
    c.beginPath();
    c.moveTo(x + n, y + height);
    c.lineTo(x + n + height, y);
    c.stroke();
  }
  c.restore();
}
