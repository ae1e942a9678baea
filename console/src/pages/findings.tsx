import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import type { FindingRow, Status } from "../api/client";
import { findings, overview } from "../api/questions";
import { count } from "../format";
import { First } from "../parts/first";
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
              <First of={stories(data.items)} className="plain finding-list">
                {([first, rest]) => <FindingLine key={first.id} item={first} rest={rest} />}
              </First>
            )
          }
        </Answer>
      )}
    </div>
  );
}

/** One cause is one line: its worst finding, with what else belongs to it. The order of the list stays. */
export function stories(items: FindingRow[]): [FindingRow, FindingRow[]][] {
  const found = new Map<string, [FindingRow, FindingRow[]]>();
  for (const item of items) {
    const known = item.story ? found.get(item.story) : undefined;
    if (known) known[1].push(item);
    else found.set(item.story || item.id, [item, []]);
  }
  return [...found.values()];
}

/** One finding in a list: the whole line is the way in. */
export function FindingLine({ item, rest = [] }: { item: FindingRow; rest?: FindingRow[] }) {
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
      {rest.length > 0 ? (
        <details className="story-rest">
          <summary>{t("findings.story.more", { n: rest.length })}</summary>
          <ul className="plain finding-list">
            {rest.map((other) => (
              <FindingLine key={other.id} item={other} />
            ))}
          </ul>
        </details>
      ) : null}
    </li>
  );
}
