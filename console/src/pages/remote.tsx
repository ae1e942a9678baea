// The register of remote-maintenance paths: what was declared, what was only heard, and each session held against it.
import { Button, Checkbox } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { overview, remote } from "../api/questions";
import { bytes, count } from "../format";
import { PrintIcon } from "../parts/icons";
import { PacketButton } from "../parts/packet";
import { Answer, Empty, Trouble } from "../parts/states";
import { DeviceName, Head, Section, Unknown, useServiceList, useTimes, Wide } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import { End, PathForm } from "./remote-form";

type Path = Shapes["RemotePath"];
type Register = Shapes["RemoteRegister"];

export function Remote() {
  const { t } = useSpeech();
  const empty = useQuery(overview).data?.empty;
  const register = useQuery(remote);
  return (
    <div className="page">
      <Head title={t("remote.title")} help={t("remote.help")}>
        <Button variant="default" className="no-print" leftSection={<PrintIcon />} onClick={() => window.print()}>
          {t("app.print")}
        </Button>
      </Head>
      {empty ? <Empty /> : <Answer of={register}>{(data) => <Whole data={data} />}</Answer>}
    </div>
  );
}

/** Keeps an act's answer, which is the register as it stands after it. */
export function useRegisterAct<Ask>(path: (ask: Ask) => string, body: (ask: Ask) => unknown, done?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ask: Ask) => post<Register>(path(ask), body(ask)),
    onSuccess: async (next) => {
      client.setQueryData(remote.queryKey, next);
      done?.();
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "packet" && queryKey[0] !== "remote" });
    },
  });
}

function Whole({ data }: { data: Register }) {
  const { t } = useSpeech();
  const [form, setForm] = useState<Path | "new" | null>(null);
  const [saved, setSaved] = useState(false);
  const adopt = useRegisterAct<Path>(
    () => "/api/remote",
    (path) => ({
      vendor: path.seen_box?.maker ?? "",
      peers: path.peers.map((peer) => peer.value),
      devices: path.devices.map((device) => device.id),
      services: path.services,
      box: path.seen_box?.model || path.seen_box?.label || "",
      firmware: path.seen_box?.firmware ?? "",
    }),
    () => setSaved(true),
  );
  const open = (path: Path | "new") => {
    setSaved(false);
    setForm(path);
  };
  return (
    <>
      <Section title={t("remote.found")} help={data.found.length > 0 ? t("remote.found.help") : undefined}>
        {data.found.length === 0 ? (
          <p className="muted">{t("remote.found.none")}</p>
        ) : (
          <ul className="plain rows">
            {data.found.map((path) => (
              <li key={path.id} className="row path-found">
                <div>
                  <p>
                    <Peers of={path} /> → <Devices of={path} />
                  </p>
                  <p className="muted">
                    <Services of={path.services} /> ・ {t("remote.visits.n", { n: count(path.visits) })} ・ <Last of={path} />
                    {path.seen_box ? ` ・ ${t("remote.box")}: ${seen(path)}` : ""}
                  </p>
                </div>
                <Button className="no-print" loading={adopt.isPending} onClick={() => adopt.mutate(path)}>
                  {t("remote.adopt")}
                </Button>
              </li>
            ))}
          </ul>
        )}
        {adopt.isError ? <Trouble error={adopt.error} /> : null}
      </Section>
      <Section
        title={t("remote.paths")}
        tools={
          <Button variant="default" className="no-print" onClick={() => open("new")}>
            {t("remote.new")}
          </Button>
        }
      >
        <p role="status" className="saved">
          {saved ? t("remote.saved") : ""}
        </p>
        {form === "new" ? <PathForm close={() => setForm(null)} saved={() => setSaved(true)} /> : null}
        {data.paths.length === 0 ? <p className="muted">{t("remote.paths.none")}</p> : null}
        <ul className="plain">
          {data.paths.map((path) =>
            form !== null && form !== "new" && form.id === path.id ? (
              <li key={path.id}>
                <PathForm path={path} close={() => setForm(null)} saved={() => setSaved(true)} />
              </li>
            ) : (
              <One key={path.id} path={path} edit={() => open(path)} />
            ),
          )}
        </ul>
      </Section>
      <Sessions data={data} />
    </>
  );
}

function One({ path, edit }: { path: Path; edit: () => void }) {
  const { t } = useSpeech();
  return (
    <li className={path.state === "ended" ? "path path-ended" : "path"}>
      <div className="path-head">
        <h3>
          {path.vendor || <Unknown>{t("remote.vendor.none")}</Unknown>} <span className="muted small mono">{path.id}</span>{" "}
          {path.state === "ended" ? <span className="tag">{t("remote.state.ended")}</span> : null}
        </h3>
        {path.state === "declared" ? (
          <div className="path-tools no-print">
            <Button variant="default" size="compact-sm" onClick={edit} aria-label={`${t("remote.edit")} ${path.id}`}>
              {t("remote.edit")}
            </Button>
            <End id={path.id} />
          </div>
        ) : null}
      </div>
      <dl className="facts path-facts">
        <Fact name="remote.peers">
          <Peers of={path} />
        </Fact>
        <Fact name="remote.devices">
          <Devices of={path} />
        </Fact>
        <Fact name="remote.services">
          <Services of={path.services} />
        </Fact>
        <Fact name="remote.times">
          <Times of={path} />
        </Fact>
        {path.countries.length > 0 ? <Fact name="remote.countries">{path.countries.join(" ")}</Fact> : null}
        <Fact name="remote.box">
          {[path.box, path.firmware].filter(Boolean).join(" ") || seen(path) || <Unknown>{t("remote.box.unseen")}</Unknown>}
        </Fact>
        <Fact name="remote.approver">{path.approver || <Unknown>{t("remote.approver.none")}</Unknown>}</Fact>
        {path.ticket ? <Fact name="remote.ticket">{path.ticket}</Fact> : null}
        {path.line ? <Fact name="remote.line">{path.line}</Fact> : null}
        {path.note ? <Fact name="remote.note">{path.note}</Fact> : null}
        <Fact name="remote.visits">
          {t("remote.visits.n", { n: count(path.visits) })}
          {path.breaches > 0 ? <strong className="alarm"> {t("remote.breaches", { n: count(path.breaches) })}</strong> : null}
        </Fact>
        <Fact name="remote.last">
          <Last of={path} />
        </Fact>
      </dl>
    </li>
  );
}

function Fact({ name, children }: { name: Key; children: React.ReactNode }) {
  const { t } = useSpeech();
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const seen = (path: Path) =>
  path.seen_box ? [path.seen_box.maker, path.seen_box.model || path.seen_box.label, path.seen_box.firmware].filter(Boolean).join(" ") : "";

function Peers({ of }: { of: Path }) {
  // A box and its own address say the same.
  const addresses = new Set(of.peers.map((peer) => peer.device?.ip).filter(Boolean));
  const shown = of.peers.filter((peer) => peer.device !== null || !addresses.has(peer.value));
  return (
    <span className="names">
      {shown.map((peer) =>
        peer.device ? <DeviceName key={peer.value} of={peer.device} /> : <span key={peer.value}>{peer.value}</span>,
      )}
    </span>
  );
}

function Devices({ of }: { of: Path }) {
  return (
    <span className="names">
      {of.devices.map((device) => (
        <DeviceName key={device.id} of={device} />
      ))}
    </span>
  );
}

function Services({ of }: { of: string[] }) {
  const { t } = useSpeech();
  const services = useServiceList();
  return <>{of.length === 0 ? t("remote.services.any") : services(of)}</>;
}

function Times({ of }: { of: Path }) {
  const { t, list } = useSpeech();
  const times = useTimes();
  if (of.windows.length + of.weekly.length === 0) return <Unknown>{t("remote.times.any")}</Unknown>;
  return (
    <>
      {of.weekly.map((week) => (
        <span key={`${week.days.join()} ${week.start}`} className="block">
          {list(week.days.map((day) => t(`day.${day}` as Key)))} {week.start}–{week.end}
        </span>
      ))}
      {of.windows.map((window) => (
        <span key={window.start} className="block">
          {times.span(window.start, window.end)}
        </span>
      ))}
    </>
  );
}

function Last({ of }: { of: Path }) {
  const { t } = useSpeech();
  const times = useTimes();
  return <>{of.last ? times.at(of.last) : <Unknown>{t("remote.never")}</Unknown>}</>;
}

function Sessions({ data }: { data: Register }) {
  const { t } = useSpeech();
  const times = useTimes();
  const [only, setOnly] = useState(false);
  const shown = only ? data.sessions.filter((one) => one.verdict !== "agreed") : data.sessions;
  return (
    <Section
      title={t("remote.sessions")}
      help={t("remote.sessions.help")}
      tools={
        <Checkbox
          className="no-print"
          label={t("remote.only")}
          checked={only}
          onChange={(event) => setOnly(event.currentTarget.checked)}
        />
      }
    >
      {shown.length === 0 ? (
        <p className="muted">{t("remote.sessions.none")}</p>
      ) : (
        <Wide label={t("remote.sessions")}>
          <table className="table">
            <thead>
              <tr>
                {(["when", "from", "to", "how", "verdict", "volume", "touched", "proof"] as const).map((name) => (
                  <th key={name} scope="col">
                    {t(`remote.head.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((one) => (
                <tr key={`${one.first} ${one.client_ip} ${one.device.id} ${one.kind}`}>
                  <td className="nowrap">{times.span(one.first, one.last)}</td>
                  <td>
                    {one.client ? <DeviceName of={one.client} bare /> : one.client_ip}
                    {one.country ? <span className="muted block">{t("remote.country", { code: one.country })}</span> : null}
                  </td>
                  <td>
                    <DeviceName of={one.device} bare />
                  </td>
                  <td>
                    <Services of={one.services} />
                  </td>
                  <td>
                    <span className={one.verdict === "agreed" ? "standing" : "standing standing-contradicted"}>
                      {t(`remote.verdict.${one.verdict}`)}
                    </span>
                    {one.path ? <span className="muted small mono block">{one.path}</span> : null}
                  </td>
                  <td className="nowrap">
                    {bytes(one.bytes_sent)} / {bytes(one.bytes_received)}
                  </td>
                  <td>
                    {one.touched.length === 0 ? (
                      <span className="muted">–</span>
                    ) : (
                      <span className="names">
                        {one.touched.map((device) => (
                          <DeviceName key={device.id} of={device} bare />
                        ))}
                      </span>
                    )}
                  </td>
                  <td>
                    {one.evidence[0] ? (
                      <PacketButton evidence={one.evidence[0]}>
                        {t("finding.evidence.packet", { n: one.evidence[0].packet })}
                      </PacketButton>
                    ) : (
                      <span className="muted">–</span>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
      {data.sessions_total > data.sessions.length ? (
        <p className="muted">{t("remote.sessions.more", { n: data.sessions.length, total: count(data.sessions_total) })}</p>
      ) : null}
    </Section>
  );
}
