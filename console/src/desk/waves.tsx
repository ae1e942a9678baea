// Waveforms on our own canvas: as many rows as there are channels, the same seconds in each.
import { useRef } from "react";
import { unitWord } from "../pages/theatre";
import { useSpeech } from "../texts";
import { Canvas, type Paint } from "./canvas";
import { endOf, Film, WAVE_SPAN_MS } from "./film";
import type { LiveChannel, Wave } from "./model";

const ROW_MIN = 15;
const NAME_W = 118;

type Props = { channels: LiveChannel[]; waves: ReadonlyMap<string, Wave[]>; now: () => number };

export function Waves({ channels, waves, now }: Props) {
  const { t, id } = useSpeech();
  const film = useRef<Film | null>(null);
  const paint: Paint = (c, width, height, colour, dense) => {
    const end = now();
    const fit = Math.max(1, Math.floor(height / ROW_MIN));
    const rows = channels.length > fit ? channels.slice(0, Math.max(1, fit - 1)) : channels; // the last line says so
    const whole = (length: number) => Math.floor(length * dense);
    const box = { left: whole(NAME_W), width: whole(width - NAME_W - 8), height: whole(rows.length < channels.length ? height - ROW_MIN : height), dense };
    film.current ??= new Film();
    const left = channels.length - rows.length;
    c.setTransform(1, 0, 0, 1, 0, 0);
    film.current.paint(c, box, rows, waves, end, { track: colour("--track"), line: colour("--line"), hatch: colour("--hatch") });
    c.setTransform(dense, 0, 0, dense, 0, 0);
    c.fillStyle = colour("--muted");
    c.textBaseline = "middle";
    const high = Math.floor(box.height / Math.max(1, rows.length)) / dense;
    if (left > 0) c.fillText(t("desk.waves.more", { n: left }), NAME_W + 8, height - ROW_MIN / 2);
    rows.forEach((channel, row) => {
      const middle = (row + 0.5) * high;
      c.fillText(id("code", channel.name).slice(0, 14), 6, middle - (high > 34 ? 8 : 0), NAME_W - 12);
      if (high > 34) c.fillText(unitWord(channel.unit), 6, middle + 9, NAME_W - 12);
      const heard = (waves.get(channel.id) ?? []).some((wave) => wave.start_ms < end && endOf(wave) > end - WAVE_SPAN_MS);
      if (!heard) c.fillText(t("desk.waves.none"), NAME_W + 8, middle);
    });
  };
  return <Canvas paint={paint} label={t("desk.waves.label", { n: channels.length })} />;
}
