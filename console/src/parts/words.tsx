// Small parts that say one thing each, in the same words and the same shape everywhere.
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import type { DeviceRef, Severity, Shapes, Status, Words } from "../api/client";
import { vocabulary } from "../api/questions";
import { clock, dateClock, dateOnly, dateTime, span } from "../format";
import { useSpeech, type Key, type Speech } from "../texts";

/** Page title, one short paragraph of help, and what can be done with the page as a whole. */
export function Head({ title, help, children }: { title: ReactNode; help?: string; children?: ReactNode }) {
  return (
    <div className="head">
      <div className="head-words">
        <h1>{title}</h1>
        {help ? <p className="help">{help}</p> : null}
      </div>
      {children ? <div className="head-tools">{children}</div> : null}
    </div>
  );
}

export function Section({
  title,
  help,
  tools,
  children,
  className = "",
}: {
  title: string;
  help?: string;
  tools?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <section className={`section ${className}`} aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        {tools}
      </div>
      {help ? <p className="help">{help}</p> : null}
      {children}
    </section>
  );
}

/** A table that may be wider than the page: it scrolls by itself, also by keyboard. */
export function Wide({ label, children }: { label: string; children: ReactNode }) {
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="scroll-x" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** Urgency as a word and a shape: the colour only repeats it. */
export function Urgency({ of }: { of: Severity }) {
  const { t } = useSpeech();
  const word = t(`severity.${of}`);
  return (
    <span className={`urgency urgency-${of}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
        {of === "critical" || of === "high" ? <path d="M6 1 11.500 11H.500Z" /> : null}
        {of === "medium" ? <path d="M6 .500 11.500 6 6 11.500 .500 6Z" /> : null}
        {of === "low" ? <circle cx="6" cy="6" r="4.500" /> : null}
        {of === "info" ? <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="1.500" /> : null}
      </svg>
      <span className="visually-hidden">{t("severity.label", { word })}</span>
      <span aria-hidden="true">{word}</span>
    </span>
  );
}

export function StatusWord({ of }: { of: Status }) {
  const { t } = useSpeech();
  return <span className={`status status-${of}`}>{t(`status.${of}`)}</span>;
}

const STEPS: [number, Key, number][] = [
  [0.95, "sure.almost", 4],
  [0.75, "sure.likely", 3],
  [0.45, "sure.perhaps", 2],
  [0, "sure.hint", 1],
];

/** Words for a calibrated confidence. */
export function sureness(confidence: number, byPerson: boolean): { key: Key; bars: number } {
  if (byPerson) return { key: "sure.person", bars: 4 };
  if (confidence <= 0) return { key: "sure.unknown", bars: 0 };
  const found = STEPS.find(([least]) => confidence >= least);
  return found ? { key: found[1], bars: found[2] } : { key: "sure.unknown", bars: 0 };
}

/** Confidence, calmly: a word and four small bars. */
export function Sure({ confidence, byPerson = false }: { confidence: number; byPerson?: boolean }) {
  const { t } = useSpeech();
  const { key, bars } = sureness(confidence, byPerson);
  return (
    <span className="sure">
      <span className="sure-bars" aria-hidden="true">
        {[1, 2, 3, 4].map((step) => (
          <i key={step} className={step <= bars ? "on" : ""} />
        ))}
      </span>
      {t(key)}
    </span>
  );
}

export function Use({ of }: { of: Shapes["DeviceRow"]["in_use"] }) {
  const { t } = useSpeech();
  if (of === "none") return <span className="muted">–</span>;
  return <span className={`use use-${of}`}>{t(`use.${of}`)}</span>;
}

/** One of the four words of an answer. Unknown is hatched, a contradiction alarms, nothing is ever green. */
export function Standing({ of }: { of: Shapes["Quiet"]["answer"] }) {
  const { t } = useSpeech();
  return <span className={`standing standing-${of}`}>{t(`answer.${of}`)}</span>;
}

/** The word "unknown", drawn so that nobody takes it for good news. */
export function Unknown({ children }: { children?: ReactNode }) {
  const { t } = useSpeech();
  return <span className="unknown">{children ?? t("answer.unknown")}</span>;
}

export function DeviceName({ of, bare = false }: { of: DeviceRef; bare?: boolean }) {
  const { w } = useSpeech();
  return (
    <span className="device-name">
      <Link to="/devices/$id" params={{ id: of.id }}>
        {of.label}
      </Link>
      {bare ? null : (
        <span className="muted">
          {" "}
          {of.type === "unknown" ? <Unknown /> : w(of.type_words)}
          {of.ip && of.ip !== of.label ? ` ・ ${of.ip}` : ""}
        </span>
      )}
    </span>
  );
}

/** Times of this site in the chosen language. */
export function useTimes() {
  const { lang } = useSpeech();
  const zone = useQuery(vocabulary).data?.time_zone ?? "Asia/Tokyo";
  return useMemo(
    () => ({
      zone,
      at: (time: string | number) => dateTime(time, lang, zone),
      exact: (time: string | number) => dateClock(time, lang, zone),
      day: (time: string | number) => dateOnly(time, lang, zone),
      clock: (time: string | number) => clock(time, lang, zone),
      span: (from: string, to: string) => span(from, to, lang, zone),
    }),
    [lang, zone],
  );
}

const NETWORK = / (?:\d+\.){3}\d+\/\d+$/;

/** Proposed names end with their network; it is left out where the rest alone says which zone is meant. */
export function shortNames(names: Map<string, string>): Map<string, string> {
  const times = new Map<string, number>();
  const bare = (name: string) => name.replace(NETWORK, "");
  for (const name of names.values()) times.set(bare(name), (times.get(bare(name)) ?? 0) + 1);
  return new Map([...names].map(([id, name]) => [id, times.get(bare(name)) === 1 ? bare(name) : name]));
}

const kept = new WeakMap<object, Map<string, Map<string, string>>>();

/** Short names of a list of zones, worked out once for each answer and language: many small parts ask. */
export function namesOf(zones: readonly { id: string; name: Words }[], { lang, w }: Speech): Map<string, string> {
  const known = kept.get(zones) ?? new Map<string, Map<string, string>>();
  kept.set(zones, known);
  const names = known.get(lang) ?? shortNames(new Map(zones.map((zone) => [zone.id, w(zone.name)])));
  known.set(lang, names);
  return names;
}

const NO_ZONES: Shapes["Vocabulary"]["zones"] = [];

/** Names of zones by id. */
export function useZones() {
  const speech = useSpeech();
  const { t } = speech;
  const zones = useQuery(vocabulary).data?.zones ?? NO_ZONES;
  const names = namesOf(zones, speech);
  return useMemo(
    () => ({
      list: zones,
      name: (id: string | null | undefined) => (id ? (names.get(id) ?? id) : t("devices.no_zone")),
    }),
    [zones, names, t],
  );
}

/** A protocol's name in plain words; an unrecognised one keeps its port. */
export function useServiceName() {
  const { t, id } = useSpeech();
  return (service: string) => (service.includes("/") ? t("service.unrecognised", { port: service }) : id("service", service));
}

const PORTS_SHOWN = 5;

/** Several protocols in a row: the recognised ones by name, the ports of all others once, together. */
export function useServiceList() {
  const { t, list } = useSpeech();
  const name = useServiceName();
  return (services: string[]) => {
    const ports = services.filter((service) => service.includes("/"));
    if (ports.length < 2) return list(services.map(name));
    const known = services.filter((service) => !service.includes("/"));
    const more = ports.length - PORTS_SHOWN;
    const shown = [...ports.slice(0, PORTS_SHOWN), ...(more > 0 ? [t("service.many.more", { n: more })] : [])];
    return list([...known.map(name), t("service.many", { ports: list(shown) })]);
  };
}
