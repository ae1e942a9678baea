// The questions of the ledger, weaknesses, documents and groups.
import { queryOptions } from "@tanstack/react-query";
import { get, type Shapes } from "./client";

export const ledger = queryOptions({
  queryKey: ["ledger"],
  queryFn: ({ signal }) => get<Shapes["LedgerNow"]>("/api/ledger", {}, signal),
});

export const ledgerRows = (list: Shapes["LedgerPage"]["which"], q: string, limit: number) =>
  queryOptions({
    queryKey: ["ledger", list, q, limit],
    queryFn: ({ signal }) => get<Shapes["LedgerPage"]>("/api/ledger/rows", { list, q, limit }, signal),
  });

export const places = queryOptions({
  queryKey: ["places"],
  queryFn: ({ signal }) => get<Shapes["PlacesNow"]>("/api/places", {}, signal),
});

export const weaknesses = (device: string, whole: boolean, limit = 100) =>
  queryOptions({
    queryKey: ["weaknesses", device, whole, limit],
    queryFn: ({ signal }) => get<Shapes["Weaknesses"]>("/api/weaknesses", { device, whole, limit }, signal),
  });

export const groups = queryOptions({
  queryKey: ["groups"],
  queryFn: ({ signal }) => get<Shapes["Groups"]>("/api/groups", {}, signal),
});

export const beside = (id: string) =>
  queryOptions({
    queryKey: ["beside", id],
    queryFn: ({ signal }) => get<Shapes["Beside"]>(`/api/devices/${encodeURIComponent(id)}/beside`, {}, signal),
  });

export const documents = (device: string) =>
  queryOptions({
    queryKey: ["documents", device],
    queryFn: ({ signal }) => get<Shapes["Documents"]>("/api/documents", { device }, signal),
  });

/** Devices to choose from in a form. */
export const toChoose = (q: string, enabled = true) =>
  queryOptions({
    queryKey: ["devices", "to-choose", q],
    queryFn: ({ signal }) =>
      get<Shapes["DevicePage"]>("/api/devices", { q, outside: false, limit: 50, sort: "label" }, signal),
    enabled,
  });

/** Components of every bill of materials that hold a word of two letters or more. */
export const components = (q: string) =>
  queryOptions({
    queryKey: ["documents", "components", q],
    queryFn: ({ signal }) => get<Shapes["Components"]>("/api/documents/components", { q }, signal),
    enabled: q.length >= 2,
  });
