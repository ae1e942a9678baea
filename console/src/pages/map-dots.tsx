// Every device of the house as a dot: rooms and names in one canvas, dots by WebGL in another, above it.
import { Button, useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { Shapes } from "../api/client";
import { mapDevices } from "../api/questions";
import { count } from "../format";
import { Answer } from "../parts/states";
import { namesOf } from "../parts/words";
import { useSpeech } from "../texts";
import { painter, type Painter } from "./map-dots-gl";
import { CELL, dotted, hit, type Block, type Dots, type View } from "./map-dots-layout";
import { thickness } from "./map-layout";

type Props = { data: Shapes["Map"]; zone: string | undefined; choose: (zone?: string) => void };

export function DotsPicture(props: Props) {
  return <Answer of={useQuery(mapDevices)}>{(devices) => <Drawn {...props} devices={devices} />}</Answer>;
}

const SCALE_MAX = 4;
const STEP = 1.4;

const Drawn = memo(function Drawn({ data, devices, zone, choose }: Props & { devices: Shapes["MapDevices"] }) {
  const speech = useSpeech();
  const { t } = speech;
  const navigate = useNavigate();
  const scheme = useComputedColorScheme("light");
  const { ref: frame, width, height } = useElementSize<HTMLDivElement>();
  const aspect = height > 0 ? Math.round((width / height) * 10) / 10 : 1.4;
  const dots = useMemo(() => dotted(data.zones, devices, aspect), [data, devices, aspect]);
  const names = namesOf(data.zones, speech);
  const plan = useRef<HTMLCanvasElement>(null);
  const points = useRef<HTMLCanvasElement>(null);
  const gl = useRef<Painter | null>(null);
  const view = useRef<View>({ x: 0, y: 0, scale: 1 });
  const asked = useRef(0);
  const drag = useRef<{ x: number; y: number; moved: boolean } | null>(null);
  const [said, setSaid] = useState("");
  const [place, setPlace] = useState(-1);
  const cursor = place >= 0 ? dots.blocks[place] : dots.blocks.find((one) => one.zone.id === zone);

  const corridors = useMemo(() => {
    const of = cursor?.zone.id;
    const blocks = new Map(dots.blocks.map((one) => [one.zone.id, one]));
    return data.conduits.flatMap((one) => {
      const other = one.a === of ? blocks.get(one.b) : one.b === of ? blocks.get(one.a) : undefined;
      return other ? [{ to: other, width: thickness(one.bytes_ab + one.bytes_ba) }] : [];
    });
  }, [data, dots, cursor]);

  const draw = useCallback(() => {
    asked.current = 0;
    const [below, above] = [plan.current, points.current];
    if (!below || !above) return;
    gl.current?.draw(view.current);
    rooms(below, dots, names, view.current, cursor, corridors);
  }, [dots, names, cursor, corridors]);
  const later = useCallback(() => {
    if (asked.current === 0) asked.current = requestAnimationFrame(draw);
  }, [draw]);
  const whole = useCallback(() => {
    const scale = Math.min(width / dots.width, height / dots.height);
    view.current = { scale, x: (width - dots.width * scale) / 2, y: Math.max(0, (height - dots.height * scale) / 2) };
  }, [width, height, dots]);

  useEffect(() => {
    const above = points.current;
    if (!above || width === 0 || height === 0) return undefined;
    for (const one of [above, plan.current]) if (one) [one.width, one.height] = [width * devicePixelRatio, height * devicePixelRatio];
    const style = getComputedStyle(above);
    gl.current = painter(above, dots, ["--press", "--muted", "--alarm"].map((name) => style.getPropertyValue(name).trim()));
    whole();
    return () => {
      gl.current?.end();
      gl.current = null;
    };
  }, [dots, width, height, scheme, whole]);
  useEffect(() => {
    later();
    return () => {
      cancelAnimationFrame(asked.current);
      asked.current = 0;
    };
  }, [later, width, height, scheme]);

  const around = useRef<(by: number, x: number, y: number) => void>(() => undefined);
  useEffect(() => {
    const box = points.current?.parentElement;
    if (!box) return undefined;
    // Also two fingers on a touch pad. Without Ctrl the wheel moves the page, as everywhere.
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const edge = box.getBoundingClientRect();
      around.current(Math.exp(-event.deltaY / 300), event.clientX - edge.left, event.clientY - edge.top);
    };
    box.addEventListener("wheel", wheel, { passive: false });
    return () => box.removeEventListener("wheel", wheel);
  }, []);
  const zoom = (by: number, x = width / 2, y = height / 2) => {
    const { scale, x: left, y: top } = view.current;
    const next = Math.min(SCALE_MAX, Math.max(Math.min(width / dots.width, height / dots.height) / 2, scale * by));
    view.current = { scale: next, x: x - ((x - left) * next) / scale, y: y - ((y - top) * next) / scale };
    later();
  };
  around.current = zoom;
  const under = (event: PointerEvent) => {
    const box = event.currentTarget.getBoundingClientRect();
    const { x, y, scale } = view.current;
    return hit(dots, (event.clientX - box.left - x) / scale, (event.clientY - box.top - y) / scale);
  };
  const tell = (block: Block, slot = -1) => {
    const name = names.get(block.zone.id) ?? block.zone.id;
    const label = slot >= 0 ? devices.labels[dots.order[slot] ?? -1] : undefined;
    setSaid(label !== undefined ? t("map.dots.device", { label, zone: name, state: t(`map.dots.${STATES[dots.states[slot] ?? 0] ?? "known"}`) }) : t("map.dots.room", { zone: name, n: count(block.count) }));
  };
  const move = (event: PointerEvent) => {
    const from = drag.current;
    if (from) {
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.moved && Math.abs(dx) + Math.abs(dy) < 5) return;
      view.current = { ...view.current, x: view.current.x + dx, y: view.current.y + dy };
      drag.current = { x: event.clientX, y: event.clientY, moved: true };
      later();
      return;
    }
    const found = under(event);
    if (found) tell(found.block, found.slot);
  };
  const up = (event: PointerEvent) => {
    const dragged = drag.current?.moved;
    drag.current = null;
    const found = dragged ? null : under(event);
    if (!found) return;
    const id = found.slot >= 0 ? devices.ids[dots.order[found.slot] ?? -1] : undefined;
    // Far out, a dot is too small to be meant.
    if (id !== undefined && view.current.scale * CELL >= 8) void navigate({ to: "/devices/$id", params: { id } });
    else choose(found.block.zone.id);
  };
  const go = (next: number) => {
    const bounded = Math.min(dots.blocks.length - 1, Math.max(0, next));
    const block = dots.blocks[bounded];
    if (!block) return;
    setPlace(bounded);
    tell(block);
    const { scale, x, y } = view.current;
    const [left, top] = [x + block.x * scale, y + block.y * scale];
    if (left < 0 || top < 0 || left + block.w * scale > width || top + block.h * scale > height)
      view.current = { scale, x: width / 2 - (block.x + block.w / 2) * scale, y: height / 2 - (block.y + block.h / 2) * scale };
    later();
  };
  const here = cursor ? dots.blocks.indexOf(cursor) : -1;
  const row = (by: 1 | -1) => {
    const from = cursor ?? dots.blocks[0];
    if (!from) return;
    const rows = dots.blocks.filter((one) => (by > 0 ? one.y > from.y : one.y < from.y));
    const y = by > 0 ? Math.min(...rows.map((one) => one.y)) : Math.max(...rows.map((one) => one.y));
    const next = rows.filter((one) => one.y === y).sort((a, b) => Math.abs(a.x - from.x) - Math.abs(b.x - from.x))[0];
    if (next) go(dots.blocks.indexOf(next));
  };
  const keys: Record<string, () => void> = {
    ArrowRight: () => go(here + 1), ArrowLeft: () => go(here - 1), ArrowDown: () => row(1), ArrowUp: () => row(-1),
    "+": () => zoom(STEP), ";": () => zoom(STEP), "-": () => zoom(1 / STEP), "0": () => { whole(); later(); },
    Enter: () => cursor && choose(cursor.zone.id),
  }; // prettier-ignore
  const onKey = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  return (
    <figure className="map-figure map-dots">
      <div className="axis-tools no-print">
        <Button.Group>
          <Button variant="default" size="xs" onClick={() => zoom(STEP)}>
            + {t("map.dots.in")}
          </Button>
          <Button variant="default" size="xs" onClick={() => zoom(1 / STEP)}>
            − {t("map.dots.out")}
          </Button>
          <Button variant="default" size="xs" onClick={keys["0"]}>
            {t("map.dots.all")}
          </Button>
        </Button.Group>
        <span className="muted small wide-only">{t("map.dots.keys")}</span>
      </div>
      {/* The keys go from room to room, so it must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={frame}
        className="map-dots-frame"
        role="region"
        aria-label={t("map.dots.picture")}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          drag.current = { x: event.clientX, y: event.clientY, moved: false };
        }}
        onPointerMove={move}
        onPointerUp={up}
        onPointerLeave={() => {
          drag.current = null;
        }}
      >
        <canvas ref={plan} aria-hidden="true" />
        <canvas ref={points} aria-hidden="true" />
      </div>
      <figcaption>
        <output className="map-dots-said">{said || t("map.dots.hint")}</output>
        <span className="muted small block">
          {t("map.dots.legend")}
          {devices.left_out > 0 ? ` ${t("map.dots.left_out", { n: count(devices.left_out) })}` : ""}
        </span>
      </figcaption>
    </figure>
  );
});

const STATES = ["known", "unknown", "finding"] as const;

type Corridor = { to: Block; width: number };

/** Rooms with their names, as far as they are in sight, and the corridors of the chosen one. */
function rooms(canvas: HTMLCanvasElement, dots: Dots, names: Map<string, string>, { x, y, scale }: View, cursor: Block | undefined, corridors: Corridor[]): void {
  const pen = canvas.getContext("2d");
  if (!pen) return;
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [ink, line, sheet, press] = ["--ink", "--muted", "--sheet", "--press"].map(colour);
  pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  const [wide, high] = [canvas.width / devicePixelRatio, canvas.height / devicePixelRatio];
  pen.clearRect(0, 0, wide, high);
  pen.font = `600 ${scale < 1 ? 10 : 12}px ${style.fontFamily}`;
  pen.textBaseline = "top";
  for (const block of dots.blocks) {
    const [left, top, w, h] = [x + block.x * scale, y + block.y * scale, block.w * scale, block.h * scale];
    if (left > wide || top > high || left + w < 0 || top + h < 0) continue;
    const chosen = block === cursor;
    pen.fillStyle = sheet ?? "";
    pen.fillRect(left, top, w, h);
    pen.strokeStyle = (chosen ? press : line) ?? "";
    pen.lineWidth = chosen ? 3 : 1;
    pen.setLineDash(block.zone.outside ? [6, 4] : []);
    pen.strokeRect(left, top, w, h);
    if (scale < 0.75) continue;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, w - 4, h);
    pen.clip();
    pen.fillStyle = ink ?? "";
    pen.fillText(names.get(block.zone.id) ?? block.zone.id, left + 6, top + 4);
    pen.restore();
  }
  if (!cursor) return;
  pen.setLineDash([]);
  pen.strokeStyle = press ?? "";
  pen.globalAlpha = 0.45;
  const middle = (one: Block): [number, number] => [x + (one.x + Math.min(one.w, 110) / 2) * scale, y + (one.y + one.h / 2) * scale];
  for (const { to, width } of corridors) {
    pen.lineWidth = width;
    pen.beginPath();
    pen.moveTo(...middle(cursor));
    pen.lineTo(...middle(to));
    pen.stroke();
  }
  pen.globalAlpha = 1;
}
