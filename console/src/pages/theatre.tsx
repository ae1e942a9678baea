import { Button, Select } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import type { Room, Shapes, Timeline } from "../api/client";
import { rooms, timeline } from "../api/questions";
import { count } from "../format";
import { useFirst } from "../parts/first";
import { PacketButton } from "../parts/packet";
import { Answer } from "../parts/states";
import { Head, Section, Use, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech } from "../texts";
import { ALONE, joined, placed, ROWS, type Joined, type Placed } from "./theatre-lanes";
import { PAD, Track, TRACK_HEIGHT, valueAt, type Series } from "./track";

const route = getRouteApi("/theatre");
const SPAN_MIN_MS = 2000;

export function Theatre() {
  const { t, w } = useSpeech();
  const search = route.useSearch();
  const found = useQuery(rooms);
  return (
    <div className="page page-wide theatre">
      <p className="not-for" role="note">
        {w(NOT_FOR)}
      </p>
      <Answer of={found}>
        {(list) => {
          const first = list[0];
          if (!first)
            return (
              <>
                <Head title={t("theatre.title")} help={t("theatre.help")} />
                <div className="nothing">
                  <p>{t("theatre.none")}</p>
                  <p className="muted">{t("theatre.none.hint")}</p>
                </div>
              </>
            );
          const room = list.find((one) => one.id === search.room) ?? first;
          return <OneRoom key={room.id} list={list} room={room} />;
        }}
      </Answer>
    </div>
  );
}

// It must stand there even when nothing can be asked; the API says the same with each timeline.
const NOT_FOR = { ja: "診療・監視の判断に使用不可", en: "Not for diagnosis or monitoring" };

function OneRoom({ list, room }: { list: Room[]; room: Room }) {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const zones = useZones();
  const times = useTimes();
  const part = useQuery({
    ...timeline(room.id, search.from, search.to),
    placeholderData: keepPreviousData,
  });
  const whole = useQuery(timeline(room.id));
  return (
    <>
      <Head title={t("theatre.title")} help={t("theatre.help")}>
        <Select
          aria-label={t("theatre.room")}
          value={room.id}
          onChange={(next) => next && void navigate({ search: { room: next } })}
          data={list.map((one) => ({
            value: one.id,
            label: `${one.name} — ${zones.name(one.zone)}`,
          }))}
          allowDeselect={false}
          searchable
          w={280}
        />
      </Head>
      <p className="room-facts">
        <strong>{room.name}</strong>
        <Use of={room.in_use} />
        <span className="muted">{times.span(room.first, room.last)}</span>
        <span className="muted">{t("theatre.readings", { n: count(room.readings) })}</span>
      </p>
      <Answer of={whole}>
        {(all) => <Axis all={all} data={part.data ?? all} from={search.from ?? all.start_ms} to={search.to ?? all.end_ms} />}
      </Answer>
    </>
  );
}

type AxisProps = { all: Timeline; data: Timeline; from: number; to: number };

function Axis({ all, data, from, to }: AxisProps) {
  const { t, w, id } = useSpeech();
  const navigate = route.useNavigate();
  const times = useTimes();
  const { ref, width } = useElementSize();
  const [at, setAt] = useState<number | null>(null);
  const frame = useRef(0);
  const point = useCallback((next: number | null) => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => setAt(next));
  }, []);
  const show = useCallback(
    (start: number, end: number) => {
      const span = Math.max(SPAN_MIN_MS, Math.min(end - start, all.end_ms - all.start_ms));
      const begin = Math.min(Math.max(start, all.start_ms), all.end_ms - span);
      const whole = span >= all.end_ms - all.start_ms;
      void navigate({
        search: (before) => ({
          ...before,
          from: whole ? undefined : Math.round(begin),
          to: whole ? undefined : Math.round(begin + span),
        }),
        replace: true,
      });
    },
    [all, navigate],
  );
  const span = to - from;
  const middle = at !== null && at > from && at < to ? at : (from + to) / 2;
  const acts = {
    in: () => show(middle - (middle - from) / 2, middle + (to - middle) / 2),
    out: () => show(from - span / 2, to + span / 2),
    left: () => show(from - span / 4, to - span / 4),
    right: () => show(from + span / 4, to + span / 4),
    all: () => show(all.start_ms, all.end_ms),
  };
  const keys: Record<string, () => void> = {
    ArrowLeft: acts.left, ArrowRight: acts.right, "+": acts.in, ";": acts.in, "-": acts.out, "0": acts.all,
  }; // prettier-ignore
  const onKey = (event: KeyboardEvent) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };
  const plot = Math.max(0, width);
  const scale = useMemo(() => {
    const room = Math.max(1, plot - PAD.left - PAD.right);
    return (ms: number) => PAD.left + ((ms - from) / Math.max(1, to - from)) * room;
  }, [plot, from, to]);
  // Drawn again when the axis or its data change, not with each move of the pointer.
  const lanes = useMemo(() => {
    const span = (kind: string, one: Joined, more: Placed) => (
      <Span key={one.key} from={scale(one.start_ms)} to={scale(one.end_ms)} of={plot} kind={kind} label={one.label} {...more} />
    );
    const lane = (spans: Joined[], kind: string) => {
      const shown = joined(spans, (n) => t("theatre.lane.more", { n: count(n) }));
      const places = placed(shown, scale);
      return shown.map((one, place) => {
        const drawn = span(kind, one, places[place] ?? ALONE);
        return one.finding ? (
          <Link key={one.key} to="/findings/$id" params={{ id: one.finding }}>
            {drawn}
          </Link>
        ) : (
          drawn
        );
      });
    };
    return {
      uses: lane(data.uses.map((use, place) => ({ key: `${place}`, start_ms: use.start_ms, end_ms: use.end_ms, label: `${use.device?.label ?? ""} ${id("why", use.why)}` })), "use"),
      findings: lane(data.findings.map((one) => ({ key: one.id, start_ms: one.start_ms, end_ms: one.end_ms, label: w(one.title), finding: one.id })), "finding"),
      images: lane(data.images.map((one, place) => ({ key: `${place}`, start_ms: one.start_ms, end_ms: one.end_ms, label: `${t("theatre.images.one", { modality: one.modality, description: one.description })} ×${one.count}` })), "image"),
      marks: lane(data.marks.map((mark, place) => ({ key: `${place}`, start_ms: mark.time_ms, end_ms: mark.end_ms ?? mark.time_ms, label: mark.text })), "mark"),
    };
  }, [data, scale, plot, t, w, id]);
  const tracks = data.tracks;
  const [near, others] = useFirst(tracks, TRACKS_FIRST);
  const group = `theatre ${all.room.id}`;
  return (
    <>
      <div className="axis-tools no-print">
        <Button.Group>
          <Button variant="default" size="xs" onClick={acts.left}>
            ← {t("theatre.zoom.left")}
          </Button>
          <Button variant="default" size="xs" onClick={acts.in}>
            + {t("theatre.zoom.in")}
          </Button>
          <Button variant="default" size="xs" onClick={acts.out}>
            − {t("theatre.zoom.out")}
          </Button>
          <Button variant="default" size="xs" onClick={acts.all}>
            {t("theatre.zoom.all")}
          </Button>
          <Button variant="default" size="xs" onClick={acts.right}>
            {t("theatre.zoom.right")} →
          </Button>
        </Button.Group>
        <span className="muted small wide-only">{t("theatre.keys")}</span>
        <output className="at">{at === null ? "" : t("theatre.at", { time: times.clock(at) })}</output>
      </div>
      {/* The keys move the axis, so it must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <div className="axis" role="region" aria-label={t("theatre.title")} tabIndex={0} onKeyDown={onKey}>
        <Lane name={t("theatre.lane.use")} of={plot} at={at} scale={scale}>
          {lanes.uses}
        </Lane>
        <Lane name={t("theatre.lane.findings")} of={plot} at={at} scale={scale}>
          {lanes.findings}
        </Lane>
        <Lane name={t("theatre.lane.images")} of={plot} at={at} scale={scale}>
          {lanes.images}
        </Lane>
        {data.marks.length > 0 ? (
          <Lane name={t("theatre.lane.marks")} of={plot} at={at} scale={scale}>
            {lanes.marks}
          </Lane>
        ) : null}
        {near.map((track, place) => (
          <div key={`${track.source} ${track.code} ${track.unit} ${track.kind}`} className="lane track">
            <div className="lane-name">
              <TrackName track={track} at={at} first={place === 0 || tracks[place - 1]?.source !== track.source} />
            </div>
            <div className="lane-plot" ref={place === 0 ? ref : undefined}>
              <Near height={TRACK_HEIGHT}>
              <Track
                track={track}
                label={`${id("code", track.name)} ${unitWord(track.unit)}`}
                width={plot}
                from={from}
                to={to}
                group={group}
                point={point}
                choose={show}
              />
              </Near>
            </div>
          </div>
        ))}
        <div className="lane">
          <div className="lane-name" />
          <div className="lane-plot" ref={tracks.length === 0 ? ref : undefined}>
            <Ticks of={plot} from={from} to={to} scale={scale} />
          </div>
        </div>
      </div>
      {others}
      <p className="muted small">{t("theatre.clock")}</p>
      <Clocks clocks={data.clocks} />
      <div className="columns">
        <Numbers tracks={tracks} />
        <Events data={data} />
      </div>
    </>
  );
}

/** How far each clock stands from the tap's, folded away: it is asked for when two times do not agree. */
function Clocks({ clocks }: { clocks: Shapes["DeviceClock"][] }) {
  const { t } = useSpeech();
  if (clocks.length === 0) return null;
  const seconds = (ms: number) => (ms / 1000).toFixed(Math.abs(ms) < 1000 ? 3 : 1);
  return (
    <details className="details">
      <summary>{t("theatre.clocks", { n: clocks.length })}</summary>
      <table className="table small">
        <thead>
          <tr>
            <th scope="col">{t("theatre.clocks.whose")}</th>
            <th scope="col" className="num">{t("theatre.clocks.offset")}</th>
            <th scope="col" className="num">{t("theatre.clocks.steps")}</th>
            <th scope="col">{t("theatre.clocks.note")}</th>
          </tr>
        </thead>
        <tbody>
          {clocks.map((clock) => (
            <tr key={`${clock.kind} ${clock.source}`}>
              <th scope="row">{clock.device ? <Link to="/devices/$id" params={{ id: clock.device.id }}>{clock.device.label}</Link> : clock.source}</th>
              {/* The API gives tap minus clock; a person asks how far the clock is ahead. */}
              <td className="num">{clock.offset_ms > 0 ? "" : "+"}{seconds(-clock.offset_ms)} ± {seconds(clock.error_ms)} s</td>
              <td className="num">{clock.kind === "device" ? clock.steps : ""}</td>
              <td>{clock.kind === "time_server" ? t(clock.vouches ? "theatre.clocks.server" : "theatre.clocks.adrift") : clock.steps > 0 ? t("theatre.clocks.stepped") : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** A room has some dozen tracks; where a gateway sends many beds under one name, the rest comes by a button. */
const TRACKS_FIRST = 60;
const SPAN_H = 22;

function Lane({ name, of, at, scale, children }: { name: string; of: number; at: number | null; scale: (ms: number) => number; children: ReactNode[] }) {
  const rows = Math.max(1, Math.min(ROWS, children.length));
  return (
    <div className="lane">
      <div className="lane-name">{name}</div>
      <div className="lane-plot">
        <svg width={of} height={rows * SPAN_H + 8} className="lane-svg">
          {children.length === 0 ? (
            <text x={PAD.left + 4} y={20} className="lane-none">
              –
            </text>
          ) : (
            children
          )}
          {at === null ? null : <line className="lane-at" x1={scale(at)} x2={scale(at)} y1={0} y2={rows * SPAN_H + 8} />}
        </svg>
      </div>
    </div>
  );
}

/** Drawn once it comes near the part of the page in sight: a bed with hundreds of tracks opens as fast as one with ten. */
function Near({ height, children }: { height: number; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(false);
  useEffect(() => {
    const root = place.current;
    if (!root || near) return undefined;
    const reach = () => setNear(true);
    const watch = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && reach(), { rootMargin: "400px 0px" });
    watch.observe(root);
    window.addEventListener("beforeprint", reach);
    return () => {
      watch.disconnect();
      window.removeEventListener("beforeprint", reach);
    };
  }, [near]);
  return (
    <div ref={place} style={{ minHeight: height }}>
      {near ? children : null}
    </div>
  );
}

type SpanProps = Partial<Placed> & { from: number; to: number; of: number; kind: string; label: string };

function Span({ from, to, of, kind, label, row = 0, before = Infinity, after = Infinity }: SpanProps) {
  const start = Math.max(PAD.left, from);
  const end = Math.min(of - PAD.right, Math.max(to, from));
  if (end < PAD.left - 1 || start > of - PAD.right + 1) return null;
  const y = 4 + row * SPAN_H;
  // The label stands in the span where it fits, else beside it where there is room; never over a neighbour.
  const length = [...label].reduce((sum, letter) => sum + (letter > "\u00ff" ? 12.5 : 7), 14);
  const inside = end - start > length;
  const right = Math.min(after, of - PAD.right - end) > length;
  const left = !inside && !right && before > 2 * length && start - PAD.left > length;
  return (
    <g className={`span span-${kind}${inside ? " inside" : ""}`}>
      <title>{label}</title>
      <rect x={start} y={y} width={Math.max(4, end - start)} height={SPAN_H - 5} rx="3" />
      {inside || right || left ? (
        <text x={inside ? start + 6 : left ? start - 6 : end + 7} y={y + 12.5} textAnchor={left ? "end" : "start"}>
          {label}
        </text>
      ) : null}
    </g>
  );
}

const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];

function Ticks({ of, from, to, scale }: { of: number; from: number; to: number; scale: (ms: number) => number }) {
  const times = useTimes();
  const wanted = Math.max(2, Math.floor((of - PAD.left) / 110));
  const step = (STEPS_S.find((seconds) => (to - from) / 1000 / seconds <= wanted) ?? 86400) * 1000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return (
    <svg width={of} height={26} className="lane-svg" aria-hidden="true">
      {ticks.map((tick) => (
        <g key={tick} transform={`translate(${scale(tick).toFixed(1)} 0)`} className="tick">
          <line y1="0" y2="6" />
          <text y="20" textAnchor="middle">
            {times.clock(tick)}
          </text>
        </g>
      ))}
    </svg>
  );
}

/** A UCUM unit as it is written at the bedside. */
export function unitWord(ucum: string): string {
  const words: Record<string, string> = { Cel: "°C", "mm[Hg]": "mmHg", "cm[H2O]": "cmH₂O", uV: "µV" };
  const bare = ucum.replace(/\{[^}]*\}/g, "");
  return words[bare] ?? bare;
}

const number = (value: number) => (Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1));

function TrackName({ track, at, first }: { track: Series; at: number | null; first: boolean }) {
  const { t, id } = useSpeech();
  // The last sample of a wave says nothing by itself.
  const wave = track.kind !== "numeric" && at === null;
  const value = at === null ? (track.values.at(-1) ?? null) : valueAt(track, at);
  return (
    <>
      {first ? <span className="track-source">{track.device?.label ?? track.source}</span> : null}
      <span className="track-name" title={track.name}>
        {id("code", track.name)}
      </span>
      <span className="track-value">
        {wave ? null : value === null ? <span className="muted small">{t("theatre.no_value")}</span> : number(value)}
        <span className="track-unit"> {unitWord(track.unit)}</span>
      </span>
    </>
  );
}

function Numbers({ tracks }: { tracks: Series[] }) {
  const { t, id } = useSpeech();
  const [shown, more] = useFirst(tracks);
  return (
    <Section title={t("theatre.table")}>
      <Wide label={t("theatre.table")}>
        <table className="table">
          <caption className="visually-hidden">{t("theatre.table.caption")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("theatre.table.name")}</th>
              <th scope="col">{t("theatre.source")}</th>
              <th scope="col" className="num">
                {t("theatre.table.last")}
              </th>
              <th scope="col" className="num">
                {t("theatre.table.range")}
              </th>
              <th scope="col" className="num">
                {t("theatre.table.count")}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((track) => {
              const low = Math.min(...(track.lows.length > 0 ? track.lows : track.values));
              const high = Math.max(...(track.highs.length > 0 ? track.highs : track.values));
              const last = track.values.at(-1);
              return (
                <tr key={`${track.source} ${track.code} ${track.unit} ${track.kind}`}>
                  <th scope="row" title={track.name}>
                    {id("code", track.name)}
                  </th>
                  <td>{track.device ? <Link to="/devices/$id" params={{ id: track.device.id }}>{track.device.label}</Link> : track.source}</td>
                  <td className="num">{last === undefined || track.kind !== "numeric" ? "–" : `${number(last)} ${unitWord(track.unit)}`}</td>
                  <td className="num">{Number.isFinite(low) ? `${number(low)}〜${number(high)}` : "–"}</td>
                  <td className="num">{count(track.count)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Wide>
      {more}
    </Section>
  );
}

type Happened = { time: number; kind: string; words: string; evidence: Shapes["Evidence"] | null | undefined; finding?: string };
const EVENTS_MAX = 60;

function Events({ data }: { data: Timeline }) {
  const { t, w, id } = useSpeech();
  const times = useTimes();
  const happened: Happened[] = [
    ...data.findings.map((one) => ({ time: one.start_ms, kind: t("theatre.lane.findings"), words: w(one.title), evidence: null, finding: one.id })),
    ...data.images.map((one) => ({
      time: one.start_ms,
      kind: t("theatre.lane.images"),
      words: `${one.device?.label ?? ""} ${one.modality} ${one.description} ×${one.count}`.trim(),
      evidence: one.evidence,
    })),
    ...data.said.map((one) => ({ time: one.time_ms, kind: one.device?.label ?? "", words: `${id("code", one.name)}: ${one.text}`, evidence: one.evidence })),
    ...data.marks.map((one) => ({ time: one.time_ms, kind: t("theatre.lane.marks"), words: one.text, evidence: null })),
  ].sort((a, b) => a.time - b.time);
  return (
    <Section title={t("theatre.events")}>
      {happened.length === 0 ? (
        <p className="muted">{t("theatre.events.none")}</p>
      ) : (
        <ul className="plain rows">
          {happened.slice(0, EVENTS_MAX).map((one, place) => (
            <li key={place} className="row">
              <span>
                <span className="muted mono">{times.clock(one.time)}</span> <span className="tag">{one.kind}</span>{" "}
                {one.finding ? (
                  <Link to="/findings/$id" params={{ id: one.finding }}>
                    {one.words}
                  </Link>
                ) : (
                  one.words
                )}
              </span>
              {one.evidence ? (
                <PacketButton evidence={one.evidence}>{t("finding.evidence.packet", { n: one.evidence.packet })}</PacketButton>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {happened.length > EVENTS_MAX ? <p className="muted">{t("app.more", { n: happened.length - EVENTS_MAX })}</p> : null}
    </Section>
  );
}
