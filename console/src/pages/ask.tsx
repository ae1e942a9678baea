// A person's own question to the records: chosen from lists or written, kept by name, drawn where it can be.
import { Button, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, remove, type Shapes } from "../api/client";
import { askKept, askRecords, overview } from "../api/questions";
import { count } from "../format";
import { Answer, Empty, Trouble } from "../parts/states";
import { Head, Section, useTimes, Wide } from "../parts/words";
import { useSpeech } from "../texts";
import "../ask.css";

type Told = Shapes["AskAnswer"];
type Records = Shapes["AskRecords"];

const FIRST = "SELECT service, count(*) AS connections, sum(orig_bytes + resp_bytes) AS bytes\nFROM flow\nGROUP BY service\nORDER BY connections DESC";

export function AskPage() {
  const { t } = useSpeech();
  const empty = useQuery(overview).data?.empty;
  const records = useQuery(askRecords);
  return (
    <div className="page">
      <Head title={t("ask.title")} help={t("ask.help")} />
      {empty ? <Empty /> : <Answer of={records}>{(data) => <Whole data={data} />}</Answer>}
    </div>
  );
}

function Whole({ data }: { data: Records }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const kept = useQuery(askKept);
  const [sql, setSql] = useState(FIRST);
  const [name, setName] = useState("");
  const ask = useMutation({ mutationFn: (text: string) => post<Told>("/api/ask", { sql: text }) });
  const keep = useMutation({
    mutationFn: () => post<Shapes["KeptQuestions"]>("/api/ask/kept", { name: name.trim(), sql }),
    onSuccess: (next) => {
      client.setQueryData(askKept.queryKey, next);
      setName("");
    },
  });
  const drop = useMutation({
    mutationFn: (id: string) => remove<Shapes["KeptQuestions"]>(`/api/ask/kept/${encodeURIComponent(id)}`),
    onSuccess: (next) => client.setQueryData(askKept.queryKey, next),
  });
  const trouble = ask.error ?? keep.error ?? drop.error;
  return (
    <>
      <div className="ask-two">
        <Form data={data} write={setSql} />
        <Section title={t("ask.kept")}>
          <Answer of={kept}>
            {({ items }) =>
              items.length === 0 ? (
                <p className="muted">{t("ask.kept.none")}</p>
              ) : (
                <ul className="plain ask-kept">
                  {items.map((one) => (
                    <li key={one.id}>
                      <button
                        type="button"
                        className="link"
                        aria-label={t("ask.kept.use", { name: one.name })}
                        onClick={() => {
                          setSql(one.sql);
                          ask.mutate(one.sql);
                        }}
                      >
                        {one.name}
                      </button>{" "}
                      <span className="muted">{t("ask.kept.by", { by: one.by })}</span>
                      <button type="button" className="quiet-button" aria-label={t("ask.kept.drop", { name: one.name })} onClick={() => drop.mutate(one.id)}>
                        ×
                      </button>
                    </li>
                  ))}
                </ul>
              )
            }
          </Answer>
        </Section>
      </div>
      <form
        className="ask-question"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate(sql);
        }}
      >
        <Textarea
          label={t("ask.sql")}
          description={t("ask.sql.help", { rows: count(data.rows_max), seconds: data.seconds_max })}
          value={sql}
          onChange={(event) => setSql(event.currentTarget.value)}
          autosize
          minRows={4}
          maxRows={14}
          spellCheck={false}
          classNames={{ input: "mono" }}
        />
        <div className="ask-acts">
          <Button type="submit" loading={ask.isPending} disabled={sql.trim() === ""}>
            {t("ask.go")}
          </Button>
          <TextInput aria-label={t("ask.keep.name")} placeholder={t("ask.keep.name")} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
          <Button variant="default" disabled={name.trim() === "" || sql.trim() === ""} loading={keep.isPending} onClick={() => keep.mutate()}>
            {t("ask.keep")}
          </Button>
        </div>
      </form>
      {trouble ? <Trouble error={trouble} /> : null}
      {ask.data ? <Given told={ask.data} /> : null}
      <Columns data={data} />
    </>
  );
}

/** A question put together from lists; the text stays the person's to change. */
function Form({ data, write }: { data: Records; write: (sql: string) => void }) {
  const { t, id } = useSpeech();
  const [record, setRecord] = useState("conversation");
  const [by, setBy] = useState<string | null>(null);
  const [measure, setMeasure] = useState<string | null>(null);
  const [only, setOnly] = useState<string | null>(null);
  const [value, setValue] = useState("");
  const columns = data.records.find((one) => one.name === record)?.columns ?? [];
  const words = columns.filter((column) => column.kind === "text").map((column) => column.name);
  const numbers = columns.filter((column) => column.kind === "number" && !column.time).map((column) => column.name);
  const compose = () => {
    const where = only && value !== "" ? `\nWHERE contains(lower("${only}"), lower('${value.replaceAll("'", "''")}'))` : "";
    if (!by) return `SELECT *\nFROM ${record}${where}\nLIMIT 200`;
    const what = measure ? `sum("${measure}") AS ${measure}` : "count(*) AS rows";
    return `SELECT "${by}", ${what}\nFROM ${record}${where}\nGROUP BY "${by}"\nORDER BY 2 DESC`;
  };
  return (
    <Section title={t("ask.form")}>
      <div className="ask-form">
        <Select
          label={t("ask.record")}
          data={data.records.map((one) => ({ value: one.name, label: `${id("ask.record", one.name)} ・ ${t("ask.rows", { n: count(one.rows) })}` }))}
          value={record}
          allowDeselect={false}
          onChange={(next) => {
            setRecord(next ?? "flow");
            setBy(null);
            setMeasure(null);
            setOnly(null);
          }}
        />
        <Select label={t("ask.by")} placeholder={t("ask.by.none")} data={words} value={by} onChange={setBy} searchable clearable />
        <Select label={t("ask.measure")} placeholder={t("ask.measure.count")} data={numbers} value={measure} onChange={setMeasure} disabled={!by} searchable clearable />
        <Select label={t("ask.only")} placeholder={t("ask.only.none")} data={words} value={only} onChange={setOnly} searchable clearable />
        <TextInput label={t("ask.value")} value={value} disabled={!only} onChange={(event) => setValue(event.currentTarget.value)} />
        <Button variant="default" onClick={() => write(compose())}>
          {t("ask.write")}
        </Button>
      </div>
    </Section>
  );
}

function Given({ told }: { told: Told }) {
  const { t } = useSpeech();
  const { at } = useTimes();
  const shown = (text: string | null, head: Told["columns"][number]) =>
    text === null ? "–" : head.time ? at(text) : text;
  return (
    <Section
      title={t("ask.answer")}
      tools={
        <span className="ask-acts">
          <span className="muted" role="status">
            {t("ask.answer.rows", { n: count(told.rows.length), seconds: told.seconds.toFixed(2) })}
          </span>
          {told.rows.length > 0 ? (
            <Button variant="default" size="xs" onClick={() => save(told)}>
              {t("ask.save")}
            </Button>
          ) : null}
        </span>
      }
    >
      {told.more ? <p className="muted">{t("ask.answer.more", { n: count(told.rows.length) })}</p> : null}
      {told.rows.length === 0 ? <p>{t("ask.answer.none")}</p> : null}
      <Chart told={told} />
      {told.rows.length > 0 ? (
        <Wide label={t("ask.answer.table")}>
          <table className="table">
            <thead>
              <tr>
                {told.columns.map((head, n) => (
                  <th key={n} scope="col" className={head.number && !head.time ? "num" : undefined}>
                    {head.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {told.rows.map((row, n) => (
                <tr key={n}>
                  {row.map((cell, column) => {
                    const head = told.columns[column];
                    return head ? (
                      <td key={column} className={head.number && !head.time ? "num" : undefined}>
                        {shown(cell, head)}
                      </td>
                    ) : null;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      ) : null}
    </Section>
  );
}

const BARS_MAX = 20;

/** Bars, where the answer is a word and a number a row. */
function Chart({ told }: { told: Told }) {
  const { t } = useSpeech();
  const label = told.columns.findIndex((head) => !head.number || head.time);
  const value = told.columns.findIndex((head) => head.number && !head.time);
  const rows = told.rows.slice(0, BARS_MAX);
  const most = Math.max(...rows.map((row) => Number(row[value] ?? 0)));
  if (label < 0 || value < 0 || rows.length < 2 || !(most > 0)) return null;
  return (
    <figure className="ask-chart" aria-label={t("ask.answer.chart", { label: told.columns[label]?.name ?? "", value: told.columns[value]?.name ?? "" })}>
      {rows.map((row, n) => (
        <div key={n} className="ask-bar">
          <span>{row[label] ?? "–"}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <rect x="0" y="0" height="10" width={Math.max(0.3, (100 * Number(row[value] ?? 0)) / most)} />
          </svg>
          <span className="num">{row[value] ?? "–"}</span>
        </div>
      ))}
    </figure>
  );
}

function Columns({ data }: { data: Records }) {
  const { t, id } = useSpeech();
  return (
    <details className="ask-columns">
      <summary>{t("ask.columns")}</summary>
      <p className="muted">{t("ask.columns.note")}</p>
      {data.records.map((record) => (
        <section key={record.name}>
          <h3>
            <span className="mono">{record.name}</span> {id("ask.record", record.name)}
          </h3>
          <dl>
            {record.columns.map((column) => (
              <div key={column.name}>
                <dt className="mono">{column.name}</dt>
                <dd lang="en">{column.doc}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </details>
  );
}

/** What is shown, as a spreadsheet opens it: UTF-8 with its mark; a cell never begins like a formula. */
function save(told: Told) {
  const cell = (text: string | null) => {
    const safe = /^[=+\-@\t\r]/.test(text ?? "") && Number.isNaN(Number(text)) ? `'${text}` : (text ?? "");
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const lines = [told.columns.map((head) => cell(head.name)), ...told.rows.map((row) => row.map(cell))];
  const file = new Blob(["\ufeff", lines.map((line) => line.join(",")).join("\r\n")], { type: "text/csv" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "hinomi.csv";
  link.click();
  URL.revokeObjectURL(link.href);
}
