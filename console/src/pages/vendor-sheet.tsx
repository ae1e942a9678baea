// A vendor's own sheet, opened by a link without an account. The word stands behind the # and goes to no log.
import { Button, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { post, type Shapes } from "../api/client";
import { dateTime } from "../format";
import { Answer, Trouble } from "../parts/states";
import { Head, Section } from "../parts/words";
import { useSpeech } from "../texts";
import "../duties.css";

type Sheet = Shapes["LinkSheet"];
type Said = Pick<Shapes["LinkItem"], "answer" | "target" | "note">;

export function VendorSheet() {
  const { t } = useSpeech();
  const [word] = useState(() => location.hash.slice(1));
  const opened = useQuery({
    queryKey: ["vendor-sheet"],
    queryFn: () => post<Sheet>("/api/by-link/sheet", { word }),
    enabled: word !== "",
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  return (
    <div className="page page-narrow">
      <Head title={t("vendor_sheet.title")} help={t("vendor_sheet.help")} />
      {word === "" ? <p className="caution">{t("vendor_sheet.no_word")}</p> : <Answer of={opened}>{(sheet) => <Form sheet={sheet} word={word} />}</Answer>}
    </div>
  );
}

function Form({ sheet, word }: { sheet: Sheet; word: string }) {
  const { t, w, lang } = useSpeech();
  const [said, setSaid] = useState<Record<string, Said>>(() =>
    Object.fromEntries(sheet.items.map((item) => [item.id, { answer: item.answer, target: item.target, note: item.note }])),
  );
  const [person, setPerson] = useState("");
  const [remote, setRemote] = useState<string>(sheet.remote);
  const [how, setHow] = useState(sheet.remote_how);
  const put = (id: string, part: Partial<Said>) =>
    setSaid((before) => ({ ...before, [id]: { ...(before[id] ?? { answer: "", target: "", note: "" }), ...part } }));
  const given = sheet.items.filter((item) => said[item.id]?.answer);
  const send = useMutation({
    mutationFn: () =>
      post<Sheet>("/api/by-link/sheet/answers", {
        word,
        person,
        remote,
        remote_how: how,
        answers: given.map((item) => ({ item: item.id, ...said[item.id] })),
      }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate();
  };
  return (
    <form onSubmit={submit}>
      <p>
        {t("vendor_sheet.of", { site: sheet.site, vendor: sheet.vendor, system: sheet.system })}
        <br />
        <span className="muted">
          {w(sheet.title)} · {t("vendor_sheet.until", { time: dateTime(sheet.until, lang, Intl.DateTimeFormat().resolvedOptions().timeZone) })} · {t("duties.summary")}
        </span>
      </p>
      <Section title={t("vendor_sheet.items")} help={t("vendor_sheet.done", { done: given.length, all: sheet.items.length })}>
        <ol className="plain rows">
          {sheet.items.map((item) => {
            const mine = said[item.id];
            const name = `${item.number} ${item.scope}`;
            return (
              <li key={item.id} className="entry">
                <p>
                  <strong>{name}</strong> {w(item.text)}
                </p>
                <div className="duty-fields">
                  <SegmentedControl
                    aria-label={`${name}: ${t("duties.form.answer")}`}
                    value={mine?.answer ?? ""}
                    onChange={(answer) => put(item.id, { answer: answer as Said["answer"] })}
                    data={[
                      { value: "", label: t("vendor_sheet.open") },
                      { value: "yes", label: t("duties.reply.yes") },
                      { value: "no", label: t("duties.reply.no") },
                      { value: "na", label: t("duties.reply.na") },
                    ]}
                  />
                  {mine?.answer === "no" ? (
                    <TextInput type="date" required label={t("duties.form.target")} value={mine.target}
                      onChange={(event) => put(item.id, { target: event.currentTarget.value })} />
                  ) : null}
                  <TextInput label={t("duties.form.note")} maxLength={500} value={mine?.note ?? ""}
                    onChange={(event) => put(item.id, { note: event.currentTarget.value })} />
                </div>
              </li>
            );
          })}
        </ol>
      </Section>
      <Section title={t("vendor_sheet.remote")} help={t("vendor_sheet.remote.help")} className="section-form">
        <NativeSelect label={t("vendor_sheet.remote.is")} value={remote} onChange={(event) => setRemote(event.currentTarget.value)}
          data={[
            { value: "unknown", label: t("vendor_sheet.open") },
            { value: "yes", label: t("vendor_sheet.remote.yes") },
            { value: "no", label: t("vendor_sheet.remote.no") },
          ]} />
        <Textarea label={t("vendor_sheet.remote.how")} autosize minRows={2} maxLength={2000} value={how}
          onChange={(event) => setHow(event.currentTarget.value)} />
      </Section>
      <div className="duty-fields">
        <TextInput required label={t("vendor_sheet.person")} maxLength={100} value={person} onChange={(event) => setPerson(event.currentTarget.value)} />
        <Button type="submit" loading={send.isPending}>
          {t("vendor_sheet.send")}
        </Button>
      </div>
      {send.isError ? <Trouble error={send.error} /> : null}
      {send.isSuccess ? <p role="status">{t("vendor_sheet.sent", { count: given.length })}</p> : null}
    </form>
  );
}
