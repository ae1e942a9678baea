// The addresses of the console. What a page shows stands in its address, so that it can be sent on.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { Crashed, NotFound } from "./parts/states";
import { Frame } from "./parts/frame";

type DeviceSearch = {
  q?: string;
  zone?: string;
  type?: string;
  outside?: boolean;
  unknown?: boolean;
  finding?: boolean;
  sort?: string;
  descending?: boolean;
};
type LedgerSearch = { list?: string; q?: string };
const WHENS = ["day", "hour", "compare"] as const;
type MapSearch = {
  zone?: string; other?: string; findings?: boolean; unallowed?: boolean; dots?: boolean;
  when?: (typeof WHENS)[number]; moment?: string; before?: string; after?: string;
}; // prettier-ignore
type ChecklistSearch = { edition?: string; audience?: "hospital" | "pharmacy" | "vendor"; vendor?: string };
type FindingSearch = { show?: string };
type TheatreSearch = { room?: string; from?: number; to?: number };

type DeskSearch = { id?: string; room?: string; at?: number; role?: string; compare?: string; word?: string };

const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: Crashed });

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const flag = (value: unknown) => (typeof value === "boolean" ? value : undefined);
const number = (value: unknown) => (typeof value === "number" && Number.isFinite(value) ? value : undefined);

const today = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/today"), "Today"),
});

const devices = createRoute({
  getParentRoute: () => root,
  path: "/devices",
  validateSearch: (search: Record<string, unknown>): DeviceSearch => ({
    q: search.q === undefined ? undefined : String(search.q),
    zone: text(search.zone),
    type: text(search.type),
    outside: flag(search.outside),
    unknown: flag(search.unknown),
    finding: flag(search.finding),
    sort: text(search.sort),
    descending: flag(search.descending),
  }),
  component: lazyRouteComponent(() => import("./pages/devices"), "Devices"),
});

const device = createRoute({
  getParentRoute: () => root,
  path: "/devices/$id",
  component: lazyRouteComponent(() => import("./pages/device"), "DevicePage"),
});

const weaknesses = createRoute({
  getParentRoute: () => root,
  path: "/weaknesses",
  component: lazyRouteComponent(() => import("./pages/weaknesses"), "WeaknessesPage"),
});

const groups = createRoute({
  getParentRoute: () => root,
  path: "/groups",
  component: lazyRouteComponent(() => import("./pages/groups"), "GroupsPage"),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: "/ledger",
  validateSearch: (search: Record<string, unknown>): LedgerSearch => ({ list: text(search.list), q: text(search.q) }),
  component: lazyRouteComponent(() => import("./pages/ledger"), "LedgerPage"),
});

const map = createRoute({
  getParentRoute: () => root,
  path: "/map",
  validateSearch: (search: Record<string, unknown>): MapSearch => ({
    zone: text(search.zone),
    other: text(search.other),
    findings: flag(search.findings),
    unallowed: flag(search.unallowed),
    dots: flag(search.dots),
    when: WHENS.find((one) => one === search.when),
    moment: text(search.moment),
    before: text(search.before),
    after: text(search.after),
  }),
  component: lazyRouteComponent(() => import("./pages/map"), "MapPage"),
});

const findings = createRoute({
  getParentRoute: () => root,
  path: "/findings",
  validateSearch: (search: Record<string, unknown>): FindingSearch => ({ show: text(search.show) }),
  component: lazyRouteComponent(() => import("./pages/findings"), "Findings"),
});

const finding = createRoute({
  getParentRoute: () => root,
  path: "/findings/$id",
  component: lazyRouteComponent(() => import("./pages/finding"), "FindingPage"),
});

const notice = createRoute({
  getParentRoute: () => root,
  path: "/findings/$id/notice",
  component: lazyRouteComponent(() => import("./pages/notice"), "Notice"),
});

const theatre = createRoute({
  getParentRoute: () => root,
  path: "/theatre",
  validateSearch: (search: Record<string, unknown>): TheatreSearch => ({
    room: search.room === undefined ? undefined : String(search.room),
    from: number(search.from),
    to: number(search.to),
  }),
  component: lazyRouteComponent(() => import("./pages/theatre"), "Theatre"),
});

const remote = createRoute({
  getParentRoute: () => root,
  path: "/remote",
  component: lazyRouteComponent(() => import("./pages/remote"), "Remote"),
});

const outside = createRoute({
  getParentRoute: () => root,
  path: "/outside",
  component: lazyRouteComponent(() => import("./pages/outside"), "Outside"),
});

const ask = createRoute({
  getParentRoute: () => root,
  path: "/ask",
  component: lazyRouteComponent(() => import("./pages/ask"), "AskPage"),
});

const policy = createRoute({
  getParentRoute: () => root,
  path: "/policy",
  component: lazyRouteComponent(() => import("./pages/policy"), "PolicyPage"),
});

const checklist = createRoute({
  getParentRoute: () => root,
  path: "/checklist",
  validateSearch: (search: Record<string, unknown>): ChecklistSearch => ({
    edition: text(search.edition),
    audience: search.audience === "pharmacy" || search.audience === "vendor" ? search.audience : undefined,
    vendor: text(search.vendor),
  }),
  component: lazyRouteComponent(() => import("./pages/checklist"), "Checklist"),
});

const registers = createRoute({
  getParentRoute: () => root,
  path: "/registers",
  validateSearch: (search: Record<string, unknown>): { name?: string } => ({ name: text(search.name) }),
  component: lazyRouteComponent(() => import("./pages/registers"), "Registers"),
});

const vendorSheet = createRoute({
  getParentRoute: () => root,
  path: "/vendor-sheet",
  component: lazyRouteComponent(() => import("./pages/vendor-sheet"), "VendorSheet"),
});

const advisory = createRoute({
  getParentRoute: () => root,
  path: "/advisory",
  component: lazyRouteComponent(() => import("./pages/advisory"), "AdvisoryPage"),
});

const papers = createRoute({
  getParentRoute: () => root,
  path: "/papers",
  component: lazyRouteComponent(() => import("./pages/papers"), "Papers"),
});

const clinic = createRoute({
  getParentRoute: () => root,
  path: "/clinic",
  component: lazyRouteComponent(() => import("./pages/clinic"), "Clinic"),
});

const incidents = createRoute({
  getParentRoute: () => root,
  path: "/incidents",
  component: lazyRouteComponent(() => import("./pages/incidents"), "Incidents"),
});

const incident = createRoute({
  getParentRoute: () => root,
  path: "/incidents/$id",
  component: lazyRouteComponent(() => import("./pages/incident"), "IncidentPage"),
});

const desk = createRoute({
  getParentRoute: () => root,
  path: "/desk",
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    id: text(search.id),
    room: search.room === undefined ? undefined : String(search.room),
    at: number(search.at),
    role: text(search.role),
    compare: text(search.compare),
    word: text(search.word),
  }),
  component: lazyRouteComponent(() => import("./pages/desk"), "Desk"),
});

const notices = createRoute({
  getParentRoute: () => root,
  path: "/notices",
  component: lazyRouteComponent(() => import("./pages/notices"), "NoticesPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("./pages/settings"), "SettingsPage"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("./pages/people"), "PeoplePage"),
});

const audit = createRoute({
  getParentRoute: () => root,
  path: "/audit",
  component: lazyRouteComponent(() => import("./pages/audit"), "AuditPage"),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: "/rules",
  component: lazyRouteComponent(() => import("./pages/rules"), "RulesPage"),
});

const routeTree = root.addChildren([
  weaknesses,
  groups,
  today,
  devices,
  device,
  map,
  findings,
  finding,
  notice,
  theatre,
  remote,
  outside,
  ask,
  policy,
  notices,
  ledger,
  checklist,
  registers,
  vendorSheet,
  advisory,
  papers,
  clinic,
  incidents,
  incident,
  desk,
  settings,
  people,
  audit,
  rules,
]);

export const router = createRouter({ routeTree, defaultPreload: "intent", scrollRestoration: true });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
