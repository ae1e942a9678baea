import { Button, Checkbox, Select, TextInput } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, memo, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { post, query, type Shapes } from "../api/client";
import { conversations, findings, map, mapPart, overview, policy, vocabulary } from "../api/questions";
import { bytes, count } from "../format";
import { Dialog } from "../parts/dialog";
import { BackIcon, PrintIcon } from "../parts/icons";
import { Answer, Empty, Loading } from "../parts/states";
import { First, useFirst } from "../parts/first";
import { DeviceName, Head, namesOf, Section, Unknown, useServiceList, useServiceName, Wide } from "../parts/words";
import { useSpeech } from "../texts";
import { notAllowed } from "./map-allowed";
import { bounds, Differences, Sign, TimeBar, useDifference, useMoment } from "./map-time";
import { plan, type Box, type Conduit, type Line, type Zone } from "./map-layout";

const route = getRouteApi("/map");
const DotsPicture = lazy(() => import("./map-dots").then((found) => ({ default: found.DotsPicture })));

export function MapPage() {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const empty = useQuery(overview).data?.empty;
  const picture = useQuery(map);
  return (
    <div className="page page-wide">
      <Head title={t("map.title")} help={t("map.help")}>
        {empty ? null : <Diagram />}
        {empty || search.dots ? null : (
          <Checkbox
            label={t("map.only_findings")}
            checked={search.findings ?? false}
            onChange={(event) =>
              void navigate({ search: { ...search, findings: event.currentTarget.checked || undefined } })
            }
          />
        )}
        {empty || search.dots ? null : (
          <Checkbox
            label={t("map.only_unallowed")}
            checked={search.unallowed ?? false}
            onChange={(event) =>
              void navigate({ search: { ...search, unallowed: event.currentTarget.checked || undefined } })
            }
          />
        )}
        {empty ? null : (
          <Checkbox
            label={t("map.dots")}
            checked={search.dots ?? false}
            onChange={(event) =>
              void navigate({ search: { zone: search.zone, dots: event.currentTarget.checked || undefined } })
            }
          />
        )}
        {empty ? null : (
          <Button variant="default" size="xs" className="no-print" leftSection={<PrintIcon />} onClick={() => window.print()}>
            {t("map.print")}
          </Button>
        )}
      </Head>
      {empty ? <Empty /> : <Answer of={picture}>{(data) => <Whole data={data} />}</Answer>}
    </div>
  );
}

/** The diagram that a hospital must hold, drawn from the same zones. */
function Diagram() {
  const { t, lang } = useSpeech();
  return (
    <nav className="map-diagram no-print" aria-label={t("diagram.label")}>
      {(["pdf", "svg", "drawio"] as const).map((format) => (
        <a key={format} href={`/api/diagram${query({ format, lang })}`} download>
          {t(`diagram.${format}`)}
        </a>
      ))}
    </nav>
  );
}

type Chosen = { zone: string | undefined; other: string | undefined };

function useNames(data: Shapes["Map"]) {
  return namesOf(data.zones, useSpeech());
}

function Whole({ data }: { data: Shapes["Map"] }) {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const rules = useQuery({ ...policy, enabled: search.unallowed === true });
  const moment = useMoment();
  const [start, end] = moment ? bounds(moment) : [0, 0];
  const part = useQuery({ ...mapPart(start, end), enabled: moment !== undefined, placeholderData: keepPreviousData });
  const differing = useDifference();
  const drawn = useMemo(
    () => (search.when === undefined ? { conduits: data.conduits } : search.when === "compare" ? changed(differing.data) : heardThen(part.data)),
    [data, search.when, part.data, differing.data],
  );
  const shown = useMemo(() => {
    const alarming = search.findings ? drawn.conduits.filter((conduit) => conduit.findings.length > 0) : drawn.conduits;
    return search.unallowed && rules.data ? notAllowed(alarming, data.zones, rules.data.lines) : alarming;
  }, [data, drawn, search.findings, search.unallowed, rules.data]);
  // Drawn a little at a time, so that no press waits for the whole picture.
  const [zone, other] = [useDeferredValue(search.zone), useDeferredValue(search.other)];
  const chosen: Chosen = useMemo(() => ({ zone, other }), [zone, other]);
  const choose = useCallback(
    (zone?: string, other?: string) => void navigate({ search: (before) => ({ ...before, zone, other }) }),
    [navigate],
  );
  return (
    <>
    {search.unallowed ? <Answer of={rules}>{(found) => <Allowed policy={found} lines={shown.length} />}</Answer> : null}
    {search.dots ? null : <TimeBar />}
    <div className="map">
      <div>
        {search.dots ? (
          <Suspense fallback={<Loading />}>
            <DotsPicture data={data} zone={zone} choose={choose} />
          </Suspense>
        ) : (
          <Picture data={data} conduits={shown} changes={drawn.changes} heard={drawn.heard} chosen={chosen} choose={choose} />
        )}
        <InWords data={data} conduits={shown} changes={drawn.changes} />
      </div>
      <div className="map-side">
        {chosen.zone ? (
          <Detail data={data} zone={chosen.zone} other={chosen.other} />
        ) : search.when === "compare" ? (
          differing.fetchStatus === "idle" && !differing.data ? null : <Answer of={differing}>{(of) => <Differences of={of} />}</Answer>
        ) : (
          <>
            <p className="muted map-select no-print">{t("map.select")}</p>
            <Lists data={data} conduits={shown} />
          </>
        )}
      </div>
    </div>
    </>
  );
}

type Change = Shapes["ConduitChange"]["change"];
type Drawn = { conduits: Conduit[]; changes?: Map<string, Change>; heard?: Map<string, number> };
const ends = (one: { a: string; b: string }) => `${one.a} ${one.b}`;

/** The lines of some hours, and how many devices each room had then. */
function heardThen(part: Shapes["MapPart"] | undefined): Drawn {
  return { conduits: part?.conduits ?? [], heard: new Map(part?.zones.map((one) => [one.id, one.devices])) };
}

/** The lines of two days. Findings are another question: one sign on a line is enough. */
function changed(of: Shapes["MapDifference"] | undefined): Drawn {
  const lines = of?.conduits ?? [];
  return {
    conduits: lines.map((one) => ({
      a: one.a, b: one.b, bytes_ab: one.bytes_before, bytes_ba: one.bytes_after, flows: 0, pairs: 0, findings: [], opened_by: "both",
      services: [...one.services_new, ...one.services_gone], first: of?.before.at ?? "", last: of?.after.end ?? "",
    })),
    changes: new Map(lines.map((one) => [ends(one), one.change])),
  }; // prettier-ignore
}

/** The picture as a table: for a screen reader, and for who would rather read. */
const InWords = memo(function InWords({ data, conduits, changes }: { data: Shapes["Map"]; conduits: Conduit[]; changes: Drawn["changes"] }) {
  const { t } = useSpeech();
  const names = useNames(data);
  const service = useServiceList();
  const [shown, more] = useFirst(conduits);
  const [open, setOpen] = useState(false);
  return (
    <details className="details map-words" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("map.words")}</summary>
      {open ? (
        <>
          <Wide label={t("map.words")}>
            <table className="table small">
              <thead>
                <tr>
                  <th scope="col">{t("map.words.a")}</th>
                  <th scope="col">{t("map.words.b")}</th>
                  {changes ? <th scope="col">{t("map.words.change")}</th> : null}
                  <th scope="col" className="num">{t("map.words.bytes")}</th>
                  <th scope="col">{t("map.words.services")}</th>
                  {changes ? null : <th scope="col" className="num">{t("map.words.findings")}</th>}
                </tr>
              </thead>
              <tbody>
                {shown.map((one) => (
                  <tr key={ends(one)}>
                    <th scope="row">
                      <Link to="/map" search={(before) => ({ ...before, zone: one.a, other: one.b })}>{names.get(one.a) ?? one.a}</Link>
                    </th>
                    <td>{names.get(one.b) ?? one.b}</td>
                    {changes ? <td>{t(`map.compare.${changes.get(ends(one)) ?? "both"}`)}</td> : null}
                    <td className="num">{changes ? `${bytes(one.bytes_ab)} → ${bytes(one.bytes_ba)}` : bytes(one.bytes_ab + one.bytes_ba)}</td>
                    <td>{service(one.services)}</td>
                    {changes ? null : <td className="num">{one.findings.length}</td>}
                  </tr>
                ))}
              </tbody>
            </table>
          </Wide>
          {more}
        </>
      ) : null}
    </details>
  );
});

/** What "not allowed" stands on here: approvals of people, and what of the list could not be looked through. */
function Allowed({ policy: found, lines }: { policy: Shapes["Policy"]; lines: number }) {
  const { t } = useSpeech();
  const approved = found.lines.some((line) => line.id !== "");
  return (
    <p className="map-allowed">
      {!approved ? t("map.unallowed.no_policy", { n: count(lines) }) : lines === 0 ? t("map.unallowed.none") : t("map.unallowed.some", { n: count(lines) })}{" "}
      {found.lines_left_out > 0 ? <Unknown>{t("map.unallowed.left_out", { n: count(found.lines_left_out) })}</Unknown> : null}{" "}
      <Link to="/policy">{t("map.unallowed.policy")}</Link>
      <span className="muted small block">{t("map.unallowed.scope")}</span>
    </p>
  );
}

// ---------------------------------------------------------------- the picture

type PictureProps = {
  data: Shapes["Map"];
  conduits: Conduit[];
  changes?: Drawn["changes"];
  heard?: Drawn["heard"];
  chosen: Chosen;
  choose: (zone?: string, other?: string) => void;
};

const Picture = memo(function Picture({ data, conduits, changes, heard, chosen, choose }: PictureProps) {
  const { t } = useSpeech();
  const few = useMemo(() => readable(conduits, chosen.zone, chosen.other), [conduits, chosen.zone, chosen.other]);
  const drawn = useMemo(() => plan(data.zones, few), [data, few]);
  const lines = useMemo(
    () => [...drawn.lines].sort((p, q) => p.conduit.findings.length - q.conduit.findings.length || q.width - p.width),
    [drawn],
  );
  const sight = useInSight(drawn.height);
  const figure = useRef<HTMLElement>(null);
  const wanted = drawn.boxes.find((box) => box.zone.id === chosen.zone)?.y;
  useEffect(() => {
    const root = figure.current;
    if (!root || wanted === undefined || drawn.height <= TALL) return;
    const at = (wanted / drawn.height) * root.scrollHeight;
    if (at < root.scrollTop || at > root.scrollTop + root.clientHeight * 0.8) root.scrollTop = at - root.clientHeight / 3;
  }, [wanted, drawn.height]);
  const near = (conduit: Conduit) =>
    chosen.zone === undefined ||
    (chosen.other === undefined
      ? conduit.a === chosen.zone || conduit.b === chosen.zone
      : (conduit.a === chosen.zone && conduit.b === chosen.other) ||
        (conduit.b === chosen.zone && conduit.a === chosen.other));
  return (
    <figure className={drawn.height > TALL ? "map-figure map-tall" : "map-figure"} ref={figure}>
    <svg
      ref={sight.ref}
      className="map-picture"
      viewBox={`0 0 ${drawn.width} ${drawn.height}`}
      role="group"
      aria-label={t("map.picture")}
    >
      <rect
        className="map-street"
        x="0"
        y={drawn.street.y - 8}
        width={drawn.width}
        height={drawn.street.h + 16}
      />
      <line className="map-kerb" x1="0" x2={drawn.width} y1={drawn.street.y + drawn.street.h + 8} y2={drawn.street.y + drawn.street.h + 8} />
      {/* Thick ones first, so that a thin line with a finding is never covered. */}
      {lines
        .filter((line) => line.top <= sight.bottom && line.bottom >= sight.top)
        .map((line) => (
          <Wire key={`${line.conduit.a} ${line.conduit.b}`} line={line} data={data} change={changes?.get(ends(line.conduit))} faint={!near(line.conduit)} choose={choose} />
        ))}
      {drawn.boxes.filter((box) => box.y <= sight.bottom && box.y + box.h >= sight.top).map((box) => (
        <RoomBox key={box.zone.id} box={box} heard={heard ? (heard.get(box.zone.id) ?? 0) : undefined} pressed={chosen.zone === box.zone.id && !chosen.other} choose={choose} />
      ))}
    </svg>
      {few.length < conduits.length ? (
        <figcaption className="muted small">{t("map.few", { n: few.length, total: conduits.length })}</figcaption>
      ) : null}
    </figure>
  );
});

/** More lines than this are a thicket: then the heaviest are drawn, and before them what alarms or was chosen. */
const LINES_MAX = 36;
/** And of one room, or with findings, no more than this. */
const CHOSEN_MAX = 72;

export function readable(conduits: Conduit[], zone: string | undefined, other: string | undefined): Conduit[] {
  if (conduits.length <= LINES_MAX) return conduits;
  const of = (one: Conduit) => one.a === zone || one.b === zone;
  const rank = (one: Conduit) =>
    of(one) && (one.a === other || one.b === other) ? 3 : of(one) ? 2 : one.findings.length > 0 ? 1 : 0;
  // Heaviest first already, and sorting keeps that order within one rank.
  const ranked = conduits.map((one) => [rank(one), one] as const).sort((p, q) => q[0] - p[0]);
  const must = ranked.findIndex(([of]) => of === 0);
  const most = Math.max(LINES_MAX, Math.min(CHOSEN_MAX, must < 0 ? ranked.length : must));
  return ranked.slice(0, most).map(([, one]) => one);
}

/** What is drawn at a time of a plan taller than the screen: some screens around what is in sight, in the plan's own units. */
const STEP = 600;
/** A plan taller than this scrolls in its frame: drawn whole it could not be read. */
const TALL = 2400;

function useInSight(height: number): { ref: (svg: SVGSVGElement | null) => void; top: number; bottom: number } {
  const [svg, setSvg] = useState<SVGSVGElement | null>(null);
  const [sight, setSight] = useState({ top: 0, bottom: 2 * STEP });
  useEffect(() => {
    if (!svg) return undefined;
    let asked = 0;
    const look = () => {
      asked = 0;
      const box = svg.getBoundingClientRect();
      const scale = box.height > 0 ? height / box.height : 1;
      const top = Math.floor((-box.top * scale) / STEP - 1) * STEP;
      const bottom = Math.ceil(((window.innerHeight - box.top) * scale) / STEP + 1) * STEP;
      setSight((before) => (before.top === top && before.bottom === bottom ? before : { top, bottom }));
    };
    const later = () => {
      if (asked === 0) asked = requestAnimationFrame(look);
    };
    const whole = () => setSight({ top: -Infinity, bottom: Infinity });
    look();
    window.addEventListener("scroll", later, { passive: true, capture: true });
    window.addEventListener("resize", later);
    window.addEventListener("beforeprint", whole);
    window.addEventListener("afterprint", later);
    return () => {
      cancelAnimationFrame(asked);
      window.removeEventListener("scroll", later, { capture: true });
      window.removeEventListener("resize", later);
      window.removeEventListener("beforeprint", whole);
      window.removeEventListener("afterprint", later);
    };
  }, [svg, height]);
  return { ref: setSvg, ...sight };
}

const pressing = (act: () => void) => (event: KeyboardEvent) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    act();
  }
};

const Wire = memo(function Wire({ line, data, change, faint, choose }: { line: Line; data: Shapes["Map"]; change: Change | undefined; faint: boolean; choose: PictureProps["choose"] }) {
  const { t } = useSpeech();
  const names = useNames(data);
  const service = useServiceList();
  const { conduit } = line;
  const label = t("map.conduit.label", {
    a: names.get(conduit.a) ?? conduit.a,
    b: names.get(conduit.b) ?? conduit.b,
    bytes: bytes(conduit.bytes_ab + conduit.bytes_ba),
    services: service(conduit.services),
  });
  const alarm = conduit.findings.length > 0;
  const full = change ? `${t(`map.compare.${change}`)}: ${label}` : alarm ? `${label} ${t("map.zone.findings", { n: conduit.findings.length })}` : label;
  const act = () => choose(conduit.a, conduit.b);
  return (
    <g
      className={`map-wire${change ? ` change-${change}` : ""}${alarm ? " alarm" : ""}${faint ? " faint" : ""}`}
      role="button"
      tabIndex={0}
      onClick={act}
      onKeyDown={pressing(act)}
    >
      <title>{full}</title>
      <path className="map-wire-touch" d={line.path} />
      <path className="map-wire-line" d={line.path} strokeWidth={line.width} />
      {change ? <Sign of={change} x={line.mark.x} y={line.mark.y} /> : null}
      {alarm ? (
        <g transform={`translate(${line.mark.x.toFixed(1)} ${line.mark.y.toFixed(1)})`} className="map-mark">
          <path d="M0 -11 11.500 9 -11.500 9Z" />
          <text y="6" textAnchor="middle">
            {conduit.findings.length}
          </text>
        </g>
      ) : null}
    </g>
  );
});

const RoomBox = memo(function RoomBox({ box, heard, pressed, choose }: { box: Box; heard: number | undefined; pressed: boolean; choose: PictureProps["choose"] }) {
  const { t, w } = useSpeech();
  const { zone, x, y, w: width, h } = box;
  const name = w(zone.name);
  const size =
    heard === undefined
      ? t(zone.outside ? "map.zone.hosts" : "map.zone.devices", { n: count(zone.devices) })
      : t("map.zone.heard", { n: count(heard), of: count(zone.devices) });
  const use = heard === undefined && zone.in_use > 0 ? t("map.zone.in_use", { n: zone.in_use }) : "";
  const finds = zone.findings > 0 ? t("map.zone.findings", { n: zone.findings }) : "";
  const act = () => choose(pressed ? undefined : zone.id);
  // A proposed name ends with its network, which stands below in small letters.
  const [, word = name, net = ""] = /^(.*?) (\d+\.\d+\.\d+\.\d+\/\d+)$/.exec(name) ?? [];
  // As many letters as fit: a Japanese letter is as wide as the size of the type.
  const room = Math.floor((width - 28) / (/[^\u0000-\u00ff]/.test(word) ? 16 : 8.6));
  const short = word.length > room ? `${word.slice(0, Math.max(1, room - 1))}…` : word;
  return (
    <g
      className={`map-room${zone.outside ? " outside" : ""}${heard === 0 ? " silent" : ""}${pressed ? " pressed" : ""}`}
      role="button"
      tabIndex={0}
      aria-pressed={pressed}
      transform={`translate(${x.toFixed(1)} ${y})`}
      onClick={act}
      onKeyDown={pressing(act)}
    >
      <rect width={width} height={h} rx="8" />
      <text x="14" y={zone.outside ? 31 : 27} className="map-room-name">
        <title>{name}</title>
        {short}
      </text>
      <text x={zone.outside ? width - 14 : 14} y={zone.outside ? 31 : 49} textAnchor={zone.outside ? "end" : "start"} className="map-room-note">
        {size}
        {use ? ` ・ ${use}` : ""}
      </text>
      {net ? (
        <text x="14" y="68" className="map-room-net">
          {net}
        </text>
      ) : null}
      {zone.findings > 0 && !zone.outside ? (
        <g transform={`translate(${(width - 22).toFixed(1)} 24)`} className="map-mark">
          <title>{finds}</title>
          <path d="M0 -11 11.500 9 -11.500 9Z" />
          <text y="6" textAnchor="middle">
            {zone.findings}
          </text>
        </g>
      ) : null}
    </g>
  );
});

// ---------------------------------------------------------------- the same in words

const Lists = memo(function Lists({ data, conduits }: { data: Shapes["Map"]; conduits: Conduit[] }) {
  const { t } = useSpeech();
  const names = useNames(data);
  const service = useServiceList();
  return (
    <>
      <Section title={t("map.zones")}>
        <First of={data.zones} className="plain rows">
          {(zone) => (
            <li key={zone.id} className="row">
              <Link to="/map" search={(before) => ({ ...before, zone: zone.id, other: undefined })}>
                {names.get(zone.id)}
              </Link>
              <ZoneNotes zone={zone} />
            </li>
          )}
        </First>
      </Section>
      <Section title={t("map.conduits")}>
        {conduits.length === 0 ? (
          <p className="muted">{t("map.none")}</p>
        ) : (
          <First of={conduits} className="plain rows">
            {(conduit) => (
              <li key={`${conduit.a} ${conduit.b}`} className="row row-stack">
                <span>
                  <Link to="/map" search={(before) => ({ ...before, zone: conduit.a, other: conduit.b })}>
                    {t("map.conduit.name", {
                      a: names.get(conduit.a) ?? conduit.a,
                      b: names.get(conduit.b) ?? conduit.b,
                    })}
                  </Link>
                  {conduit.findings.length > 0 ? (
                    <strong className="alarm"> ▲ {t("map.zone.findings", { n: conduit.findings.length })}</strong>
                  ) : null}
                </span>
                <span className="muted small">
                  {bytes(conduit.bytes_ab + conduit.bytes_ba)} ・ {service(conduit.services.slice(0, 3))}
                </span>
              </li>
            )}
          </First>
        )}
      </Section>
    </>
  );
});

function ZoneNotes({ zone }: { zone: Zone }) {
  const { t } = useSpeech();
  return (
    <span className="muted small">
      {t(zone.outside ? "map.zone.hosts" : "map.zone.devices", { n: count(zone.devices) })}
      {zone.in_use > 0 ? ` ・ ${t("map.zone.in_use", { n: zone.in_use })}` : ""}
      {zone.unknown > 0 && !zone.outside ? (
        <>
          {" ・ "}
          <Unknown>{t("map.zone.unknown", { n: zone.unknown })}</Unknown>
        </>
      ) : null}
      {zone.findings > 0 ? <strong className="alarm"> ▲ {zone.findings}</strong> : null}
    </span>
  );
}

// ---------------------------------------------------------------- one zone, one conduit

/** A person names a zone once; the name stays. */
function NameZone({ zone }: { zone: Zone }) {
  const { t, w } = useSpeech();
  const kinds = useQuery(vocabulary).data?.zone_kinds ?? [];
  const [ja, setJa] = useState(zone.by_person ? zone.name.ja : "");
  const [en, setEn] = useState(zone.by_person ? zone.name.en : "");
  const [kind, setKind] = useState(zone.kind);
  return (
    <Dialog
      label={t("zone.name")}
      title={t("zone.name.title")}
      help={t("zone.name.help")}
      save={t("zone.name.save")}
      ready={ja.trim() !== ""}
      act={() => post(`/api/zones/${encodeURIComponent(zone.id)}/name`, { kind, name_ja: ja.trim(), name_en: en.trim() })}
    >
      <TextInput label={t("zone.name.ja")} value={ja} maxLength={100} onChange={(event) => setJa(event.currentTarget.value)} />
      <TextInput label={t("zone.name.en")} value={en} maxLength={100} onChange={(event) => setEn(event.currentTarget.value)} />
      <Select
        label={t("zone.name.kind")}
        data={kinds.map((one) => ({ value: one.id, label: w(one.words) }))}
        value={kind}
        onChange={(next) => setKind(next ?? zone.kind)}
        allowDeselect={false}
        searchable
      />
    </Dialog>
  );
}

const Detail = memo(function Detail({ data, zone, other }: { data: Shapes["Map"]; zone: string; other: string | undefined }) {
  const { t } = useSpeech();
  const search = route.useSearch();
  const names = useNames(data);
  const found = data.zones.find((one) => one.id === zone);
  const conduit = other
    ? data.conduits.find((one) => (one.a === zone && one.b === other) || (one.a === other && one.b === zone))
    : undefined;
  const opener = conduit ? (conduit.opened_by === "a" ? conduit.a : conduit.b) : "";
  return (
    <>
      <p className="back no-print">
        <Link to="/map" search={(before) => ({ ...before, zone: undefined, other: undefined })}>
          <BackIcon />
          {t("map.back")}
        </Link>
      </p>
      {conduit ? (
        <div className="map-detail-head">
          <h2>{t("map.conduit.name", { a: names.get(conduit.a) ?? conduit.a, b: names.get(conduit.b) ?? conduit.b })}</h2>
          <p className="muted">
            {bytes(conduit.bytes_ab + conduit.bytes_ba)} ・ {t("map.conduit.pairs", { n: conduit.pairs })} ・{" "}
            {conduit.opened_by === "both"
              ? t("map.conduit.opened.both")
              : t("map.conduit.opened.a", { a: names.get(opener) ?? opener })}
          </p>
          <Named of={conduit.findings} />
        </div>
      ) : found ? (
        <div className="map-detail-head">
          <h2>{names.get(found.id)}</h2>
          <p>
            <ZoneNotes zone={found} />
          </p>
          <p>
            <Link to="/devices" search={found.outside ? { outside: true } : { zone: found.id }}>
              {t("map.devices.open")}
            </Link>
          </p>
          {found.outside || found.id === "unnamed" ? null : <NameZone key={found.id} zone={found} />}
        </div>
      ) : null}
      {search.when ? <p className="muted small">{t("map.when.talks")}</p> : null}
      <Talks zone={zone} other={other} />
    </>
  );
});

/** Findings by their titles. */
function Named({ of }: { of: string[] }) {
  const { w } = useSpeech();
  const waiting = useQuery(findings(["open", "reopened"])).data?.items ?? [];
  return (
    <ul className="plain">
      {waiting
        .filter((item) => of.includes(item.id))
        .map((item) => (
          <li key={item.id}>
            <Link to="/findings/$id" params={{ id: item.id }} className="alarm">
              ▲ {w(item.title)}
            </Link>
          </li>
        ))}
    </ul>
  );
}

function Talks({ zone, other }: { zone: string; other: string | undefined }) {
  const { t } = useSpeech();
  const service = useServiceName();
  return (
    <Section title={other ? t("map.talks") : t("map.talks.inner")}>
      <Answer of={useQuery(conversations(zone, other))}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="muted">{t("map.talks.none")}</p>
          ) : (
            <>
              <First of={page.items} className="plain talks">
                {(talk, place) => (
                  <li key={`${talk.client.id} ${talk.server.id} ${talk.proto} ${talk.port} ${place}`}>
                    <p>
                      <DeviceName of={talk.client} bare /> <span aria-hidden="true">→</span>{" "}
                      <DeviceName of={talk.server} bare />
                    </p>
                    <p className="muted small">
                      {service(talk.service || `${talk.proto}/${talk.port}`)} ・ {bytes(talk.bytes_client + talk.bytes_server)}
                      {talk.name ? ` ・ ${talk.name}` : ""}
                      {talk.encrypted === false ? ` ・ ${t("map.talk.clear")}` : ""}
                      {talk.answered === 0 ? ` ・ ${t("device.peers.unanswered")}` : ""}
                    </p>
                  </li>
                )}
              </First>
              {page.total > page.items.length ? (
                <p className="muted">{t("app.more", { n: count(page.total - page.items.length) })}</p>
              ) : null}
            </>
          )
        }
      </Answer>
    </Section>
  );
}
