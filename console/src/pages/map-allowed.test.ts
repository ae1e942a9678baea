import { describe, expect, it } from "vitest";
import type { Shapes } from "../api/client";
import { notAllowed } from "./map-allowed";
import type { Conduit, Zone } from "./map-layout";

const zone = (id: string, outside = false) => ({ id, outside }) as Zone;
const conduit = (a: string, b: string) => ({ a, b }) as Conduit;
const line = (source: string, target: string, id = "", heard = true) =>
  ({ id, conduit: { source, target, service: "tls", proto: "tcp", port: 443 }, seen: heard ? {} : null }) as Shapes["PolicyLine"];

describe("what is not allowed", () => {
  const zones = [zone("ct"), zone("pacs"), zone("outside", true), zone("unnamed")];
  const all = [conduit("ct", "pacs"), conduit("ct", "outside"), conduit("pacs", "unnamed")];

  it("is what was heard and nobody approved, in either direction", () => {
    expect(notAllowed(all, zones, [line("pacs", "ct"), line("ct", "external", "P-1")])).toEqual([all[0]]);
  });

  it("stays when only one of two kinds of traffic is approved", () => {
    expect(notAllowed(all, zones, [line("ct", "pacs", "P-1"), line("ct", "pacs")])).toEqual([all[0]]);
  });

  it("knows the street and the room without a name, and leaves out what was never heard", () => {
    expect(notAllowed(all, zones, [line("ct", "external"), line("", "pacs"), line("ct", "pacs", "", false)])).toEqual([all[1], all[2]]);
  });
});
