// The map over time: one day or hour of it, or two days held against each other.
import { Button, SegmentedControl, Select } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Shapes } from "../api/client";
import { mapDifference, mapTimes } from "../api/questions";
import { bytes, count, ms } from "../format";
import { First } from "../parts/first";
import { Answer } from "../parts/states";
import { DeviceName, Section, Unknown, useServiceName, useTimes } from "../parts/words";
import { useSpeech } from "../texts";

const route = getRouteApi("/map");

export type When = "day" | "hour" | "compare";
type Time = Shapes["MapTime"];
type Difference = Shapes["MapDifference"];

/** Which part of the record the picture is about. */
export function TimeBar() {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const chosen = search.when ?? "all";
  const turn = (next: string) =>
    void navigate({
      search: (before) => ({ ...before, when: next === "all" ? undefined : (next as When), moment: undefined, before: undefined, after: undefined }),
      replace: true,
    });
  const choices = (["all", "day", "hour", "compare"] as const).map((one) => ({ value: one, label: t(`map.when.${one}`) }));
  return (
    <div className="map-time">
      <SegmentedControl className="no-print" size="xs" value={chosen} onChange={turn} data={choices} aria-label={t("map.when")} />
      {chosen === "day" || chosen === "hour" ? <Moment step={chosen} /> : null}
      {chosen === "compare" ? <TwoDays /> : null}
    </div>
  );
}

/** The day or hour that is shown: that of the address, else the newest. */
export function useMoment(): Time | undefined {
  const search = route.useSearch();
  const step = search.when === "hour" ? "hour" : "day";
  const found = useQuery({ ...mapTimes(step), enabled: search.when === "hour" || search.when === "day" });
  const items = found.data?.items ?? [];
  return items.find((one) => one.at === search.moment) ?? items.at(-1);
}

function Moment({ step }: { step: "day" | "hour" }) {
  const { t } = useSpeech();
  return (
    <Answer of={useQuery(mapTimes(step))}>
      {(told) => (told.items.length === 0 ? <p className="muted">{t("map.when.nothing")}</p> : <Slider step={step} items={told.items} leftOut={told.left_out} />)}
    </Answer>
  );
}

function Slider({ step, items, leftOut }: { step: "day" | "hour"; items: Time[]; leftOut: number }) {
  const { t } = useSpeech();
  const times = useTimes();
  const navigate = route.useNavigate();
  const moment = useMoment();
  const shown = moment ? items.indexOf(moment) : items.length - 1;
  const [place, setPlace] = useState(Math.max(0, shown));
  useEffect(() => setPlace(Math.max(0, shown)), [shown]);
  // The thumb moves at once; the picture is asked for when it rests.
  const ask = useDebouncedCallback((next: number) => {
    void navigate({ search: (before) => ({ ...before, moment: items[next]?.at }), replace: true });
  }, 120);
  const go = (next: number) => {
    const bounded = Math.min(items.length - 1, Math.max(0, next));
    setPlace(bounded);
    ask(bounded);
  };
  const one = items[place];
  if (!one) return null;
  const said = `${step === "day" ? times.day(one.at) : times.span(one.at, one.end)}${one.hours > 0 ? ` ・ ${bytes(one.bytes)}` : ""}`;
  return (
    <div className="map-slider">
      <Button variant="default" size="xs" className="no-print" disabled={place === 0} aria-label={t(`map.when.${step}.before`)} onClick={() => go(place - 1)}>
        ←
      </Button>
      <div className="map-range no-print">
        <Bars items={items} place={place} />
        <input
          type="range"
          min={0}
          max={items.length - 1}
          value={place}
          aria-label={t(`map.when.${step}.choose`)}
          aria-valuetext={said}
          onChange={(event) => go(Number(event.currentTarget.value))}
        />
      </div>
      <Button variant="default" size="xs" className="no-print" disabled={place === items.length - 1} aria-label={t(`map.when.${step}.after`)} onClick={() => go(place + 1)}>
        →
      </Button>
      <output className="map-moment">
        <strong>{said}</strong> <Listened time={one} step={step} />
        {leftOut > 0 ? <span className="muted small block">{t("map.when.left_out", { n: count(leftOut) })}</span> : null}
      </output>
    </div>
  );
}

/** How far the tap listened: what it did not hear is not silence. */
function Listened({ time, step }: { time: Time; step: "day" | "hour" }) {
  const { t } = useSpeech();
  if (time.hours === 0) return <Unknown>{t("map.when.deaf")}</Unknown>;
  return step === "day" ? <span className="muted small">{t("map.when.hours", { n: time.hours })}</span> : null;
}

/** How much was heard when, as one shape; hours in which nobody listened are hatched. */
function Bars({ items, place }: { items: Time[]; place: number }) {
  const most = Math.max(1, ...items.map((one) => one.bytes));
  const wide = 1000 / items.length;
  // A root: a night beside a day of backups would be no bar at all.
  const bar = (one: Time, at: number) => {
    const high = one.bytes > 0 ? Math.max(1.5, Math.sqrt(one.bytes / most) * 30) : 0;
    return `M${(at * wide).toFixed(2)} 30v${(-high).toFixed(2)}h${(wide * 0.86).toFixed(2)}V30z`;
  };
  const deaf = items.map((one, at) => (one.hours === 0 ? `M${(at * wide).toFixed(2)} 30v-30h${wide.toFixed(2)}V30z` : "")).join("");
  return (
    <svg viewBox="0 0 1000 30" preserveAspectRatio="none" aria-hidden="true" className="map-bars">
      <defs>
        <pattern id="map-deaf" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="7" className="map-deaf" />
        </pattern>
      </defs>
      <path d={deaf} fill="url(#map-deaf)" />
      <path d={items.map(bar).join("")} className="map-bar" />
      <path d={items[place] ? bar(items[place], place) : ""} className="map-bar-now" />
    </svg>
  );
}

// ---------------------------------------------------------------- two days

/** The two days of the address, else the two newest on which the tap listened. */
export function useTwoDays(): { days: Time[]; before: string | undefined; after: string | undefined } {
  const search = route.useSearch();
  const found = useQuery({ ...mapTimes("day"), enabled: search.when === "compare" });
  const days = (found.data?.items ?? []).filter((one) => one.hours > 0);
  const known = (day: string | undefined) => days.find((one) => one.day === day)?.day;
  const after = known(search.after) ?? days.at(-1)?.day;
  const before = known(search.before) ?? days.filter((one) => one.day !== after).at(-1)?.day;
  return { days, before, after };
}

export function useDifference() {
  const search = route.useSearch();
  const { before, after } = useTwoDays();
  const possible = search.when === "compare" && before !== undefined && after !== undefined && before !== after;
  return useQuery({ ...mapDifference(before ?? "", after ?? ""), enabled: possible });
}

function TwoDays() {
  const { t } = useSpeech();
  const times = useTimes();
  const navigate = route.useNavigate();
  const asked = useQuery(mapTimes("day"));
  const { days, before, after } = useTwoDays();
  const choices = days.map((one) => ({ value: one.day, label: times.day(one.at) })).reverse();
  return (
    <Answer of={asked}>
      {() =>
        days.length < 2 ? (
          <p className="muted">{t("map.compare.one_day")}</p>
        ) : (
          <div className="map-days">
            <Select
              size="xs" label={t("map.compare.before")} data={choices} value={before ?? null} allowDeselect={false} searchable
              onChange={(next) => void navigate({ search: (now) => ({ ...now, before: next ?? undefined }), replace: true })}
            />
            <span aria-hidden="true">→</span>
            <Select
              size="xs" label={t("map.compare.after")} data={choices} value={after ?? null} allowDeselect={false} searchable
              onChange={(next) => void navigate({ search: (now) => ({ ...now, after: next ?? undefined }), replace: true })}
            />
            {before === after ? (
              <p className="muted">{t("map.compare.same")}</p>
            ) : (
              <ul className="plain map-key" aria-label={t("map.compare.key")}>
                {(["new", "gone", "both"] as const).map((one) => (
                  <li key={one}>
                    <svg width="46" height="16" aria-hidden="true" className={`map-wire change-${one}`}>
                      <path className="map-wire-line" d="M2 8H44" strokeWidth="4" />
                      <Sign of={one} x={23} y={8} />
                    </svg>
                    {t(`map.compare.${one}`)}
                  </li>
                ))}
              </ul>
            )}
          </div>
        )
      }
    </Answer>
  );
}

/** Plus and minus, so that nobody needs to tell colours apart. */
export function Sign({ of, x, y }: { of: "new" | "gone" | "both"; x: number; y: number }) {
  if (of === "both") return null;
  return (
    <g transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`} className="map-sign">
      <circle r="8" />
      <path d={of === "new" ? "M-4.500 0h9M0 -4.500v9" : "M-4.500 0h9"} />
    </g>
  );
}

/** What the picture shows, in words: devices and conversations of one of the days only. */
export function Differences({ of }: { of: Difference }) {
  const { t } = useSpeech();
  const times = useTimes();
  const quiet = of.devices_new_total + of.devices_gone_total + of.talks_new_total + of.talks_gone_total === 0;
  return (
    <>
      <p className="map-differ">
        {t("map.compare.what", { before: times.day(of.before.at), after: times.day(of.after.at) })}{" "}
        {t("map.compare.hours.why")} <Unknown>{t("map.compare.hours", { before: of.before.hours, after: of.after.hours })}</Unknown>
      </p>
      {quiet ? <p>{t("map.compare.nothing")}</p> : null}
      <Devices title={t("map.compare.devices_new")} of={of.devices_new} total={of.devices_new_total} />
      <Devices title={t("map.compare.devices_gone")} of={of.devices_gone} total={of.devices_gone_total} />
      <Talks title={t("map.compare.talks_new")} of={of.talks_new} total={of.talks_new_total} />
      <Talks title={t("map.compare.talks_gone")} of={of.talks_gone} total={of.talks_gone_total} />
    </>
  );
}

function Devices({ title, of, total }: { title: string; of: Shapes["DeviceRef"][]; total: number }) {
  const { t } = useSpeech();
  if (total === 0) return null;
  return (
    <Section title={t("map.compare.titled", { title, n: count(total) })}>
      <First of={of} className="plain rows">
        {(one) => (
          <li key={one.id} className="row">
            <DeviceName of={one} />
          </li>
        )}
      </First>
      {total > of.length ? <p className="muted">{t("app.more", { n: count(total - of.length) })}</p> : null}
    </Section>
  );
}

function Talks({ title, of, total }: { title: string; of: Shapes["Conversation"][]; total: number }) {
  const { t } = useSpeech();
  const service = useServiceName();
  if (total === 0) return null;
  return (
    <Section title={t("map.compare.titled", { title, n: count(total) })}>
      <First of={of} className="plain talks">
        {(talk, place) => (
          <li key={`${talk.client.id} ${talk.server.id} ${talk.proto} ${talk.port} ${place}`}>
            <p>
              <DeviceName of={talk.client} bare /> <span aria-hidden="true">→</span> <DeviceName of={talk.server} bare />
            </p>
            <p className="muted small">
              {service(talk.service || `${talk.proto}/${talk.port}`)} ・ {bytes(talk.bytes_client + talk.bytes_server)}
              {talk.answered === 0 ? ` ・ ${t("device.peers.unanswered")}` : ""}
            </p>
          </li>
        )}
      </First>
      {total > of.length ? <p className="muted">{t("app.more", { n: count(total - of.length) })}</p> : null}
    </Section>
  );
}

/** The start and end of a step, in whole milliseconds. */
export const bounds = (time: Time): [number, number] => [ms(time.at), ms(time.end)];
