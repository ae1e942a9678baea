// How long rows and packets are kept: the days, what would go, what must stay, and removing now.
import { Button, NumberInput, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { retention, session, settings } from "../api/questions";
import { bytes, count } from "../format";
import { useSpeech } from "../texts";
import { Answer, Trouble } from "./states";
import { Section, useTimes, Wide } from "./words";

type All = Shapes["Retention"];
type Policy = Shapes["RetentionPolicy"];
const KINDS = ["records", "readings", "packets"] as const;
const DAY_MS = 86_400_000;

export function Keeping() {
  const { t } = useSpeech();
  const page = useQuery(retention);
  return (
    <Section title={t("keeping.title")} help={t("keeping.help")} className="section-form">
      <Answer of={page}>{(data) => <Parts key={JSON.stringify(data.policy)} data={data} />}</Answer>
    </Section>
  );
}

/** Sends an act; its answer is the whole, and the page of settings is asked again. */
function useAct<Body>(path: string, done?: () => void): UseMutationResult<All, Error, Body> {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => post<All>(path, body as object),
    onSuccess: async (next) => {
      client.setQueryData(retention.queryKey, next);
      done?.();
      await client.invalidateQueries({ queryKey: settings.queryKey });
    },
  });
}

function Parts({ data }: { data: All }) {
  const { t } = useSpeech();
  const times = useTimes();
  const me = useQuery(session);
  const [policy, setPolicy] = useState<Policy>(data.policy);
  const [password, setPassword] = useState("");
  const changed = JSON.stringify(policy) !== JSON.stringify(data.policy);
  const look = useMutation({ mutationFn: () => post<Shapes["Removal"][]>("/api/retention/look", { policy }) });
  const save = useAct<object>("/api/retention", () => setPassword(""));
  const run = useAct<object>("/api/retention/run", () => setPassword(""));
  const shown = changed ? look.data : data.plan;
  const going = shown?.filter((one) => !one.held) ?? [];
  const set = (name: keyof Policy) => (value: string | number) => {
    setPolicy({ ...policy, [name]: Number(value) || 0 });
    look.reset();
  };
  const error = save.error ?? run.error ?? look.error;
  return (
    <>
      <form
        className="path-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (changed && !look.data) look.mutate();
          else if (changed) save.mutate({ policy, password });
          else run.mutate({ password });
        }}
      >
        <div className="path-fields">
          {KINDS.map((kind) => (
            <NumberInput key={kind} label={t(`keeping.${kind}`)} description={policy[kind] ? t("keeping.days") : t("keeping.ever")}
              value={policy[kind]} onChange={set(kind)} min={0} max={36_500} allowDecimal={false} hideControls inputWrapperOrder={["label", "input", "description", "error"]} />
          ))}
          <NumberInput label={t("keeping.share")} description={policy.share ? t("keeping.share.percent") : t("keeping.share.any")}
            value={policy.share} onChange={set("share")} min={0} max={95} allowDecimal={false} hideControls inputWrapperOrder={["label", "input", "description", "error"]} />
        </div>
        <p className="muted">{t("keeping.least", { n: count(data.days_min) })}</p>
        {shown ? <Removals of={shown} title={t(changed ? "keeping.plan.new" : "keeping.plan")} /> : null}
        {(changed && look.data) || (!changed && going.length > 0) ? (
          me.data?.guarded ? (
            <PasswordInput label={t("settings.backup.password")} autoComplete="current-password" required value={password}
              onChange={(event) => setPassword(event.currentTarget.value)} />
          ) : null
        ) : null}
        <div className="path-tools">
          {changed && !look.data ? <Button type="submit" loading={look.isPending}>{t("keeping.look")}</Button> : null}
          {changed && look.data ? <Button type="submit" loading={save.isPending}>{t("keeping.save")}</Button> : null}
          {!changed && going.length > 0 ? <Button type="submit" loading={run.isPending}>{t("keeping.run")}</Button> : null}
          {changed ? <Button variant="default" onClick={() => setPolicy(data.policy)}>{t("people.cancel")}</Button> : null}
        </div>
        {error ? <Trouble error={error} /> : null}
      </form>
      {data.removed_last ? <p className="muted">{t("keeping.removed", { time: times.at(data.removed_last) })}</p> : null}
      <Holds data={data} />
    </>
  );
}

function Removals({ of, title }: { of: Shapes["Removal"][]; title: string }) {
  const { t } = useSpeech();
  if (of.length === 0) return <p role="status">{t("keeping.plan.none")}</p>;
  return (
    <Wide label={title}>
      <table className="table">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{t("settings.kept.what")}</th>
            <th scope="col">{t("keeping.span")}</th>
            <th scope="col" className="num">{t("keeping.rows")}</th>
            <th scope="col" className="num">{t("settings.kept.size")}</th>
            <th scope="col">{t("keeping.why")}</th>
          </tr>
        </thead>
        <tbody>
          {of.map((one) => (
            <tr key={`${one.kind} ${one.why} ${one.held}`}>
              <th scope="row">{t(`keeping.${one.kind}`)}</th>
              <td>{one.first}〜{one.last}</td>
              <td className="num">{one.rows ? count(one.rows) : "–"}</td>
              <td className="num">{bytes(one.bytes)}</td>
              <td>{t(one.held ? "keeping.why.held" : one.why === "age" ? "keeping.why.age" : "keeping.why.room")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function Holds({ data }: { data: All }) {
  const { t } = useSpeech();
  const today = new Date().toISOString().slice(0, 10);
  const [adding, setAdding] = useState(false);
  const [first, setFirst] = useState(new Date(Date.now() - 30 * DAY_MS).toISOString().slice(0, 10));
  const [last, setLast] = useState(today);
  const [reason, setReason] = useState("");
  const add = useAct<object>("/api/retention/holds", () => {
    setAdding(false);
    setReason("");
  });
  return (
    <>
      <h3>{t("keeping.holds")}</h3>
      <p className="muted">{t("keeping.holds.help")}</p>
      <ul className="plain rows">
        {data.holds.map((one) => <OneHold key={one.id} one={one} />)}
      </ul>
      {adding ? (
        <form className="path-form no-print" onSubmit={(event: FormEvent) => { event.preventDefault(); add.mutate({ first, last, reason }); }}>
          <div className="path-fields">
            <TextInput type="date" label={t("keeping.hold.first")} required value={first} onChange={(event) => setFirst(event.currentTarget.value)} />
            <TextInput type="date" label={t("keeping.hold.last")} required value={last} onChange={(event) => setLast(event.currentTarget.value)} />
            <TextInput label={t("keeping.hold.reason")} required maxLength={500} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          </div>
          <div className="path-tools">
            <Button type="submit" loading={add.isPending}>{t("keeping.hold.do")}</Button>
            <Button variant="default" onClick={() => setAdding(false)}>{t("people.cancel")}</Button>
          </div>
          {add.isError ? <Trouble error={add.error} /> : null}
        </form>
      ) : (
        <Button variant="default" className="no-print" onClick={() => setAdding(true)}>{t("keeping.hold.add")}</Button>
      )}
    </>
  );
}

function OneHold({ one }: { one: Shapes["Hold"] }) {
  const { t } = useSpeech();
  const end = useAct<object>(`/api/retention/holds/${one.id}/end`);
  return (
    <li className="row">
      <span>
        <strong>{one.first}〜{one.last}</strong> <span className="muted">{one.reason} ・ {one.incident ? t("keeping.hold.incident") : one.by}</span>
      </span>
      {one.incident ? null : <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate({})}>{t("keeping.hold.end")}</Button>}
      {end.isError ? <Trouble error={end.error} /> : null}
    </li>
  );
}
