// One page for the fax: what happened, what is asked, and room for the answer. A4, black on white.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { Finding, Shapes } from "../api/client";
import { advice, finding, vocabulary } from "../api/questions";
import { BackIcon, PrintIcon } from "../parts/icons";
import { Answer } from "../parts/states";
import { useTimes } from "../parts/words";
import { useSpeech, type Key } from "../texts";

const route = getRouteApi("/findings/$id/notice");
const CUTS_MAX = 3;

export function Notice() {
  const { t } = useSpeech();
  const { id } = route.useParams();
  const told = useQuery(advice(id));
  return (
    <div className="page page-narrow">
      <p className="back no-print">
        <Link to="/findings/$id" params={{ id }}>
          <BackIcon />
          {t("finding.number", { id })}
        </Link>
      </p>
      <p className="no-print">
        <Button leftSection={<PrintIcon />} onClick={() => window.print()}>
          {t("app.print")}
        </Button>
      </p>
      <Answer of={useQuery(finding(id))}>{(data) => <Sheet data={data} told={told.data} />}</Answer>
    </div>
  );
}

function Sheet({ data, told }: { data: Finding; told: Shapes["Advice"] | undefined }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const site = useQuery(vocabulary).data?.site_name ?? "";
  const blank = (name: Key) => (
    <tr>
      <th scope="row">{t(name)}</th>
      <td />
    </tr>
  );
  return (
    <article className="notice">
      <h1>{t("notice.title")}</h1>
      <table className="notice-head">
        <tbody>
          {blank("notice.to")}
          <tr>
            <th scope="row">{t("notice.from")}</th>
            <td>{site}</td>
          </tr>
          {blank("notice.person")}
          {blank("notice.phone")}
          <tr>
            <th scope="row">{t("notice.date")}</th>
            <td>{times.at(data.first)}</td>
          </tr>
          <tr>
            <th scope="row">
              {t("notice.urgency")} / {t("notice.number")}
            </th>
            <td>
              {t(`severity.${data.severity}`)} ／ {data.id}
            </td>
          </tr>
        </tbody>
      </table>
      <h2>{w(data.texts.title)}</h2>
      {data.in_use === "yes" || data.in_use === "unknown" ? <p className="notice-caution">{t(`use.caution.${data.in_use}`)}</p> : null}
      <h3>{t("notice.seen")}</h3>
      <p>{w(data.texts.seen)}</p>
      <h3>{t("notice.ask")}</h3>
      <ol>
        {data.texts.first_steps.map((line) => (
          <li key={line.en}>{w(line)}</li>
        ))}
      </ol>
      {told && told.cuts.length > 0 ? (
        <>
          <h3>{t("notice.cuts")}</h3>
          <ol>
            {told.cuts.slice(0, CUTS_MAX).map((cut) => (
              <li key={cut.place}>{w(cut.text)}</li>
            ))}
          </ol>
        </>
      ) : null}
      <h3>{t("notice.why")}</h3>
      <p>{w(data.texts.why)}</p>
      <section className="notice-reply" aria-label={t("notice.reply")}>
        <h3>{t("notice.reply")}</h3>
        <table className="notice-head">
          <tbody>
            {blank("notice.received")}
            {blank("notice.received_at")}
            {blank("notice.done")}
          </tbody>
        </table>
      </section>
      <p className="notice-note">{t("notice.note")}</p>
    </article>
  );
}
