// What must be decided before a theatre is shown live, filmed, or shared: by people, with their reasons.
import { Button, NumberInput, Radio, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, remove, type Shapes } from "../api/client";
import { consents, deskHome, invitations, rooms } from "../api/questions";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes } from "../parts/words";
import { useSpeech, type Key } from "../texts";

type Decision = Shapes["DeskDecisionIn"]["decision"];
const DECISIONS: Decision[] = ["not-medical-device", "medical-device", "off"];

export function RulesPage() {
  const { t } = useSpeech();
  const home = useQuery(deskHome);
  return (
    <div className="page page-narrow">
      <Head title={t("rules.title")} help={t("rules.help")} />
      <Answer of={home}>
        {(data) => (
          <>
            <p className="not-for">{t("rules.not_for")}</p>
            <Regulatory data={data.permission} />
          </>
        )}
      </Answer>
      <Consent />
      <Invitations />
    </div>
  );
}

function Regulatory({ data }: { data: Shapes["DeskPermission"] }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const [decision, setDecision] = useState<Decision | "">("");
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: () => post("/api/desk/regulatory", { decision, reason }),
    onSuccess: async () => {
      setDecision("");
      setReason("");
      await client.invalidateQueries();
    },
  });
  return (
    <Section title={t("rules.regulatory")} help={t("rules.regulatory.help")} className="section-form">
      <p>
        <strong>{t(data.allowed ? "rules.live.on" : "rules.live.off")}</strong>
      </p>
      {data.decision ? (
        <blockquote>
          <p>{id("rules.decision", data.decision)}</p>
          <p>{data.reason}</p>
          <p className="muted">{data.by} ・ {times.at(data.at_ms)}</p>
        </blockquote>
      ) : (
        <p className="muted">{t("rules.nobody")}</p>
      )}
      <form
        className="path-form no-print"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Radio.Group label={t("rules.decide")} value={decision} onChange={(next) => setDecision(next as Decision)}>
          {DECISIONS.filter((one) => one !== "off" || data.allowed).map((one) => (
            <Radio key={one} value={one} mt="xs" label={id("rules.decision", one)} description={t(`rules.effect.${one}` as Key)} />
          ))}
        </Radio.Group>
        <Textarea label={t("rules.reason")} description={t("rules.reason.help")} required autosize minRows={2} maxLength={2000}
          value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <div className="path-tools">
          <Button type="submit" disabled={!decision || reason.trim().length < 10} loading={save.isPending}>{t("rules.record")}</Button>
        </div>
        {save.isError ? <Trouble error={save.error} /> : null}
      </form>
    </Section>
  );
}

/** Rooms that a person may choose from: those that were heard, and those with a recorder. */
function useRoomNames(): string[] {
  const heard = useQuery(rooms);
  const home = useQuery(deskHome);
  const names = [...(heard.data ?? []).map((one) => one.id), ...(home.data?.rooms ?? []).map((one) => one.room)];
  return [...new Set(names)].sort();
}

function Room({ value, change }: { value: string; change: (room: string) => void }) {
  const { t } = useSpeech();
  const names = useRoomNames();
  return names.length > 0 ? (
    <Select label={t("rules.room")} required searchable value={value || null} onChange={(next) => change(next ?? "")} data={names} />
  ) : (
    <TextInput label={t("rules.room")} required value={value} onChange={(event) => change(event.currentTarget.value)} />
  );
}

function Consent() {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const given = useQuery(consents);
  const [room, setRoom] = useState("");
  const [rule, setRule] = useState("");
  const act = useMutation({
    mutationFn: ({ path, body }: { path: string; body: object }) => post<Shapes["DeskConsent"][]>(path, body),
    onSuccess: (next) => {
      client.setQueryData(consents.queryKey, next);
      setRoom("");
      setRule("");
    },
  });
  return (
    <Section title={t("rules.consent")} help={t("rules.consent.help")} className="section-form">
      <Answer of={given}>
        {(data) => (
          <>
            {data.length === 0 ? <p className="muted">{t("rules.consent.none")}</p> : null}
            <ul className="plain rows">
              {data.map((one) => (
                <li key={one.room} className="row">
                  <span>
                    <strong>{one.room}</strong> {one.rule} <span className="muted">{one.by} ・ {times.at(one.at_ms)}</span>
                  </span>
                  <Button variant="default" size="compact-sm" className="no-print" aria-label={`${t("rules.consent.withdraw")} ${one.room}`}
                    onClick={() => act.mutate({ path: "/api/desk/consent/withdraw", body: { room: one.room } })}>
                    {t("rules.consent.withdraw")}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
      <form
        className="path-form no-print"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          act.mutate({ path: "/api/desk/consent", body: { room, rule } });
        }}
      >
        <Room value={room} change={setRoom} />
        <Textarea label={t("rules.consent.rule")} description={t("rules.consent.rule.help")} required autosize minRows={2} maxLength={2000}
          value={rule} onChange={(event) => setRule(event.currentTarget.value)} />
        <div className="path-tools">
          <Button type="submit" variant="default" disabled={!room || rule.trim().length < 10} loading={act.isPending}>{t("rules.consent.record")}</Button>
        </div>
        {act.isError ? <Trouble error={act.error} /> : null}
      </form>
    </Section>
  );
}

function Invitations() {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const live = useQuery(invitations);
  const [room, setRoom] = useState("");
  const [name, setName] = useState("");
  const [hours, setHours] = useState<number | string>(2);
  const again = () => client.invalidateQueries({ queryKey: invitations.queryKey });
  const invite = useMutation({
    mutationFn: () => post<Shapes["DeskInvitation"]>("/api/desk/invitations", { room, name, hours: Number(hours) }),
    onSuccess: again,
  });
  const end = useMutation({ mutationFn: (id: string) => remove(`/api/desk/invitations?id=${encodeURIComponent(id)}`), onSuccess: again });
  const made = invite.data;
  const address = made ? `${window.location.origin}/desk?room=${encodeURIComponent(made.room)}&word=${encodeURIComponent(made.word)}` : "";
  return (
    <Section title={t("rules.invite")} help={t("rules.invite.help")} className="section-form">
      {made ? (
        <div className="section-act" role="status">
          <p>{t("rules.invite.made", { name: made.name, time: times.at(made.until_ms) })}</p>
          <p><code className="big-code">{address}</code></p>
          <p className="muted">{t("rules.invite.once")}</p>
        </div>
      ) : null}
      <Answer of={live}>
        {(data) => (
          <>
            {data.length === 0 ? <p className="muted">{t("rules.invite.none")}</p> : null}
            <ul className="plain rows">
              {data.map((one) => (
                <li key={one.id} className="row">
                  <span>
                    <strong>{one.name}</strong> {one.room}{" "}
                    <span className="muted">{t("rules.invite.until", { time: times.at(one.until_ms), by: one.by })}</span>
                  </span>
                  <Button variant="default" size="compact-sm" className="no-print" aria-label={`${t("rules.invite.end")} ${one.name}`}
                    onClick={() => end.mutate(one.id)}>
                    {t("rules.invite.end")}
                  </Button>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
      {end.isError ? <Trouble error={end.error} /> : null}
      <form
        className="path-form no-print"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <div className="path-fields">
          <Room value={room} change={setRoom} />
          <TextInput label={t("rules.invite.name")} required value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <NumberInput label={t("rules.invite.hours")} value={hours} onChange={setHours} min={1} max={24} hideControls />
        </div>
        <div className="path-tools">
          <Button type="submit" variant="default" disabled={!room || !name.trim()} loading={invite.isPending}>{t("rules.invite.do")}</Button>
        </div>
        {invite.isError ? <Trouble error={invite.error} /> : null}
      </form>
    </Section>
  );
}
