import { Button, Modal, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { post, type Attribute, type Device, type Shapes, type Source } from "../api/client";
import { device, vocabulary } from "../api/questions";
import { bytes, count, duration, ms } from "../format";
import { Act, Beside, Documents, Merge, Weak } from "../parts/beside";
import { BackIcon, PrintIcon } from "../parts/icons";
import { PacketButton } from "../parts/packet";
import { Answer, Trouble } from "../parts/states";
import { UsualTalk } from "../parts/usual";
import { DeviceName, Section, Sure, Unknown, Use, useServiceList, useServiceName, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import { FindingLine } from "./findings";

const route = getRouteApi("/devices/$id");
/** Items that every device has, stated or not: what is missing is shown as missing. */
const ALWAYS = ["type", "manufacturer", "model", "serial", "software_version", "os", "hostname"];
// What follows from the type stands at the head of the page already.
const DERIVED = new Set(["phi"]);
const CORRECTABLE = [
  "name_by_person", "type", "manufacturer", "model", "serial", "software_version", "os", "department", "location", "owner",
  "criticality", "consequence", "holder", "maintenance_vendor", "contract", "support_end", "jmdn", "fda_code",
]; // prettier-ignore
const CRITICALITIES = ["life", "care", "work", "none"] as const;

export function DevicePage() {
  const { id } = route.useParams();
  return <div className="page">{<Answer of={useQuery(device(id))}>{(data) => <One key={data.id} data={data} />}</Answer>}</div>;
}

function One({ data }: { data: Device }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  const waiting = data.findings.filter((item) => item.status === "open" || item.status === "reopened").length;
  return (
    <article>
      <p className="back no-print">
        <Link to="/devices">
          <BackIcon />
          {t("device.back")}
        </Link>
      </p>
      <header className="device-head">
        <div>
          <p className="device-type">{data.type === "unknown" ? <Unknown /> : w(data.type_words)}</p>
          <h1>{data.label}</h1>
          <p className="device-facts">
            {data.outside ? (
              <span className="tag">{t("devices.outside")}</span>
            ) : data.zone ? (
              <Link to="/map" search={{ zone: data.zone.id }}>
                {zones.name(data.zone.id)}
              </Link>
            ) : (
              <span className="muted">{t("devices.no_zone")}</span>
            )}
            {data.in_use === "none" ? null : <Use of={data.in_use} />}
            {data.outside || data.criticality === "none" ? null : (
              <span className="muted">{t(`criticality.${data.criticality}` as Key)}</span>
            )}
            <span className="muted">{times.span(data.first, data.last)}</span>
          </p>
        </div>
        <div className="head-tools no-print">
          <Correct data={data} />
          {data.outside ? null : <Merge data={data} />}
          <Button variant="default" leftSection={<PrintIcon />} onClick={() => window.print()}>
            {t("app.print")}
          </Button>
        </div>
      </header>
      {waiting > 0 ? <Findings data={data} /> : null}
      <div className="columns columns-wide">
        <div>
          <Identity data={data} />
          {data.outside ? null : <Weak id={data.id} />}
          <Peers data={data} />
          {data.outside ? null : <UsualTalk id={data.id} />}
          {waiting > 0 ? null : <Findings data={data} />}
        </div>
        <div>
          <Names data={data} />
          <Addresses data={data} />
          <Services data={data} side="offers" />
          <Services data={data} side="uses" />
          {data.outside ? null : <Uses data={data} />}
          {data.outside ? null : <Beside id={data.id} />}
          {data.outside ? null : <Documents data={data} />}
          <Corrections data={data} />
        </div>
      </div>
    </article>
  );
}

// ---------------------------------------------------------------- identity and its proof

function Identity({ data }: { data: Device }) {
  const { t } = useSpeech();
  const stated = new Map(data.attributes.map((attribute) => [attribute.name, attribute]));
  const names = [
    ...data.attributes.map((attribute) => attribute.name),
    ...(data.outside ? [] : ALWAYS.filter((name) => !stated.has(name))),
  ].filter(
    (name) => !DERIVED.has(name) && (name !== "criticality" || stated.get(name)?.by_person) && (name !== "category" || !stated.has("type")));
  return (
    <Section title={t("device.identity")} help={t("device.identity.help")}>
      <div className="identity">
        {names.map((name) => {
          const attribute = stated.get(name);
          return attribute ? (
            <Claim key={name} attribute={attribute} />
          ) : (
            <div key={name} className="claim claim-missing">
              <div className="claim-line">
                <span className="claim-name">
                  <AttributeName of={name} />
                </span>
                <Unknown>{t("device.not_stated")}</Unknown>
              </div>
            </div>
          );
        })}
      </div>
    </Section>
  );
}

function AttributeName({ of }: { of: string }) {
  const { id } = useSpeech();
  return <>{id("attribute", of)}</>;
}

function Claim({ attribute }: { attribute: Attribute }) {
  const { t, w } = useSpeech();
  const sources = attribute.sources.length;
  const value = attribute.value_words ? w(attribute.value_words) : attribute.value;
  return (
    <details className="claim">
      <summary className="claim-line">
        <span className="claim-name">
          <AttributeName of={attribute.name} />
        </span>
        <span className="claim-value">{attribute.value === "unknown" ? <Unknown /> : value}</span>
        <span className="claim-sure">
          <Sure confidence={attribute.confidence} byPerson={attribute.by_person} />
          <span className="muted claim-count">
            {sources > 0 ? t("device.proof.count", { n: sources }) : ""}
            {attribute.rivals.length > 0 ? ` ・ ${t("device.rivals")}` : ""}
          </span>
        </span>
      </summary>
      <div className="claim-body">
        {sources === 0 ? <p className="muted">{t("device.proof.none")}</p> : <Sources of={attribute.sources} />}
        {attribute.rivals.length > 0 ? (
          <>
            <h3>{t("device.rivals")}</h3>
            {attribute.rivals.map((rival) => (
              <div key={rival.value} className="rival">
                <p>
                  {rival.value_words ? w(rival.value_words) : rival.value} <Sure confidence={rival.confidence} />
                </p>
                <Sources of={rival.sources} />
              </div>
            ))}
          </>
        ) : null}
      </div>
    </details>
  );
}

function Sources({ of }: { of: Source[] }) {
  const { t } = useSpeech();
  const times = useTimes();
  return (
    <ul className="plain sources">
      {of.map((source, place) => (
        <li key={`${source.clue} ${source.value} ${place}`} className="source">
          <div>
            <span className="mono source-clue">{source.clue}</span>
            <span className="source-value">{source.value}</span>
            <p className="muted">
              {t("device.source.meta", {
                count: count(source.count),
                first: times.exact(source.first),
                last: times.exact(source.last),
              })}
              {source.rule ? ` ・ ${source.rule}` : ""}
            </p>
          </div>
          {source.evidence ? (
            <PacketButton evidence={source.evidence}>
              {t("device.source.packet", { n: source.evidence.packet })}
            </PacketButton>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

// ---------------------------------------------------------------- names, addresses, services

function Names({ data }: { data: Device }) {
  const { t, id } = useSpeech();
  const names = Object.entries(data.names).filter(([, values]) => values.length > 0);
  if (names.length === 0) return null;
  return (
    <Section title={t("device.names")} help={t("device.names.help")}>
      <dl className="facts">
        {names.map(([kind, values]) => (
          <div key={kind} className="fact">
            <dt>{id("name", kind)}</dt>
            <dd className="mono">{values.join(", ")}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Addresses({ data }: { data: Device }) {
  const { t } = useSpeech();
  const times = useTimes();
  return (
    <Section title={t("device.addresses")} help={t("device.addresses.help")}>
      <ul className="plain rows">
        {data.addresses.map((address) => (
          <li key={`${address.mac} ${address.ip} ${address.vlan ?? ""} ${address.first}`} className="row row-stack">
            <span className="mono">
              {address.ip || "–"}
              {address.mac ? <span className="muted"> {address.mac}</span> : null}
              {address.vlan === null ? null : <span className="tag">{t("device.vlan", { n: address.vlan })}</span>}
            </span>
            <span className="muted small">
              {times.span(address.first, address.last)}{" "}
              {data.addresses.length > 1 && !data.outside ? (
                <Act
                  path={`/api/devices/${encodeURIComponent(data.id)}/split`}
                  body={{ address: address.ip || address.mac, reason: t("same.split.reason") }}
                  label="same.split"
                />
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Services({ data, side }: { data: Device; side: "offers" | "uses" }) {
  const { t } = useSpeech();
  const name = useServiceName();
  const services = data.services.filter((service) => service.role === side);
  if (services.length === 0 && side === "uses") return null;
  return (
    <Section title={t(`device.services.${side}`)}>
      {services.length === 0 ? (
        <p className="muted">{t("device.services.none")}</p>
      ) : (
        <ul className="plain rows">
          {services.map((service, place) => (
            <li key={`${service.name} ${service.proto} ${service.port} ${place}`} className="row">
              <span>
                {service.name ? name(service.name) : <Unknown>{t("device.services.unrecognised")}</Unknown>}
                {service.port > 0 ? <span className="muted mono"> {`${service.proto}/${service.port}`}</span> : null}
                {service.version ? <span className="muted"> {service.version}</span> : null}
              </span>
              <span className="muted small">
                {service.encrypted === null
                  ? ""
                  : `${t(service.encrypted ? "device.services.encrypted" : "device.services.clear")} ・ `}
                {t("device.services.peers", { n: service.peers })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

// ---------------------------------------------------------------- peers, use, findings

const PEERS_FIRST = 12;

function Peers({ data }: { data: Device }) {
  const { t } = useSpeech();
  const services = useServiceList();
  const [all, setAll] = useState(false);
  const peers = all ? data.peers : data.peers.slice(0, PEERS_FIRST);
  return (
    <Section title={t("device.peers")} help={t("device.peers.help")}>
      {data.peers.length === 0 ? (
        <p className="muted">{t("device.peers.none")}</p>
      ) : (
        <Wide label={t("device.peers")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("device.peers.who")}</th>
                <th scope="col">{t("device.peers.what")}</th>
                <th scope="col">{t("device.peers.direction")}</th>
                <th scope="col" className="num">
                  {t("device.peers.sent")}
                </th>
                <th scope="col" className="num">
                  {t("device.peers.received")}
                </th>
              </tr>
            </thead>
            <tbody>
              {peers.map((peer) => (
                <tr key={peer.device.id}>
                  <th scope="row">
                    <DeviceName of={peer.device} />
                    {peer.device.outside ? <span className="tag">{t("devices.outside")}</span> : null}
                  </th>
                  <td>{services(peer.services)}</td>
                  <td className="nowrap">
                    {t(peer.role === "client" ? "device.peers.asks" : peer.role === "server" ? "device.peers.served" : "device.peers.both")}
                  </td>
                  <td className="num">{bytes(peer.bytes_out)}</td>
                  <td className="num">
                    {peer.answered === 0 ? <Unknown>{t("device.peers.unanswered")}</Unknown> : bytes(peer.bytes_in)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {!all && data.peers.length > PEERS_FIRST ? (
        <button type="button" className="link-button" onClick={() => setAll(true)}>
          {t("app.more", { n: data.peers.length - PEERS_FIRST })}
        </button>
      ) : null}
    </Section>
  );
}

function Uses({ data }: { data: Device }) {
  const { t, id, lang } = useSpeech();
  const times = useTimes();
  return (
    <Section title={t("device.use")} help={t("device.use.help")}>
      {data.intervals.length === 0 ? (
        <p className="muted">{t("device.use.none")}</p>
      ) : (
        <ul className="plain rows">
          {data.intervals.map((one, place) => (
            <li key={`${one.start} ${place}`} className="row row-stack">
              <span>
                {times.span(one.start, one.end)} <span className="muted">({duration(ms(one.end) - ms(one.start), lang)})</span>
              </span>
              <span className="muted small">
                {id("why", one.why)}
                {one.location ? (
                  <>
                    {" ・ "}
                    <Link to="/theatre" search={{ room: one.location }}>
                      {one.location.replaceAll("^", " ")}
                    </Link>
                  </>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

function Findings({ data }: { data: Device }) {
  const { t } = useSpeech();
  return (
    <Section title={t("device.findings")}>
      {data.findings.length === 0 ? (
        <p className="muted">{t("device.findings.none")}</p>
      ) : (
        <ul className="plain finding-list">
          {data.findings.map((item) => (
            <FindingLine key={item.id} item={item} />
          ))}
        </ul>
      )}
    </Section>
  );
}

// ---------------------------------------------------------------- a person's word

function Corrections({ data }: { data: Device }) {
  const { t, id } = useSpeech();
  const times = useTimes();
  if (data.corrections.length === 0) return null;
  return (
    <Section title={t("device.corrections")}>
      <ul className="plain history">
        {data.corrections.map((one) => (
          <li key={one.id}>
            {one.kind === "set"
              ? t("device.correction", {
                  attribute: id("attribute", one.attribute),
                  value: one.value || one.other,
                  by: id("finding.by", one.by),
                  at: times.exact(one.at),
                })
              : `${one.kind === "merge" ? t("same.kind.merge") : t("same.kind.split", { other: one.other })} — ${id("finding.by", one.by)}、${times.exact(one.at)}`}
            <p className="said">{one.reason}</p>
            {one.undone ? (
              <span className="tag">{t("same.undone")}</span>
            ) : (
              <Act
                path={`/api/decisions/${encodeURIComponent(one.id)}/undo`}
                body={{ reason: t("same.undo.reason") }}
                label="same.undo"
              />
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Correct({ data }: { data: Device }) {
  const { t, w, id } = useSpeech();
  const client = useQueryClient();
  const types = useQuery(vocabulary).data?.types ?? [];
  const [open, setOpen] = useState(false);
  const [attribute, setAttribute] = useState("type");
  const [value, setValue] = useState("");
  const [reason, setReason] = useState("");
  const save = useMutation({
    mutationFn: (ask: Shapes["CorrectionAsk"]) =>
      post<Device>(`/api/devices/${encodeURIComponent(data.id)}/corrections`, ask),
    onSuccess: async (next) => {
      client.setQueryData(["device", data.id], next);
      setOpen(false);
      setValue("");
      setReason("");
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value && reason.trim()) save.mutate({ attribute, value, reason: reason.trim() });
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("device.correct")}
      </Button>
      <Modal.Root opened={open} onClose={() => setOpen(false)}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Header role="presentation">
            <Modal.Title>{t("device.correct.title")}</Modal.Title>
            <Modal.CloseButton aria-label={t("app.close")} />
          </Modal.Header>
          <Modal.Body>
        <form onSubmit={submit} className="form">
          <p className="help">{t("device.correct.help")}</p>
          <Select
            label={t("device.correct.attribute")}
            data={CORRECTABLE.map((name) => ({ value: name, label: id("attribute", name) }))}
            value={attribute}
            onChange={(next) => {
              setAttribute(next ?? "type");
              setValue("");
            }}
            allowDeselect={false}
          />
          {attribute === "type" ? (
            <Select
              label={t("device.correct.value")}
              data={types.map((type) => ({ value: type.id, label: w(type.words) }))}
              value={value || null}
              onChange={(next) => setValue(next ?? "")}
              searchable
            />
          ) : attribute === "criticality" ? (
            <Select
              label={t("device.correct.value")}
              data={CRITICALITIES.map((one) => ({ value: one, label: t(`criticality.${one}`) }))}
              value={value || null}
              onChange={(next) => setValue(next ?? "")}
            />
          ) : (
            <TextInput
              label={t("device.correct.value")}
              value={value}
              maxLength={200}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
          )}
          <Textarea
            label={t("device.correct.reason")}
            value={reason}
            maxLength={2000}
            autosize
            minRows={2}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Button type="submit" loading={save.isPending} disabled={!value || !reason.trim()}>
            {t("device.correct.save")}
          </Button>
          {save.isError ? <Trouble error={save.error} /> : null}
        </form>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}
