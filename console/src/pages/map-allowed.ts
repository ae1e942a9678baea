// Which lines of the map carry traffic that nobody approved.
import type { Shapes } from "../api/client";
import type { Conduit, Zone } from "./map-layout";

/** How the policy calls what the map draws as the street, and the room without a name. */
const EXTERNAL = "external";
const UNNAMED = "unnamed";

const pair = (a: string, b: string) => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** Conduits with at least one kind of traffic that was heard and that no person approved. */
export function notAllowed(conduits: Conduit[], zones: Zone[], lines: Shapes["PolicyLine"][]): Conduit[] {
  const heard = new Set(
    lines.filter((line) => line.id === "" && line.seen).map((line) => pair(line.conduit.source, line.conduit.target)),
  );
  const outside = new Set(zones.filter((zone) => zone.outside).map((zone) => zone.id));
  const place = (id: string) => (outside.has(id) ? EXTERNAL : id === UNNAMED ? "" : id);
  return conduits.filter((one) => heard.has(pair(place(one.a), place(one.b))));
}
