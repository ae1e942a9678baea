// Makers' security sheets (MDS, SDS, MDS2): loaded, read question by question, held against what was seen of the model.
import { Button, FileButton, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, upload, type Shapes } from "../api/client";
import { disclosure, disclosures } from "../api/duties";
import { Answer, Trouble } from "../parts/states";
import { DeviceName, Section, Standing } from "../parts/words";
import { useSpeech } from "../texts";
import { Lines } from "./checklist";

type Sheet = Shapes["DisclosureSheet"];
const KINDS = ["mds2", "mds", "sds"] as const;

export function Disclosures() {
  const { t } = useSpeech();
  return (
    <Section title={t("disclosures.title")} help={t("disclosures.help")}>
      <Answer of={useQuery(disclosures)}>
        {(data) =>
          data.sheets.length === 0 ? (
            <p className="muted">{t("disclosures.none")}</p>
          ) : (
            <ul className="plain rows">
              {data.sheets.map((one) => (
                <li key={one.id} className="entry">
                  <One sheet={one} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <Load />
    </Section>
  );
}

function Load() {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [kind, setKind] = useState<string>("mds2");
  const [maker, setMaker] = useState("");
  const [model, setModel] = useState("");
  const load = useMutation({
    mutationFn: (file: File) => upload("/api/documents", { name: file.name, kind, manufacturer: maker.trim(), model: model.trim() }, file),
    onSuccess: () => client.invalidateQueries({ predicate: ({ queryKey }) => ["disclosures", "documents", "sheet"].includes(String(queryKey[0])) }),
  });
  const ready = model.trim() !== "";
  return (
    <div className="no-print">
      <div className="duty-fields">
        <NativeSelect label={t("disclosures.kind")} value={kind} onChange={(event) => setKind(event.currentTarget.value)}
          data={KINDS.map((value) => ({ value, label: t(`document.${value}`) }))} />
        <TextInput label={t("disclosures.maker")} maxLength={200} value={maker} onChange={(event) => setMaker(event.currentTarget.value)} />
        <TextInput label={t("disclosures.model")} required maxLength={200} value={model} onChange={(event) => setModel(event.currentTarget.value)} />
        <FileButton accept=".xlsx,.xlsm" disabled={!ready} onChange={(file) => { if (file) load.mutate(file); }}>
          {(props) => (
            <Button variant="default" disabled={!ready} loading={load.isPending} {...props}>
              {t("disclosures.file")}
            </Button>
          )}
        </FileButton>
      </div>
      {load.isError ? <Trouble error={load.error} /> : null}
    </div>
  );
}

function One({ sheet }: { sheet: Sheet }) {
  const { t, list } = useSpeech();
  const [shown, setShown] = useState(false);
  const name = `${sheet.maker} ${sheet.model}`.trim() || sheet.name;
  return (
    <>
      <p>
        <strong>{name}</strong> {t(`document.${sheet.kind}`)} · {sheet.name}
      </p>
      <p className="muted">
        {list([
          t("disclosures.questions", { n: sheet.questions }),
          t("disclosures.yes", { n: sheet.yes }),
          t("disclosures.no", { n: sheet.no }),
          t("disclosures.na", { n: sheet.na }),
          t("disclosures.unanswered", { n: sheet.unanswered }),
        ])}
      </p>
      {sheet.expected > 0 && sheet.expected !== sheet.questions ? (
        <p className="caution">{t("disclosures.expected", { n: sheet.questions, of: sheet.expected })}</p>
      ) : null}
      {sheet.contradicted > 0 ? <p className="caution">{t("disclosures.contradicted", { n: sheet.contradicted })}</p> : null}
      {sheet.open > 0 ? <p>{t("disclosures.open", { n: sheet.open })}</p> : null}
      {sheet.devices.length === 0 ? (
        <p className="muted">{t("disclosures.unseen")}</p>
      ) : (
        <ul className="bullets">
          {sheet.devices.slice(0, 10).map((one) => (
            <li key={one.id}>
              <DeviceName of={one} />
            </li>
          ))}
        </ul>
      )}
      <div className="form-acts no-print">
        <Button variant="default" size="xs" aria-expanded={shown} aria-label={`${t(shown ? "disclosures.hide" : "disclosures.show")}: ${name}`} onClick={() => setShown(!shown)}>
          {t(shown ? "disclosures.hide" : "disclosures.show")}
        </Button>
      </div>
      {shown ? <Questions id={sheet.id} /> : null}
    </>
  );
}

function Questions({ id }: { id: string }) {
  const { t } = useSpeech();
  const [only, setOnly] = useState("open");
  return (
    <Answer of={useQuery(disclosure(id))}>
      {(data) => {
        const wanted = data.answers.filter((one) => only === "all" || one.open || one.word === "contradicted");
        return (
          <>
            <div className="form-acts no-print">
              <SegmentedControl aria-label={t("disclosures.only")} value={only} onChange={setOnly}
                data={[{ value: "open", label: t("disclosures.only.open") }, { value: "all", label: t("disclosures.only.all") }]} />
            </div>
            {wanted.length === 0 ? <p className="muted">{t("disclosures.only.none")}</p> : null}
            <ul className="plain rows">
              {wanted.map((one) => (
                <Question key={one.key} id={id} one={one} />
              ))}
            </ul>
          </>
        );
      }}
    </Answer>
  );
}

function Question({ id, one }: { id: string; one: Shapes["DisclosureAnswer"] }) {
  const { t, w } = useSpeech();
  const client = useQueryClient();
  const [text, setText] = useState(one.assessed);
  const keep = useMutation({
    mutationFn: () => post<Shapes["Disclosure"]>(`/api/duties/disclosures/${encodeURIComponent(id)}/assess`, { key: one.key, text }),
    onSuccess: async (next) => {
      client.setQueryData(disclosure(id).queryKey, next);
      await client.invalidateQueries({ queryKey: disclosures.queryKey });
    },
  });
  return (
    <li className={one.word === "contradicted" ? "duty-amber entry" : "entry"}>
      <p>
        <strong>{one.number}</strong> {one.text}
      </p>
      <p>
        {t("registers.vendor.said", { said: one.answer ? t(`disclosures.answer.${one.answer}` as "disclosures.answer.yes") : t("disclosures.answer.none") })}
        {one.note ? ` — ${one.note}` : ""} <Standing of={one.word} /> {w(one.says)}
      </p>
      {one.lines.length > 0 ? <Lines of={one.lines} /> : null}
      {one.answer === "yes" || one.answer === "n/a" || one.answer === "text" ? null : (
        <div className="duty-fields no-print">
          <Textarea label={t("disclosures.assess")} autosize minRows={1} maxLength={4000} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <Button variant="default" size="xs" aria-label={`${t("disclosures.assess.keep")}: ${one.number}`} loading={keep.isPending} disabled={text.trim() === one.assessed} onClick={() => keep.mutate()}>
            {t("disclosures.assess.keep")}
          </Button>
        </div>
      )}
      {keep.isError ? <Trouble error={keep.error} /> : null}
    </li>
  );
}
