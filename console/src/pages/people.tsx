// Who may use Hinomi, and one's own account: sessions, second factor, tokens for programs.
import { Button, Checkbox, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { account, people, session } from "../api/questions";
import { Passkeys } from "../parts/passkeys";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes } from "../parts/words";
import { useSpeech } from "../texts";

type All = Shapes["People"];
type Role = Shapes["PersonAsk"]["role"];
const MS = 1e6;

export function PeoplePage() {
  const { t } = useSpeech();
  const me = useQuery(session);
  const governs = me.data?.rights?.includes("govern") ?? false;
  return (
    <div className="page page-narrow">
      <Head title={t("people.title")} help={t(governs ? "people.help" : "people.help.own")} />
      {me.data?.guarded === false ? (
        <Section title={t("people.first")} help={t("people.first.help")}>
          <pre>
            <code>{t("people.first.command")}</code>
          </pre>
          <p className="muted">{t("people.first.why")}</p>
        </Section>
      ) : (
        <>
          {governs ? <Everybody mine={me.data?.name ?? ""} /> : null}
          <Own />
        </>
      )}
    </div>
  );
}

function Everybody({ mine }: { mine: string }) {
  const { t } = useSpeech();
  const all = useQuery(people);
  const [adding, setAdding] = useState(false);
  const [told, setTold] = useState<Shapes["FirstPassword"] | null>(null);
  return (
    <Section
      title={t("people.all")}
      tools={
        adding ? null : (
          <Button variant="default" onClick={() => setAdding(true)}>
            {t("people.add")}
          </Button>
        )
      }
    >
      {told ? (
        <div className="section-act" role="status">
          <p>{t("people.password", { name: told.name })}</p>
          <p>
            <code className="big-code">{told.password}</code>
          </p>
          <p className="muted">{t("people.password.once")}</p>
          <Button variant="default" onClick={() => setTold(null)}>
            {t("people.password.done")}
          </Button>
        </div>
      ) : null}
      {adding ? <Add close={() => setAdding(false)} tell={setTold} /> : null}
      <Answer of={all}>
        {(data) => (
          <ul className="plain rows">
            {data.people.map((one) => (
              <One key={one.name} one={one} roles={data.roles} mine={one.name === mine} tell={setTold} />
            ))}
          </ul>
        )}
      </Answer>
    </Section>
  );
}

function Add({ close, tell }: { close: () => void; tell: (made: Shapes["FirstPassword"]) => void }) {
  const { t, id } = useSpeech();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [shown, setShown] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const roles: Role[] = ["viewer", "clinical_engineer", "security_officer", "auditor", "administrator"];
  const add = useMutation({
    mutationFn: () => post<Shapes["FirstPassword"]>("/api/people", { name, shown, role }),
    onSuccess: async (made) => {
      tell(made);
      close();
      await client.invalidateQueries({ queryKey: people.queryKey });
    },
  });
  return (
    <form
      className="section-form path-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <div className="path-fields">
        <TextInput label={t("people.name")} description={t("people.name.help")} required value={name} autoComplete="off"
          onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t("people.shown")} value={shown} autoComplete="off" onChange={(event) => setShown(event.currentTarget.value)} />
        <Select label={t("people.role")} value={role} allowDeselect={false} onChange={(next) => setRole((next ?? role) as Role)}
          data={roles.map((value) => ({ value, label: id("role", value) }))} />
      </div>
      <p className="muted">{id("role.may", role)}</p>
      <div className="path-tools">
        <Button type="submit" loading={add.isPending}>{t("people.add.do")}</Button>
        <Button variant="default" onClick={close}>{t("people.cancel")}</Button>
      </div>
      {add.isError ? <Trouble error={add.error} /> : null}
    </form>
  );
}

function One({ one, roles, mine, tell }: { one: Shapes["Person"]; roles: string[]; mine: boolean; tell: (made: Shapes["FirstPassword"]) => void }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [sure, setSure] = useState<"" | "disable" | "reset">("");
  const act = useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => post<All>(`/api/people/${encodeURIComponent(one.name)}/${path}`, body),
    onSuccess: (next) => {
      client.setQueryData(people.queryKey, next);
      setSure("");
    },
  });
  const reset = useMutation({
    mutationFn: () => post<Shapes["FirstPassword"]>(`/api/people/${encodeURIComponent(one.name)}/reset`, {}),
    onSuccess: async (made) => {
      tell(made);
      setSure("");
      await client.invalidateQueries({ queryKey: people.queryKey });
    },
  });
  const error = act.error ?? reset.error;
  return (
    <li className="row row-stack">
      <span>
        <strong>{one.shown}</strong> <span className="muted">{one.name}{mine ? ` ・ ${t("people.you")}` : ""}</span>
        {one.disabled ? <span className="alarm"> ・ {t("people.disabled")}</span> : null}
      </span>
      <span className="muted">
        {t(one.second_factor ? "people.second" : "people.no_second")} ・ {t("people.since", { time: times.day(one.at / MS), by: one.by })}
        {one.first_password ? ` ・ ${t("people.first_password")}` : ""}
      </span>
      <span className="path-tools no-print">
        <Select aria-label={t("people.role_of", { name: one.name })} size="xs" value={one.role} allowDeselect={false} disabled={mine}
          onChange={(role) => role && act.mutate({ path: "role", body: { role } })}
          data={roles.map((value) => ({ value, label: id("role", value) }))} />
        {sure ? (
          <>
            <span>{t(sure === "disable" ? "people.disable.sure" : "people.reset.sure", { name: one.name })}</span>
            <Button size="compact-sm" loading={act.isPending || reset.isPending}
              onClick={() => (sure === "disable" ? act.mutate({ path: "disable", body: {} }) : reset.mutate())}>
              {t("people.sure")}
            </Button>
            <Button variant="default" size="compact-sm" onClick={() => setSure("")}>{t("people.cancel")}</Button>
          </>
        ) : mine ? null : (
          <>
            <Button variant="default" size="compact-sm" onClick={() => setSure("reset")}>{t("people.reset")}</Button>
            {one.disabled ? (
              <Button variant="default" size="compact-sm" onClick={() => act.mutate({ path: "enable", body: {} })}>{t("people.enable")}</Button>
            ) : (
              <Button variant="default" size="compact-sm" onClick={() => setSure("disable")}>{t("people.disable")}</Button>
            )}
          </>
        )}
      </span>
      {error ? <Trouble error={error} /> : null}
    </li>
  );
}

function Own() {
  const { t } = useSpeech();
  const own = useQuery(account);
  return <Answer of={own}>{(data) => (
    <>
      <Section title={t("account.sessions")} help={t("account.sessions.help")}>
        <ul className="plain rows">{data.sessions.map((one) => <Session key={one.id} one={one} />)}</ul>
      </Section>
      <Passkeys data={data} />
      <Tokens data={data} />
    </>
  )}</Answer>;
}

function Session({ one }: { one: Shapes["Session"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => post(`/api/account/sessions/${one.id}/end`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: account.queryKey }),
  });
  return (
    <li className="row">
      <span>
        {one.here ? <strong>{t("account.here")}</strong> : one.address}{" "}
        <span className="muted">{t("account.session", { at: times.at(one.at / MS), seen: times.at(one.seen / MS) })}</span>
      </span>
      {one.here ? null : (
        <Button variant="default" size="compact-sm" loading={end.isPending} onClick={() => end.mutate()}>{t("account.end")}</Button>
      )}
      {end.isError ? <Trouble error={end.error} /> : null}
    </li>
  );
}

function Tokens({ data }: { data: Shapes["Account"] }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [label, setLabel] = useState("");
  const [scope, setScope] = useState<string[]>(["look"]);
  const [days, setDays] = useState<number | string>(90);
  const [password, setPassword] = useState("");
  const again = () => client.invalidateQueries({ queryKey: account.queryKey });
  const make = useMutation({
    mutationFn: () => post<Shapes["TokenMade"]>("/api/account/tokens", { label, scope, days: Number(days), password }),
    onSuccess: async () => {
      setAdding(false);
      setPassword("");
      setLabel("");
      await again();
    },
  });
  const revoke = useMutation({ mutationFn: (token: string) => post(`/api/account/tokens/${token}/revoke`, {}), onSuccess: again });
  const live = data.tokens.filter((one) => !one.revoked && !one.over);
  return (
    <Section title={t("account.tokens")} help={t("account.tokens.help")}
      tools={adding ? null : <Button variant="default" onClick={() => setAdding(true)}>{t("account.token.add")}</Button>}>
      {make.data ? (
        <div className="section-act" role="status">
          <p>{t("account.token.word")}</p>
          <p><code className="big-code">{make.data.word}</code></p>
        </div>
      ) : null}
      {adding ? (
        <form className="section-form path-form" onSubmit={(event: FormEvent) => { event.preventDefault(); make.mutate(); }}>
          <div className="path-fields">
            <TextInput label={t("account.token.label")} required value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
            <NumberInput label={t("account.token.days")} value={days} onChange={setDays} min={1} max={366} hideControls />
            <PasswordInput label={t("access.password")} autoComplete="current-password" required value={password}
              onChange={(event) => setPassword(event.currentTarget.value)} />
          </div>
          <Checkbox.Group label={t("account.token.scope")} value={scope} onChange={setScope}>
            {data.scopes.map((one) => <Checkbox key={one} value={one} label={id("right", one)} mt="xs" />)}
          </Checkbox.Group>
          <div className="path-tools">
            <Button type="submit" loading={make.isPending} disabled={scope.length === 0}>{t("account.token.do")}</Button>
            <Button variant="default" onClick={() => setAdding(false)}>{t("people.cancel")}</Button>
          </div>
          {make.isError ? <Trouble error={make.error} /> : null}
        </form>
      ) : null}
      {live.length === 0 ? <p className="muted">{t("account.tokens.none")}</p> : null}
      <ul className="plain rows">
        {live.map((one) => (
          <li key={one.id} className="row">
            <span>
              <strong>{one.label}</strong>{" "}
              <span className="muted">{one.scope.map((right) => id("right", right)).join(" ・ ")} ・ {t("account.token.until", { time: times.day(one.until / MS) })}</span>
            </span>
            <Button variant="default" size="compact-sm" onClick={() => revoke.mutate(one.id)}>{t("account.token.end")}</Button>
          </li>
        ))}
      </ul>
      {revoke.isError ? <Trouble error={revoke.error} /> : null}
    </Section>
  );
}
