// The lanes over the tracks: where each span stands, and which of them are drawn as one.

export const ROWS = 4;
export type Placed = { row: number; before: number; after: number };
export const ALONE: Placed = { row: 0, before: Infinity, after: Infinity };
export type Joined = { key: string; start_ms: number; end_ms: number; label: string; finding?: string };

/** Spans for which no row is free any more: those that overlap become one, which says how many it is. */
export function joined(spans: Joined[], many: (n: number) => string): Joined[] {
  const ends: number[] = [];
  const kept: Joined[] = [];
  let pile: Joined | null = null;
  let size = 0;
  for (const span of [...spans].sort((a, b) => a.start_ms - b.start_ms)) {
    let row = ends.findIndex((end) => end < span.start_ms);
    if (row < 0) row = ends.length;
    if (row < ROWS - 1) {
      ends[row] = span.end_ms;
      kept.push(span);
    } else if (pile && span.start_ms <= pile.end_ms) {
      size += 1;
      pile.end_ms = Math.max(pile.end_ms, span.end_ms);
      pile.label = many(size);
      delete pile.finding;
    } else {
      pile = { ...span };
      size = 1;
      kept.push(pile);
    }
  }
  return kept;
}

/** Spans that overlap: each goes to the first row that is free, and knows the room that its label has there, in pixels. */
export function placed(spans: { start_ms: number; end_ms: number }[], scale: (ms: number) => number): Placed[] {
  const ends: number[] = [];
  const last: (number | undefined)[] = [];
  const all: Placed[] = [];
  spans.forEach((span, index) => {
    let row = ends.findIndex((end) => end < span.start_ms);
    if (row < 0) row = ends.length;
    ends[row] = span.end_ms;
    row = Math.min(row, ROWS - 1);
    const neighbour = last[row];
    const room = neighbour === undefined ? Infinity : scale(span.start_ms) - scale(spans[neighbour]?.end_ms ?? 0);
    const other = neighbour === undefined ? undefined : all[neighbour];
    if (other) other.after = room;
    last[row] = index;
    all.push({ row, before: room, after: Infinity });
  });
  return all;
}
