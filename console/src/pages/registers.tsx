// What a hospital writes down before the day: registers made from data, each with what the network saw of it.
import { Button, FileButton, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { post, query, type Shapes } from "../api/client";
import { deemed, register, registers } from "../api/duties";
import { PacketButton } from "../parts/packet";
import { Answer, Trouble } from "../parts/states";
import { DeviceName, Head, Section, Standing, useTimes } from "../parts/words";
import { useSpeech } from "../texts";
import { Lines } from "./checklist";
import { base64 } from "./file";
import { AdvisoryOut, TakeAdvisory } from "./advisories";
import { Disclosures } from "./disclosures";
import { VendorLinks } from "./vendor-links";
import "../duties.css";

const route = getRouteApi("/registers");
type Register = Shapes["Register"];
type Entry = Shapes["RegisterEntry"];

export function Registers() {
  const { t, w } = useSpeech();
  const { name = "contact" } = route.useSearch();
  const navigate = route.useNavigate();
  const all = useQuery(registers);
  return (
    <div className="page">
      <Head title={t("registers.title")} help={t("registers.help")}>
        <NativeSelect
          label={t("registers.choose")}
          value={name}
          onChange={(event) => void navigate({ search: { name: event.currentTarget.value } })}
          data={(all.data?.registers ?? []).map((one) => ({
            value: one.id,
            label: `${w(one.name)} (${t("registers.count", { n: one.count })})`,
          }))}
        />
      </Head>
      <Answer of={useQuery(register(name))}>{(data) => <Whole key={data.id} data={data} />}</Answer>
    </div>
  );
}

function useKeep(name: string, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => post<Register>(path, body),
    onSuccess: async (next) => {
      client.setQueryData(register(name).queryKey, next);
      done();
      await client.invalidateQueries({ queryKey: ["registers"] });
      await client.invalidateQueries({ queryKey: ["deemed"] });
    },
  });
}

function Whole({ data }: { data: Register }) {
  const { t, w, lang } = useSpeech();
  const [form, setForm] = useState<string | null>(null);
  const link = (form: string) => `/api/papers/register.${form}${query({ lang, register: data.id })}`;
  return (
    <Section
      title={w(data.name)}
      help={w(data.help)}
      tools={
        <span className="form-acts no-print">
          <a href={link("pdf")} target="_blank" rel="noreferrer">
            {t("registers.pdf")}
          </a>
          <a href={link("xlsx")}>{t("registers.excel")}</a>
          <Button onClick={() => setForm("new")}>{t("registers.add")}</Button>
        </span>
      }
    >
      {data.said.map((line) => (
        <p key={line.en} className="caution">
          {w(line)}
        </p>
      ))}
      {form === "new" ? <EntryForm data={data} close={() => setForm(null)} /> : null}
      {data.entries.length === 0 ? <p className="muted">{t("registers.none")}</p> : null}
      <ul className="plain rows">
        {data.entries.map((entry) => (
          <li key={entry.id}>
            {form === entry.id ? (
              <EntryForm data={data} entry={entry} close={() => setForm(null)} />
            ) : (
              <Row data={data} entry={entry} edit={() => setForm(entry.id)} />
            )}
          </li>
        ))}
      </ul>
      {data.id === "vendor" ? <Returned /> : null}
      {data.id === "advisory" ? <TakeAdvisory /> : null}
      {data.id === "server" ? <Deemed /> : null}
      {data.id === "disclosure" ? <Disclosures /> : null}
    </Section>
  );
}

function Row({ data, entry, edit }: { data: Register; entry: Entry; edit: () => void }) {
  const { t, w, lang } = useSpeech();
  const times = useTimes();
  const keep = useKeep(data.id, () => undefined);
  const seen = data.observed.find((one) => one.id === entry.id);
  const named = entry.values.name ?? entry.values.title ?? entry.values.system ?? entry.values.server ?? entry.id;
  return (
    <div className="entry">
      <dl className="facts facts-small">
        {data.fields
          .filter((field) => entry.values[field.id])
          .map((field) => (
            <div key={field.id} className="fact">
              <dt>{w(field.name)}</dt>
              <dd>{w(field.choices.find((one) => one.id === entry.values[field.id])?.name ?? { ja: entry.values[field.id] ?? "", en: entry.values[field.id] ?? "" })}</dd>
            </div>
          ))}
        {seen ? (
          <>
            <div className="fact">
              <dt>{t("registers.seen")}</dt>
              <dd>
                {seen.word === "contradicted" ? null : <BackupWord of={seen.word} />} {w(seen.seen)}{" "}
                {seen.evidence ? (
                  <PacketButton evidence={seen.evidence}>{t("finding.evidence.packet", { n: seen.evidence.packet })}</PacketButton>
                ) : null}
              </dd>
            </div>
            <div className="fact">
              <dt>{t("registers.reached")}</dt>
              <dd>
                {seen.word === "contradicted" ? <BackupWord of={seen.word} /> : null} {w(seen.reached)}
              </dd>
            </div>
          </>
        ) : null}
      </dl>
      <p className="muted small">{t("registers.by", { by: entry.by, time: times.at(entry.at) })}</p>
      <div className="form-acts no-print">
        <Button variant="default" size="xs" aria-label={`${t("registers.edit")}: ${named}`} onClick={edit}>
          {t("registers.edit")}
        </Button>
        <Button
          variant="default"
          size="xs"
          aria-label={`${t("registers.withdraw")}: ${named}`}
          loading={keep.isPending}
          onClick={() => keep.mutate({ path: `/api/duties/registers/${data.id}/${entry.id}/withdraw`, body: {} })}
        >
          {t("registers.withdraw")}
        </Button>
        {data.id === "vendor" ? (
          <>
            <a href={`/api/papers/vendor.xlsx${query({ lang, vendor: entry.id })}`}>{t("registers.vendor.sheet")}</a>
            <Link to="/checklist" search={{ audience: "vendor", vendor: entry.id }}>
              {t("registers.vendor.open")}
            </Link>
          </>
        ) : null}
        {data.id === "advisory" ? (
          <a href={`/api/papers/fax.pdf${query({ lang, advisory: entry.id })}`} target="_blank" rel="noreferrer">
            {t("registers.fax")}
          </a>
        ) : null}
      </div>
      {keep.isError ? <Trouble error={keep.error} /> : null}
      {data.id === "advisory" ? <AdvisoryOut id={entry.id} name={named} /> : null}
      {data.id === "vendor" ? <VendorLinks id={entry.id} name={`${named} ${entry.values.system ?? ""}`} /> : null}
    </div>
  );
}

function BackupWord({ of }: { of: Shapes["Observed"]["word"] }) {
  const { t } = useSpeech();
  return <span className={`standing standing-${of}`}>{t(`registers.backup.${of}`)}</span>;
}

function EntryForm({ data, entry, close }: { data: Register; entry?: Entry; close: () => void }) {
  const { t, w } = useSpeech();
  const [values, setValues] = useState<Record<string, string>>(entry?.values ?? {});
  const keep = useKeep(data.id, close);
  const put = (id: string, value: string) => setValues((before) => ({ ...before, [id]: value }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => value.trim() !== ""));
    keep.mutate({ path: `/api/duties/registers/${data.id}`, body: { id: entry?.id ?? "", values: filled } });
  };
  return (
    <form className="form form-narrow entry-form" onSubmit={submit}>
      {data.fields.map((field) => {
        const shared = {
          label: w(field.name),
          required: field.required,
          value: values[field.id] ?? "",
          onChange: (event: { currentTarget: { value: string } }) => put(field.id, event.currentTarget.value),
        };
        if (field.type === "choice")
          return (
            <NativeSelect
              key={field.id}
              {...shared}
              data={[{ value: "", label: "" }, ...field.choices.map((one) => ({ value: one.id, label: w(one.name) }))]}
            />
          );
        if (field.type === "long") return <Textarea key={field.id} {...shared} autosize minRows={2} maxLength={4000} />;
        return (
          <TextInput key={field.id} {...shared} type={field.type === "date" ? "date" : "text"} inputMode={field.type === "number" ? "decimal" : undefined} maxLength={4000} />
        );
      })}
      <div className="form-acts">
        <Button type="submit" loading={keep.isPending}>
          {t("registers.save")}
        </Button>
        <Button variant="default" onClick={close}>
          {t("registers.close")}
        </Button>
      </div>
      {keep.isError ? <Trouble error={keep.error} /> : null}
    </form>
  );
}

function Returned() {
  const { t, w } = useSpeech();
  const client = useQueryClient();
  const read = useMutation({
    mutationFn: async (file: File) =>
      post<Shapes["VendorReturned"]>("/api/duties/vendors/returned", { name: file.name, content: await base64(file) }),
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => ["sheet", "register", "vendor"].includes(String(queryKey[0])) }),
  });
  return (
    <Section title={t("registers.vendor.return")} className="section-form no-print">
      <FileButton
        accept=".xlsx"
        onChange={(file) => {
          if (file) read.mutate(file);
        }}
      >
        {(props) => (
          <Button variant="default" loading={read.isPending} {...props}>
            {t("registers.vendor.file")}
          </Button>
        )}
      </FileButton>
      {read.isError ? <Trouble error={read.error} /> : null}
      {read.data ? (
        <div role="status">
          <p>{t("registers.vendor.read", { count: read.data.answers })}</p>
          {read.data.unread.length > 0 ? (
            <>
              <h3>{t("registers.vendor.unread")}</h3>
              <ul className="bullets">
                {read.data.unread.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            </>
          ) : null}
          {read.data.differences.length === 0 ? <p>{t("registers.vendor.agrees")}</p> : <h3>{t("registers.vendor.differs")}</h3>}
          {read.data.differences.map((one) => (
            <div key={one.item}>
              <p className="caution">
                {one.item} {t("registers.vendor.said", { said: w(one.said) })} — {w(one.seen)}
              </p>
              <Lines of={one.lines} />
            </div>
          ))}
        </div>
      ) : null}
    </Section>
  );
}

function Deemed() {
  const { t } = useSpeech();
  const found = useQuery(deemed);
  return (
    <Section title={t("registers.deemed")}>
      <Answer of={found}>
        {(data) => (
          <>
            <p>
              <Standing of={data.word} />
            </p>
            {data.uncovered.length > 0 ? <h3>{t("registers.deemed.uncovered")}</h3> : null}
            <ul className="bullets">
              {data.uncovered.map((one) => (
                <li key={one.id}>
                  <DeviceName of={one} />
                </li>
              ))}
            </ul>
            {data.ours.length > 0 ? <h3>{t("registers.deemed.ours")}</h3> : null}
            <ul className="bullets">
              {data.ours.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            {data.covered.length > 0 ? <h3>{t("registers.deemed.covered")}</h3> : null}
            <ul className="bullets">
              {data.covered.map((one) => (
                <li key={one.id}>
                  <DeviceName of={one} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
    </Section>
  );
}
