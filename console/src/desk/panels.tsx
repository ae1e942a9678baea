// The panels of the desk that are words and numbers. Each says what is not known as loudly as what is.
import { Link } from "@tanstack/react-router";
import { memo, useEffect, useMemo, useRef, type ReactNode } from "react";
import type { Shapes } from "../api/client";
import { unitWord } from "../pages/theatre";
import { useTimes } from "../parts/words";
import { useSpeech } from "../texts";
import { useFrames } from "./frames";
import { lately, Sketch, type Stroke } from "./sketch";
import { readingAt, type Channel, type DeskEvent, type Gap, type Health, type Series } from "./model";

/** HL7 sends name^maker^address^kind: the first part is what stands on the device. */
export const sourceWord = (source: string) => source.split("^")[0] || source;

const shown = (value: number) => (Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1));

type NumericsProps = {
  channels: Channel[];
  series: ReadonlyMap<string, Series>;
  other: ReadonlyMap<string, { series: Series; shift: number }> | null;
  gaps: Gap[];
  at: number;
  start: number;
  end: number;
  now: () => number;
  /** The live line's own memory: newer than `series` by up to a quarter of a second. */
  fresh: ReadonlyMap<string, Series> | null;
};

/** The value of this moment, written into the page in each frame: a number must not wait for React. */
function Value({ channel, one, gaps, now, fresh, children }: { channel: Channel; one: Series | undefined; gaps: Gap[]; now: () => number; fresh: ReadonlyMap<string, Series> | null; children: ReactNode }) {
  const { t, id } = useSpeech();
  const box = useRef<HTMLDivElement>(null);
  const number = useRef<HTMLSpanElement>(null);
  const unit = useRef<HTMLElement>(null);
  useFrames(() => {
    const series = fresh?.get(channel.id) ?? one;
    const found = series ? readingAt(series, gaps, now()) : null;
    put(number.current, found ? shown(found.value) : "—");
    put(unit.current, found ? unitWord(channel.unit) : t("desk.unknown"));
    if (box.current?.classList.contains("lost") === Boolean(found)) {
      box.current.classList.toggle("lost", !found);
      number.current?.setAttribute("aria-hidden", String(!found));
    }
  });
  return (
    <div className="desk-value lost" ref={box}>
      <span className="desk-value-name" title={channel.name}>{id("code", channel.name)}</span>
      <span className="desk-value-number">
        <span ref={number} /> <small ref={unit} />
      </span>
      {children}
    </div>
  );
}

function put(place: HTMLElement | null, text: string): void {
  if (place && place.textContent !== text) place.textContent = text;
}

/** Patients before machines: the codes that a person looks for first. */
const FIRST = /HEART_RATE|CARD_BEAT|SAT_O2|PRESS_BLD|CO2|RESP_RATE|TEMP|BISPECTRAL/;
const rankOf = (channel: Channel) => (/SAT_O2|HEART_RATE|CARD_BEAT/.test(channel.name) ? 0 : FIRST.test(channel.name) ? 1 : channel.code ? 2 : 3);

/** Values of the moment, by device, each with its course over the whole record. */
export function Numerics({ channels, series, other, gaps, at, start, end, now, fresh }: NumericsProps) {
  const { t } = useSpeech();
  const rank = (source: string) => Math.min(...channels.filter((one) => one.source === source).map((one) => rankOf(one)));
  const sources = [...new Set(channels.map((channel) => channel.source))].sort((a, b) => rank(a) - rank(b));
  if (channels.length === 0) return <p className="unknown">{t("desk.numerics.none")}</p>;
  return (
    <div className="desk-numerics">
      {sources.map((source) => {
        const mine = channels.filter((channel) => channel.source === source);
        return (
          <div key={source} className="desk-source">
            <h3>{mine[0]?.device ? <Link to="/devices/$id" params={{ id: mine[0].device.id }}>{mine[0].device.label}</Link> : sourceWord(source)}</h3>
            <div className="desk-values">
              {mine.map((channel) => {
                const one = series.get(channel.id);
                return (
                  <Value key={channel.id} channel={channel} one={one} gaps={gaps} now={now} fresh={fresh}>
                    {one ? <Spark series={one} other={other?.get(channel.code || channel.name) ?? null} at={at} start={start} end={end} /> : null}
                  </Value>
                );
              })}
            </div>
          </div>
        );
      })}
    </div>
  );
}

const SPARK = { w: 120, h: 26 };

function path(series: Series, start: number, end: number, low: number, high: number, shift = 0): string {
  const every = Math.max(1, Math.ceil(series.times_ms.length / 240));
  const parts: string[] = [];
  let last = -Infinity;
  series.times_ms.forEach((time, n) => {
    if (n % every) return;
    const x = ((time + shift - start) / Math.max(1, end - start)) * SPARK.w;
    const y = SPARK.h - 2 - (((series.values[n] ?? 0) - low) / Math.max(1e-9, high - low)) * (SPARK.h - 4);
    parts.push(`${x - last > SPARK.w / 8 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`);
    last = x;
  });
  return parts.join("").replace(/^L/, "M");
}

type SparkProps = { series: Series; other: { series: Series; shift: number } | null; at: number; start: number; end: number };

const Spark = memo(function Spark({ series, other, at, start, end }: SparkProps) {
  const curves = useMemo(() => {
    let low = Infinity;
    let high = -Infinity;
    for (const values of [series.values, other?.series.values ?? []])
      for (const value of values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    return { own: path(series, start, end, low, high), other: other ? path(other.series, start, end, low, high, other.shift) : "" };
  }, [series, other, start, end]);
  const x = ((at - start) / Math.max(1, end - start)) * SPARK.w;
  return (
    <svg className="desk-spark" viewBox={`0 0 ${SPARK.w} ${SPARK.h}`} preserveAspectRatio="none" aria-hidden="true">
      {curves.other ? <path className="desk-spark-other" d={curves.other} /> : null}
      <path d={curves.own} />
      <line x1={x} x2={x} y1="0" y2={SPARK.h} />
    </svg>
  );
});

/** Alarms, states and texts as the devices gave them, the newest first. Nothing is judged again. */
export function States({ events, at, seek }: { events: DeskEvent[]; at: number; seek: (to: number) => void }) {
  const { t } = useSpeech();
  const mine = events.filter((e) => ["alarm", "state", "text", "use", "phase"].includes(e.kind) && e.time_ms <= at).slice(-40).reverse();
  if (mine.length === 0) return <p className="muted">{t("desk.states.none")}</p>;
  return <EventList events={mine} seek={seek} />;
}

export function EventList({ events, seek }: { events: DeskEvent[]; seek: (to: number) => void }) {
  const { t, w, id } = useSpeech();
  const times = useTimes();
  return (
    <ul className="desk-events">
      {events.map((event, place) => (
        <li key={`${event.time_ms} ${place}`} className={`desk-event desk-event-${event.kind}`}>
          <button type="button" className="desk-time" onClick={() => seek(event.time_ms)} title={t("desk.jump_here")}>
            {times.clock(event.time_ms)}
          </button>
          <span className="desk-kind">{id("desk.kind", event.kind)}</span>
          <span className="desk-said">
            {event.link ? <Link to="/findings/$id" params={{ id: event.link }}>{w(event.text)}</Link> : w(event.text)}
            {event.source ? <span className="muted"> {sourceWord(event.source)}</span> : null}
            {event.by ? <span className="muted"> — {event.by}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The room's network beside the operation: what no other desk shows. */
export function Network({ peers, events, at, seek }: { peers: Shapes["DeskPeer"][]; events: DeskEvent[]; at: number; seek: (to: number) => void }) {
  const { t, w } = useSpeech();
  const found = events.filter((e) => e.kind === "finding");
  const here = found.filter((e) => e.in_room);
  const now = here.filter((e) => e.time_ms <= at && (e.end_ms ?? e.time_ms) + 60_000 >= at);
  const elsewhere = found.filter((e) => !e.in_room);
  return (
    <div>
      {now.length > 0 ? (
        <div className="desk-danger" role="status">
          {now.map((event) => (
            <p key={event.link}>
              <span aria-hidden="true">▲ </span>
              <Link to="/findings/$id" params={{ id: event.link }}>{w(event.text)}</Link>
            </p>
          ))}
        </div>
      ) : (
        <p className="muted">{t("desk.network.calm")}</p>
      )}
      {here.length > 0 ? <EventList events={here} seek={seek} /> : null}
      {elsewhere.length > 0 ? (
        <>
          <p className="muted small">{t("desk.network.elsewhere", { n: elsewhere.length })}</p>
          <EventList events={elsewhere.slice(0, 8)} seek={seek} />
        </>
      ) : null}
      {peers.length > 0 ? (
        <table className="table small">
          <thead>
            <tr>
              <th scope="col">{t("desk.network.device")}</th>
              <th scope="col" className="num">{t("desk.network.peers")}</th>
              <th scope="col" className="num">{t("desk.network.outside")}</th>
              <th scope="col" className="num">{t("desk.network.clear")}</th>
            </tr>
          </thead>
          <tbody>
            {peers.map((peer) => (
              <tr key={peer.device.id}>
                <th scope="row"><Link to="/devices/$id" params={{ id: peer.device.id }}>{peer.device.label}</Link></th>
                <td className="num">{peer.peers}</td>
                <td className={peer.outside > 0 ? "num desk-outside" : "num"}>{peer.outside}</td>
                <td className="num">{peer.clear}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p className="unknown">{t("desk.network.unknown")}</p>
      )}
    </div>
  );
}

/** Each connector and channel: heard, silent, gone; and the clocks. */
export function HealthPanel({ health, channels, gaps, clocks, at }: { health: Health | null; channels: Channel[]; gaps: Gap[]; clocks: Shapes["DeskClock"][]; at: number }) {
  const { t, id } = useSpeech();
  const name = (id: string) => {
    const found = channels.find((channel) => channel.id === id);
    return found ? `${found.source} ${found.name}` : id;
  };
  const clockRows = health?.clocks ?? clocks;
  const bad = (health?.channels ?? []).filter((one) => one.state !== "ok");
  return (
    <div className="desk-health">
      {health ? (
        <>
          <p>
            <strong>{t("desk.health.heard", { n: health.channels.length - bad.length, all: health.channels.length })}</strong>
            {health.disk?.full ? <strong className="desk-warn"> {t("desk.health.full")}</strong> : health.disk?.warn && health.disk.hours_left == null ? <span className="desk-warn"> {t("desk.health.low")}</span> : null}
            {health.disk?.hours_left != null ? <span className={health.disk.warn ? "desk-warn" : "muted"}> {t("desk.health.disk", { h: health.disk.hours_left.toFixed(0) })}</span> : null}
          </p>
          <ul className="desk-connectors">
            {health.connectors.map((one) => (
              <li key={one.name} className={one.connected && one.up ? "" : "lost"}>
                <strong>{one.name}</strong> {one.connected && one.up ? t("desk.health.up") : t("desk.health.down")}
                {one.why ? <span className="muted"> {one.why}</span> : null}
                {one.restarts > 0 ? <span className="muted"> {t("desk.health.restarts", { n: one.restarts })}</span> : null}
                {one.dropped > 0 ? <span className="desk-warn"> {t("desk.health.dropped", { n: one.dropped })}</span> : null}
                {one.clock_step_ms !== 0 ? <span className="desk-warn"> {t("desk.health.stepped", { s: (one.clock_step_ms / 1000).toFixed(1) })}</span> : null}
              </li>
            ))}
          </ul>
          {bad.length > 0 ? (
            <ul className="desk-bad">
              {bad.slice(0, 30).map((one) => (
                <li key={one.id}>{name(one.id)}: {id("desk.state", one.state)}{one.silent_s === null ? "" : ` ${one.silent_s.toFixed(0)} s`}</li>
              ))}
            </ul>
          ) : null}
        </>
      ) : null}
      {gaps.length > 0 ? (
        <p className={gaps.some((gap) => at > gap.start_ms && at < gap.end_ms) ? "desk-warn" : ""}>{t("desk.health.gaps", { n: gaps.length })}</p>
      ) : (
        <p className="muted">{t("desk.health.no_gaps")}</p>
      )}
      {clockRows.length > 0 ? (
        <table className="table small">
          <thead>
            <tr>
              <th scope="col">{t("desk.clock.name")}</th>
              <th scope="col" className="num">{t("desk.clock.offset")}</th>
              <th scope="col" className="num">{t("desk.clock.steps")}</th>
            </tr>
          </thead>
          <tbody>
            {clockRows.map((clock) => (
              <tr key={clock.clock}>
                <th scope="row">{sourceWord(clock.clock)}</th>
                <td className="num">{(clock.offset_ms / 1000).toFixed(2)} ± {(clock.error_ms / 1000).toFixed(2)} s</td>
                <td className={clock.steps > 0 ? "num desk-warn" : "num"}>{clock.steps}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </div>
  );
}

type PictureProps = { record: string; word: string; strokes: Stroke[]; now: () => number };

export function Images({ images, at, record, word, strokes, now }: PictureProps & { images: Shapes["DeskImage"][]; at: number }) {
  const { t } = useSpeech();
  const times = useTimes();
  const mine = images.filter((image) => image.time_ms <= at);
  const last = mine.filter((image) => image.has_picture).at(-1);
  const next = last ? images.find((image) => image.has_picture && image.time_ms > last.time_ms) : undefined;
  if (mine.length === 0) return <p className="muted">{t("desk.images.none")}</p>;
  const words = (image: Shapes["DeskImage"]) => `${times.clock(image.time_ms)} ${image.modality} ${image.description}`.trim();
  const address = (image: Shapes["DeskImage"]) =>
    `/api/desk/image?${new URLSearchParams({ id: record, channel: image.channel, time_ms: String(image.time_ms), ...(word ? { word } : {}) }).toString()}`;
  return (
    <div className="desk-images">
      {last ? (
        <figure>
          <Sketch panel="images" record={record} word={word} strokes={strokes} now={now} belongs={(time) => time >= last.time_ms && time < (next?.time_ms ?? Infinity)}>
            <img src={address(last)} alt={words(last)} draggable={false} />
          </Sketch>
          <figcaption>{words(last)}</figcaption>
        </figure>
      ) : null}
      <ul className="desk-thumbs">
        {mine.slice(-8).reverse().map((image) => (
          <li key={`${image.channel} ${image.time_ms}`}>{image.has_picture && image !== last ? <img src={address(image)} alt={words(image)} /> : <span className="small">{words(image)}</span>}</li>
        ))}
      </ul>
    </div>
  );
}

export function Video({ videos, playing, speed, record, word, strokes, now }: PictureProps & { videos: Shapes["DeskVideo"][]; playing: boolean; speed: number }) {
  const { t } = useSpeech();
  const place = useRef<HTMLVideoElement>(null);
  const at = now();
  const mine = videos.filter((video) => video.start_ms <= at).at(-1);
  const file = mine?.file ?? "";
  const start = mine?.start_ms ?? 0;
  useEffect(() => {
    const video = place.current;
    if (!video || !file) return;
    const keep = () => {
      const wanted = (now() - start) / 1000;
      if (Math.abs(video.currentTime - wanted) > 0.4) video.currentTime = Math.max(0, wanted);
      video.playbackRate = Math.min(16, Math.max(0.25, speed));
      if (playing && speed <= 16 && video.paused) void video.play().catch(() => undefined);
      if ((!playing || speed > 16) && !video.paused) video.pause();
    };
    keep();
    const ticking = window.setInterval(keep, 500);
    return () => window.clearInterval(ticking);
  }, [file, start, now, playing, speed]);
  if (!mine) return <p className="muted">{t("desk.video.none")}</p>;
  const address = `/api/desk/video?${new URLSearchParams({ id: record, file, ...(word ? { word } : {}) }).toString()}`;
  // Sound is never recorded, so there is nothing to caption.
  return (
    <Sketch panel="video" record={record} word={word} strokes={strokes} now={now} belongs={lately(at)}>
      <video ref={place} className="desk-video" muted playsInline preload="auto" aria-label={t("desk.video.label", { name: mine.channel })} src={address} />
    </Sketch>
  );
}

/** Everything of the record on one line: phases, use, findings, marks, what is missing. Also the way to jump. */
type AxisProps = { start: number; end: number; at: number; events: DeskEvent[]; gaps: Gap[]; seek: (to: number) => void; name?: string };

const LANES = ["phase", "use", "finding", "alarm", "mark", "clock"] as const;

export function Axis({ start, end, at, events, gaps, seek, name }: AxisProps) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const span = Math.max(1, end - start);
  const part = (time: number) => Math.min(1, Math.max(0, (time - start) / span)) * 100;
  const share = (time: number) => `${part(time).toFixed(3)}%`;
  const width = (from: number, to: number, least: number) => `max(${least}px, ${(part(to) - part(from)).toFixed(3)}%)`;
  const lanes = LANES.filter((kind) => events.some((event) => event.kind === kind));
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => start + part * span);
  return (
    <div className="desk-axis">
      <div className="desk-axis-names" aria-hidden="true">
        {lanes.map((kind) => <span key={kind}>{t(`desk.kind.${kind}`)}</span>)}
        {gaps.length > 0 ? <span>{t("desk.kind.gap")}</span> : null}
        <span />
      </div>
      <div className="desk-axis-plot">
        {lanes.map((kind) => (
          <div key={kind} className="desk-lane">
            {events.filter((event) => event.kind === kind).map((event, place) => (
              <button key={place} type="button" tabIndex={-1} className={`desk-spot desk-spot-${kind}${event.in_room ? "" : " elsewhere"}`} title={w(event.text)} aria-label={`${times.clock(event.time_ms)} ${w(event.text)}`}
                onClick={() => seek(event.time_ms)}
                style={{ left: share(event.time_ms), width: event.end_ms ? width(event.time_ms, event.end_ms, 8) : "8px" }} />
            ))}
          </div>
        ))}
        {gaps.length > 0 ? (
          <div className="desk-lane">
            {gaps.slice(0, 400).map((gap, place) => (
              <i key={place} className="desk-spot desk-spot-gap" title={gap.channel} style={{ left: share(gap.start_ms), width: width(gap.start_ms, gap.end_ms, 3) }} />
            ))}
          </div>
        ) : null}
        <input type="range" className="desk-scrub" min={start} max={end} step={100} value={Math.min(end, Math.max(start, at))}
          aria-label={name ?? t("desk.axis")} aria-valuetext={times.clock(at)} onChange={(event) => seek(Number(event.currentTarget.value))} />
        <div className="desk-ticks" aria-hidden="true">
          {ticks.map((tick, place) => <span key={place}>{times.clock(tick)}</span>)}
        </div>
        <i className="desk-now" style={{ left: share(at) }} aria-hidden="true" />
      </div>
    </div>
  );
}

export function PanelFrame({ title, wide, high, tools, children, alarm = false }: { title: string; wide: number; high: number; tools: ReactNode; children: ReactNode; alarm?: boolean }) {
  return (
    <section className={`desk-panel${alarm ? " alarm" : ""}`} aria-label={title} style={{ gridColumn: `span ${wide}`, gridRow: `span ${high}` }}>
      <div className="desk-panel-head">
        <h2>{title}</h2>
        {tools}
      </div>
      {/* What does not fit scrolls, also by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="desk-panel-body" role="group" aria-label={title} tabIndex={0}>{children}</div>
    </section>
  );
}

