// The ministry's checklist: what is asked, what the network says, what people answered. Never an automatic yes.
import { Button, NativeSelect, Radio, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { post, query, type Shapes } from "../api/client";
import { sheet } from "../api/duties";
import { PacketButton } from "../parts/packet";
import { Answer, Trouble } from "../parts/states";
import { DeviceName, Head, Section, Standing, useTimes } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import { FormImport } from "./form-import";
import "../duties.css";

const route = getRouteApi("/checklist");
type Sheet = Shapes["DutySheet"];
type Row = Shapes["DutyRow"];
const AUDIENCES = ["hospital", "pharmacy", "vendor"] as const;

export function Checklist() {
  const { t, w } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const ask = { edition: search.edition ?? "R7", audience: search.audience ?? "hospital", vendor: search.vendor ?? "" };
  const found = useQuery(sheet(ask));
  return (
    <div className="page">
      <Head title={t("duties.title")} help={t("duties.help")}>
        <NativeSelect
          className="no-print"
          label={t("duties.edition")}
          value={ask.edition}
          onChange={(event) => void navigate({ search: { ...search, edition: event.currentTarget.value } })}
          data={(found.data?.editions ?? []).map((one) => ({ value: one.id, label: `${one.id} ${w(one.title).slice(0, 10)}…` }))}
        />
        <NativeSelect
          className="no-print"
          label={t("duties.audience")}
          value={ask.audience}
          onChange={(event) =>
            void navigate({ search: { edition: ask.edition, audience: event.currentTarget.value as (typeof AUDIENCES)[number] } })
          }
          data={AUDIENCES.map((one) => ({ value: one, label: t(`duties.audience.${one}` as Key) }))}
        />
      </Head>
      <Answer of={found}>{(data) => <Whole key={`${data.edition} ${data.audience} ${data.vendor}`} data={data} />}</Answer>
    </div>
  );
}

function Whole({ data }: { data: Sheet }) {
  const { t, w, lang } = useSpeech();
  const times = useTimes();
  const paper = (name: string, form: string) =>
    `/api/papers/${name}.${form}${query({ lang, edition: data.edition, audience: data.audience, vendor: data.vendor })}`;
  return (
    <>
      <h2 className="duty-edition">{w(data.title)}</h2>
      <p className="muted">
        {data.listened.first && data.listened.last
          ? t("duties.listened", {
              hours: data.listened.hours,
              first: times.at(data.listened.first),
              last: times.at(data.listened.last),
              both: data.listened.both,
              one: data.listened.one_way,
            })
          : t("duties.listened.nothing")}
      </p>
      <p className="muted">{t("duties.summary")}</p>
      {data.rows.length === 0 ? (
        <p className="caution">{w(data.target_rule)}</p>
      ) : (
        <>
          <ul className="plain duty-figures">
            <li>{t("duties.answered", { done: data.answered, all: data.rows.length })}</li>
            {data.amber > 0 ? <li className="duty-amber-word">{t("duties.amber", { count: data.amber })}</li> : null}
            {data.late > 0 ? <li className="alarm">{t("duties.late", { count: data.late })}</li> : null}
          </ul>
          <p className="duty-papers no-print">
            <a className="button" href={paper("checklist", "pdf")} target="_blank" rel="noreferrer">
              {t("duties.paper.sheet")}
            </a>
            <a href={paper("annex", "pdf")} target="_blank" rel="noreferrer">
              {t("duties.paper.annex")}
            </a>
            <a href={paper("checklist", "xlsx")}>{t("duties.paper.excel")}</a>
            {data.editions.find((one) => one.id === data.edition)?.loaded ? (
              <a href={`/api/duties/forms/filled.xlsx${query({ edition: data.edition, audience: data.audience })}`}>
                {t("duties.form_in.filled")}
              </a>
            ) : null}
            <a href={paper("inspection", "pdf")} target="_blank" rel="noreferrer">
              {t("duties.paper.inspection")}
            </a>
          </p>
          <ol className="plain duties">
            {data.rows.map((row) => (
              <Item key={row.id} row={row} data={data} />
            ))}
          </ol>
        </>
      )}
      <Carry data={data} />
      {data.vendor ? null : <FormImport audience={data.audience} />}
    </>
  );
}

function Item({ row, data }: { row: Row; data: Sheet }) {
  const { t, w } = useSpeech();
  const [form, setForm] = useState(false);
  return (
    <li className={`duty${row.amber ? " duty-amber" : ""}`} id={row.id}>
      <div className="duty-head">
        <h3>
          <span className="duty-number">{row.number}</span> {w(row.text)}
        </h3>
        <span className="tag">{row.scope}</span>
      </div>
      {row.note ? <p className="muted small">{row.note}</p> : null}
      {row.amber ? (
        <p className="caution" role="note">
          {t("duties.amber.row")}
        </p>
      ) : null}
      <p>
        <Standing of={row.word} /> {w(row.says)}
      </p>
      {row.lines.length > 0 ? <Proof row={row} open={row.amber} /> : null}
      {w(row.needs) ? <p className="muted small">{w(row.needs)}</p> : null}
      <Replies row={row} />
      {form ? (
        <ReplyForm row={row} data={data} close={() => setForm(false)} />
      ) : (
        <Button
          variant="default"
          size="xs"
          className="no-print"
          onClick={() => setForm(true)}
          aria-label={t("duties.answer.of", { number: row.number })}
        >
          {t("duties.answer")}
        </Button>
      )}
    </li>
  );
}

export function Lines({ of }: { of: Shapes["DutyLine"][] }) {
  const { t } = useSpeech();
  const times = useTimes();
  return (
    <ul className="plain rows">
      {of.map((line, place) => (
        <li key={`${line.label} ${line.what} ${place}`} className="row">
          <span>
            {line.device ? <DeviceName of={line.device} /> : line.label} <span className="mono">{line.what}</span>{" "}
            <span className="muted">{times.at(line.last)}</span>
          </span>
          {line.evidence ? (
            <PacketButton evidence={line.evidence}>{t("finding.evidence.packet", { n: line.evidence.packet })}</PacketButton>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Proof({ row, open }: { row: Row; open: boolean }) {
  const { t } = useSpeech();
  return (
    <details className="details" open={open}>
      <summary>{t("duties.proof", { count: row.count })}</summary>
      <Lines of={row.lines} />
    </details>
  );
}

function Replies({ row }: { row: Row }) {
  const { t } = useSpeech();
  if (row.replies.length === 0) return <p className="duty-unanswered">{t("duties.unanswered")}</p>;
  return (
    <ul className="plain duty-replies">
      {row.replies.map((reply) => (
        <li key={`${reply.check} ${reply.carried}`}>
          <span className="muted">{t("duties.check", { number: reply.check })}</span>{" "}
          <strong>{t(`duties.reply.${reply.answer}`)}</strong> {reply.date} {reply.person}
          {reply.target ? <span className="muted"> ・ {t("duties.target", { date: reply.target })}</span> : null}
          {reply.carried ? <span className="tag">{t("duties.carried", { from: reply.carried })}</span> : null}
          {reply.note ? <p className="said">{reply.note}</p> : null}
        </li>
      ))}
      {row.late ? <li className="alarm">{t("duties.late.row")}</li> : null}
    </ul>
  );
}

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);

function ReplyForm({ row, data, close }: { row: Row; data: Sheet; close: () => void }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const given = row.replies.filter((reply) => !reply.carried);
  const [answer, setAnswer] = useState<Shapes["DutyReply"]["answer"] | "">("");
  const [check, setCheck] = useState(String(Math.min(given.length + 1, 3)));
  const [date, setDate] = useState(today());
  const [person, setPerson] = useState(localStorage.getItem("hinomi.person") ?? "");
  const [target, setTarget] = useState("");
  const [note, setNote] = useState("");
  const save = useMutation({
    mutationFn: () =>
      post<Sheet>("/api/duties/replies", {
        edition: data.edition, audience: data.audience, vendor: data.vendor, item: row.id, check: Number(check),
        answer, date, person, target, note,
      }), // prettier-ignore
    onSuccess: (next) => {
      localStorage.setItem("hinomi.person", person);
      client.setQueryData(
        sheet({ edition: data.edition, audience: data.audience, vendor: data.vendor }).queryKey,
        next,
      );
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer !== "") save.mutate();
  };
  return (
    <form className="form form-narrow duty-form no-print" onSubmit={submit}>
      <Radio.Group label={t("duties.form.answer")} value={answer} onChange={(next) => setAnswer(next as typeof answer)} required>
        <div className="choices choices-row">
          {(["yes", "no", "na"] as const).map((one) => (
            <Radio key={one} value={one} label={t(`duties.reply.${one}`)} />
          ))}
        </div>
      </Radio.Group>
      <div className="duty-fields">
        <NativeSelect
          label={t("duties.form.check")}
          value={check}
          onChange={(event) => setCheck(event.currentTarget.value)}
          data={["1", "2", "3"].map((value) => ({ value, label: t("duties.check", { number: value }) }))}
        />
        <TextInput label={t("duties.form.date")} type="date" value={date} onChange={(e) => setDate(e.currentTarget.value)} required />
        <TextInput label={t("duties.form.person")} value={person} onChange={(e) => setPerson(e.currentTarget.value)} required />
        {answer === "no" ? (
          <TextInput label={t("duties.form.target")} type="date" value={target} onChange={(e) => setTarget(e.currentTarget.value)} required />
        ) : null}
      </div>
      <Textarea label={t("duties.form.note")} value={note} onChange={(e) => setNote(e.currentTarget.value)} autosize maxLength={2000} />
      <div className="form-acts">
        <Button type="submit" loading={save.isPending} disabled={answer === ""}>
          {t("duties.form.save")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("duties.form.close")}
        </Button>
      </div>
      {save.isError ? <Trouble error={save.error} /> : null}
    </form>
  );
}

function Carry({ data }: { data: Sheet }) {
  const { t, w, list } = useSpeech();
  const client = useQueryClient();
  const place = data.editions.findIndex((one) => one.id === data.edition);
  const old = data.editions[place - 1];
  const carry = useMutation({
    mutationFn: () =>
      post<Shapes["Carried"]>("/api/duties/carry", { old: old?.id, new: data.edition, audience: data.audience }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["sheet"] }),
  });
  if (!old || data.vendor || data.rows.length === 0)
    return data.audience === "vendor" && !data.vendor ? (
      <p className="muted">
        <Link to="/registers" search={{ name: "vendor" }}>
          {t("duties.vendors")}
        </Link>
      </p>
    ) : null;
  return (
    <Section title={t("duties.carry")} help={t("duties.carry.help")} className="section-form no-print">
      <Button variant="default" loading={carry.isPending} onClick={() => carry.mutate()}>
        {t("duties.carry.do", { old: old.id, new: data.edition })}
      </Button>
      {carry.isError ? <Trouble error={carry.error} /> : null}
      {carry.data ? (
        <ul className="plain rows" aria-label={t("duties.carry")}>
          {carry.data.rows.map((row) => (
            <li key={row.number + w(row.text)} className="row row-stack">
              <span>
                <strong>{row.number}</strong> <span className={row.state === "carried" ? "tag" : "tag alarm"}>{t(`duties.carry.${row.state}`)}</span>{" "}
                {row.old.length > 0 ? <span className="muted">← {list(row.old)}</span> : null}
              </span>
              <span className="muted">{w(row.reason)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  );
}
