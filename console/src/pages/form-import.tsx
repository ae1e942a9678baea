// An official form in Excel or PDF: read, asked about where unsure, kept as an edition.
import { Button, Checkbox, FileButton, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { post, type Shapes } from "../api/client";
import { Trouble } from "../parts/states";
import { Section } from "../parts/words";
import { useSpeech } from "../texts";
import { base64 } from "./file";

type Audience = Shapes["DutySheet"]["audience"];

export function FormImport({ audience }: { audience: Audience }) {
  const { t } = useSpeech();
  const [file, setFile] = useState<{ name: string; content: string } | null>(null);
  const read = useMutation({
    mutationFn: async (chosen: File) => {
      const sent = { name: chosen.name, content: await base64(chosen) };
      setFile(sent);
      return post<Shapes["FormRead"]>("/api/duties/forms/read", { ...sent, audience });
    },
  });
  return (
    <Section title={t("duties.form_in")} help={t("duties.form_in.help")} className="section-form no-print">
      <FileButton
        accept=".xlsx,.xlsm,.xls,.pdf"
        onChange={(chosen) => {
          if (chosen) read.mutate(chosen);
        }}
      >
        {(props) => (
          <Button variant="default" loading={read.isPending} {...props}>
            {t("duties.form_in.file")}
          </Button>
        )}
      </FileButton>
      {read.isError ? <Trouble error={read.error} /> : null}
      {read.data && file ? <Confirm key={file.content.length} read={read.data} file={file} audience={audience} /> : null}
    </Section>
  );
}

function Confirm({ read, file, audience }: { read: Shapes["FormRead"]; file: { name: string; content: string }; audience: Audience }) {
  const { t, id, list } = useSpeech();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [edition, setEdition] = useState("R8");
  const [from, setFrom] = useState("2026-04-01");
  const [topics, setTopics] = useState<Record<string, string>>({});
  const [dropped, setDropped] = useState<string[]>([]);
  const accept = useMutation({
    mutationFn: () =>
      post<Shapes["DutySheet"]>("/api/duties/forms/accept", {
        ...file, audience, edition, year_from: from, title: read.title, topics, dropped,
      }), // prettier-ignore
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["sheet"] });
      await navigate({ to: "/checklist", search: { edition, audience: audience === "hospital" ? undefined : audience } });
    },
  });
  const unsure = read.rows.filter((row) => row.doubts.length > 0).length;
  return (
    <>
      <p role="status">{t("duties.form_in.read", { count: read.rows.length, unsure })}</p>
      <ul className="plain rows" aria-label={t("duties.form_in")}>
        {read.rows.map((row) => (
          <li key={row.key} className={row.doubts.length > 0 ? "duty-amber entry form-row" : "entry form-row"}>
            <Checkbox
              size="md"
              label={`${row.number} ${row.text}`}
              checked={!dropped.includes(row.key)}
              onChange={(event) =>
                setDropped(event.currentTarget.checked ? dropped.filter((one) => one !== row.key) : [...dropped, row.key])
              }
            />
            {row.doubts.length > 0 ? (
              <p className="muted">{t("duties.form_in.unsure", { what: list(row.doubts.map((doubt) => id("duties.doubt", doubt))) })}</p>
            ) : null}
            <NativeSelect
              size="xs"
              label={t("duties.form_in.topic")}
              description={row.old || undefined}
              value={topics[row.key] ?? row.topic}
              onChange={(event) => setTopics({ ...topics, [row.key]: event.currentTarget.value })}
              data={[{ value: "", label: t("duties.form_in.new") }, ...read.topics]}
            />
          </li>
        ))}
      </ul>
      <div className="duty-fields">
        <TextInput label={t("duties.form_in.edition")} value={edition} onChange={(e) => setEdition(e.currentTarget.value)} maxLength={16} />
        <TextInput type="date" label={t("duties.form_in.from")} value={from} onChange={(e) => setFrom(e.currentTarget.value)} />
        <Button loading={accept.isPending} onClick={() => accept.mutate()}>
          {t("duties.form_in.keep")}
        </Button>
      </div>
      {accept.isError ? <Trouble error={accept.error} /> : null}
    </>
  );
}
