// Where a person can go. A new page stands here once, under the purpose it serves; `router.tsx` has its address.
import type { ComponentType } from "react";
import type { Key } from "../texts";
import { BedIcon, DeviceIcon, FlagIcon, MapIcon, TodayIcon } from "./icons";

export type Place = { to: string; name: Key; Icon: ComponentType };

/** Always in sight, also on a phone: five at most. */
export const PLACES: Place[] = [
  { to: "/", name: "nav.today", Icon: TodayIcon },
  { to: "/findings", name: "nav.findings", Icon: FlagIcon },
  { to: "/devices", name: "nav.devices", Icon: DeviceIcon },
  { to: "/map", name: "nav.map", Icon: MapIcon },
  { to: "/theatre", name: "nav.theatre", Icon: BedIcon },
];

/** `right`: shown only to those who have it; without one everybody sees it. */
export type Shelf = { name: Key; places: { to: string; name: Key; right?: string }[] };

/** Behind "more", by purpose. A shelf without pages is not shown. */
export const SHELVES: Shelf[] = [
  // Seeing more: outside, remote maintenance, strategy desk, questions to the records.
  {
    name: "nav.shelf.see",
    places: [
      { to: "/groups", name: "nav.groups" },
      { to: "/outside", name: "nav.outside" },
      { to: "/remote", name: "nav.remote" },
      { to: "/policy", name: "nav.policy" },
      { to: "/ask", name: "nav.ask" },
      { to: "/desk", name: "nav.desk" },
    ],
  },
  // Being ready: ledger, weaknesses, checklist, vendors, backups, drills, reports.
  {
    name: "nav.shelf.ready",
    places: [
      { to: "/ledger", name: "nav.ledger" },
      { to: "/weaknesses", name: "nav.weaknesses" },
      { to: "/checklist", name: "nav.checklist" },
      { to: "/registers", name: "nav.registers" },
      { to: "/papers", name: "nav.papers" },
      { to: "/clinic", name: "nav.clinic" },
    ],
  },
  // The day of the incident.
  { name: "nav.shelf.incident", places: [{ to: "/incidents", name: "nav.incidents" }] },
  // Hinomi itself: settings, people, sensors.
  {
    name: "nav.shelf.hinomi",
    places: [
      { to: "/settings", name: "nav.settings", right: "govern" },
      { to: "/notices", name: "nav.notices", right: "govern" },
      { to: "/people", name: "nav.people" },
      { to: "/audit", name: "nav.audit", right: "audit" },
      { to: "/rules", name: "nav.rules", right: "patient" },
    ],
  },
];
