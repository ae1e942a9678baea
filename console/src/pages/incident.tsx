// One incident: the clock, containment in the ministry's order, who is in use, deadlines, drafts, a log that only grows.
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { post, query, type Shapes } from "../api/client";
import { incident } from "../api/duties";
import { BackIcon } from "../parts/icons";
import { Answer, Trouble } from "../parts/states";
import { Bundle } from "../parts/bundle";
import { DeviceName, Section, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech } from "../texts";
import "../duties.css";

const route = getRouteApi("/incidents/$id");
type Whole = Shapes["Incident"];
type Line = { kind: Shapes["LineAsk"]["kind"]; ref?: string; text?: string };

export function IncidentPage() {
  const { id } = route.useParams();
  return (
    <div className="page">
      <Answer of={useQuery(incident(id))}>{(data) => <Story key={data.id} data={data} />}</Answer>
    </div>
  );
}

function usePerson() {
  const [person, set] = useState(localStorage.getItem("hinomi.person") ?? "");
  return [
    person,
    (next: string) => {
      localStorage.setItem("hinomi.person", next);
      set(next);
    },
  ] as const;
}

function Story({ data }: { data: Whole }) {
  const { t, lang } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [person, setPerson] = usePerson();
  const write = useMutation({
    mutationFn: (line: Line) => post<Whole>(`/api/incidents/${encodeURIComponent(data.id)}/log`, { ...line, person }),
    onSuccess: async (next) => {
      client.setQueryData(incident(data.id).queryKey, next);
      await client.invalidateQueries({ queryKey: ["incidents"] });
    },
  });
  const paper = (name: string, form: string, more: Record<string, string> = {}) =>
    `/api/papers/${name}.${form}${query({ lang, incident: data.id, ...more })}`;
  const shared = { data, write: (line: Line) => write.mutate(line), busy: write.isPending || data.closed_at !== null };
  return (
    <article>
      <p className="back no-print">
        <Link to="/incidents">
          <BackIcon />
          {t("incident.back")}
        </Link>
      </p>
      <header className="story-head">
        <h1>{data.title}</h1>
        <p className="muted">
          {t("incident.known", { time: times.exact(data.known_at), by: data.by })} {data.closed_at ? t("incident.ended", { time: times.exact(data.closed_at) }) : null}
        </p>
        {data.closed_at ? null : <Clock known={data.known_at} now={data.now} />}
        <div className="form-acts no-print">
          <TextInput label={t("incident.person")} value={person} onChange={(e) => setPerson(e.currentTarget.value)} />
        </div>
        <div className="form-acts no-print">
          <a className="button" href={paper("incident", "pdf")} target="_blank" rel="noreferrer">
            {t("incident.report")}
          </a>
          <a href="/api/papers/offline.html">{t("incident.offline")}</a>
          <a href={paper("notice", "pdf", { notice: "patients" })} target="_blank" rel="noreferrer">
            {t("incident.notice.patients")}
          </a>
          <a href={paper("notice", "pdf", { notice: "staff" })} target="_blank" rel="noreferrer">
            {t("incident.notice.staff")}
          </a>
        </div>
      </header>
      {write.isError ? <Trouble error={write.error} /> : null}
      <Contain {...shared} />
      <InUse data={data} />
      <Known data={data} />
      <Phases {...shared} />
      <Deadlines {...shared} />
      <Roles {...shared} />
      <Log {...shared} />
      <Drafts {...shared} paper={paper} />
      <Section title={t("incident.fallback")}>
        <FallbackList data={data} />
      </Section>
      <Section title={t("incident.evidence")} help={t("incident.evidence.help")}>
        <ul className="plain rows">
          {data.findings.map((id) => (
            <li key={id} className="row">
              <Link to="/findings/$id" params={{ id }}>
                {id}
              </Link>
              <Bundle id={id} />
            </li>
          ))}
        </ul>
      </Section>
      <Timeline data={data} />
      {data.closed_at ? null : <Close {...shared} />}
    </article>
  );
}

type Shared = { data: Whole; write: (line: Line) => void; busy: boolean };

/** How long it has been known: hours and minutes on the machine's clock. */
function Clock({ known, now }: { known: string; now: string }) {
  const { t } = useSpeech();
  const [ahead, setAhead] = useState(0);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => setAhead(Date.now() - began), 20_000);
    return () => clearInterval(timer);
  }, [now]);
  const minutes = Math.max(0, Math.floor((Date.parse(now) + ahead - Date.parse(known)) / 60_000));
  return (
    <p className="incident-clock" role="timer">
      {t("incident.clock", { hours: Math.floor(minutes / 60), minutes: minutes % 60 })}
    </p>
  );
}

function Contain({ data, write, busy }: Shared) {
  const { t, w } = useSpeech();
  const tasks = new Map(data.phases.flatMap((phase) => phase.tasks).filter((task) => task.place).map((task) => [task.place, task]));
  return (
    <Section title={t("incident.contain")} help={t("incident.contain.help")} className="section-act">
      <ol className="plain contain">
        {data.steps.map((step) => {
          const task = tasks.get(step.place);
          return (
            <li key={step.place}>
              <h3>{task ? w(task.text) : step.place}</h3>
              {step.place === "range" && data.range.length > 0 ? (
                <dl className="facts">
                  {data.range.map((fact) => (
                    <div key={fact.name.en} className="fact">
                      <dt>{w(fact.name)}</dt>
                      <dd>
                        {w(fact.value)} <span className="muted small">{fact.source}</span>
                      </dd>
                    </div>
                  ))}
                </dl>
              ) : null}
              {step.cuts.map((cut, place) => (
                <div key={`${cut.text.en} ${place}`} className="cut">
                  {w(cut.warning) ? (
                    <p className="caution" role="note">
                      {w(cut.warning)}
                    </p>
                  ) : null}
                  <p>{w(cut.text)}</p>
                  {cut.lost.length > 0 ? (
                    <details className="details">
                      <summary>{t("incident.lost", { count: cut.lost.length })}</summary>
                      <ul className="bullets">
                        {cut.lost.map((line, n) => (
                          <li key={`${line.en} ${n}`}>{w(line)}</li>
                        ))}
                      </ul>
                    </details>
                  ) : null}
                </div>
              ))}
              {task ? <Task task={task} write={write} busy={busy} short /> : null}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}

function Task({ task, write, busy, short = false }: { task: Shapes["IncidentTask"]; write: (line: Line) => void; busy: boolean; short?: boolean }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  return (
    <div className="task">
      <Checkbox
        label={short ? t("incident.did") : w(task.text)}
        aria-label={short ? `${t("incident.did")}: ${w(task.text)}` : undefined}
        checked={task.done_at !== null}
        disabled={busy || task.done_at !== null}
        onChange={() => write({ kind: "task", ref: task.id })}
      />
      <span className="muted small">
        {task.done_at ? `${times.clock(task.done_at)} ${task.done_by}` : w(task.role)}
      </span>
    </div>
  );
}

function InUse({ data }: { data: Whole }) {
  const { t } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  return (
    <Section title={t("incident.in_use")} help={t("incident.in_use.help")}>
      {data.in_use.length === 0 ? <p className="caution">{t("incident.in_use.none")}</p> : null}
      <ul className="plain rows">
        {data.in_use.map((one) => (
          <li key={one.device.id} className="row">
            <span>
              <span className={`use use-${one.use}`}>{t(`use.${one.use}`)}</span> <DeviceName of={one.device} />
            </span>
            <span className="muted">
              {zones.name(one.device.zone)} {one.last ? ` ・ ${times.at(one.last)}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Known({ data }: { data: Whole }) {
  const { t } = useSpeech();
  return data.findings.length === 0 ? (
    <p className="caution" role="note">
      {t("incident.nothing_heard")}
    </p>
  ) : null;
}

function Phases({ data, write, busy }: Shared) {
  const { t, w } = useSpeech();
  return (
    <Section title={t("incident.tasks")}>
      {data.phases
        .filter((phase) => phase.id !== "contain")
        .map((phase) => (
          <div key={phase.id}>
            <h3>{w(phase.name)}</h3>
            {phase.tasks.map((task) => (
              <Task key={task.id} task={task} write={write} busy={busy} />
            ))}
          </div>
        ))}
    </Section>
  );
}

function Deadlines({ data, write, busy }: Shared) {
  const { t, w } = useSpeech();
  const times = useTimes();
  return (
    <Section title={t("incident.deadlines")} help={t("incident.deadlines.help")}>
      <Wide label={t("incident.deadlines")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("incident.body")}</th>
              <th scope="col">{t("incident.due")}</th>
              <th scope="col">{t("incident.state")}</th>
              <th scope="col">{t("incident.sent")}</th>
            </tr>
          </thead>
          <tbody>
            {data.deadlines.map((one) => (
              <tr key={one.key}>
                <th scope="row">
                  {w(one.body)}
                  <p className="muted small">
                    {w(one.report)} {w(one.note)}
                  </p>
                  {one.phone ? <p className="small">{one.phone}</p> : null}
                </th>
                <td className="nowrap">
                  {one.due === data.known_at ? t("incident.at_once") : times.at(one.due_last)}
                </td>
                <td>
                  <span className={`standing deadline-${one.state}`}>{t(`incident.deadline.${one.state}`)}</span>
                </td>
                <td>
                  {one.done_at ? (
                    times.at(one.done_at)
                  ) : (
                    <Button
                      variant="default"
                      size="xs"
                      className="no-print"
                      disabled={busy}
                      aria-label={`${t("incident.report_sent")}: ${w(one.body)} ${w(one.report)}`}
                      onClick={() => write({ kind: "report", ref: one.key })}
                    >
                      {t("incident.report_sent")}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}

function Roles({ data, write, busy }: Shared) {
  const { t, w } = useSpeech();
  const [role, setRole] = useState(data.roles[0]?.id ?? "");
  const [name, setName] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === "") return;
    write({ kind: "role", ref: role, text: name });
    setName("");
  };
  return (
    <Section title={t("incident.roles")}>
      <dl className="facts">
        {data.roles.map((one) => (
          <div key={one.id} className="fact">
            <dt>{w(one.name)}</dt>
            <dd>
              {one.held_by ? <strong>{one.held_by}</strong> : <span className="unknown">{t("incident.nobody")}</span>}{" "}
              <span className="muted small">{w(one.does)}</span>
            </dd>
          </div>
        ))}
      </dl>
      {busy && data.closed_at ? null : (
        <form className="duty-fields no-print" onSubmit={submit}>
          <NativeSelect label={t("incident.role")} value={role} onChange={(e) => setRole(e.currentTarget.value)} data={data.roles.map((one) => ({ value: one.id, label: w(one.name) }))} />
          <TextInput label={t("incident.role.name")} value={name} onChange={(e) => setName(e.currentTarget.value)} />
          <Button type="submit" disabled={busy}>
            {t("incident.role.save")}
          </Button>
        </form>
      )}
    </Section>
  );
}

function Log({ data, write, busy }: Shared) {
  const { t } = useSpeech();
  const [kind, setKind] = useState<"decision" | "note">("decision");
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    write({ kind, text });
    setText("");
  };
  if (data.closed_at) return null;
  return (
    <Section title={t("incident.log")} help={t("incident.log.help")} className="section-form no-print">
      <form onSubmit={submit}>
        <NativeSelect
          label={t("incident.log.kind")}
          value={kind}
          onChange={(e) => setKind(e.currentTarget.value as typeof kind)}
          data={(["decision", "note"] as const).map((value) => ({ value, label: t(`incident.line.${value}`) }))}
        />
        <Textarea label={t("incident.log.text")} value={text} onChange={(e) => setText(e.currentTarget.value)} autosize minRows={2} maxLength={4000} />
        <Button type="submit" disabled={busy}>
          {t("incident.log.save")}
        </Button>
      </form>
    </Section>
  );
}

function Drafts({ data, write, busy, paper }: Shared & { paper: (name: string, form: string, more?: Record<string, string>) => string }) {
  const { t, w } = useSpeech();
  const [form, setForm] = useState(data.drafts[2]?.id ?? data.drafts[0]?.id ?? "");
  const draft = data.drafts.find((one) => one.id === form);
  return (
    <Section title={t("incident.drafts")} help={draft ? w(draft.note) : undefined}>
      <NativeSelect label={t("incident.draft")} value={form} onChange={(e) => setForm(e.currentTarget.value)} data={data.drafts.map((one) => ({ value: one.id, label: w(one.name) }))} />
      {draft ? (
        <>
          <p className="form-acts no-print">
            <a className="button" href={paper("draft", "pdf", { draft: draft.id })} target="_blank" rel="noreferrer">
              {t("incident.draft.pdf")}
            </a>
            <a href={paper("draft", "xlsx", { draft: draft.id })}>{t("papers.excel")}</a>
          </p>
          <ul className="plain rows">
            {draft.fields.map((field) => (
              <DraftLine key={`${draft.id} ${field.key}`} field={field} write={write} busy={busy} />
            ))}
          </ul>
        </>
      ) : null}
    </Section>
  );
}

function DraftLine({ field, write, busy }: { field: Shapes["DraftField"]; write: (line: Line) => void; busy: boolean }) {
  const { t, w } = useSpeech();
  const [text, setText] = useState<string | null>(null);
  const value = w(field.value);
  return (
    <li className="draft-line">
      <p className="draft-name">{w(field.name)}</p>
      <div>
        {value ? <p className="draft-value">{value}</p> : <p className="unknown">{t("incident.draft.blank")}</p>}
        {field.source ? <p className="muted small">{t("incident.draft.from", { source: field.source })}</p> : null}
        {text === null ? (
          <Button variant="default" size="xs" className="no-print" disabled={busy} aria-label={`${t("incident.draft.write")}: ${w(field.name)}`} onClick={() => setText(value)}>
            {t("incident.draft.write")}
          </Button>
        ) : (
          <form
            className="form no-print"
            onSubmit={(event) => {
              event.preventDefault();
              if (text.trim() !== "") write({ kind: "fact", ref: field.key, text });
              setText(null);
            }}
          >
            <Textarea aria-label={w(field.name)} value={text} onChange={(e) => setText(e.currentTarget.value)} autosize maxLength={4000} />
            <Button type="submit" size="xs">
              {t("incident.draft.keep")}
            </Button>
          </form>
        )}
      </div>
    </li>
  );
}

function FallbackList({ data }: { data: Whole }) {
  const { w } = useSpeech();
  return (
    <ul className="bullets">
      {data.fallback.map((line) => (
        <li key={line.en}>{w(line)}</li>
      ))}
    </ul>
  );
}

function Timeline({ data }: { data: Whole }) {
  const { t, w, id } = useSpeech();
  const times = useTimes();
  return (
    <Section title={t("incident.timeline")} help={t("incident.timeline.help")}>
      <ol className="plain history">
        {data.timeline.map((line, place) => (
          <li key={`${line.at} ${place}`}>
            <span className="muted">{times.exact(line.at)}</span> <span className="tag">{t(`incident.clock.${line.clock}`)}</span>{" "}
            <strong>{id("incident.line", line.kind)}</strong>{" "}
            {line.finding ? (
              <Link to="/findings/$id" params={{ id: line.finding }}>
                {w(line.what)}
              </Link>
            ) : (
              w(line.what)
            )}{" "}
            {line.text} <span className="muted">{line.by}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Close({ write, busy }: Shared) {
  const { t } = useSpeech();
  const [text, setText] = useState("");
  return (
    <Section title={t("incident.close")} help={t("incident.close.help")} className="section-form no-print">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          write({ kind: "closed", text });
        }}
      >
        <TextInput label={t("incident.close.words")} value={text} onChange={(e) => setText(e.currentTarget.value)} />
        <Button type="submit" variant="default" disabled={busy}>
          {t("incident.close.do")}
        </Button>
      </form>
    </Section>
  );
}
