import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { FindingRow, Status } from "../api/client";
import { findings, overview } from "../api/questions";
import { count } from "../format";
import { Answer, Empty } from "../parts/states";
import { Head, StatusWord, Urgency, useTimes, useZones } from "../parts/words";
import { useSpeech } from "../texts";

const WAITING: readonly Status[] = ["open", "reopened"];
const DECIDED: readonly Status[] = ["acknowledged", "explained", "resolved"];
const SHOWN = { waiting: WAITING, decided: DECIDED, all: [] as readonly Status[] };
type Show = keyof typeof SHOWN;

const route = getRouteApi("/findings");

export function Findings() {
  const { t } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show: Show = search.show === "decided" || search.show === "all" ? search.show : "waiting";
  const page = useQuery(findings(SHOWN[show]));
  const empty = useQuery(overview).data?.empty;
  return (
    <div className="page page-narrow">
      <Head title={t("findings.title")} help={t("findings.help")}>
        <SegmentedControl
          aria-label={t("findings.title")}
          value={show}
          onChange={(next) => void navigate({ search: { show: next === "waiting" ? undefined : next } })}
          data={(["waiting", "decided", "all"] as const).map((value) => ({ value, label: t(`findings.tab.${value}`) }))}
        />
      </Head>
      {empty ? (
        <Empty />
      ) : (
        <Answer of={page}>
          {(data) =>
            data.items.length === 0 ? (
              <div className="nothing">
                <p>{show === "waiting" ? t("findings.none.waiting") : t("findings.none")}</p>
                {show === "waiting" ? <p className="muted">{t("findings.none.waiting.note")}</p> : null}
              </div>
            ) : (
              <ul className="plain finding-list">
                {data.items.map((item) => (
                  <FindingLine key={item.id} item={item} />
                ))}
              </ul>
            )
          }
        </Answer>
      )}
    </div>
  );
}

/** One finding in a list: the whole line is the way in. */
export function FindingLine({ item }: { item: FindingRow }) {
  const { t, w } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  const device = item.devices[0];
  return (
    <li className="finding-line">
      <Link to="/findings/$id" params={{ id: item.id }} className="finding-link">
        <span className="finding-urgency">
          <Urgency of={item.severity} />
        </span>
        <span className="finding-words">
          <span className="finding-title">{w(item.title)}</span>
          <span className="muted">
            {device ? `${device.outside ? t("devices.outside") : zones.name(device.zone)} ・ ` : ""}
            {times.at(item.last)}
            {item.count > 1 ? ` ・ ${t("findings.count", { n: count(item.count) })}` : ""}
            {item.in_use === "yes" ? ` ・ ${t("use.yes")}` : ""}
          </span>
        </span>
        <StatusWord of={item.status} />
      </Link>
    </li>
  );
}
