import { Button, Checkbox, Radio, Select, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { post, type Finding, type Shapes, type Words } from "../api/client";
import { advice, finding } from "../api/questions";
import { BackIcon, PrintIcon } from "../parts/icons";
import { Bundle } from "../parts/bundle";
import { PacketButton } from "../parts/packet";
import { Answer, Trouble } from "../parts/states";
import { DeviceName, Section, StatusWord, Urgency, Use, useTimes, useZones } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import { FindingLine } from "./findings";
import { useBegin } from "./incidents";

const route = getRouteApi("/findings/$id");

export function FindingPage() {
  const { id } = route.useParams();
  return (
    <div className="page page-narrow">
      <Answer of={useQuery(finding(id))}>{(data) => <Story key={data.id} data={data} />}</Answer>
    </div>
  );
}

function Story({ data }: { data: Finding }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  const { texts } = data;
  return (
    <article className="story">
      <p className="back no-print">
        <Link to="/findings">
          <BackIcon />
          {t("finding.back")}
        </Link>
      </p>
      <header className="story-head">
        <div className="story-marks">
          <Urgency of={data.severity} />
          <StatusWord of={data.status} />
          <span className="muted">{t("finding.number", { id: data.id })}</span>
        </div>
        <h1>{w(texts.title)}</h1>
        <p className="muted">
          {data.first === data.last
            ? times.exact(data.first)
            : t("findings.when", { first: times.exact(data.first), last: times.exact(data.last) })}
          {data.count > 1 ? ` ・ ${t("findings.count", { n: data.count })}` : ""}
        </p>
        {data.in_use === "yes" || data.in_use === "unknown" ? (
          <p className="caution" role="note">
            {t(`use.caution.${data.in_use}`)}
          </p>
        ) : null}
        <div className="path-tools no-print">
          <BeginIncident finding={data.id} />
          <Button variant="default" leftSection={<PrintIcon />} onClick={() => window.print()}>
            {t("finding.print")}
          </Button>
          <Link to="/findings/$id/notice" params={{ id: data.id }} className="button">
            {t("notice.open")}
          </Link>
        </div>
      </header>

      <Section title={t("finding.seen")}>
        <p className="lead">{w(texts.seen)}</p>
      </Section>
      <Section title={t("finding.why")}>
        <p>{w(texts.why)}</p>
      </Section>
      <Section title={t("finding.first")} className="section-act">
        <Lines of={texts.first_steps} ordered />
      </Section>
      <Cuts id={data.id} />
      <Section title={t("finding.innocent")}>
        <Lines of={texts.innocent} />
      </Section>
      <Section title={t("finding.sure")}>
        <p>{w(texts.sure)}</p>
        {texts.needs.length > 0 ? (
          <>
            <h3>{t("finding.needs")}</h3>
            <Lines of={texts.needs} />
          </>
        ) : null}
      </Section>
      <Section title={t("finding.devices")}>
        <ul className="plain rows">
          {data.devices.map((device) => (
            <li key={device.id} className="row">
              <DeviceName of={device} />
              <span className="muted">{device.outside ? t("devices.outside") : zones.name(device.zone)}</span>
            </li>
          ))}
        </ul>
        {data.in_use === "none" || data.in_use === "no" ? null : <Use of={data.in_use} />}
      </Section>
      <Section title={t("finding.evidence")} help={t("finding.evidence.help")}>
        <ul className="plain chips">
          {data.evidence.map((one) => (
            <li key={`${one.capture} ${one.packet}`}>
              <PacketButton evidence={one}>{t("finding.evidence.packet", { n: one.packet })}</PacketButton>
            </li>
          ))}
        </ul>
      </Section>
      <Bundle id={data.id} />
      {data.story_findings.length > 0 ? (
        <Section title={t("finding.story")}>
          <ul className="plain finding-list">
            {data.story_findings.map((item) => (
              <FindingLine key={item.id} item={item} />
            ))}
          </ul>
        </Section>
      ) : null}
      <Section title={t("finding.history")}>
        <ol className="plain history">
          {data.events.map((event, place) => (
            <Event key={`${event.at} ${place}`} event={event} />
          ))}
        </ol>
      </Section>
      <Decide data={data} />
      <p className="print-only reply">{t("finding.print.reply")}</p>
    </article>
  );
}

/** The one button: from what was found into the day of the incident. */
function BeginIncident({ finding: id }: { finding: string }) {
  const { t } = useSpeech();
  const begin = useBegin();
  return (
    <>
      <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate({ finding: id })}>
        {t("incident.from_finding")}
      </Button>
      {begin.isError ? <Trouble error={begin.error} /> : null}
    </>
  );
}

function Lines({ of, ordered = false }: { of: Words[]; ordered?: boolean }) {
  const { w } = useSpeech();
  const items = of.map((line) => <li key={line.en}>{w(line)}</li>);
  return ordered ? <ol className="steps">{items}</ol> : <ul className="bullets">{items}</ul>;
}

/** Where the line may be cut, and what that costs at this minute. */
function Cuts({ id }: { id: string }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const told = useQuery(advice(id));
  if (!told.data) return told.isError ? <Trouble error={told.error} /> : null;
  const { cuts, warning, at } = told.data;
  if (cuts.length === 0) return null;
  return (
    <Section title={t("advice.title")} help={t("advice.help", { time: at ? times.at(at) : "–" })}>
      {warning ? <p className="caution">{w(warning)}</p> : null}
      <ol className="steps cuts">
        {cuts.map((cut) => (
          <li key={cut.place}>
            <p>{w(cut.text)}</p>
            {cut.warning ? <p className="alarm">{w(cut.warning)}</p> : null}
            {cut.lost.length > 0 ? (
              <details className="details">
                <summary>
                  {t("advice.lost", { n: cut.lost.length })}
                </summary>
                <Lines of={cut.lost} />
              </details>
            ) : (
              <p className="muted small">{t("advice.lost.none")}</p>
            )}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Event({ event }: { event: Shapes["FindingEvent"] }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  const what =
    event.kind === "decided" ? t("finding.event.decided", { status: t(`status.${event.after}`) }) : id("finding.event", event.kind);
  return (
    <li>
      <span className="muted">{times.exact(event.at)}</span>{" "}
      <strong>{what}</strong> <span className="muted">{id("finding.by", event.by)}</span>
      {event.until ? <span className="muted"> ・ {t("finding.event.until", { time: times.day(event.until) })}</span> : null}
      {event.reason ? <p className="said">{event.reason}</p> : null}
    </li>
  );
}

const UNTIL_DAYS: Record<string, number | null> = { none: null, week: 7, month: 30, quarter: 90 };
type Choice = Shapes["DecisionAsk"]["status"];

function Decide({ data }: { data: Finding }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const waiting = data.status === "open" || data.status === "reopened";
  const [choice, setChoice] = useState<Choice>(waiting ? "acknowledged" : "open");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("none");
  const [missing, setMissing] = useState(false);
  const [also, setAlso] = useState(false);
  const save = useMutation({
    mutationFn: (ask: Shapes["DecisionAsk"]) =>
      post<Finding>(`/api/findings/${encodeURIComponent(data.id)}/decision`, ask),
    onSuccess: async (next) => {
      client.setQueryData(["finding", data.id], next);
      setReason("");
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(reason.trim() === "");
    if (reason.trim() === "") return;
    const days = UNTIL_DAYS[until];
    save.mutate({
      status: choice,
      reason: reason.trim(),
      until: days ? new Date(Date.now() + days * 86_400_000).toISOString() : null,
      also: also ? data.similar.map((one) => one.id) : [],
    });
  };
  const choices: Choice[] = waiting
    ? ["acknowledged", "explained", "resolved"]
    : ["open", "acknowledged", "explained", "resolved"];
  return (
    <Section title={t("finding.decide")} help={t("finding.decide.help")} className="section-form no-print">
      <form onSubmit={submit} noValidate>
        <Radio.Group
          label={t("finding.decide.status")}
          value={choice}
          onChange={(next) => setChoice(next as Choice)}
        >
          <div className="choices">
            {choices.map((one) => (
              <Radio
                key={one}
                value={one}
                label={t(`finding.decide.${one}` as Key)}
                description={t(`finding.decide.${one}.hint` as Key)}
              />
            ))}
          </div>
        </Radio.Group>
        <Textarea
          label={t("finding.decide.reason")}
          description={t("finding.decide.reason.hint")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={missing && reason.trim() === "" ? t("finding.decide.missing") : undefined}
          aria-required="true"
          autosize
          minRows={2}
          maxLength={2000}
        />
        <Select
          label={t("finding.decide.until")}
          value={until}
          onChange={(next) => setUntil(next ?? "none")}
          data={Object.keys(UNTIL_DAYS).map((value) => ({ value, label: t(`finding.decide.until.${value}` as Key) }))}
          allowDeselect={false}
          maw={240}
        />
        {data.similar.length > 0 ? (
          <>
            <Checkbox
              label={t("similar.also", { n: data.similar.length })}
              checked={also}
              onChange={(event) => setAlso(event.currentTarget.checked)}
            />
            <details className="details">
              <summary>{t("similar.title")}</summary>
              <ul className="plain finding-list">
                {data.similar.map((item) => (
                  <FindingLine key={item.id} item={item} />
                ))}
              </ul>
            </details>
          </>
        ) : null}
        <Button type="submit" loading={save.isPending}>
          {t("finding.decide.save")}
        </Button>
        <p role="status" className="saved">
          {save.isSuccess ? t("finding.decide.saved") : ""}
        </p>
        {save.isError ? <Trouble error={save.error} /> : null}
      </form>
    </Section>
  );
}
