// Papers that leave the house.
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { query } from "../api/client";
import { Head, Section } from "../parts/words";
import { useSpeech, type Key } from "../texts";
import "../duties.css";

const PAPERS: { name: string; forms: ("pdf" | "xlsx" | "html")[]; period?: boolean }[] = [
  { name: "trial", forms: ["pdf", "xlsx", "html"], period: true },
  { name: "monthly", forms: ["pdf", "xlsx", "html"], period: true },
  { name: "contacts", forms: ["pdf", "xlsx"] },
  { name: "bcp", forms: ["pdf", "html"] },
  { name: "inspection", forms: ["pdf"] },
  { name: "offline", forms: ["html", "pdf"] },
];

const FORMS = { pdf: "papers.pdf", xlsx: "papers.excel", html: "papers.html" } as const;

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
