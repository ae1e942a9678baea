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
