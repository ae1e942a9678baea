// Hinomi itself: what it listens to, who is told, what it keeps, and its backup.
import { Button, PasswordInput, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent, type ReactNode } from "react";
import { download, post, type Shapes } from "../api/client";
import { notices, session, settings, vocabulary } from "../api/questions";
import { bytes, count } from "../format";
import { Keeping } from "../parts/keeping";
import { Answer, Trouble } from "../parts/states";
import { Head, Section, useTimes, useZones, Wide } from "../parts/words";
import { useSpeech } from "../texts";

type All = Shapes["Settings"];
const ZONES = ["Asia/Tokyo", "UTC"];

export function SettingsPage() {
  const { t } = useSpeech();
  const page = useQuery({ ...settings, refetchInterval: 10_000 });
  return (
    <div className="page page-narrow">
      <Head title={t("settings.title")} help={t("settings.help")} />
      <Answer of={page}>
        {(data) => (
          <>
            <Listening data={data} />
            <Told />
            <Zones />
            <Names key={`${data.site_name} ${data.language} ${data.time_zone}`} data={data} />
            <People />
            <Kept data={data} />
            <Keeping />
            <Backup data={data} />
          </>
        )}
      </Answer>
    </div>
  );
}

const Go = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link to={to} className="button button-quiet">
    {children}
  </Link>
);

function Listening({ data }: { data: All }) {
  const { t } = useSpeech();
  const times = useTimes();
  const now = data.listening;
  const lost = now ? now.drops : 0;
  return (
    <Section title={t("settings.listen")} help={t("settings.listen.help")}>
      {now && !now.silent ? (
        <p>
          <strong>{t("settings.listen.on", { names: now.interfaces.join(", ") })}</strong>{" "}
          {t("settings.listen.since", { time: times.at(now.since), n: count(now.packets) })}
        </p>
      ) : (
        <p className={now ? "alarm" : ""}>{t(now ? "settings.listen.silent" : "settings.listen.off")}</p>
      )}
      {lost > 0 ? <p className="alarm">{t("settings.listen.lost", { n: count(lost) })}</p> : null}
      {now && now.sent > 0 ? <p className="alarm">{t("settings.listen.sent", { n: count(now.sent) })}</p> : null}
      {data.sensors.length > 0 ? (
        <Wide label={t("settings.sensors")}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{t("settings.sensors")}</th>
                <th scope="col">{t("settings.heard")}</th>
                <th scope="col" className="num">{t("settings.packets")}</th>
                <th scope="col" className="num">{t("settings.drops")}</th>
              </tr>
            </thead>
            <tbody>
              {data.sensors.map((one) => (
                <tr key={one.id}>
                  <th scope="row">{one.id === "import" ? t("settings.sensor.import") : one.id}</th>
                  <td>{one.first && one.last ? times.span(one.first, one.last) : "–"}</td>
                  <td className="num">{count(one.packets)}</td>
                  <td className="num">{count(one.drops)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      ) : null}
      <details className="details">
        <summary>{t("settings.captures", { n: count(data.captures) })}</summary>
        <ul className="plain rows">
          {data.newest_captures.map((one) => (
            <li key={one.id} className="row">
              <span>{one.name}</span>
              <span className={one.complete ? "muted" : "alarm"}>
                {times.at(one.read_at)} ・ {one.complete ? t("settings.packets_n", { n: count(one.packets) }) : t("settings.incomplete")}
              </span>
            </li>
          ))}
        </ul>
      </details>
      <p className="muted">{t("settings.listen.how")}</p>
      <pre>
        <code>hinomi serve --listen eth1</code>
      </pre>
    </Section>
  );
}

function Told() {
  const { t } = useSpeech();
  const told = useQuery(notices);
  const channels = told.data?.channels ?? [];
  return (
    <Section title={t("settings.told")} help={t("settings.told.help")} tools={<Go to="/notices">{t("settings.told.go")}</Go>}>
      {told.isError ? <Trouble error={told.error} /> : null}
      {told.data && channels.length === 0 ? <p className="alarm">{t("settings.told.nobody")}</p> : null}
      <ul className="plain rows">
        {channels.map((one) => (
          <li key={one.id} className="row">
            <strong>{one.name}</strong>
            <span className="muted">
              {t("notices.summary", { severity: t(`severity.${one.severity}`) })} ・{" "}
              {one.quiet_start ? t("notices.summary.quiet", { time: `${one.quiet_start}–${one.quiet_end}` }) : t("settings.told.always")}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Zones() {
  const { t } = useSpeech();
  const zones = useZones();
  const inside = zones.list.filter((zone) => zone.id !== "outside");
  return (
    <Section
      title={t("settings.zones")}
      help={t("settings.zones.help")}
      tools={
        <span className="section-tools">
          <Go to="/map">{t("settings.zones.name")}</Go>
          <Go to="/policy">{t("settings.zones.policy")}</Go>
        </span>
      }
    >
      <p>{inside.length === 0 ? t("settings.zones.none") : inside.map((zone) => zones.name(zone.id)).join(" ・ ")}</p>
    </Section>
  );
}

function Names({ data }: { data: All }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [name, setName] = useState(data.site_name);
  const [language, setLanguage] = useState<string>(data.language || "none");
  const [zone, setZone] = useState(data.time_zone);
  const save = useMutation({
    mutationFn: () =>
      post<All>("/api/settings", { site_name: name, language: language === "none" ? "" : language, time_zone: zone }),
    onSuccess: async (next) => {
      client.setQueryData(settings.queryKey, next);
      await client.invalidateQueries({ queryKey: vocabulary.queryKey });
    },
  });
  const changed = name !== data.site_name || (language === "none" ? "" : language) !== data.language || zone !== data.time_zone;
  const zones = ZONES.includes(data.time_zone) ? ZONES : [data.time_zone, ...ZONES];
  return (
    <Section title={t("settings.names")} help={t("settings.names.help")} className="section-form">
      <form
        className="path-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <div className="path-fields">
          <TextInput label={t("settings.site_name")} value={name} maxLength={120} onChange={(event) => setName(event.currentTarget.value)} />
          <Select
            label={t("settings.language")}
            value={language}
            onChange={(next) => setLanguage(next ?? "none")}
            allowDeselect={false}
            data={[
              { value: "none", label: t("settings.language.none") },
              { value: "ja", label: "日本語" },
              { value: "en", label: "English" },
            ]}
          />
          <Select
            label={t("settings.time_zone")}
            value={zone}
            onChange={(next) => setZone(next ?? zone)}
            allowDeselect={false}
            data={zones.map((value) => ({ value, label: value === "Asia/Tokyo" ? t("settings.time_zone.tokyo") : value }))}
          />
        </div>
        <div className="path-tools">
          <Button type="submit" disabled={!changed} loading={save.isPending}>
            {t("settings.save")}
          </Button>
          <span role="status">{save.isSuccess && !changed ? t("settings.saved") : ""}</span>
        </div>
      </form>
      {save.isError ? <Trouble error={save.error} /> : null}
      <p className="muted">{t("settings.site", { site: data.site, version: data.version })}</p>
    </Section>
  );
}

function People() {
  const { t } = useSpeech();
  const me = useQuery(session);
  return (
    <Section
      title={t("settings.people")}
      help={t(me.data?.guarded === false ? "settings.people.nobody" : "settings.people.help")}
      tools={
        <span className="section-tools">
          <Go to="/people">{t("settings.people.go")}</Go>
          <Go to="/audit">{t("settings.audit.go")}</Go>
        </span>
      }
    >
      {null}
    </Section>
  );
}

function Kept({ data }: { data: All }) {
  const { t } = useSpeech();
  const times = useTimes();
  return (
    <Section title={t("settings.kept")} help={t("settings.kept.help")}>
      {data.kept_from && data.kept_to ? <p>{t("settings.kept.span", { span: times.span(data.kept_from, data.kept_to) })}</p> : null}
      <Wide label={t("settings.kept")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("settings.kept.what")}</th>
              <th scope="col" className="num">{t("settings.kept.size")}</th>
              <th scope="col">{t("settings.kept.until")}</th>
              <th scope="col">{t("settings.kept.backup")}</th>
            </tr>
          </thead>
          <tbody>
            {data.kept.map((one) => (
              <tr key={one.what}>
                <th scope="row">{t(`settings.kept.${one.what}`)}</th>
                <td className="num">{bytes(one.bytes)}</td>
                <td>{t(one.what === "packets" ? "settings.until.ring" : one.what === "theatre" ? "settings.until.released" : one.what === "records" ? "settings.until.days" : "settings.until.never")}</td>
                <td>{t(one.in_backup ? "settings.backup.in" : "settings.backup.out")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      <p>{t("settings.free", { size: bytes(data.free_bytes) })}</p>
    </Section>
  );
}

function Backup({ data }: { data: All }) {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const me = useQuery(session);
  const [password, setPassword] = useState("");
  const name = `hinomi-${new Date().toISOString().slice(0, 10)}.backup`;
  const get = useMutation({
    mutationFn: () => download("/api/backup", { password }, name),
    onSuccess: () => {
      setPassword("");
      return client.invalidateQueries({ queryKey: settings.queryKey });
    },
  });
  const last = data.backups[0];
  return (
    <Section title={t("settings.backup")} help={t("settings.backup.help")} className="section-form">
      <p className={last ? "" : "alarm"}>
        {last ? t("settings.backup.last", { time: times.at(last.at), by: last.by }) : t("settings.backup.never")}
      </p>
      {data.database === "server" ? (
        <p className="alarm">{t("settings.backup.server")}</p>
      ) : (
        <form
          className="path-form no-print"
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            get.mutate();
          }}
        >
          {me.data?.guarded ? (
            <PasswordInput
              label={t("settings.backup.password")}
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
          ) : null}
          <div className="path-tools">
            <Button type="submit" loading={get.isPending}>
              {t("settings.backup.get")}
            </Button>
            <span role="status">{get.isSuccess ? t("settings.backup.got", { name }) : ""}</span>
          </div>
          {get.isError ? <Trouble error={get.error} /> : null}
        </form>
      )}
      <h3>{t("settings.restore")}</h3>
      <ol className="steps">
        <li>{t("settings.restore.1")}</li>
        <li>
          {t("settings.restore.2")}
          <pre>
            <code>{`hinomi backup --check ${name}`}</code>
          </pre>
        </li>
        <li>
          {t("settings.restore.3")}
          <pre>
            <code>{`hinomi restore ${name}`}</code>
          </pre>
        </li>
        <li>{t("settings.restore.4")}</li>
      </ol>
    </Section>
  );
}
