import { Button, Checkbox, Popover, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useDebouncedCallback, useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useRef, useState, type ReactNode } from "react";
import { query, type DeviceRow, type Shapes } from "../api/client";
import { devices, overview, PAGE, vocabulary, type DeviceFilter } from "../api/questions";
import { count } from "../format";
import { SaveIcon, SearchIcon } from "../parts/icons";
import { Answer, Empty } from "../parts/states";
import { Head, Sure, Unknown, Urgency, Use, useTimes, useZones } from "../parts/words";
import { useSpeech } from "../texts";
import { Many, Views, type Choosing } from "./devices-many";

const route = getRouteApi("/devices");

const COLUMNS = [
  "label", "type", "zone", "ip", "manufacturer", "model", "in_use", "findings", "sure", "last", "serial",
  "software_version", "os", "department", "services", "mac", "first",
] as const; // prettier-ignore
type Column = (typeof COLUMNS)[number];
const FIRST_COLUMNS: Column[] = ["label", "type", "zone", "ip", "manufacturer", "model", "in_use", "findings", "sure"];

// Widths in rem; the name takes what is left.
const WIDTHS: Record<Column, string> = {
  label: "minmax(9rem, 1.5fr)", type: "minmax(8rem, 1.2fr)", zone: "minmax(8rem, 1.2fr)", ip: "8.5rem",
  manufacturer: "minmax(7rem, 1.1fr)", model: "minmax(5rem, 0.8fr)", in_use: "7.5rem", findings: "8.5rem", sure: "9rem",
  last: "9.5rem", serial: "9rem", software_version: "8rem", os: "8rem", department: "8rem", services: "10rem",
  mac: "11rem", first: "9.5rem",
}; // prettier-ignore
const SORTS: Partial<Record<Column, string>> = {
  label: "label", type: "type", zone: "zone", ip: "ip", manufacturer: "manufacturer", model: "model", in_use: "in_use",
  findings: "findings", sure: "type_confidence", last: "last", os: "os", first: "first",
}; // prettier-ignore
const ROW_HEIGHT = 44;
const CARD_HEIGHT = 76;

export function Devices() {
  const { t } = useSpeech();
  const empty = useQuery(overview).data?.empty;
  return (
    <div className="page page-full">
      {empty ? (
        <>
          <Head title={t("devices.title")} help={t("devices.help")} />
          <Empty />
        </>
      ) : (
        <List />
      )}
    </div>
  );
}

function List() {
  const { t, lang } = useSpeech();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const filter: DeviceFilter = search;
  const [columns, setColumns] = useLocalStorage<Column[]>({
    key: "hinomi.columns",
    defaultValue: FIRST_COLUMNS,
    getInitialValueInEffect: false,
  });
  const [chosen, setChosen] = useState<ReadonlySet<string>>();
  const toggle = (id: string) =>
    setChosen((now) => new Set(now?.has(id) ? [...now].filter((one) => one !== id) : [...(now ?? []), id]));
  const shown = COLUMNS.filter((column) => columns.includes(column) || column === "label");
  const first = useQuery({ ...devices(filter, 0), placeholderData: keepPreviousData });
  const change = (next: Partial<typeof search>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  const filtered = Boolean(
    search.q || search.zone || search.type || search.outside !== undefined || search.unknown || search.finding,
  );
  const whole = (first.data?.inside ?? 0) + (first.data?.outside ?? 0);
  const exported = `/api/exports/devices.csv${query({ ...filter, columns: shown, lang })}`;
  return (
    <>
      <Head title={t("devices.title")} help={t("devices.help")} />
      <div className="filters" role="search">
        <SearchField value={search.q ?? ""} change={(q) => change({ q: q || undefined })} />
        <TypeFilter value={search.type} facets={first.data?.types ?? []} change={(type) => change({ type })} />
        <ZoneFilter value={search.zone} facets={first.data?.zones ?? []} change={(zone) => change({ zone })} />
        <SegmentedControl
          aria-label={t("devices.filter.where")}
          value={search.outside === undefined ? "all" : search.outside ? "outside" : "inside"}
          onChange={(value) => change({ outside: value === "all" ? undefined : value === "outside" })}
          data={(["all", "inside", "outside"] as const).map((value) => ({ value, label: t(`devices.filter.${value}`) }))}
        />
        <Checkbox
          label={t("devices.filter.finding")}
          checked={search.finding ?? false}
          onChange={(event) => change({ finding: event.currentTarget.checked || undefined })}
        />
        <Checkbox
          label={t("devices.filter.unknown")}
          checked={search.unknown ?? false}
          onChange={(event) => change({ unknown: event.currentTarget.checked || undefined })}
        />
      </div>
      <div className="list-tools">
        <p role="status" className="list-count">
          {first.data
            ? filtered
              ? t("devices.count.of", { n: count(first.data.total), total: count(whole) })
              : t("devices.count", { n: count(first.data.total) })
            : ""}
          {filtered ? (
            <button type="button" className="link-button" onClick={() => void navigate({ search: {}, replace: true })}>
              {t("devices.filter.clear")}
            </button>
          ) : null}
        </p>
        {chosen ? null : (
          <Button variant="default" size="xs" className="wide-only" onClick={() => setChosen(new Set())}>
            {t("many.begin")}
          </Button>
        )}
        <Views
          search={filter}
          columns={shown}
          open={(view) => {
            setColumns(COLUMNS.filter((column) => view.columns.includes(column)));
            void navigate({ search: view.search, replace: true });
          }}
        />
        <Popover position="bottom-end" trapFocus withRoles>
          <Popover.Target>
            <Button variant="default" size="xs" className="wide-only">
              {t("devices.columns")}
            </Button>
          </Popover.Target>
          <Popover.Dropdown className="columns-menu" aria-label={t("devices.columns")}>
            {COLUMNS.filter((column) => column !== "label").map((column) => (
              <Checkbox
                key={column}
                label={t(`devices.col.${column}`)}
                checked={shown.includes(column)}
                onChange={() =>
                  setColumns(shown.includes(column) ? shown.filter((one) => one !== column) : [...shown, column])
                }
              />
            ))}
          </Popover.Dropdown>
        </Popover>
        <Button component="a" href={exported} download variant="default" size="xs" leftSection={<SaveIcon />}>
          {t("devices.export")}
        </Button>
      </div>
      {chosen ? (
        <Many
          filter={filter}
          total={first.data?.total ?? 0}
          chosen={chosen}
          choose={(ids) => setChosen(new Set(ids))}
          end={() => setChosen(undefined)}
        />
      ) : null}
      <Answer of={first}>
        {(data) =>
          data.total === 0 ? (
            <div className="nothing">
              <p>{t("devices.none")}</p>
              <p className="muted">{t("devices.none.hint")}</p>
            </div>
          ) : (
            <Table
              filter={filter}
              total={data.total}
              columns={shown}
              first={data}
              choosing={chosen ? { chosen, toggle } : undefined}
            />
          )
        }
      </Answer>
    </>
  );
}

function SearchField({ value, change }: { value: string; change: (value: string) => void }) {
  const { t } = useSpeech();
  const [typed, setTyped] = useState(value);
  const composing = useRef(false);
  const later = useDebouncedCallback(change, 150);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      className="search"
      aria-label={t("devices.search")}
      placeholder={t("devices.search.hint")}
      leftSection={<SearchIcon />}
      type="search"
      value={typed}
      // While kana are being turned into kanji nothing is asked.
      onCompositionStart={() => {
        composing.current = true;
      }}
      onCompositionEnd={(event) => {
        composing.current = false;
        later(event.currentTarget.value);
      }}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        if (!composing.current) later(event.currentTarget.value);
      }}
    />
  );
}

type FilterProps = { value: string | undefined; facets: Shapes["Facet"][]; change: (value: string | undefined) => void };

function TypeFilter({ value, facets, change }: FilterProps) {
  const { t, w } = useSpeech();
  const words = new Map(useQuery(vocabulary).data?.types.map((type) => [type.id, w(type.words)]));
  return (
    <Select
      className="filter-select"
      aria-label={t("devices.filter.type")}
      placeholder={t("devices.filter.type")}
      data={facets.map((facet) => ({ value: facet.id, label: `${words.get(facet.id) ?? facet.id} (${facet.count})` }))}
      value={value ?? null}
      onChange={(next) => change(next ?? undefined)}
      searchable
      clearable
    />
  );
}

function ZoneFilter({ value, facets, change }: FilterProps) {
  const { t } = useSpeech();
  const zones = useZones();
  return (
    <Select
      className="filter-select"
      aria-label={t("devices.filter.zone")}
      placeholder={t("devices.filter.zone")}
      data={facets.map((facet) => ({ value: facet.id, label: `${zones.name(facet.id)} (${facet.count})` }))}
      value={value ?? null}
      onChange={(next) => change(next ?? undefined)}
      searchable
      clearable
    />
  );
}

type TableProps = {
  filter: DeviceFilter;
  total: number;
  columns: Column[];
  first: Shapes["DevicePage"];
  choosing: Choosing | undefined;
};

function Table({ filter, total, columns, first, choosing }: TableProps) {
  const { t } = useSpeech();
  const times = useTimes();
  const zones = useZones();
  const scroller = useRef<HTMLDivElement>(null);
  const cards = useMediaQuery("(max-width: 46rem)", false, { getInitialValueInEffect: false });
  const rows = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => (cards ? CARD_HEIGHT : ROW_HEIGHT),
    overscan: 8,
  });
  useEffect(() => rows.measure(), [cards, rows]);
  const visible = rows.getVirtualItems();
  const pages = [...new Set(visible.map((item) => Math.floor(item.index / PAGE)))].filter((page) => page > 0);
  const more = useQueries({ queries: pages.map((page) => devices(filter, page)) });
  const loaded = new Map<number, DeviceRow[]>([[0, first.items]]);
  pages.forEach((page, place) => {
    const items = more[place]?.data?.items;
    if (items) loaded.set(page, items);
  });
  const row = (index: number) => loaded.get(Math.floor(index / PAGE))?.[index % PAGE];
  const grid = { gridTemplateColumns: [...(choosing ? ["1.75rem"] : []), ...columns.map((column) => WIDTHS[column])].join(" ") };
  return (
    // The list scrolls by itself, so the keyboard must reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={cards ? "list cards" : "list"} ref={scroller} tabIndex={0} role="region" aria-label={t("devices.table")}>
      <div role="table" aria-label={t("devices.table")} aria-rowcount={total + 1} className="list-inner">
        <div role="rowgroup" className="list-head">
          <div role="row" aria-rowindex={1} className="list-row" style={grid}>
            {choosing ? (
              <div role="columnheader" className="cell">
                <span className="visually-hidden">{t("many.column")}</span>
              </div>
            ) : null}
            {columns.map((column) => (
              <Heading key={column} column={column} filter={filter} />
            ))}
          </div>
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {visible.map((item) => (
            <Row
              key={item.key}
              index={item.index}
              start={item.start}
              size={item.size}
              grid={grid.gridTemplateColumns}
              device={row(item.index)}
              columns={columns}
              choosing={choosing}
              times={times}
              zones={zones}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

type RowProps = {
  index: number;
  start: number;
  size: number;
  grid: string;
  device: DeviceRow | undefined;
  columns: Column[];
  choosing: Choosing | undefined;
  times: ReturnType<typeof useTimes>;
  zones: ReturnType<typeof useZones>;
};

/** One row; drawn again only when something of it changed, not with every step of scrolling. */
const Row = memo(function Row({ index, start, size, grid, device, columns, choosing, times, zones }: RowProps) {
  const { t } = useSpeech();
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      className="list-row"
      style={{ gridTemplateColumns: grid, transform: `translateY(${start}px)`, height: size }}
    >
      {choosing ? (
        <div role="cell" className="cell cell-choose">
          {device ? (
            <Checkbox
              aria-label={t("many.choose", { name: device.label })}
              checked={choosing.chosen.has(device.id)}
              onChange={() => choosing.toggle(device.id)}
            />
          ) : null}
        </div>
      ) : null}
      {columns.map((column) => (
        <div key={column} role={column === "label" ? "rowheader" : "cell"} className={`cell cell-${column}`}>
          {device ? <Cell device={device} column={column} times={times} zones={zones} /> : <span className="muted">…</span>}
        </div>
      ))}
    </div>
  );
});

function Heading({ column, filter }: { column: Column; filter: DeviceFilter }) {
  const { t } = useSpeech();
  const navigate = route.useNavigate();
  const sort = SORTS[column];
  const name = t(`devices.col.${column}`);
  const active = sort !== undefined && (filter.sort ?? "findings") === sort;
  const order = active ? (filter.descending ? "descending" : "ascending") : undefined;
  return (
    <div role="columnheader" aria-sort={order} className="cell">
      {sort ? (
        <button
          type="button"
          className="sort"
          onClick={() =>
            void navigate({
              search: { ...filter, sort, descending: active && !filter.descending ? true : undefined },
              replace: true,
            })
          }
        >
          {name}
          <span aria-hidden="true" className="sort-mark">
            {order === "ascending" ? "▲" : order === "descending" ? "▼" : ""}
          </span>
        </button>
      ) : (
        name
      )}
    </div>
  );
}

type CellProps = { device: DeviceRow; column: Column; times: ReturnType<typeof useTimes>; zones: ReturnType<typeof useZones> };

function Cell({ device, column, times, zones }: CellProps): ReactNode {
  const { t, w } = useSpeech();
  switch (column) {
    case "label":
      return (
        <Link to="/devices/$id" params={{ id: device.id }} className="cell-link" title={device.label}>
          {device.label}
        </Link>
      );
    case "type":
      return device.type === "unknown" ? <Unknown /> : w(device.type_words);
    case "zone":
      return device.outside ? (
        <span className="tag">{t("devices.outside")}</span>
      ) : device.zone ? (
        zones.name(device.zone)
      ) : (
        <span className="muted">{t("devices.no_zone")}</span>
      );
    case "ip":
      return <Several of={device.ips} />;
    case "mac":
      return <Several of={device.macs} />;
    case "services":
      return device.services.join(", ");
    case "in_use":
      return <Use of={device.in_use} />;
    case "findings":
      return device.worst ? (
        <span title={t("map.zone.findings", { n: device.open_findings })}>
          <Urgency of={device.worst} />
        </span>
      ) : (
        <span className="muted">–</span>
      );
    case "sure":
      return <Sure confidence={device.type_confidence} />;
    case "first":
      return times.at(device.first);
    case "last":
      return times.at(device.last);
    default:
      return device[column] || <span className="muted">–</span>;
  }
}

/** The newest one, and how many more there are. */
function Several({ of }: { of: string[] }) {
  if (of.length === 0) return <span className="muted">–</span>;
  return (
    <span className="mono" title={of.join("\n")}>
      {of[0]}
      {of.length > 1 ? <span className="muted"> +{of.length - 1}</span> : null}
    </span>
  );
}

