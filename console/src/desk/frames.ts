// One clock of frames for all that moves on the desk: thirty a second, none while the page is hidden.
import { useEffect, useRef } from "react";

const EVERY_MS = 30;
type Work = { every: number; last: number; draw: () => void };
const works = new Set<Work>();
let frame = 0;

function tick(time: number): void {
  frame = works.size > 0 ? requestAnimationFrame(tick) : 0;
  for (const work of works) {
    if (time - work.last < work.every) continue;
    work.last = time;
    work.draw();
  }
}

/** Calls the newest `draw` in the browser's frames, at most once in `every` milliseconds. */
export function useFrames(draw: () => void, every = EVERY_MS): void {
  const newest = useRef(draw);
  newest.current = draw;
  useEffect(() => {
    const work: Work = { every, last: 0, draw: () => newest.current() };
    works.add(work);
    if (frame === 0) frame = requestAnimationFrame(tick);
    return () => void works.delete(work);
  }, [every]);
}
