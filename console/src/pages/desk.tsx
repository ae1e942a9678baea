// 戦略デスク: the operation, the patient and the network on one clock. Not for diagnosis or monitoring.
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get, post, put, type Shapes } from "../api/client";
import "../desk/desk.css";
import { useFrames } from "../desk/frames";
import { Invite } from "../desk/invite";
import { useLine } from "../desk/line";
import { firstPanels, jump, merged, ROLES, type Channel, type DeskEvent, type Gap, type Health, type LiveStore, type Open, type Panel, type PanelId, type Role, type Series, type Wave } from "../desk/model";
import { Navigation } from "../desk/navigation";
import { Axis, EventList, HealthPanel, Images, Network, Numerics, PanelFrame, States, Video } from "../desk/panels";
import { SPEEDS, usePlayback, type Controls, type Playback } from "../desk/playback";
import { useStrokes, type Stroke } from "../desk/sketch";
import { Waves } from "../desk/waves";
import { Answer } from "../parts/states";
import { Head, useTimes } from "../parts/words";
import { useSpeech } from "../texts";

const route = getRouteApi("/desk");
const NOT_FOR = { ja: "診療・監視の判断に使用不可", en: "Not for diagnosis or monitoring" };
const CHUNK_MS = 20_000; // dense data is asked for in such pieces
const DENSE_SPEED_MAX = 8; // faster, waveforms would be noise: they are not asked for
const STEP_MS = 10_000;
const FOOT = "hinomi.desk.footswitch"; // the key that a footswitch sends

export function Desk() {
  const { w } = useSpeech();
  const search = route.useSearch();
  return (
    <div className="page page-wide desk">
      <p className="not-for" role="note">{w(NOT_FOR)}</p>
      {search.word && search.room ? <LiveDesk home={GUESTS} room={{ room: search.room, lab: false, live: true }} /> : <Home />}
    </div>
  );
}

/** What a guest knows of the house: nothing but the room that the invitation names. */
const GUESTS: Shapes["DeskHome"] = { records: [], rooms: [], permission: { allowed: false, decision: "", reason: "", by: "", at_ms: 0 }, not_for_diagnosis: NOT_FOR };

function Home() {
  const { t } = useSpeech();
  const search = route.useSearch();
  const found = useQuery({
    queryKey: ["desk"],
    queryFn: ({ signal }) => get<Shapes["DeskHome"]>("/api/desk", {}, signal),
    refetchInterval: 5000,
  });
  return (
      <Answer of={found}>
        {(home) => {
          const room = home.rooms.find((one) => one.room === search.room) ?? (search.id ? undefined : home.rooms.find((one) => one.live));
          const record = home.records.find((one) => one.id === search.id) ?? (room ? undefined : home.records[0]);
          if (room && !search.id) return <LiveDesk key={room.room} home={home} room={room} />;
          if (record) return <ReplayDesk key={record.id} home={home} record={record} />;
          return (
            <>
              <Head title={t("desk.title")} help={t("desk.help")} />
              <div className="nothing">
                <p>{t("desk.none")}</p>
                <p className="muted">{t("desk.none.hint")}</p>
              </div>
            </>
          );
        }}
      </Answer>
  );
}

// ---------------------------------------------------------------- what is shown, live or replay

type Shown = {
  record: string;
  place: string; // key of the room for marks
  room: string;
  lab: boolean;
  start: number;
  end: number;
  channels: Channel[];
  series: ReadonlyMap<string, Series>;
  waves: ReadonlyMap<string, Wave[]>;
  tools: Shapes["DeskTool"][];
  images: Shapes["DeskImage"][];
  videos: Shapes["DeskVideo"][];
  events: DeskEvent[];
  gaps: Gap[];
  clocks: Shapes["DeskClock"][];
  peers: Shapes["DeskPeer"][];
  health: Health | null;
  word: string; // of a guest's invitation; empty for a person here
  strokes: Stroke[];
};

function ReplayDesk({ home, record }: { home: Shapes["DeskHome"]; record: Shapes["DeskRecord"] }) {
  const opened = useQuery({
    queryKey: ["desk", "record", record.id],
    queryFn: ({ signal }) => get<Open>("/api/desk/record", { id: record.id }, signal),
    refetchInterval: record.end_ms === null ? 5000 : false,
  });
  return <Answer of={opened}>{(open) => <Replay home={home} open={open} />}</Answer>;
}

function Replay({ home, open }: { home: Shapes["DeskHome"]; open: Open }) {
  const search = route.useSearch();
  const start = open.record.start_ms;
  const end = open.record.end_ms ?? Math.max(start + 1000, ...open.series.map((one) => one.times_ms.at(-1) ?? 0));
  const play = usePlayback(start, end, null);
  const { seek } = play.controls;
  useEffect(() => {
    // Begins where the address says, else at the first thing that needs an eye, else at the start.
    const wanted = search.at ?? (open.events.find((event) => event.kind === "finding" && event.in_room) ?? open.events.find((event) => event.kind === "finding"))?.time_ms ?? start;
    seek(wanted);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const chunk = Math.floor((play.at - start) / CHUNK_MS);
  const dense = play.controls.speed <= DENSE_SPEED_MAX;
  const part = (number: number) => ({
    queryKey: ["desk", "window", open.record.id, number],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<Shapes["DeskWindow"]>("/api/desk/window", { id: open.record.id, start_ms: start + number * CHUNK_MS, end_ms: start + (number + 1) * CHUNK_MS }, signal),
    enabled: dense && number >= 0 && start + number * CHUNK_MS < end,
    staleTime: open.record.end_ms === null ? 1000 : Infinity,
  });
  const before = useQuery(part(chunk - 1));
  const here = useQuery(part(chunk));
  const after = useQuery(part(chunk + 1));
  const windows = useMemo(() => [before.data, here.data, after.data].filter((one) => one !== undefined), [before.data, here.data, after.data]);
  const strokes = useStrokes(open.record.id, "", null, open.record.end_ms !== null);
  const shown = useMemo((): Shown => {
    const waves = new Map<string, Wave[]>();
    const tools = new Map<string, Shapes["DeskTool"]>();
    const images: Shapes["DeskImage"][] = [];
    for (const window of windows) {
      for (const wave of window.waves) waves.set(wave.channel, [...(waves.get(wave.channel) ?? []), wave]);
      for (const tool of window.tools) {
        const known = tools.get(tool.channel);
        tools.set(tool.channel, known ? { ...known, times_ms: [...known.times_ms, ...tool.times_ms], matrices: [...known.matrices, ...tool.matrices] } : tool);
      }
      images.push(...window.images);
    }
    const said = open.events.filter((event) => event.kind === "image").map((event) => ({ time_ms: event.time_ms, channel: event.source, modality: "", description: event.text.en, has_picture: false, detail: {} }));
    return {
      record: open.record.id, place: open.record.id, room: open.record.room, lab: open.record.lab, start, end, channels: open.channels,
      series: new Map(open.series.map((one) => [one.channel, one])), waves, tools: [...tools.values()],
      images: open.images && open.images.length > 0 ? open.images : images.length > 0 ? images : said, videos: open.videos, events: open.events, gaps: open.gaps, clocks: open.clocks,
      peers: open.network, health: null, word: "", strokes,
    }; // prettier-ignore
  }, [windows, open, start, end, strokes]);
  return <Board home={home} shown={shown} play={play} line={null} store={null} />;
}

function LiveDesk({ home, room }: { home: Shapes["DeskHome"]; room: Shapes["DeskRoom"] }) {
  const search = route.useSearch();
  const word = search.word ?? "";
  const { store, state, turn } = useLine(room.room, word);
  const record = store.health?.record;
  const start = record ? record.start : store.newest - 60_000;
  const play = usePlayback(start, store.newest, () => store.newest);
  // What was before we came: from the record that is being made, asked once and then now and then.
  const opened = useQuery({
    queryKey: ["desk", "record", record?.id],
    queryFn: ({ signal }) => get<Open>("/api/desk/record", { id: record?.id, word }, signal),
    enabled: Boolean(record) && store.vital,
    refetchInterval: 15_000,
  });
  const strokes = useStrokes(record?.id ?? "", word, store.strokes, false);
  const shown = useMemo((): Shown => {
    void turn; // the store changes in place; the turn says that it did
    const open = opened.data;
    const seen = new Set(store.events.map((event) => `${event.time_ms.toFixed(0)} ${event.kind}`));
    const earlier = (open?.events ?? []).filter((event) => !seen.has(`${event.time_ms.toFixed(0)} ${event.kind}`));
    const series = new Map(store.series);
    for (const one of open?.series ?? []) {
      const now = series.get(one.channel);
      const from = now?.times_ms[0] ?? Infinity;
      const keep = one.times_ms.filter((time) => time < from).length;
      series.set(one.channel, { channel: one.channel, times_ms: [...one.times_ms.slice(0, keep), ...(now?.times_ms ?? [])], values: [...one.values.slice(0, keep), ...(now?.values ?? [])], lows: [], highs: [] });
    }
    return {
      record: record?.id ?? "", place: record?.id ?? `tap:${room.room}`, room: room.room, lab: store.health?.lab ?? room.lab, start, end: Math.max(start + 1, store.newest),
      channels: [...store.channels.values()], series, waves: store.waves, tools: [...store.tools.values()],
      images: withEarlier(open?.images ?? [], store.images), videos: open?.videos ?? [], events: [...earlier, ...store.events].sort((a, b) => a.time_ms - b.time_ms),
      gaps: open && open.gaps.length > store.gaps.length ? open.gaps : store.gaps, clocks: [], peers: open?.network ?? [], health: store.health, word, strokes,
    }; // prettier-ignore
  }, [store, turn, opened.data, record?.id, room, start, word, strokes]);
  return <Board home={home} shown={shown} play={play} line={state} store={store} />;
}

/** What came before we did, then what came over the live line. */
function withEarlier(earlier: Shapes["DeskImage"][], fresh: Shapes["DeskImage"][]): Shapes["DeskImage"][] {
  const key = (image: Shapes["DeskImage"]) => `${image.channel} ${image.time_ms.toFixed(2)}`;
  const seen = new Set(fresh.map(key));
  return [...earlier.filter((image) => !seen.has(key(image))), ...fresh].sort((a, b) => a.time_ms - b.time_ms);
}

// ---------------------------------------------------------------- the board

function Board({ home, shown, play, line, store }: { home: Shapes["DeskHome"]; shown: Shown; play: Playback; line: string | null; store: LiveStore | null }) {
  const { t, list } = useSpeech();
  const search = route.useSearch();
  const times = useTimes();
  const role: Role = ROLES.find((one) => one === search.role) ?? "engineer";
  const saved = useQuery({
    queryKey: ["desk", "layout", role],
    queryFn: ({ signal }) => get<Shapes["DeskLayout"]>("/api/desk/layout", { role }, signal),
    staleTime: Infinity,
    enabled: !shown.word,
  });
  const client = useQueryClient();
  const [moved, setMoved] = useState<Panel[] | null>(null);
  const [arranging, setArranging] = useState(false);
  useEffect(() => setMoved(null), [role]);
  const panels = moved ?? merged(saved.data?.panels ?? [], role);
  const keep = useMutation({
    mutationFn: (next: Panel[]) => put("/api/desk/layout", { role, panels: next }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["desk", "layout", role] }),
  });
  const [marking, setMarking] = useState<number | null>(null);
  const compare = useCompare(search.compare, shown);
  const mark = useMutation({
    mutationFn: ({ at, text, kind }: { at: number; text: string; kind: "phase" | "event" | "note" }) =>
      post("/api/desk/marks", { record: shown.place, time_ms: at, text, kind }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["desk", "record"] }),
  });
  const { controls, now } = play;
  const { seek } = controls;
  const { mutate: keepMark } = mark;
  const quick = useCallback(() => keepMark({ at: now(), text: t("desk.mark.quick"), kind: "event" }), [keepMark, now, t]);
  const writing = useCallback(() => setMarking(now()), [now]);
  const events = useRef(shown.events);
  events.current = shown.events;
  const go = useCallback((forward: boolean) => {
    const to = jump(events.current, now(), forward);
    if (to !== null) seek(to);
  }, [now, seek]); // prettier-ignore
  useKeys({ play: controls, go, quick, open: writing });

  const numerics = shown.channels.filter((channel) => channel.kind === "numeric");
  const waves = shown.channels.filter((channel) => channel.kind === "waveform");
  const names = useMemo(() => new Map(shown.channels.map((channel) => [channel.id, channel.name])), [shown.channels]);
  const danger = shown.events.some((event) => event.kind === "finding" && event.in_room && event.time_ms <= play.at && (event.end_ms ?? event.time_ms) + 60_000 >= play.at);
  const marks = shown.events.filter((event) => ["mark", "phase", "advice"].includes(event.kind));

  const pictures = { record: shown.record, word: shown.word, strokes: shown.strokes, now };
  const content: Record<PanelId, () => React.ReactNode> = {
    numerics: () => <Numerics channels={numerics} series={shown.series} other={compare?.series ?? null} gaps={shown.gaps} at={play.at} start={shown.start} end={shown.end} now={controls.edge} fresh={store?.series ?? null} />,
    waves: () =>
      waves.length === 0 ? <p className="muted">{t("desk.waves.no_channel")}</p>
      : controls.speed > DENSE_SPEED_MAX && !controls.live ? <p className="muted">{t("desk.waves.too_fast")}</p>
      : <Waves channels={waves} waves={shown.waves} now={now} />,
    navigation: () => <Navigation tools={shown.tools} names={names} now={now} />,
    images: () => <Images images={shown.images} at={play.at} {...pictures} />,
    video: () => <Video videos={shown.videos} {...pictures} playing={controls.playing} speed={controls.live ? 1 : controls.speed} />,
    states: () => <States events={shown.events} at={play.at} seek={seek} />,
    network: () => <Network peers={shown.peers} events={shown.events} at={play.at} seek={seek} />,
    marks: () => (marks.length > 0 ? <EventList events={marks} seek={seek} /> : <p className="muted">{t("desk.marks.none")}</p>),
    health: () => <HealthPanel health={shown.health} channels={shown.channels} gaps={shown.gaps} clocks={shown.clocks} at={play.at} />,
  }; // prettier-ignore
  // A panel for what this record does not hold would be an empty field: a line says so instead.
  const empty: Partial<Record<PanelId, boolean>> = {
    waves: waves.length === 0,
    navigation: !shown.channels.some((channel) => channel.kind === "transform"),
    images: shown.images.length === 0 && !shown.events.some((event) => event.kind === "image"),
    video: shown.videos.length === 0 && !shown.channels.some((channel) => channel.kind === "video"),
  };
  const absent = arranging ? [] : panels.filter((panel) => panel.shown && empty[panel.id as PanelId]);
  const shownPanels = panels.filter((panel) => panel.shown && !absent.includes(panel));
  return (
    <>
      {shown.word ? <Head title={t("desk.title")} help={t("desk.guest", { room: shown.room })} /> : <Chooser home={home} value={store ? `live:${shown.room}` : shown.record} role={role} />}
      <Banner shown={shown} line={line} store={store} home={home} />
      <Transport play={controls} record={shown.record} canFollow={shown.health !== null} go={go} mark={writing} quick={quick} arranging={arranging} arrange={setArranging} home={home} guest={shown.word !== ""} room={shown.room} live={store !== null} />
      <Axis start={shown.start} end={shown.end} at={play.at} events={shown.events} gaps={shown.gaps} seek={seek} />
      {compare ? (
        <div className="desk-compare">
          <p className="small">{t("desk.compare.with", { name: compare.open.record.room, time: times.exact(compare.open.record.start_ms) })}</p>
          <Axis start={shown.start} end={shown.end} at={play.at} events={compare.events} gaps={compare.gaps} seek={seek} name={t("desk.compare.axis")} />
        </div>
      ) : null}
      <div className="desk-grid">
        {shownPanels.map((panel, place) => (
          <PanelFrame key={panel.id} title={t(`desk.panel.${panel.id as PanelId}`)} wide={panel.wide} high={panel.high} alarm={panel.id === "network" && danger}
            tools={arranging ? <Arrange panel={panel} first={place === 0} last={place === shownPanels.length - 1} change={(act) => setMoved(arranged(panels, panel.id, act))} /> : null}>
            {content[panel.id as PanelId]()}
          </PanelFrame>
        ))}
      </div>
      {absent.length > 0 ? <p className="muted">{t("desk.absent", { what: list(absent.map((panel) => t(`desk.panel.${panel.id as PanelId}`))) })}</p> : null}
      {arranging ? (
        <div className="desk-arrange">
          {panels.filter((panel) => !panel.shown).map((panel) => (
            <Button key={panel.id} size="xs" variant="default" onClick={() => setMoved(arranged(panels, panel.id, "show"))}>+ {t(`desk.panel.${panel.id as PanelId}`)}</Button>
          ))}
          <Button size="xs" onClick={() => { keep.mutate(panels); setArranging(false); }}>{t("desk.arrange.save")}</Button>
          <Button size="xs" variant="default" onClick={() => setMoved(firstPanels(role))}>{t("desk.arrange.reset")}</Button>
        </div>
      ) : null}
      <Modal opened={marking !== null} onClose={() => setMarking(null)} title={t("desk.mark.title", { time: marking === null ? "" : times.clock(marking) })}>
        <MarkForm send={(text, kind) => { mark.mutate({ at: marking ?? now(), text, kind }); setMarking(null); }} />
      </Modal>
      {mark.isError ? <p role="alert" className="desk-warn">{t("desk.mark.failed")}</p> : null}
      <p className="muted small">{t("desk.keys")}</p>
    </>
  );
}

const Chooser = memo(function Chooser({ home, value, role }: { home: Shapes["DeskHome"]; value: string; role: Role }) {
  const { t } = useSpeech();
  const times = useTimes();
  const navigate = route.useNavigate();
  return (
    <Head title={t("desk.title")}>
      <Select aria-label={t("desk.record")} w={330} searchable allowDeselect={false} value={value} data={choices(home, t, times)}
        onChange={(next) => next && void navigate({ search: (before) => (next.startsWith("live:") ? { role: before.role, room: next.slice(5) } : { role: before.role, id: next }) })} />
      <Select aria-label={t("desk.role")} w={170} allowDeselect={false} value={role}
        data={ROLES.map((one) => ({ value: one, label: t(`desk.role.${one}`) }))}
        onChange={(next) => next && void navigate({ search: (before) => ({ ...before, role: next }), replace: true })} />
    </Head>
  );
});

function choices(home: Shapes["DeskHome"], t: ReturnType<typeof useSpeech>["t"], times: ReturnType<typeof useTimes>) {
  const live = home.rooms.map((room) => ({ value: `live:${room.room}`, label: t(room.live ? "desk.choice.live" : "desk.choice.gone", { room: room.room }) }));
  const records = home.records.map((record) => ({
    value: record.id,
    label: `${record.room} — ${times.at(record.start_ms)} ${t(record.origin === "tap" ? "desk.choice.tap" : "desk.choice.recorded")}`,
  }));
  return [...live, ...records];
}

/** What must be known before anything on this page is read: where it comes from, and what is missing. */
function Banner({ shown, line, store, home }: { shown: Shown; line: string | null; store: LiveStore | null; home: Shapes["DeskHome"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const health = shown.health;
  const bad = health?.channels.filter((one) => one.state === "silent" || one.state === "down").length ?? 0;
  return (
    <div className="desk-banner">
      {shown.lab ? <strong className="desk-tag">{t("desk.lab")}</strong> : null}
      <span>{shown.room}</span>
      {store === null ? (
        <span className="muted">{t("desk.replay", { from: times.exact(shown.start), to: times.clock(shown.end) })}</span>
      ) : (
        <>
          <strong className={line === "open" && !health?.down ? "desk-tag" : "desk-tag lost"} role="status">{t(line === "open" && !health?.down ? "desk.line.open" : line === "refused" ? "desk.line.refused" : "desk.line.cut")}</strong>
          {health?.record ? <span className="desk-rec">● {t("desk.recording", { n: health.record.samples.toLocaleString("en-US") })}</span> : <span className="desk-warn">{t("desk.not_recording")}</span>}
          {bad > 0 ? <strong className="desk-warn" role="status">{t("desk.channels_lost", { n: bad })}</strong> : health && !health.down ? <span className="muted">{t("desk.channels_all", { n: health.channels.length })}</span> : null}
          {store.level > 0 ? <span className="desk-warn">{t(`desk.level.${Math.min(3, store.level) as 1 | 2 | 3}`)}</span> : null}
          {!store.vital ? <strong className="desk-warn">{t("desk.off")}</strong> : null}
          {!shown.lab && home.permission.allowed ? <span className="muted">{t("desk.permitted", { by: home.permission.by })}</span> : null}
        </>
      )}
    </div>
  );
}

type TransportProps = {
  play: Controls; record: string; canFollow: boolean; go: (forward: boolean) => void; mark: () => void; quick: () => void;
  arranging: boolean; arrange: (on: boolean) => void; home: Shapes["DeskHome"]; guest: boolean; room: string; live: boolean;
}; // prettier-ignore

const Transport = memo(function Transport({ play, record, canFollow, go, mark, quick, arranging, arrange, home, guest, room, live }: TransportProps) {
  const { t } = useSpeech();
  const times = useTimes();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="desk-transport no-print">
      <Button.Group>
        <Button size="sm" variant="default" onClick={() => go(false)} aria-label={t("desk.previous")}>|◀</Button>
        <Button size="sm" variant="default" onClick={() => play.seek(play.now() - STEP_MS)} aria-label={t("desk.back")}>−10 s</Button>
        <Button size="sm" onClick={() => play.play(!play.playing)} aria-label={t(play.playing ? "desk.pause" : "desk.play")}>{play.playing ? "❚❚" : "▶"}</Button>
        <Button size="sm" variant="default" onClick={() => play.seek(play.now() + STEP_MS)} aria-label={t("desk.forward")}>+10 s</Button>
        <Button size="sm" variant="default" onClick={() => go(true)} aria-label={t("desk.next")}>▶|</Button>
      </Button.Group>
      <Select aria-label={t("desk.speed")} w={96} allowDeselect={false} value={String(play.speed)} disabled={play.live}
        data={SPEEDS.map((speed) => ({ value: String(speed), label: `×${speed}` }))} onChange={(next) => next && play.faster(Number(next))} />
      {canFollow ? <Button variant={play.live ? "filled" : "default"} onClick={play.follow} aria-pressed={play.live}>{t("desk.live")}</Button> : null}
      <Clock now={play.now} />
      {guest ? null : <Button variant="default" onClick={quick}>{t("desk.mark.now")}</Button>}
      {guest ? null : <Button variant="default" onClick={mark}>{t("desk.mark.write")}</Button>}
      {guest ? null : <Select aria-label={t("desk.compare")} placeholder={t("desk.compare")} w={230} clearable value={search.compare ?? null}
        data={home.records.filter((one) => one.id !== record).map((one) => ({ value: one.id, label: `${one.room} — ${times.at(one.start_ms)}` }))}
        onChange={(next) => void navigate({ search: (before) => ({ ...before, compare: next ?? undefined }), replace: true })} />}
      <Button variant="subtle" onClick={() => arrange(!arranging)} aria-pressed={arranging}>{t("desk.arrange")}</Button>
      {record && !guest && !record.startsWith("tap:") ? <Exports id={record} /> : null}
      {live && !guest ? <Invite room={room} /> : null}
    </div>
  );
});

function Clock({ now }: { now: () => number }) {
  const times = useTimes();
  const place = useRef<HTMLOutputElement>(null);
  useFrames(() => {
    const text = times.clock(now());
    if (place.current && place.current.textContent !== text) place.current.textContent = text;
  }, 200);
  return <output className="desk-clock" aria-live="off" ref={place} />;
}

function Exports({ id }: { id: string }) {
  const { t, lang } = useSpeech();
  const formats = ["summary", "handover", "mcap", "csv", "parquet", "fhir", "vital"] as const;
  return (
    <Select aria-label={t("desk.export")} placeholder={t("desk.export")} w={170} value={null}
      data={formats.map((format) => ({ value: format, label: t(`desk.export.${format}`) }))}
      onChange={(format) => { if (format) location.assign(`/api/desk/export?${new URLSearchParams({ id, format, lang }).toString()}`); }} />
  );
}

function MarkForm({ send }: { send: (text: string, kind: "phase" | "event" | "note") => void }) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [kind, setKind] = useState<"phase" | "event" | "note">("note");
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (text.trim()) send(text.trim(), kind); }}>
      <TextInput label={t("desk.mark.text")} value={text} maxLength={500} data-autofocus onChange={(event) => setText(event.currentTarget.value)} />
      <Select label={t("desk.mark.kind")} mt="sm" allowDeselect={false} value={kind} data={(["note", "event", "phase"] as const).map((one) => ({ value: one, label: t(`desk.mark.kind.${one}`) }))}
        onChange={(next) => next && setKind(next as typeof kind)} />
      <Button type="submit" mt="md" disabled={!text.trim()}>{t("desk.mark.keep")}</Button>
    </form>
  );
}

type Act = "left" | "right" | "wider" | "narrower" | "higher" | "lower" | "hide" | "show";

function Arrange({ panel, first, last, change }: { panel: Panel; first: boolean; last: boolean; change: (act: Act) => void }) {
  const { t } = useSpeech();
  const acts: [Act, string, boolean][] = [
    ["left", "←", first], ["right", "→", last], ["narrower", "⇥⇤", panel.wide <= 3], ["wider", "⇤⇥", panel.wide >= 12],
    ["lower", "−", panel.high <= 2], ["higher", "+", panel.high >= 8], ["hide", "×", false],
  ]; // prettier-ignore
  return (
    <span className="desk-acts">
      {acts.map(([act, sign, off]) => (
        <button key={act} type="button" disabled={off} onClick={() => change(act)} aria-label={t(`desk.arrange.${act as Exclude<Act, "show">}`)} title={t(`desk.arrange.${act as Exclude<Act, "show">}`)}>{sign}</button>
      ))}
    </span>
  );
}

/** The panels after one act; the order is that of what is shown. */
export function arranged(panels: readonly Panel[], id: string, act: Act): Panel[] {
  const next = [...panels];
  const place = next.findIndex((panel) => panel.id === id);
  const panel = next[place];
  if (!panel) return next;
  if (act === "left" || act === "right") {
    const step = act === "left" ? -1 : 1;
    let other = place + step;
    while (next[other] && !next[other]?.shown) other += step;
    const found = next[other];
    if (!found) return next;
    next[other] = panel;
    next[place] = found;
    return next;
  }
  const size = (value: number, by: number, low: number, high: number) => Math.min(high, Math.max(low, value + by));
  next[place] = {
    ...panel,
    wide: act === "wider" ? size(panel.wide, 1, 3, 12) : act === "narrower" ? size(panel.wide, -1, 3, 12) : panel.wide,
    high: act === "higher" ? size(panel.high, 1, 2, 8) : act === "lower" ? size(panel.high, -1, 2, 8) : panel.high,
    shown: act === "hide" ? false : act === "show" ? true : panel.shown,
  };
  return next;
}

/** A second operation on the first one's axis: both begin together. */
function useCompare(id: string | undefined, shown: Shown) {
  const other = useQuery({
    queryKey: ["desk", "record", id],
    queryFn: ({ signal }) => get<Open>("/api/desk/record", { id }, signal),
    enabled: Boolean(id),
  });
  return useMemo(() => {
    const open = id ? other.data : undefined;
    if (!open) return null;
    const shift = shown.start - open.record.start_ms;
    const keys = new Map(open.channels.map((channel) => [channel.id, channel.code || channel.name]));
    const series = new Map(open.series.map((one) => [keys.get(one.channel) ?? one.channel, { series: one, shift }]));
    const events = open.events.map((event) => ({ ...event, time_ms: event.time_ms + shift, end_ms: event.end_ms === null ? null : event.end_ms + shift }));
    const gaps = open.gaps.map((gap) => ({ ...gap, start_ms: gap.start_ms + shift, end_ms: gap.end_ms + shift }));
    return { open, series, events, gaps };
  }, [id, other.data, shown.start]);
}

/** Keys work wherever no field is being written in. A footswitch is a key: F13, or what a person has taught. */
function useKeys({ play, go, quick, open }: { play: Controls; go: (forward: boolean) => void; quick: () => void; open: () => void }) {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input:not([type=range]), textarea, [role=dialog], [role=listbox]")) return;
      const foot = localStorage.getItem(FOOT) ?? "F13";
      const acts: Record<string, () => void> = {
        m: quick, M: open, [foot]: quick, PageDown: () => go(true), PageUp: () => go(false),
        k: () => play.play(!play.playing), j: () => play.seek(play.now() - STEP_MS), l: () => play.seek(play.now() + STEP_MS),
      }; // prettier-ignore
      const act = acts[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [play, go, quick, open]);
}
