// Time of the desk: live or replay with the same controls.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 60] as const;
/** Live is drawn so far behind the newest sample: channels come one after the other, and all end at one edge. */
export const BEHIND_MS = 20;

/** Does not change while time goes by: what a person can press is drawn again only when it looks different. */
export type Controls = {
  /** For drawing: read it in a frame, it does not make React draw. */
  now: () => number;
  /** The same, but live the very newest: a number has no edge that others must keep up with. */
  edge: () => number;
  playing: boolean;
  speed: number;
  live: boolean;
  play: (on: boolean) => void;
  seek: (to: number) => void;
  faster: (speed: number) => void;
  follow: () => void;
};
/** `at` is for React: it changes four times a second in a replay, twice a second live. */
export type Playback = { controls: Controls; now: () => number; at: number };

export function usePlayback(start: number, end: number, newest: (() => number) | null): Playback {
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const [live, setLive] = useState(newest !== null);
  const [at, setAt] = useState(start);
  const base = useRef({ at: start, since: performance.now() });
  const mode = useRef({ playing, speed, live, newest, start, end });
  mode.current = { playing, speed, live, newest, start, end };

  const now = useCallback(() => {
    const m = mode.current;
    if (m.live && m.newest) return m.newest() - BEHIND_MS;
    const moved = m.playing ? (performance.now() - base.current.since) * m.speed : 0;
    return Math.min(m.newest ? Math.max(m.end, m.newest()) : m.end, Math.max(m.start, base.current.at + moved));
  }, []);
  const edge = useCallback(() => {
    const m = mode.current;
    return m.live && m.newest ? m.newest() : now();
  }, [now]); // prettier-ignore
  const rebase = useCallback((to?: number) => {
    base.current = { at: to ?? now(), since: performance.now() };
    setAt(base.current.at);
  }, [now]);

  useEffect(() => {
    let turn = 0;
    const ticking = window.setInterval(() => {
      const time = now();
      const m = mode.current;
      if (!m.live || turn++ % 2 === 0) setAt(time);
      if (m.playing && !m.live && !m.newest && time >= m.end) {
        base.current = { at: m.end, since: performance.now() };
        setPlaying(false);
      }
    }, 250);
    return () => window.clearInterval(ticking);
  }, [now]);

  const play = useCallback((on: boolean) => {
    const m = mode.current;
    rebase(on && !m.newest && now() >= m.end ? m.start : undefined);
    setLive(false);
    setPlaying(on);
  }, [rebase, now]); // prettier-ignore
  const seek = useCallback((to: number) => {
    const m = mode.current;
    const last = m.newest ? Math.max(m.end, m.newest()) : m.end;
    rebase(Math.min(last, Math.max(m.start, to)));
    setLive(false);
  }, [rebase]); // prettier-ignore
  const faster = useCallback((next: number) => {
    rebase();
    setSpeed(next);
  }, [rebase]); // prettier-ignore
  const follow = useCallback(() => {
    setLive(true);
    setPlaying(false);
  }, []);
  const controls = useMemo(() => ({ now, edge, playing: live || playing, speed, live, play, seek, faster, follow }), [now, edge, live, playing, speed, play, seek, faster, follow]);
  return { controls, now, at };
}
