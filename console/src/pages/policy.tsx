// Allowed traffic between zones: proposed, approved by a person, tried on the history, then watched.
import { Button, Checkbox, SegmentedControl, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { overview, policy, policyText } from "../api/questions";
import { count } from "../format";
import { PacketButton } from "../parts/packet";
import { Answer, Empty, Trouble } from "../parts/states";
import { DeviceName, Head, Section, Unknown, useServiceName, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech } from "../texts";
import { Community } from "./community";

const WOULD_FIRST = 5;
const LINES_STEP = 100; // rows of the table shown at a time

type Policy = Shapes["Policy"];
type Conduit = Shapes["PolicyConduit"];
type Act = { path: string; body: object };

export function PolicyPage() {
  const { t } = useSpeech();
  const empty = useQuery(overview).data?.empty;
  const page = useQuery(policy);
  return (
    <div className="page">
      <Head title={t("policy.title")} help={t("policy.help")} />
      {empty ? <Empty /> : <Answer of={page}>{(data) => <Whole data={data} />}</Answer>}
      <Community />
    </div>
  );
}

const key = (one: Conduit) => `${one.source} ${one.target} ${one.service} ${one.proto} ${one.port}`;

function Whole({ data }: { data: Policy }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  const [limit, setLimit] = useState(LINES_STEP);
  const [would, setWould] = useState(WOULD_FIRST);
  const act = useMutation({
    mutationFn: ({ path, body }: Act) => post<Policy>(`/api/policy/${path}`, { ...body, reason: reason.trim() }),
    onSuccess: async (next) => {
      client.setQueryData(policy.queryKey, next);
      setChosen(new Set());
      setReason("");
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" && queryKey[0] !== "policy" });
    },
  });
  const run = (path: string, body: object) => {
    setMissing(reason.trim() === "");
    if (reason.trim() !== "") act.mutate({ path, body });
  };
  const proposed = data.lines.filter((line) => line.proposed && line.id === "");
  const picked = data.lines.filter((line) => chosen.has(key(line.conduit)));
  const fresh = picked.filter((line) => line.id === "");
  const old = picked.filter((line) => line.id !== "");
  const toggle = (line: Shapes["PolicyLine"]) => {
    const next = new Set(chosen);
    if (!next.delete(key(line.conduit))) next.add(key(line.conduit));
    setChosen(next);
  };
  return (
    <>
      <section className="section-form policy-act no-print">
        <p>
          <strong>{t(data.on ? "policy.on" : "policy.off")}</strong>
        </p>
        <Textarea
          label={t("policy.reason")}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={missing && reason.trim() === "" ? t("policy.reason.missing") : undefined}
          aria-required="true"
          autosize
          maxLength={2000}
        />
        <div className="path-tools">
          <Button variant="default" disabled={proposed.length === 0} onClick={() => setChosen(new Set(proposed.map((line) => key(line.conduit))))}>
            {t("policy.choose_proposed", { n: count(proposed.length) })}
          </Button>
          <Button
            disabled={fresh.length === 0}
            loading={act.isPending}
            onClick={() => run("approve", { conduits: fresh.map((line) => line.conduit) })}
          >
            {t("policy.approve", { n: count(fresh.length) })}
          </Button>
          <Button variant="default" disabled={old.length === 0} onClick={() => run("withdraw", { ids: old.map((line) => line.id) })}>
            {t("policy.withdraw")}
          </Button>
          <Button variant="default" onClick={() => run("switch", { on: !data.on })}>
            {t(data.on ? "policy.switch.off" : "policy.switch.on")}
          </Button>
        </div>
        {act.isError ? <Trouble error={act.error} /> : null}
      </section>
      <Section title={t("policy.would")}>
        <p>{data.would_ring_total === 0 ? t("policy.would.none") : t("policy.would.n", { n: count(data.would_ring_total) })}</p>
        <ul className="plain rows">
          {data.would_ring.slice(0, would).map((one) => (
            <li key={key(one.conduit)} className="row row-stack">
              <What of={one.conduit} />
              <Who of={one.seen} />
            </li>
          ))}
        </ul>
        {data.would_ring.length > would ? (
          <button type="button" className="link-button no-print" onClick={() => setWould(data.would_ring.length)}>
            {t("app.more", { n: count(data.would_ring_total - would) })}
          </button>
        ) : null}
      </Section>
      <Section title={t("policy.lines")}>
        {data.lines.length === 0 ? (
          <p className="muted">{t("policy.none")}</p>
        ) : (
          <Wide label={t("policy.lines")}>
            <table className="table">
              <thead>
                <tr>
                  <td />
                  {(["what", "who", "heard", "state"] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`policy.head.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.lines.slice(0, limit).map((line) => (
                  <Line key={key(line.conduit)} line={line} chosen={chosen.has(key(line.conduit))} toggle={() => toggle(line)} />
                ))}
              </tbody>
            </table>
          </Wide>
        )}
        {data.lines.length > limit ? (
          <button type="button" className="link-button no-print" onClick={() => setLimit(limit + LINES_STEP)}>
            {t("app.more", { n: count(data.lines.length - limit) })}
          </button>
        ) : null}
        {data.lines_left_out > 0 && data.lines.length <= limit ? <p className="muted">{t("app.more", { n: count(data.lines_left_out) })}</p> : null}
      </Section>
      <Text />
    </>
  );
}

function useEnds() {
  const { t } = useSpeech();
  const zones = useZones();
  return (id: string) => (id === "external" ? t("policy.external") : id === "" ? t("policy.nowhere") : zones.name(id));
}

function useWhat() {
  const end = useEnds();
  const service = useServiceName();
  return (of: Conduit) => `${end(of.source)} → ${end(of.target)} ・ ${service(of.service || `${of.proto}/${of.port}`)}`;
}

function What({ of }: { of: Conduit }) {
  return <span>{useWhat()(of)}</span>;
}

function Who({ of }: { of: Shapes["PolicySeen"] }) {
  return (
    <span className="names small">
      {of.clients.map((device) => (
        <DeviceName key={device.id} of={device} bare />
      ))}
      {of.clients_total > of.clients.length ? <span>…</span> : null}
      <span aria-hidden="true">→</span>
      {of.servers.map((device) => (
        <DeviceName key={device.id} of={device} bare />
      ))}
      {of.servers_total > of.servers.length ? <span>…</span> : null}
    </span>
  );
}

function Line({ line, chosen, toggle }: { line: Shapes["PolicyLine"]; chosen: boolean; toggle: () => void }) {
  const { t } = useSpeech();
  const times = useTimes();
  const what = useWhat();
  return (
    <tr>
      <td>
        <Checkbox aria-label={t("policy.choose", { what: what(line.conduit) })} checked={chosen} onChange={toggle} />
      </td>
      <th scope="row">
        <What of={line.conduit} />
      </th>
      <td>{line.seen ? <Who of={line.seen} /> : null}</td>
      <td>
        {line.seen?.last ? (
          <>
            <span className="nowrap">{times.at(line.seen.last)}</span> <span className="muted block">{t("policy.hours", { n: count(line.seen.hours), days: count(line.seen.days) })}</span>
            {line.seen.evidence[0] ? (
              <PacketButton evidence={line.seen.evidence[0]}>
                {t("finding.evidence.packet", { n: line.seen.evidence[0].packet })}
              </PacketButton>
            ) : null}
          </>
        ) : (
          <Unknown>{t("policy.unheard")}</Unknown>
        )}
      </td>
      <td>
        {line.id ? (
          <>
            {t("policy.state.approved", { by: line.by })}
            <span className="muted small block">{line.reason}</span>
          </>
        ) : line.proposed ? (
          t("policy.state.proposed")
        ) : (
          <span className="standing">{t("policy.state.person")}</span>
        )}
      </td>
    </tr>
  );
}

function Text() {
  const { t } = useSpeech();
  const [form, setForm] = useState("nftables");
  const text = useQuery(policyText(form));
  return (
    <details className="details no-print">
      <summary>{t("policy.export")}</summary>
      <p className="help">{t("policy.export.help")}</p>
      <SegmentedControl
        aria-label={t("policy.export")}
        value={form}
        onChange={setForm}
        data={(["nftables", "cisco", "fortigate", "yamaha"] as const).map((value) => ({ value, label: t(`policy.export.${value}`) }))}
      />
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="hex" tabIndex={0}>
        {text.data?.text ?? ""}
      </pre>
    </details>
  );
}
