// What stands beside a device: switch port, ledger row, use by day, weaknesses, documents; merging and undoing.
import { Button, Select, SegmentedControl, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { post, upload, type Device, type Shapes } from "../api/client";
import { beside, documents, toChoose, weaknesses } from "../api/inventory";
import { count } from "../format";
import { useSpeech, type Key } from "../texts";
import { Dialog } from "./dialog";
import { Answer, Trouble } from "./states";
import { Advisory, Ends } from "./weak";
import { Section, useTimes } from "./words";

const DAYS_SHOWN = 60;

export function Beside({ id }: { id: string }) {
  const now = useQuery(beside(id));
  return (
    <Answer of={now}>
      {(data) => (
        <>
          {data.use.days.length > 0 ? <Utilisation of={data.use} /> : null}
          <Place of={data} />
        </>
      )}
    </Answer>
  );
}

function Place({ of }: { of: Shapes["Beside"] }) {
  const { t } = useSpeech();
  return (
    <Section title={t("beside.title")}>
      <ul className="plain rows">
        {of.ledger ? (
          <li className="row">
            <Link to="/ledger" search={{ list: of.ledger.differences > 0 ? "differs" : "matched" }}>
              {t("beside.ledger", { n: of.ledger.number, name: of.ledger.name })}
            </Link>
            {of.ledger.differences > 0 ? (
              <span className="tag">{t("beside.ledger.differs", { n: of.ledger.differences })}</span>
            ) : (
              <span className="muted small">{of.ledger.asset_number}</span>
            )}
          </li>
        ) : (
          <li className="row muted">{t("beside.ledger.none")}</li>
        )}
        {of.ports.map((port) => (
          <li key={port.mac} className="row row-stack">
            <span>
              {t("beside.port", { switch: port.switch, port: port.port })}
              {port.vlan === null ? null : <span className="tag">{t("device.vlan", { n: port.vlan })}</span>}
            </span>
            <span className="muted small">
              <span className="mono">{port.mac}</span> {port.uplink ? t("beside.uplink", { n: port.behind }) : ""}
            </span>
          </li>
        ))}
        {of.leases.map((lease) => (
          <li key={`${lease.server} ${lease.ip}`} className="row">
            {t("beside.lease", { server: lease.server, ip: lease.ip, hostname: lease.hostname })}
          </li>
        ))}
      </ul>
      {of.ports.length === 0 && of.leases.length === 0 ? <p className="muted small">{t("beside.none")}</p> : null}
    </Section>
  );
}

function Utilisation({ of }: { of: Shapes["Use"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const days = of.days.slice(-DAYS_SHOWN);
  const width = 100 / Math.max(days.length, 7);
  return (
    <Section title={t("beside.use")}>
      <p>
        {of.hours_a_day === null ? "" : t("beside.use.mean", { days: of.days_heard, hours: of.hours_a_day.toFixed(1) })}
      </p>
      {of.last ? <p className="muted small">{t("beside.use.last", { time: times.at(of.last) })}</p> : null}
      <svg className="use-days" viewBox="0 0 100 26" preserveAspectRatio="none" role="img" aria-label={t("beside.use.picture")}>
        {days.map((day, place) => (
          <rect key={day.day} x={place * width + width * 0.1} y={25 - day.hours} width={width * 0.8} height={Math.max(0.3, day.hours)}>
            <title>{t("beside.use.day", { day: day.day, hours: day.hours.toFixed(1), times: day.times })}</title>
          </rect>
        ))}
        <line x1="0" x2="100" y1="25.500" y2="25.500" />
      </svg>
    </Section>
  );
}

export function Weak({ id }: { id: string }) {
  const { t } = useSpeech();
  const now = useQuery(weaknesses(id, true));
  return (
    <Section title={t("beside.weak")}>
      <Answer of={now}>
        {(data) => (
          <>
            {data.ends.length > 0 ? <Ends of={data.ends} alone /> : null}
            {data.items.length === 0 ? (
              <p className="muted">{t("beside.weak.none")}</p>
            ) : (
              data.items.map((row) => <Advisory key={row.id} of={row} alone />)
            )}
          </>
        )}
      </Answer>
    </Section>
  );
}

// ---------------------------------------------------------------- documents

const KINDS = ["mds", "sds", "mds2", "sbom", "manual", "contract", "other"] as const;

export function Documents({ data }: { data: Device }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const now = useQuery(documents(data.id));
  const field = useRef<HTMLInputElement>(null);
  const [kind, setKind] = useState<string>("mds");
  const [place, setPlace] = useState("device");
  const stated = (name: string) => data.attributes.find((one) => one.name === name)?.value ?? "";
  const model = stated("model");
  const again = () => client.invalidateQueries({ predicate: ({ queryKey }) => ["documents", "weaknesses"].includes(String(queryKey[0])) });
  const add = useMutation({
    mutationFn: (file: File) =>
      upload(
        "/api/documents",
        place === "model"
          ? { name: file.name, kind, manufacturer: stated("manufacturer"), model }
          : { name: file.name, kind, device: data.id },
        file,
      ),
    onSuccess: again,
  });
  const end = useMutation({
    mutationFn: (id: string) => post(`/api/documents/${encodeURIComponent(id)}/end`, { reason: t("beside.documents.reason") }),
    onSuccess: again,
  });
  return (
    <Section title={t("beside.documents")} help={t("beside.documents.help")}>
      <Answer of={now}>
        {(found) =>
          found.items.length === 0 ? (
            <p className="muted">{t("beside.documents.none")}</p>
          ) : (
            <ul className="plain rows">
              {found.items.map((one) => (
                <li key={one.id} className="row">
                  <span>
                    <a href={`/api/documents/${encodeURIComponent(one.id)}/file`}>{one.name}</a>{" "}
                    <span className="muted small">
                      {t(`document.${one.kind}`)}
                      {one.components > 0 ? ` ・ ${t("beside.documents.components", { n: count(one.components) })}` : ""}
                      {one.answers > 0 ? ` ・ ${t("beside.documents.answers", { n: count(one.answers) })}` : ""}
                    </span>
                  </span>
                  <button type="button" className="link-button no-print" onClick={() => end.mutate(one.id)}>
                    {t("beside.documents.end")}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <div className="no-print beside-add">
        <Select
          aria-label={t("beside.documents.kind")}
          data={KINDS.map((value) => ({ value, label: t(`document.${value}`) }))}
          value={kind}
          onChange={(next) => setKind(next ?? "mds")}
          allowDeselect={false}
        />
        {model ? (
          <SegmentedControl
            aria-label={t("beside.documents.for")}
            value={place}
            onChange={setPlace}
            data={[
              { value: "device", label: t("beside.documents.device") },
              { value: "model", label: t("beside.documents.model") },
            ]}
          />
        ) : null}
        <input
          ref={field}
          type="file"
          hidden
          aria-label={t("beside.documents.add")}
          onChange={(event) => {
            const chosen = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (chosen) add.mutate(chosen);
          }}
        />
        <Button variant="default" loading={add.isPending} onClick={() => field.current?.click()}>
          {t("beside.documents.add")}
        </Button>
      </div>
      {add.isError ? <Trouble error={add.error} /> : null}
    </Section>
  );
}

// ---------------------------------------------------------------- one device or two

export function Merge({ data }: { data: Device }) {
  const { t, w } = useSpeech();
  const [other, setOther] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed, 250);
  const found = useQuery({ ...toChoose(wanted), placeholderData: keepPreviousData });
  const options = (found.data?.items ?? [])
    .filter((one) => one.id !== data.id)
    .map((one) => ({ value: one.id, label: `${one.label} ${w(one.type_words)} ${one.model} ${one.ips[0] ?? ""}` }));
  return (
    <Dialog
      label={t("same.merge")}
      title={t("same.merge.title", { label: data.label })}
      help={t("same.merge.help")}
      save={t("same.merge.save")}
      ready={other !== null && reason.trim() !== ""}
      act={() => post(`/api/devices/${encodeURIComponent(data.id)}/merge`, { other, reason: reason.trim() })}
    >
      <Select
        label={t("same.merge.other")}
        placeholder={t("same.merge.find")}
        searchable
        data={options}
        value={other}
        onChange={setOther}
        onSearchChange={setTyped}
        filter={({ options: all }) => all}
      />
      <Textarea label={t("same.reason")} value={reason} maxLength={2000} autosize onChange={(e) => setReason(e.currentTarget.value)} />
    </Dialog>
  );
}

/** A link that does one thing on a device at once; what it did can be undone below. */
export function Act({ path, body, label }: { path: string; body: Record<string, string>; label: Key }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: () => post<Shapes["Said"]>(path, body),
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" }),
  });
  if (act.data?.working) return <span className="muted small" role="status">{t("same.working")}</span>;
  return (
    <>
      <button type="button" className="link-button small no-print" disabled={act.isPending} onClick={() => act.mutate()}>
        {t(label)}
      </button>
      {act.isError ? <Trouble error={act.error} /> : null}
    </>
  );
}
