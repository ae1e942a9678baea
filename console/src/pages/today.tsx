import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { FindingRow, Shapes } from "../api/client";
import { coverage, overview } from "../api/questions";
import { count } from "../format";
import { useFirst } from "../parts/first";
import { Guide, Left } from "../parts/guide";
import { ChevronIcon } from "../parts/icons";
import { Answer } from "../parts/states";
import { Head, Section, Standing, Unknown, Urgency, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech } from "../texts";

export function Today() {
  const { t } = useSpeech();
  const now = useQuery(overview);
  return (
    <div className="page">
      <Answer of={now}>
        {(data) =>
          data.empty ? (
            <>
              <Head title={t("today.title")} help={t("today.help")} />
              <Guide data={data} />
            </>
          ) : (
            <Full data={data} />
          )
        }
      </Answer>
    </div>
  );
}

function Full({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  const shown = data.needs.length;
  const rest = data.needs_total - shown;
  // Nothing found by a tap that hears nothing is not good news.
  const doubt = data.listening && (data.listening.sent > 0 || data.listening.silent || data.listening.quiet);
  const none = doubt ? "doubt" : "none";
  return (
    <>
      <Head
        title={shown === 0 ? t(`today.needs.${none}`) : shown === 1 ? t("today.needs.one") : t("today.needs.many", { n: shown })}
        help={t(shown === 0 ? `today.needs.${none}.note` : "today.help")}
      />
      <TapWarning data={data} />
      {shown > 0 ? (
        <ol className="needs">
          {data.needs.map((need) => (
            <Need key={need.id} need={need} />
          ))}
        </ol>
      ) : null}
      {rest > 0 ? (
        <p className="needs-rest">
          <Link to="/findings">{t("today.rest", { n: rest })}</Link>
        </p>
      ) : null}
      <Left data={data} />
      <div className="columns">
        <div>
          <Zones data={data} />
        </div>
        <div>
          <Quiet rows={data.quiet} />
          <Heard data={data} />
        </div>
      </div>
    </>
  );
}

function Need({ need }: { need: FindingRow }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  const device = need.devices[0];
  return (
    <li className={`need need-${need.severity}`}>
      <div className="need-words">
        <div className="need-top">
        <Urgency of={need.severity} />
        <span className="muted">
          {device ? `${device.outside ? t("devices.outside") : zones.name(device.zone)} ・ ` : ""}
          {times.at(need.last)}
        </span>
      </div>
      <h2 className="need-title">{w(need.title)}</h2>
      {need.in_use === "yes" || need.in_use === "unknown" ? (
        <p className="need-caution">{t(`use.caution.${need.in_use}`)}</p>
      ) : null}
      </div>
      <Link className="button" to="/findings/$id" params={{ id: need.id }}>
        {t("today.open")}
        <ChevronIcon />
      </Link>
    </li>
  );
}

function Quiet({ rows }: { rows: Shapes["Quiet"][] }) {
  const { t, w, id } = useSpeech();
  const times = useTimes();
  const since = rows[0]?.since;
  return (
    <Section title={t("today.quiet")} help={t("today.quiet.help")}>
      {rows.length === 0 ? (
        <p className="muted">{t("today.quiet.none")}</p>
      ) : (
        <>
          <p>{t("today.quiet.sum", { n: rows.length })}</p>
          <p>
            <Standing of={rows[0]?.answer ?? "unknown"} />
            {since ? <span className="muted"> {t("today.quiet.since", { time: times.at(since) })}</span> : null}
          </p>
          <details className="details">
            <summary>{t("today.quiet.all")}</summary>
            <ul className="plain quiet-list">
              {rows.map((row) => (
                <li key={row.detection}>
                  {id("detection", row.detection, w(row.words))}
                  {row.decided > 0 ? (
                    <span className="muted small"> {t("today.quiet.decided", { n: row.decided })}</span>
                  ) : null}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </Section>
  );
}

const ZONES_FIRST = 25;

function Zones({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  const zones = useZones();
  const times = useTimes();
  // Of many places, those that need a person come first; the others in their own order.
  const ranked = useMemo(
    () => (data.zones.length <= ZONES_FIRST ? data.zones : [...data.zones].sort((a, b) => b.findings - a.findings || b.in_use - a.in_use)),
    [data.zones],
  );
  const [shown, more] = useFirst(ranked, ZONES_FIRST);
  return (
    <Section title={t("today.zones")}>
      <dl className="figures">
        <div>
          <dt>{t("today.devices")}</dt>
          <dd>
            <Link to="/devices" search={{ outside: false }}>
              {t("today.devices.value", { n: count(data.devices) })}
            </Link>
            {data.unknown_type > 0 ? (
              <Link to="/devices" search={{ outside: false, unknown: true }} className="figure-note">
                <Unknown>{t("today.devices.unknown", { n: count(data.unknown_type) })}</Unknown>
              </Link>
            ) : null}
          </dd>
        </div>
        <div>
          <dt>{t("today.outside")}</dt>
          <dd>
            <Link to="/devices" search={{ outside: true }}>
              {t("today.outside.value", { n: count(data.outside) })}
            </Link>
          </dd>
        </div>
      </dl>
      <Wide label={t("today.zones")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("today.zones.place")}</th>
              <th scope="col" className="num">
                {t("today.zones.devices")}
              </th>
              <th scope="col" className="num">
                {t("today.zones.in_use")}
              </th>
              <th scope="col" className="num">
                {t("today.zones.findings")}
              </th>
              <th scope="col">{t("today.zones.last")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr key={row.zone.id}>
                <th scope="row">
                  <Link to="/map" search={{ zone: row.zone.id }}>
                    {zones.name(row.zone.id)}
                  </Link>
                  {row.zone.by_person ? null : <span className="tag">{t("today.zones.proposed")}</span>}
                </th>
                <td className="num">{count(row.devices)}</td>
                <td className="num">{row.in_use > 0 ? count(row.in_use) : <span className="muted">–</span>}</td>
                <td className="num">
                  {row.findings > 0 ? <strong className="alarm">{count(row.findings)}</strong> : <span className="muted">–</span>}
                </td>
                <td>
                  {row.last ? times.exact(row.last) : null}{" "}
                  {row.heard === "both" ? null : <Unknown>{t(`heard.${row.heard}`)}</Unknown>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {more}
    </Section>
  );
}

/** What makes all else on the page doubtful: the tap hears nothing, does not answer, or sends. */
function TapWarning({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  const live = data.listening;
  if (!live) return null;
  const names = live.interfaces.join(", ");
  const words = [
    live.sent > 0 ? t("today.live.sent", { names, n: count(live.sent) }) : "",
    live.silent ? t("today.live.silent", { names }) : "",
    live.quiet ? t("today.live.quiet", { names }) : "",
  ].filter(Boolean);
  return words.length === 0 ? null : (
    <div className="tap-warning" role="alert">
      {words.map((word) => (
        <p key={word}>{word}</p>
      ))}
    </div>
  );
}

function Live({ live }: { live: Shapes["Overview"]["listening"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  if (!live) return <span className="muted">{t("today.live.nobody")}</span>;
  const n = (value: number) => count(value);
  const extra = [
    live.drops > 0
      ? t("today.live.lost", { n: n(live.drops), ring: n(live.ring), card: n(live.card), unreadable: n(live.unreadable) })
      : "",
    live.not_kept > 0 ? t("today.live.not_kept", { n: n(Math.ceil(live.not_kept / 1e6)) }) : "",
    live.left_out > 0 ? t("today.live.left_out", { n: n(live.left_out) }) : "",
  ].filter(Boolean);
  return (
    <>
      {t("today.live.value", { names: live.interfaces.join(", "), time: times.at(live.since), n: n(live.packets) })}
      {extra.map((word) => (
        <strong key={word} className="alarm block">
          {word}
        </strong>
      ))}
    </>
  );
}

function Heard({ data }: { data: Shapes["Overview"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const both = useQuery(coverage).data?.subnets.filter((row) => row.heard === "both").length;
  return (
    <Section title={t("today.heard")} help={t("today.heard.help")}>
      <dl className="facts">
        <dt>{t("today.live")}</dt>
        <dd>
          <Live live={data.listening} />
        </dd>
        <dt>{t("today.heard.span")}</dt>
        <dd>{data.heard_from && data.heard_to ? times.span(data.heard_from, data.heard_to) : <Unknown />}</dd>
        <dt>{t("today.heard.subnets")}</dt>
        <dd>{t("today.heard.subnets.value", { both: both ?? "…", one: data.one_way, none: data.nothing })}</dd>
        <dt>{t("today.heard.drops")}</dt>
        <dd>
          {data.drops > 0 ? (
            <strong className="alarm">{t("today.heard.drops.some", { n: count(data.drops) })}</strong>
          ) : (
            t("today.heard.drops.none")
          )}
        </dd>
        <dt>{t("today.heard.captures")}</dt>
        <dd>
          {t("today.heard.captures.value", { n: data.captures })}
          {data.incomplete > 0 ? ` ・ ${t("today.heard.incomplete", { n: data.incomplete })}` : ""}
        </dd>
      </dl>
      <details className="details">
        <summary>{t("today.heard.details")}</summary>
        <Subnets />
      </details>
    </Section>
  );
}

function Subnets() {
  const { t } = useSpeech();
  const zones = useZones();
  return (
    <Answer of={useQuery(coverage)}>
      {(data) => (
        <Wide label={t("today.heard.details")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("today.heard.subnet")}</th>
                <th scope="col">{t("today.heard.state")}</th>
                <th scope="col" className="num">
                  {t("today.heard.hosts")}
                </th>
                <th scope="col" className="num">
                  {t("today.heard.answered")}
                </th>
                <th scope="col" className="num">
                  {t("today.heard.one_way")}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.subnets.map((row) => (
                <tr key={`${row.subnet} ${row.vlan ?? ""}`}>
                  <th scope="row">
                    <span className="mono">{row.subnet}</span>
                    {row.zone ? <span className="muted"> {zones.name(row.zone)}</span> : null}
                  </th>
                  <td>{row.heard === "both" ? t("heard.both") : <Unknown>{t(`heard.${row.heard}`)}</Unknown>}</td>
                  <td className="num">{count(row.hosts)}</td>
                  <td className="num">{count(row.flows_answered)}</td>
                  <td className="num">{count(row.flows_one_way)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </Answer>
  );
}
