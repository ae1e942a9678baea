// Papers that leave the house.
import { NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post, query, type Shapes } from "../api/client";
import { keptReports } from "../api/duties";
import { Answer, Trouble } from "../parts/states";
import { Head, Section } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import "../duties.css";

const PAPERS: { name: string; forms: ("pdf" | "xlsx" | "html" | "zip")[]; period?: boolean }[] = [
  { name: "trial", forms: ["pdf", "xlsx", "html"], period: true },
  { name: "monthly", forms: ["pdf", "xlsx", "html"], period: true },
  { name: "contacts", forms: ["pdf", "xlsx"] },
  { name: "bcp", forms: ["pdf", "html"] },
  { name: "inspection", forms: ["pdf", "zip"] },
  { name: "ledger", forms: ["pdf", "xlsx"] },
  { name: "offline", forms: ["html", "pdf"] },
];

const FORMS = { pdf: "papers.pdf", xlsx: "papers.excel", html: "papers.html", zip: "papers.zip" } as const;

function Kept() {
  const { t, lang } = useSpeech();
  const client = useQueryClient();
  const now = useQuery(keptReports);
  const change = useMutation({
    mutationFn: (ask: { paper: string; every: string }) => post<Shapes["KeptReports"]>("/api/papers/kept", { ...ask, lang }),
    onSuccess: (next) => client.setQueryData(keptReports.queryKey, next),
  });
  return (
    <Section title={t("papers.kept")} help={t("papers.kept.help")}>
      <Answer of={now}>
        {(data) => (
          <>
            <div className="duty-fields no-print">
              {data.schedules.map((one) => (
                <NativeSelect
                  key={one.paper}
                  label={t(`papers.${one.paper}`)}
                  value={one.every}
                  onChange={(event) => change.mutate({ paper: one.paper, every: event.currentTarget.value })}
                  data={(["never", "week", "month"] as const).map((every) => ({ value: every, label: t(`papers.every.${every}`) }))}
                />
              ))}
            </div>
            {data.files.length === 0 ? <p className="muted">{t("papers.kept.none")}</p> : null}
            <ul className="bullets">
              {data.files.map((name) => (
                <li key={name}>
                  <a href={`/api/papers/kept/${name}`} target="_blank" rel="noreferrer">
                    {t(name.startsWith("trial") ? "papers.trial" : "papers.monthly")} {name.slice(-28, -18)} – {name.slice(-17, -7)}
                  </a>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
      {change.isError ? <Trouble error={change.error} /> : null}
    </Section>
  );
}

export function Papers() {
  const { t, lang } = useSpeech();
  const [since, setSince] = useState("");
  const [until, setUntil] = useState("");
  // A day is a day of this site's clock (Japan has no summer time).
  const at = (day: string, end: boolean) => (day ? `${day}T${end ? "23:59:59" : "00:00:00"}+09:00` : "");
  return (
    <div className="page page-narrow">
      <Head title={t("papers.title")} help={t("papers.help")} />
      <Section title={t("papers.period")} help={t("papers.period.help")}>
        <div className="duty-fields">
          <TextInput type="date" label={t("papers.since")} value={since} onChange={(e) => setSince(e.currentTarget.value)} />
          <TextInput type="date" label={t("papers.until")} value={until} onChange={(e) => setUntil(e.currentTarget.value)} />
        </div>
      </Section>
      <Kept />
      {PAPERS.map((paper) => (
        <Section key={paper.name} title={t(`papers.${paper.name}` as Key)} help={t(`papers.note.${paper.name}` as Key)}>
          <p className="form-acts">
            {paper.forms.map((form, place) => (
              <a
                key={form}
                className={place === 0 ? "button" : "button button-quiet"}
                aria-label={`${t(`papers.${paper.name}` as Key)}: ${t(FORMS[form])}`}
                href={`/api/papers/${paper.name}.${form}${query({
                  lang,
                  since: paper.period ? at(since, false) : "",
                  until: paper.period ? at(until, true) : "",
                })}`}
                target={form === "pdf" ? "_blank" : undefined}
                rel="noreferrer"
              >
                {t(FORMS[form])}
              </a>
            ))}
          </p>
        </Section>
      ))}
    </div>
  );
}
