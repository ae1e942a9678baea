// One track of the theatre: values over time on the axis that all tracks share.
import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useMemo, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Shapes } from "../api/client";

export type Series = Shapes["Track"];
export const TRACK_HEIGHT = 76;
/** Room at the left and right of every plot, the same for tracks and lanes, in pixels. */
export const PAD = { left: 52, right: 14 };

/**
 * Where nothing was heard. The server names the gaps of numerics; a waveform that goes on fills every step,
 * so that steps left out are one.
 */
export function gapsOf(track: Series): [number, number][] {
  if (track.kind === "numeric") return track.gaps_ms;
  return track.times_ms.slice(1).flatMap((time, place) => {
    const before = track.times_ms[place] ?? time;
    return time - before > 3 * track.step_ms ? [[before, time] as [number, number]] : [];
  });
}

/** Values with a hole where the tap heard nothing: a line over a gap would be an invention. */
export function withGaps(track: Series): [number[], (number | null)[], (number | null)[], (number | null)[]] {
  const times: number[] = [];
  const values: (number | null)[] = [];
  const lows: (number | null)[] = [];
  const highs: (number | null)[] = [];
  const joined = track.lows.length > 0;
  const gaps = gapsOf(track);
  let gap = 0;
  track.times_ms.forEach((time, place) => {
    const next = gaps[gap];
    if (next && time > next[0]) {
      times.push(next[0] / 1000 + 0.001);
      values.push(null);
      lows.push(null);
      highs.push(null);
      gap += 1;
    }
    times.push(time / 1000);
    values.push(track.values[place] ?? null);
    lows.push(joined ? (track.lows[place] ?? null) : null);
    highs.push(joined ? (track.highs[place] ?? null) : null);
  });
  return [times, values, lows, highs];
}

/** The value that held at a time: the last one sent before it, unless a gap lies between. */
export function valueAt(track: Series, at: number): number | null {
  const { times_ms: times } = track;
  let low = 0;
  let high = times.length - 1;
  let found = -1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Infinity) <= at) {
      found = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  if (found < 0) return null;
  const since = times[found] ?? 0;
  if (gapsOf(track).some(([start, end]) => start >= since - 1 && at > start && at < end)) return null;
  return track.values[found] ?? null;
}

type Props = {
  track: Series;
  label: string;
  width: number;
  from: number;
  to: number;
  group: string;
  point: (at: number | null) => void;
  choose: (from: number, to: number) => void;
};

export function Track({ track, label, width, from, to, group, point, choose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme("light");
  const data = useMemo(() => withGaps(track), [track]);
  const acts = useRef({ point, choose });
  acts.current = { point, choose };
  const window = useRef({ from, to });
  window.current = { from, to };

  useEffect(() => {
    const root = place.current;
    if (!root || width < 120) return;
    const style = getComputedStyle(root);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const font = `11px ${style.fontFamily}`;
    const few = data[0].length < 160;
    const made = new uPlot(
      {
        width,
        height: TRACK_HEIGHT,
        padding: [8, PAD.right, 6, 0],
        legend: { show: false },
        cursor: {
          sync: { key: group, setSeries: false },
          y: false,
          drag: { x: true, y: false, setScale: false },
          points: { size: 7 },
        },
        scales: {
          x: { time: false, range: () => [window.current.from / 1000, window.current.to / 1000] },
          y: {
            range: (_, low, high) => {
              const margin = Math.max((high - low) * 0.18, Math.abs(high) * 0.01, 0.5);
              return [low - margin, high + margin];
            },
          },
        },
        axes: [
          { show: false },
          {
            size: PAD.left,
            stroke: colour("--muted"),
            font,
            space: 22,
            grid: { stroke: colour("--line"), width: 1 },
            ticks: { show: false },
          },
        ],
        bands: [{ series: [3, 2], fill: colour("--track-band") }],
        series: [
          {},
          { stroke: colour("--track"), width: 1.6, points: { show: few, size: 4 }, paths: uPlot.paths.linear?.() },
          { stroke: "transparent", points: { show: false } },
          { stroke: "transparent", points: { show: false } },
        ],
        hooks: {
          setCursor: [
            (self) => {
              const { left } = self.cursor;
              acts.current.point(left === undefined || left < 0 ? null : self.posToVal(left, "x") * 1000);
            },
          ],
          setSelect: [
            (self) => {
              if (self.select.width < 6) return;
              const start = self.posToVal(self.select.left, "x") * 1000;
              const end = self.posToVal(self.select.left + self.select.width, "x") * 1000;
              self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
              acts.current.choose(start, end);
            },
          ],
        },
      },
      data,
      root,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [data, width, group, scheme]);

  useEffect(() => {
    plot.current?.redraw(true, true);
    plot.current?.setScale("x", { min: from / 1000, max: to / 1000 });
  }, [from, to]);

  return <div ref={place} className="track-plot" role="img" aria-label={label} />;
}
