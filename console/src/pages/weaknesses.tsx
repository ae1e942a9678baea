import { Checkbox, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { components, weaknesses } from "../api/inventory";
import { count } from "../format";
import { Answer } from "../parts/states";
import { Advisory, Ends } from "../parts/weak";
import { Head, Section } from "../parts/words";
import { useSpeech } from "../texts";

const STEP = 50;

export function WeaknessesPage() {
  const { t, w } = useSpeech();
  const [whole, setWhole] = useState(false);
  const [limit, setLimit] = useState(STEP);
  const now = useQuery({ ...weaknesses("", whole, limit), placeholderData: keepPreviousData });
  return (
    <div className="page page-narrow">
      <Head title={t("weak.title")} help={t("weak.help")}>
        <Checkbox label={t("weak.whole")} checked={whole} onChange={(event) => setWhole(event.currentTarget.checked)} />
      </Head>
      <Answer of={now}>
        {(data) => (
          <>
            {data.items.length === 0 ? (
              <div className="nothing">
                <p>{t(data.files.length === 0 ? "weak.none.files" : "weak.none")}</p>
                <p className="muted">{t("weak.none.note", { folder: data.folder })}</p>
              </div>
            ) : (
              <>
                <p className="lead">{t("weak.sum", { n: count(data.total), all: count(data.advisories) })}</p>
                {data.items.map((row) => (
                  <Advisory key={row.id} of={row} />
                ))}
                {data.total > data.items.length ? (
                  <button type="button" className="link-button" onClick={() => setLimit(Math.min(500, limit + STEP))}>
                    {t("app.more", { n: count(data.total - data.items.length) })}
                  </button>
                ) : null}
              </>
            )}
            <Section title={t("weak.ends")} help={t("weak.ends.help")}>
              {data.ends.length === 0 ? <p className="muted">{t("weak.ends.none")}</p> : <Ends of={data.ends} />}
            </Section>
            <Components />
            {data.files.length > 0 ? (
              <details className="details">
                <summary>{t("weak.files", { n: data.files.length })}</summary>
                <ul className="plain rows">
                  {data.files.map((file) => (
                    <li key={file.name} className="row">
                      <span className="mono">{file.name}</span>
                      <span className={file.problem ? "alarm small" : "muted small"}>
                        {file.problem ? w(file.problem) : `${file.kind.toUpperCase()} ${t("weak.file.entries", { n: count(file.entries) })}`}
                      </span>
                    </li>
                  ))}
                </ul>
              </details>
            ) : null}
          </>
        )}
      </Answer>
    </div>
  );
}

/** In which device is a component: asked when a new fault of a library is in the news. */
function Components() {
  const { t } = useSpeech();
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed.trim(), 250);
  const found = useQuery(components(wanted));
  return (
    <Section title={t("weak.components")} help={t("weak.components.help")}>
      <TextInput
        label={t("weak.components.word")}
        value={typed}
        maxLength={200}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {wanted.length < 2 || !found.data ? null : found.data.items.length === 0 ? (
        <p className="muted" role="status">
          {t("weak.components.none")}
        </p>
      ) : (
        <ul className="plain rows">
          {found.data.items.map((one, place) => (
            <li key={`${one.document} ${one.name} ${place}`} className="row">
              <span className="mono">
                {one.name} {one.version}
              </span>
              <span className="muted small">{[one.of, one.supplier].filter(Boolean).join(" ・ ")}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
