// The hospital's ledger held against the network: read, confirmed by a person, three lists, export.
import { Button, Modal, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef, useState, type FormEvent } from "react";
import { get, post, query, upload, type Shapes } from "../api/client";
import { ledger, ledgerRows, places } from "../api/inventory";
import { count } from "../format";
import { SaveIcon } from "../parts/icons";
import { Answer, Trouble } from "../parts/states";
import { DeviceName, Head, Section, useTimes, Wide } from "../parts/words";
import { useSpeech } from "../texts";

const route = getRouteApi("/ledger");
const LISTS = ["unlisted", "unseen", "differs", "matched"] as const;
type ListName = (typeof LISTS)[number];
const STEP = 100;
type Line = Shapes["LedgerLine"];

export function LedgerPage() {
  const { t, lang } = useSpeech();
  const now = useQuery(ledger);
  const [file, setFile] = useState<File>();
  return (
    <div className="page">
      <Head title={t("ledger.title")} help={t("ledger.help")}>
        {now.data?.loaded ? (
          <>
            <Choose label={t("ledger.again")} choose={setFile} variant="default" />
            <Button
              component="a"
              variant="default"
              href={`/api/ledger/export${query({ format: "xlsx", lang })}`}
              leftSection={<SaveIcon />}
            >
              {t("ledger.export")}
            </Button>
          </>
        ) : null}
      </Head>
      {file ? (
        <Confirm key={`${file.name} ${file.size} ${file.lastModified}`} file={file} done={() => setFile(undefined)} />
      ) : (
        <Answer of={now}>
          {(data) =>
            data.loaded ? (
              <Lists now={data} />
            ) : (
              <div className="nothing">
                <p>{t("ledger.none")}</p>
                <p className="muted">{t("ledger.none.note")}</p>
                <Choose label={t("ledger.choose")} choose={setFile} />
              </div>
            )
          }
        </Answer>
      )}
      <Places />
    </div>
  );
}

/** A button that opens the system's own choice of files. */
function Choose({ label, choose, variant }: { label: string; choose: (file: File) => void; variant?: "default" }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={field}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx,.xlsm"
        aria-label={label}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (chosen) choose(chosen);
        }}
      />
      <Button variant={variant} onClick={() => field.current?.click()}>
        {label}
      </Button>
    </>
  );
}

// ---------------------------------------------------------------- how it was understood

function Confirm({ file, done }: { file: File; done: () => void }) {
  const { t, w } = useSpeech();
  const client = useQueryClient();
  const [words, setWords] = useState<Record<string, string>>({});
  const columns = Object.keys(words).length > 0 ? JSON.stringify(words) : "";
  const reading = useQuery({
    queryKey: ["ledger-look", file.name, file.size, file.lastModified, columns],
    queryFn: () => upload<Shapes["LedgerReading"]>("/api/ledger/look", { name: file.name, columns }, file),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const keep = useMutation({
    mutationFn: () => upload<Shapes["Done"]>("/api/ledger", { name: file.name, columns }, file),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["ledger"] });
      done();
    },
  });
  return (
    <Section title={t("ledger.confirm.title")}>
      <Answer of={reading}>
        {(data) => (
          <>
            <p className="help">
              <strong>{data.name}</strong> {t("ledger.confirm.help", { n: count(data.rows), header: data.header_row })}
            </p>
            <Wide label={t("ledger.confirm.title")}>
              <table className="table">
                <thead>
                  <tr>
                    <th scope="col">{t("ledger.confirm.heading")}</th>
                    <th scope="col">{t("ledger.confirm.field")}</th>
                    <th scope="col">{t("ledger.confirm.examples")}</th>
                  </tr>
                </thead>
                <tbody>
                  {data.columns.map((column) => (
                    <tr key={column.index}>
                      <th scope="row">{column.heading || "–"}</th>
                      <td>
                        <Select
                          aria-label={t("ledger.confirm.field_of", { heading: column.heading || column.index + 1 })}
                          size="xs"
                          allowDeselect={false}
                          value={column.field || "-"}
                          data={[
                            { value: "-", label: t("ledger.confirm.ignore") },
                            ...data.fields.map((field) => ({ value: field.id, label: w(field.words) })),
                          ]}
                          onChange={(next) => setWords({ ...words, [column.index]: next === "-" ? "" : (next ?? "") })}
                        />
                      </td>
                      <td className="muted">{column.examples.join(" / ")}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Wide>
            <Notes of={data.notes} />
            <div className="form-acts">
              <Button loading={keep.isPending} onClick={() => keep.mutate()}>
                {t("ledger.confirm.yes")}
              </Button>
              <Button variant="default" onClick={done}>
                {t("ledger.confirm.no")}
              </Button>
            </div>
            {keep.isError ? <Trouble error={keep.error} /> : null}
          </>
        )}
      </Answer>
      {reading.isError ? (
        <Button variant="default" onClick={done}>
          {t("ledger.confirm.no")}
        </Button>
      ) : null}
    </Section>
  );
}

function Notes({ of }: { of: Shapes["Words"][] }) {
  const { t, w } = useSpeech();
  if (of.length === 0) return null;
  return (
    <details className="details">
      <summary>{t("ledger.notes", { n: of.length })}</summary>
      <ul className="bullets">
        {of.map((note) => (
          <li key={note.en}>{w(note)}</li>
        ))}
      </ul>
    </details>
  );
}

// ---------------------------------------------------------------- the lists

function Lists({ now }: { now: Shapes["LedgerNow"] }) {
  const { t } = useSpeech();
  const times = useTimes();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const list: ListName = LISTS.find((one) => one === search.list) ?? "unlisted";
  const [limit, setLimit] = useState(STEP);
  const [typed, setTyped] = useState(search.q ?? "");
  const [wanted] = useDebouncedValue(typed.trim(), 250);
  const page = useQuery({ ...ledgerRows(list, wanted, limit), placeholderData: keepPreviousData });
  return (
    <>
      <p className="lead">
        {now.name} <span className="muted">{now.at ? t("ledger.by", { by: now.by, at: times.at(now.at) }) : ""}</span>
      </p>
      <div className="filters">
        <SegmentedControl
          aria-label={t("ledger.list")}
          value={list}
          onChange={(next) => {
            setLimit(STEP);
            void navigate({ search: { list: next }, replace: true });
          }}
          data={LISTS.map((value) => ({ value, label: t(`ledger.list.${value}`, { count: count(now[value]) }) }))}
        />
        <TextInput
          aria-label={t("ledger.search")}
          placeholder={t("ledger.search")}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </div>
      <p className="help">{t(`ledger.${list}.help`)}</p>
      <Answer of={page}>
        {(data) =>
          data.items.length === 0 ? (
            <p className="muted">{t("ledger.empty")}</p>
          ) : (
            <>
              <Wide label={t(`ledger.list.${list}`, { count: count(data.total) })}>
                <table className="table">
                  <thead>
                    <tr>
                      {list === "unlisted" ? null : <th scope="col">{t("ledger.row")}</th>}
                      {list === "unseen" ? null : <th scope="col">{t("ledger.device")}</th>}
                      {list === "unlisted" ? null : (
                        <th scope="col">{t(list === "differs" ? "ledger.difference" : "ledger.why")}</th>
                      )}
                    </tr>
                  </thead>
                  <tbody>
                    {data.items.map((line) => (
                      <tr key={`${line.row?.number ?? ""} ${line.device?.id ?? ""}`}>
                        {list === "unlisted" ? null : <RowCell of={line} />}
                        {list === "unseen" ? null : <DeviceCell of={line} heading={list === "unlisted"} />}
                        {list === "unlisted" ? null : list === "differs" ? <Differs of={line} /> : <Why of={line} />}
                      </tr>
                    ))}
                  </tbody>
                </table>
              </Wide>
              {data.total > data.items.length ? (
                <button type="button" className="link-button" onClick={() => setLimit(Math.min(1000, limit + 300))}>
                  {t("app.more", { n: count(data.total - data.items.length) })}
                </button>
              ) : null}
            </>
          )
        }
      </Answer>
      <Notes of={now.notes} />
    </>
  );
}

function RowCell({ of }: { of: Line }) {
  const { t } = useSpeech();
  const row = of.row;
  if (!row) return <td>–</td>;
  return (
    <th scope="row">
      {[row.name, row.model].filter(Boolean).join(" ") || "–"}
      <p className="muted small">
        {[t("ledger.row.n", { n: row.number }), row.asset_number, row.serial, row.ip, row.department, row.location]
          .filter(Boolean)
          .join(" ・ ")}
      </p>
    </th>
  );
}

function DeviceCell({ of, heading }: { of: Line; heading: boolean }) {
  const { t } = useSpeech();
  const times = useTimes();
  if (!of.device) return <td>–</td>;
  const content = (
    <>
      <DeviceName of={of.device} />
      <p className="muted small">
        {[of.manufacturer, of.model, of.serial, of.last ? t("ledger.last", { time: times.at(of.last) }) : ""]
          .filter(Boolean)
          .join(" ・ ")}
      </p>
    </>
  );
  return heading ? <th scope="row">{content}</th> : <td>{content}</td>;
}

function Differs({ of }: { of: Line }) {
  const { t, w } = useSpeech();
  return (
    <td>
      <ul className="plain rows">
        {of.differences.map((one) => (
          <li key={one.field} className="row row-stack">
            <span>
              {w(one.words)}: {t("ledger.says", { ledger: one.ledger, network: one.network || t("ledger.nothing") })}{" "}
              <span className="tag">{t(`ledger.likelier.${one.likelier}`)}</span>
            </span>
            <span className="muted small">{w(one.why)}</span>
          </li>
        ))}
      </ul>
    </td>
  );
}

function Why({ of }: { of: Line }) {
  const { t, w } = useSpeech();
  return (
    <td>
      {of.hearing ? <span className="tag">{t(`ledger.hearing.${of.hearing}`)}</span> : null} {of.why ? w(of.why) : ""}
      {of.maybe.length > 0 ? (
        <p className="small">
          {t("ledger.maybe")}:{" "}
          {of.maybe.map((device, place) => (
            <span key={device.id}>
              {place > 0 ? " / " : ""}
              <DeviceName of={device} bare />
            </span>
          ))}
        </p>
      ) : null}
      {of.link ? <Unlink id={of.link} /> : of.device || !of.row ? null : <LinkRow row={of.row} maybe={of.maybe} />}
    </td>
  );
}

function Unlink({ id }: { id: string }) {
  const { t } = useSpeech();
  const client = useQueryClient();
  const undo = useMutation({
    mutationFn: () => post(`/api/ledger/links/${encodeURIComponent(id)}/undo`, { reason: t("ledger.unlink.reason") }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["ledger"] }),
  });
  return (
    <p className="no-print">
      <span className="tag">{t("ledger.linked")}</span>{" "}
      <button type="button" className="link-button" disabled={undo.isPending} onClick={() => undo.mutate()}>
        {t("ledger.unlink")}
      </button>
    </p>
  );
}

function LinkRow({ row, maybe }: { row: Shapes["LedgerRow"]; maybe: Shapes["DeviceRef"][] }) {
  const { t, w } = useSpeech();
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const [device, setDevice] = useState<string | null>(maybe[0]?.id ?? null);
  const [reason, setReason] = useState("");
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed, 250);
  const found = useQuery({
    queryKey: ["devices", "to-link", wanted],
    queryFn: ({ signal }) =>
      get<Shapes["DevicePage"]>("/api/devices", { q: wanted, outside: false, limit: 50, sort: "label" }, signal),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const save = useMutation({
    mutationFn: () => post("/api/ledger/links", { row: row.number, device, reason: reason.trim() }),
    onSuccess: async () => {
      setOpen(false);
      await client.invalidateQueries({ queryKey: ["ledger"] });
    },
  });
  const options = new Map(maybe.map((one) => [one.id, `${one.label} ${w(one.type_words)} ${one.ip}`]));
  for (const one of found.data?.items ?? [])
    options.set(one.id, `${one.label} ${w(one.type_words)} ${one.model} ${one.ips[0] ?? ""}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (device && reason.trim()) save.mutate();
  };
  return (
    <>
      <p className="no-print">
        <button type="button" className="link-button" onClick={() => setOpen(true)}>
          {t("ledger.link")}
        </button>
      </p>
      <Modal.Root opened={open} onClose={() => setOpen(false)}>
        <Modal.Overlay />
        <Modal.Content>
          <Modal.Header role="presentation">
            <Modal.Title>{t("ledger.link.title", { n: row.number })}</Modal.Title>
            <Modal.CloseButton aria-label={t("app.close")} />
          </Modal.Header>
          <Modal.Body>
            <form onSubmit={submit} className="form">
              <p>{[row.name, row.manufacturer, row.model, row.serial, row.location].filter(Boolean).join(" ・ ")}</p>
              <p className="help">{t("ledger.link.help")}</p>
              <Select
                label={t("ledger.link.device")}
                placeholder={t("ledger.link.find")}
                searchable
                data={[...options].map(([value, label]) => ({ value, label }))}
                value={device}
                onChange={setDevice}
                onSearchChange={setTyped}
                filter={({ options: all }) => all}
              />
              <Textarea
                label={t("ledger.link.reason")}
                value={reason}
                maxLength={2000}
                autosize
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <Button type="submit" loading={save.isPending} disabled={!device || !reason.trim()}>
                {t("ledger.link.save")}
              </Button>
              {save.isError ? <Trouble error={save.error} /> : null}
            </form>
          </Modal.Body>
        </Modal.Content>
      </Modal.Root>
    </>
  );
}

// ---------------------------------------------------------------- switches and DHCP servers

function Places() {
  const { t } = useSpeech();
  const times = useTimes();
  const client = useQueryClient();
  const now = useQuery(places);
  const [source, setSource] = useState("");
  const [text, setText] = useState("");
  const save = useMutation({
    mutationFn: () => upload<Shapes["PlaceLoaded"]>("/api/places", { source: source.trim() }, new Blob([text])),
    onSuccess: async () => {
      setText("");
      await client.invalidateQueries({ queryKey: ["places"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (source.trim() && text.trim()) save.mutate();
  };
  return (
    <Section title={t("places.title")} help={t("places.help")} className="no-print">
      <Answer of={now}>
        {(data) =>
          data.sources.length === 0 ? (
            <p className="muted">{t("places.none")}</p>
          ) : (
            <ul className="plain rows">
              {data.sources.map((one) => (
                <li key={`${one.kind} ${one.source}`} className="row">
                  <span>
                    {one.source} <span className="muted">{t(`places.kind.${one.kind}`)}</span>
                  </span>
                  <span className="muted small">
                    {t("places.rows", { n: one.rows })} ・ {times.at(one.at)}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <form onSubmit={submit} className="form form-narrow">
        <TextInput
          label={t("places.source")}
          value={source}
          maxLength={200}
          onChange={(event) => setSource(event.currentTarget.value)}
        />
        <Textarea
          label={t("places.text")}
          value={text}
          autosize
          minRows={3}
          maxRows={10}
          classNames={{ input: "mono" }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={save.isPending} disabled={!source.trim() || !text.trim()}>
          {t("places.save")}
        </Button>
        {save.data ? <p role="status">{t("places.loaded", { rows: save.data.rows, known: save.data.known })}</p> : null}
        {save.isError ? <Trouble error={save.error} /> : null}
      </form>
    </Section>
  );
}
