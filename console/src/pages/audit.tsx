// Who saw and did what: the audit chain, to search, to check, to take out.
import { Button, Select, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { get, query, type Shapes } from "../api/client";
import { auditVerdict } from "../api/questions";
import { count, zonedTime } from "../format";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes, Wide } from "../parts/words";
import { useSpeech } from "../texts";

type Page = Shapes["AuditPage"];
const HOUR_MS = 3_600_000;
// What a person asks first. The first word of an act stands for all acts that begin with it.
const QUESTIONS = ["patient", "evidence", "session", "people", "finding", "home"] as const;

export function AuditPage() {
  const { t, id } = useSpeech();
  const times = useTimes();
  const [actor, setActor] = useState("");
  const [act, setAct] = useState("");
  const [text, setText] = useState("");
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const day = (value: string, more: number) =>
    /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(Date.parse(zonedTime(`${value}T00:00`, times.zone)) + more).toISOString() : "";
  const since = day(from, 0);
  const until = day(to, 24 * HOUR_MS);
  const rows = useInfiniteQuery({
    queryKey: ["audit", actor, act, text, since, until],
    queryFn: ({ pageParam, signal }) =>
      get<Page>("/api/audit", { actor, act, q: text, since, until, before: pageParam || undefined }, signal),
    initialPageParam: 0,
    getNextPageParam: (page: Page) => page.before ?? undefined,
    placeholderData: keepPreviousData,
  });
  const words = rows.data?.pages[0];
  const acts = new Set([...QUESTIONS, ...(words?.acts ?? [])]);
  return (
    <div className="page">
      <Head title={t("audit.title")} help={t("audit.help")}>
        <a className="button button-quiet no-print" href={`/api/audit/export.csv${query({ who: actor, act, q: text, since, until })}`} download>
          {t("audit.export")}
        </a>
      </Head>
      <Chain />
      <form className="filters no-print" role="search" aria-label={t("audit.find")} onSubmit={(event) => event.preventDefault()}>
        <TextInput label={t("audit.text")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        <Select
          label={t("audit.who")}
          value={actor || "all"}
          onChange={(next) => setActor(next === "all" ? "" : (next ?? ""))}
          allowDeselect={false}
          searchable
          data={[{ value: "all", label: t("audit.all") }, ...(words?.actors ?? []).map((value) => ({ value, label: value }))]}
        />
        <Select
          label={t("audit.act")}
          value={act || "all"}
          onChange={(next) => setAct(next === "all" ? "" : (next ?? ""))}
          allowDeselect={false}
          searchable
          data={[
            { value: "all", label: t("audit.all") },
            ...[...acts].map((value) => ({ value, label: id("act", value) })),
          ]}
        />
        <TextInput type="date" label={t("audit.from")} value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
        <TextInput type="date" label={t("audit.to")} value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      </form>
      <Answer of={rows}>{(data) => <Rows items={data.pages.flatMap((page) => page.items)} />}</Answer>
      {rows.hasNextPage ? (
        <Button variant="default" className="no-print" loading={rows.isFetchingNextPage} onClick={() => void rows.fetchNextPage()}>
          {t("audit.more")}
        </Button>
      ) : null}
    </div>
  );
}

function Chain() {
  const { t } = useSpeech();
  const told = useQuery(auditVerdict);
  if (told.isError) return <Trouble error={told.error} retry={() => void told.refetch()} />;
  if (!told.data) return <p className="muted" role="status">{t("audit.checking")}</p>;
  const { broken_at: broken, entries, head } = told.data;
  return broken ? (
    <div className="trouble" role="alert">
      <p className="trouble-title">{t("audit.broken", { seq: count(broken) })}</p>
      <p>{t("audit.broken.hint")}</p>
    </div>
  ) : (
    <Section title={t("audit.chain")} help={t("audit.chain.help")}>
      <p>{t("audit.holds", { n: count(entries) })}</p>
      <p className="muted">
        {t("audit.head")} <code>{head.slice(0, 16)}</code>
      </p>
    </Section>
  );
}

function Rows({ items }: { items: Shapes["AuditRow"][] }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  if (items.length === 0) return <p className="muted">{t("audit.none")}</p>;
  return (
    <Wide label={t("audit.title")}>
      <table className="table audit-table">
        <thead>
          <tr>
            <th scope="col">{t("audit.at")}</th>
            <th scope="col">{t("audit.who")}</th>
            <th scope="col">{t("audit.act")}</th>
            <th scope="col">{t("audit.subject")}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((one) => (
            <tr key={one.seq}>
              <td className="nowrap">{`${times.day(one.at)} ${times.clock(one.at)}`}</td>
              <td>{id("actor", one.actor)}</td>
              <td>{id("act", one.act)}</td>
              <td>
                <Subject of={one.subject} />
                <Detail of={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

/** What it was about: a thing that has a page is a link, a room and a record are called by a person's words. */
function Subject({ of }: { of: string }) {
  const { t } = useSpeech();
  const [kind, rest] = [of.slice(0, of.indexOf(" ")), of.slice(of.indexOf(" ") + 1)];
  if (kind === "device") return <Link to="/devices/$id" params={{ id: rest }}>{t("audit.subject.device", { id: rest })}</Link>;
  if (kind === "room") return <>{t("audit.subject.room", { room: rest.replaceAll("^", " ") })}</>;
  if (kind === "desk") return <>{t("audit.subject.desk", { id: rest.replace(/^tap:/, "").replaceAll("^", " ") })}</>;
  if (/^F-[A-Z0-9]{8}$/.test(of)) return <Link to="/findings/$id" params={{ id: of }}>{of}</Link>;
  if (/^[0-9a-f]{12,}$/.test(of)) return <>{t("audit.subject.file", { id: of })}</>;
  return <>{of}</>;
}

function Detail({ of }: { of: Shapes["AuditRow"] }) {
  const { t } = useSpeech();
  const { reason, ...rest } = of.detail;
  const others = Object.entries(rest).filter(([, value]) => value !== "" && value !== "{}");
  return (
    <>
      {reason ? <p className="audit-reason">{t("audit.reason", { reason })}</p> : null}
      <details>
        <summary className="muted">{t("audit.detail", { seq: of.seq })}</summary>
        <dl className="audit-detail">
          {others.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value.slice(0, 400)}</dd>
            </div>
          ))}
          <div>
            <dt>{t("audit.hash")}</dt>
            <dd>
              <code>{of.hash}</code>
            </dd>
          </div>
        </dl>
      </details>
    </>
  );
}
