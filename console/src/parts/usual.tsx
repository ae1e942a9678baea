// What is usual for a device: learnt from its days, answered by people with a reason.
import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { habits } from "../api/questions";
import { bytes } from "../format";
import { useSpeech } from "../texts";
import { Answer, Trouble } from "./states";
import { Section, useServiceName, useTimes, Wide } from "./words";

type Line = Shapes["HabitLine"];
type Says = "usual" | "unusual" | "undo";
const FIRST = 12;

export function UsualTalk({ id }: { id: string }) {
  const { t } = useSpeech();
  return (
    <Section title={t("usual.title")} help={t("usual.help")}>
      <Answer of={useQuery(habits(id))}>{(data) => <Lines data={data} />}</Answer>
    </Section>
  );
}

function Lines({ data }: { data: Shapes["Habits"] }) {
  const { t } = useSpeech();
  const [all, setAll] = useState(false);
  const lines = all ? data.lines : data.lines.slice(0, FIRST);
  if (data.lines.length === 0) return <p className="muted">{t("usual.none")}</p>;
  return (
    <>
      <p className="muted">{t("usual.days", { n: data.days })}</p>
      <Wide label={t("usual.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("usual.what")}</th>
              <th scope="col">{t("usual.how")}</th>
              <th scope="col">{t("usual.standing")}</th>
              <th scope="col" className="no-print">
                {t("usual.answer")}
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Row key={`${line.kind} ${line.value} ${line.way}`} device={data.device} line={line} />
            ))}
          </tbody>
        </table>
      </Wide>
      {!all && data.lines.length > FIRST ? (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t("app.more", { n: data.lines.length - FIRST })}
        </button>
      ) : null}
      {data.left_out > 0 ? <p className="muted">{t("usual.left_out", { n: data.left_out })}</p> : null}
    </>
  );
}

function Row({ device, line }: { device: string; line: Line }) {
  const { t, list } = useSpeech();
  const name = useServiceName();
  const times = useTimes();
  const client = useQueryClient();
  const [says, setSays] = useState<Says | null>(null);
  const [reason, setReason] = useState("");
  const path = `/api/devices/${encodeURIComponent(device)}/habits`;
  const save = useMutation({
    mutationFn: (answer: Says) =>
      answer === "undo"
        ? post<Shapes["Habits"]>(`${path}/${encodeURIComponent(line.word)}/undo`, { reason: reason.trim() })
        : post<Shapes["Habits"]>(path, { kind: line.kind, value: line.value, usual: answer === "usual", reason: reason.trim() }),
    onSuccess: (next) => {
      client.setQueryData(["habits", device], next);
      setSays(null);
      setReason("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (says && reason.trim()) save.mutate(says);
  };
  const what = line.kind === "service" ? name(line.value) : line.label;
  const ask = (answer: Says) => (
    <Button
      key={answer}
      size="compact-sm"
      variant="default"
      aria-label={`${t(`usual.say.${answer}`)}: ${what}`}
      onClick={() => setSays(answer)}
    >
      {t(`usual.say.${answer}`)}
    </Button>
  );
  return (
    <tr>
      <th scope="row">
        {what} <span className="tag">{t(`usual.kind.${line.kind}`)}</span>
      </th>
      <td>
        {line.way === "unheard"
          ? t("usual.unheard")
          : t("usual.heard", { way: t(`usual.way.${line.way}`), n: line.days, sent: bytes(line.sent_bytes) })}
        {line.kind !== "service" && line.services.length > 0 ? <div className="muted">{list(line.services.map(name))}</div> : null}
      </td>
      <td>
        {t(`usual.standing.${line.standing}`)}
        {line.word && line.at ? <div className="muted">{t("usual.said", { by: line.by, at: times.at(line.at), reason: line.reason })}</div> : null}
      </td>
      <td className="no-print">
        {says ? (
          <form onSubmit={submit} className="form">
            <TextInput
              label={t("usual.reason", { answer: t(`usual.say.${says}`) })}
              value={reason}
              maxLength={2000}
              data-autofocus
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {save.error ? <Trouble error={save.error} /> : null}
            <div className="row">
              <Button type="submit" size="compact-sm" loading={save.isPending} disabled={!reason.trim()}>
                {t("usual.keep")}
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={() => setSays(null)}>
                {t("usual.cancel")}
              </Button>
            </div>
          </form>
        ) : line.kind === "service" ? null : (
          <div className="row">{line.word ? ask("undo") : line.standing === "learnt" ? ask("unusual") : [ask("usual"), ask("unusual")]}</div>
        )}
      </td>
    </tr>
  );
}
