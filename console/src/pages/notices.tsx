// Who is told of findings, by which way, and what became of each notice.
import { Button, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { post, type Severity, type Shapes } from "../api/client";
import { notices } from "../api/questions";
import { count } from "../format";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes } from "../parts/words";
import { useSpeech, type Key } from "../texts";

type All = Shapes["Notices"];
type Channel = Shapes["NotifyChannel"];
const SEVERITIES: Severity[] = ["info", "low", "medium", "high", "critical"];

export function NoticesPage() {
  const { t } = useSpeech();
  const page = useQuery({ ...notices, refetchInterval: 5000 });
  return (
    <div className="page page-narrow">
      <Head title={t("notices.title")} help={t("notices.help")} />
      <Answer of={page}>{(data) => <Whole data={data} />}</Answer>
    </div>
  );
}

function useAct(done?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => post<All>(path, body),
    onSuccess: (next) => {
      client.setQueryData(notices.queryKey, next);
      done?.();
    },
  });
}

function Whole({ data }: { data: All }) {
  const { t } = useSpeech();
  const [adding, setAdding] = useState(false);
  const times = useTimes();
  const names = new Map(data.channels.map((one) => [one.id, one.name]));
  return (
    <>
      <Section
        title={t("notices.channels")}
        tools={
          <Button variant="default" onClick={() => setAdding(true)}>
            {t("notices.add")}
          </Button>
        }
      >
        {adding ? <Form close={() => setAdding(false)} /> : null}
        {data.channels.length === 0 ? <p className="muted">{t("notices.none")}</p> : null}
        <ul className="plain rows">
          {data.channels.map((one) => (
            <One key={one.id} one={one} />
          ))}
        </ul>
      </Section>
      <Section title={t("notices.queue")}>
        {(data.counts.lost ?? 0) > 0 ? <p className="alarm">{t("notices.lost", { n: count(data.counts.lost ?? 0) })}</p> : null}
        {data.newest.length === 0 ? <p className="muted">{t("notices.queue.none")}</p> : null}
        <ul className="plain rows">
          {data.newest.map((one) => (
            <li key={one.seq} className="row">
              <span>
                <Link to="/findings/$id" params={{ id: one.finding }}>
                  {one.finding}
                </Link>{" "}
                → {names.get(one.channel) ?? one.channel}
              </span>
              <span className={one.state === "given_up" ? "alarm" : "muted"}>
                {t(`notices.state.${one.state}`)} ・ {times.exact(one.at)}
                {one.error ? ` ・ ${one.error}` : ""}
              </span>
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

function One({ one }: { one: Channel }) {
  const { t } = useSpeech();
  const act = useAct();
  const test = useMutation({ mutationFn: () => post<Shapes["Tested"]>(`/api/notices/${one.id}/test`, {}) });
  const where = one.type === "webhook" ? one.url : one.type === "mail" ? one.to.join(" ") : `${one.host}:${one.port}`;
  return (
    <li className="row row-stack">
      <span>
        <strong>{one.name}</strong> <span className="muted">{t(`notices.type.${one.type}` as Key)} ・ {where}</span>
      </span>
      <span className="muted">
        {t("notices.summary", { severity: t(`severity.${one.severity}`) })}
        {one.after_min > 0 ? ` ・ ${t("notices.summary.after", { n: one.after_min })}` : ""}
        {one.quiet_start ? ` ・ ${t("notices.summary.quiet", { time: `${one.quiet_start}–${one.quiet_end}` })}` : ""}
      </span>
      <span className="path-tools">
        <Button variant="default" size="compact-sm" loading={test.isPending} onClick={() => test.mutate()}>
          {t("notices.test")}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          onClick={() => act.mutate({ path: `/api/notices/${one.id}/remove`, body: { reason: t("notices.removed") } })}
        >
          {t("notices.remove")}
        </Button>
        <span role="status">
          {test.data ? (test.data.sent ? t("notices.tested") : t("notices.failed", { error: test.data.error })) : ""}
        </span>
      </span>
      {test.isError ? <Trouble error={test.error} /> : null}
      {act.isError ? <Trouble error={act.error} /> : null}
    </li>
  );
}

const BLANK = { name: "", host: "", user: "", sender: "", to: "", url: "", quiet: "", secret: "" };

function Form({ close }: { close: () => void }) {
  const { t } = useSpeech();
  const save = useAct(close);
  const [type, setType] = useState<Shapes["ChannelAsk"]["type"]>("mail");
  const [tls, setTls] = useState<Shapes["ChannelAsk"]["tls"]>("starttls");
  const [form, setForm] = useState<Shapes["ChannelAsk"]["form"]>("text");
  const [port, setPort] = useState<number | string>(587);
  const [after, setAfter] = useState<number | string>(0);
  const [severity, setSeverity] = useState<Severity>("medium");
  const [but, setBut] = useState<Severity>("high");
  const [text, setText] = useState(BLANK);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { quiet, to, secret, ...rest } = text;
    const [start, end] = quiet.split("-");
    save.mutate({
      path: "/api/notices",
      body: {
        ...rest,
        type,
        form,
        tls: type === "webhook" ? "none" : tls,
        port: Number(port) || 0,
        after_min: Number(after) || 0,
        severity,
        quiet_but: but,
        quiet_start: start?.trim() ?? "",
        quiet_end: end?.trim() ?? "",
        to: to.split(/[\s,]+/).filter(Boolean),
        secret: secret === "" ? null : secret,
      },
    });
  };
  const field = (name: keyof typeof BLANK, label: Key) => (
    <TextInput label={t(label)} value={text[name]} onChange={(event) => setText({ ...text, [name]: event.currentTarget.value })} />
  );
  const level = (label: Key, value: Severity, change: (next: Severity) => void) => (
    <Select
      label={t(label)}
      value={value}
      onChange={(next) => change((next ?? value) as Severity)}
      data={SEVERITIES.map((one) => ({ value: one, label: t(`severity.${one}`) }))}
      allowDeselect={false}
    />
  );
  const choose = (next: string | null) => {
    const wanted = (next ?? "mail") as typeof type;
    setType(wanted);
    setTls(wanted === "mail" ? "starttls" : "none");
    setPort(wanted === "mail" ? 587 : 514);
  };
  return (
    <form className="section-form path-form" onSubmit={submit} noValidate>
      <div className="path-fields">
        <Select
          label={t("notices.type")}
          value={type}
          onChange={choose}
          data={(["mail", "webhook", "syslog"] as const).map((value) => ({ value, label: t(`notices.type.${value}`) }))}
          allowDeselect={false}
        />
        {field("name", "notices.name")}
        {type === "webhook" ? field("url", "notices.url") : field("host", "notices.host")}
        {type === "webhook" ? (
          <Select
            label="JSON / OCSF"
            value={form}
            onChange={(next) => setForm(next === "ocsf" ? "ocsf" : "text")}
            data={[
              { value: "text", label: "JSON" },
              { value: "ocsf", label: "OCSF" },
            ]}
            allowDeselect={false}
          />
        ) : (
          <>
            <NumberInput label={t("notices.port")} value={port} onChange={setPort} min={1} max={65535} hideControls />
            <Select
              label={t("notices.tls")}
              value={tls}
              onChange={(next) => setTls((next ?? "none") as typeof tls)}
              data={type === "mail" ? ["none", "starttls", "tls"] : ["none", "tls"]}
              allowDeselect={false}
            />
          </>
        )}
        {type === "mail" ? (
          <>
            {field("sender", "notices.sender")}
            {field("to", "notices.to")}
            {field("user", "notices.user")}
          </>
        ) : null}
        {type === "syslog" ? null : (
          <PasswordInput
            label={t("notices.secret")}
            value={text.secret}
            onChange={(event) => setText({ ...text, secret: event.currentTarget.value })}
            autoComplete="new-password"
          />
        )}
        {level("notices.severity", severity, setSeverity)}
        <NumberInput label={t("notices.after")} value={after} onChange={setAfter} min={0} max={10080} hideControls />
        {field("quiet", "notices.quiet")}
        {level("notices.quiet_but", but, setBut)}
      </div>
      <div className="path-tools">
        <Button type="submit" loading={save.isPending}>
          {t("notices.save")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("notices.cancel")}
        </Button>
      </div>
      {save.isError ? <Trouble error={save.error} /> : null}
    </form>
  );
}
