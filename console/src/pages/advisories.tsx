// Advisories: taken in from mail, CSAF or a pasted text; sent on with read receipts, reminders and a page for the fax.
import { Button, Checkbox, FileButton, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, query, type Shapes } from "../api/client";
import { advisoryState } from "../api/duties";
import { Answer, Trouble } from "../parts/states";
import { Section } from "../parts/words";
import { useSpeech } from "../texts";
import { base64 } from "./file";

export function TakeAdvisory() {
  const { t } = useSpeech();
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [source, setSource] = useState("");
  const take = useMutation({
    mutationFn: async (file: File) =>
      post<Shapes["Taken"]>("/api/duties/advisories", { name: file.name, content: await base64(file), source }),
    onSuccess: async () => {
      setText("");
      await client.invalidateQueries({ predicate: ({ queryKey }) => ["register", "registers"].includes(String(queryKey[0])) });
    },
  });
  return (
    <Section title={t("advisories.take")} help={t("advisories.take.help")} className="section-form no-print">
      <TextInput label={t("advisories.source")} maxLength={200} value={source} onChange={(event) => setSource(event.currentTarget.value)} />
      <Textarea label={t("advisories.text")} autosize minRows={3} maxRows={14} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <div className="form-acts">
        <Button disabled={text.trim() === ""} loading={take.isPending} onClick={() => take.mutate(new File([text], "text.txt"))}>
          {t("advisories.paste")}
        </Button>
        <FileButton accept=".eml,.mbox,.json,.txt" onChange={(file) => { if (file) take.mutate(file); }}>
          {(props) => (
            <Button variant="default" loading={take.isPending} {...props}>
              {t("advisories.file")}
            </Button>
          )}
        </FileButton>
      </div>
      {take.isError ? <Trouble error={take.error} /> : null}
      {take.data ? <p role="status">{t(take.data.titles.length > 0 ? "advisories.taken" : "advisories.known", { count: take.data.titles.length })}</p> : null}
    </Section>
  );
}

export function AdvisoryOut({ id, name }: { id: string; name: string }) {
  return <Answer of={useQuery(advisoryState(id))}>{(state) => <State state={state} name={name} />}</Answer>;
}

function State({ state, name }: { state: Shapes["AdvisoryState"]; name: string }) {
  const { t, lang, list } = useSpeech();
  const client = useQueryClient();
  const open = state.receipts.filter((one) => one.allowed && !one.sent);
  const late = state.receipts.filter((one) => one.allowed && one.late);
  const [left, setLeft] = useState<string[]>([]);
  const chosen = open.filter((one) => !left.includes(one.recipient)).map((one) => one.recipient);
  const send = useMutation({
    mutationFn: (ask: { recipients: string[]; remind: boolean }) =>
      post<Shapes["SentAll"]>(`/api/duties/advisories/${encodeURIComponent(state.id)}/send`, { ...ask, base: location.origin }),
    onSuccess: async (done) => {
      client.setQueryData(advisoryState(state.id).queryKey, done.state);
      await client.invalidateQueries({ queryKey: ["registers"] });
    },
  });
  const sent = state.receipts.filter((one) => one.sent);
  return (
    <div className="vendor-state">
      <p>
        {list([
          t("advisories.sent", { n: sent.length }),
          t("advisories.read", { n: sent.filter((one) => one.read).length }),
          t("advisories.late", { n: late.length }),
        ])}
      </p>
      {state.receipts.length === 0 ? <p className="muted">{t("advisories.nobody")}</p> : null}
      <ul className="plain">
        {state.receipts.map((one) => (
          <li key={one.recipient}>
            {one.allowed && !one.sent ? (
              <Checkbox
                label={one.name}
                checked={!left.includes(one.recipient)}
                onChange={(event) =>
                  setLeft(event.currentTarget.checked ? left.filter((x) => x !== one.recipient) : [...left, one.recipient])
                }
              />
            ) : (
              <span>
                {one.name}{" "}
                <span className={one.late ? "standing standing-contradicted" : "muted"}>
                  {!one.sent
                    ? t("advisories.not_allowed")
                    : one.read
                      ? t("advisories.read.on", { date: one.read, person: one.person })
                      : t(one.reminded ? "advisories.reminded" : "advisories.waiting", { date: one.sent, again: one.reminded })}
                </span>
              </span>
            )}
          </li>
        ))}
      </ul>
      <div className="form-acts no-print">
        {open.length > 0 ? (
          <Button size="xs" disabled={chosen.length === 0} aria-label={`${t("advisories.send")}: ${name}`} loading={send.isPending}
            onClick={() => send.mutate({ recipients: chosen, remind: false })}>
            {t("advisories.send")}
          </Button>
        ) : null}
        {late.length > 0 ? (
          <Button size="xs" variant="default" aria-label={`${t("advisories.remind")}: ${name}`} loading={send.isPending}
            onClick={() => send.mutate({ recipients: late.map((one) => one.recipient), remind: true })}>
            {t("advisories.remind")}
          </Button>
        ) : null}
        {state.by_mail ? null : <span className="muted">{t("advisories.no_mail")}</span>}
      </div>
      {send.isError ? <Trouble error={send.error} /> : null}
      {send.data ? (
        <ul className="bullets" role="status">
          {send.data.sent.map((one) => (
            <li key={one.name}>
              {one.name}: {t(`advisories.way.${one.way}`)} {one.error}
              {one.word ? (
                <>
                  {" "}
                  <a href={`/api/papers/fax.pdf${query({ lang, advisory: state.id })}`} target="_blank" rel="noreferrer">
                    {t("registers.fax")}
                  </a>{" "}
                  <code className="link-address">{`${location.origin}/advisory#${one.word}`}</code>
                </>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
