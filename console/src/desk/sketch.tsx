// Pointing and drawing on a picture: shown to all who look at this room, and part of the record.
//
// Places are shares of the picture's width and height, so that it lands on the same spot on every screen.
import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef, useState, type PointerEvent, type ReactNode } from "react";
import { get, post, type Shapes } from "../api/client";
import { useSpeech } from "../texts";

export type Stroke = Shapes["DeskStroke"];
const SHOWN_MS = 20_000; // on a picture that moves a stroke soon points at nothing
const PLACES_MAX = 500;
const POINT = 0.012; // a line that is shorter is a point

type SketchProps = {
  panel: "images" | "video";
  record: string;
  word: string;
  strokes: Stroke[];
  /** Whether a stroke made at this time belongs to what is shown now. */
  belongs: (time: number) => boolean;
  now: () => number;
  children: ReactNode;
};

/** Strokes that belong to what is seen: of this panel, up to now. */
export function strokesAt(strokes: readonly Stroke[], panel: string, at: number, belongs: (time: number) => boolean): Stroke[] {
  return strokes.filter((one) => one.panel === panel && one.time_ms <= at + 250 && belongs(one.time_ms));
}

/** On a picture that moves a stroke is shown for a while after it was drawn. */
export const lately = (at: number) => (time: number) => at - time < SHOWN_MS;

export function Sketch({ panel, record, word, strokes, belongs, now, children }: SketchProps) {
  const { t } = useSpeech();
  const [places, setPlaces] = useState<[number, number][]>([]);
  const [failed, setFailed] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const place = (event: PointerEvent): [number, number] => {
    const { left, top, width, height } = (box.current ?? event.currentTarget).getBoundingClientRect();
    const share = (value: number) => Math.min(1, Math.max(0, Number(value.toFixed(4))));
    return [share((event.clientX - left) / width), share((event.clientY - top) / height)];
  };
  const drawing = places.length > 0;
  const end = () => {
    const [first] = places;
    if (!first) return;
    const far = Math.max(...places.map(([x, y]) => Math.hypot(x - first[0], y - first[1])));
    const stroke: Stroke = { time_ms: now(), panel, kind: far < POINT ? "point" : "line", places: far < POINT ? [first] : places, by: "" };
    setPlaces([]);
    post("/api/desk/advice", { record, stroke, word }).then(() => setFailed(false), () => setFailed(true));
  };
  const shown = strokesAt(strokes, panel, now(), belongs);
  return (
    <div className="desk-sketch" ref={box}>
      {children}
      <svg viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label={t("desk.sketch.label", { n: shown.length })}
        onPointerDown={(event) => { event.currentTarget.setPointerCapture(event.pointerId); setPlaces([place(event)]); }}
        onPointerMove={(event) => { if (drawing && places.length < PLACES_MAX) setPlaces([...places, place(event)]); }}
        onPointerUp={end} onPointerCancel={() => setPlaces([])}>
        {shown.map((one, n) => <Shape key={`${one.time_ms} ${n}`} kind={one.kind} places={one.places} />)}
        {drawing ? <Shape kind="line" places={places} /> : null}
      </svg>
      {shown.map((one, n) => {
        const [x = 0, y = 0] = one.places.at(-1) ?? [];
        return <span key={`${one.time_ms} ${n}`} className="desk-sketch-by" style={{ left: `${x * 100}%`, top: `${y * 100}%` }}>{one.by}</span>;
      })}
      {failed ? <p role="alert" className="desk-warn">{t("desk.sketch.failed")}</p> : null}
    </div>
  );
}

function Shape({ kind, places }: { kind: string; places: readonly (readonly number[])[] }) {
  const [x = 0, y = 0] = places[0] ?? [];
  const path = kind === "point" ? `M${x} ${y}h0` : places.map(([px = 0, py = 0], n) => `${n ? "L" : "M"}${px} ${py}`).join("");
  return (
    <>
      <path className={`desk-stroke-edge desk-stroke-${kind}`} d={path} vectorEffect="non-scaling-stroke" />
      <path className={`desk-stroke desk-stroke-${kind}`} d={path} vectorEffect="non-scaling-stroke" />
    </>
  );
}

/** All strokes of a record: what was kept, and what came over the live line since. */
export function useStrokes(record: string, word: string, fresh: readonly Stroke[] | null, ends: boolean): Stroke[] {
  const kept = useQuery({
    queryKey: ["desk", "advice", record],
    queryFn: ({ signal }) => get<Stroke[]>("/api/desk/advice", { id: record, ...(word ? { word } : {}) }, signal),
    enabled: record !== "",
    refetchInterval: ends ? false : 30_000,
  });
  const count = fresh?.length ?? 0;
  return useMemo(() => {
    void count; // the live line's list grows in place
    const all = new Map<string, Stroke>();
    for (const one of [...(kept.data ?? []), ...(fresh ?? [])]) all.set(`${one.time_ms.toFixed(3)} ${one.by} ${one.panel}`, one);
    return [...all.values()].sort((a, b) => a.time_ms - b.time_ms);
  }, [kept.data, fresh, count]);
}
