// The questions of the checklist, the registers and the incident.
import { queryOptions } from "@tanstack/react-query";
import { get, type Shapes } from "./client";

export const sheet = (ask: { edition: string; audience: string; vendor: string }) =>
  queryOptions({
    queryKey: ["sheet", ask],
    queryFn: ({ signal }) => get<Shapes["DutySheet"]>("/api/duties/sheet", ask, signal),
  });

export const registers = queryOptions({
  queryKey: ["registers"],
  queryFn: ({ signal }) => get<Shapes["Registers"]>("/api/duties/registers", {}, signal),
});

export const register = (name: string) =>
  queryOptions({
    queryKey: ["register", name],
    queryFn: ({ signal }) => get<Shapes["Register"]>(`/api/duties/registers/${encodeURIComponent(name)}`, {}, signal),
  });

export const deemed = queryOptions({
  queryKey: ["deemed"],
  queryFn: ({ signal }) => get<Shapes["DeemedServers"]>("/api/duties/deemed", {}, signal),
});

export const disclosures = queryOptions({
  queryKey: ["disclosures"],
  queryFn: ({ signal }) => get<Shapes["DisclosureSheets"]>("/api/duties/disclosures", {}, signal),
});

export const disclosure = (id: string) =>
  queryOptions({
    queryKey: ["disclosure", id],
    queryFn: ({ signal }) => get<Shapes["Disclosure"]>(`/api/duties/disclosures/${encodeURIComponent(id)}`, {}, signal),
  });

export const advisoryState = (id: string) =>
  queryOptions({
    queryKey: ["advisory", id],
    queryFn: ({ signal }) => get<Shapes["AdvisoryState"]>(`/api/duties/advisories/${encodeURIComponent(id)}`, {}, signal),
  });

export const keptReports = queryOptions({
  queryKey: ["kept-reports"],
  queryFn: ({ signal }) => get<Shapes["KeptReports"]>("/api/papers/kept", {}, signal),
});

export const vendorState = (id: string) =>
  queryOptions({
    queryKey: ["vendor", id],
    queryFn: ({ signal }) => get<Shapes["VendorState"]>(`/api/duties/vendors/${encodeURIComponent(id)}`, {}, signal),
  });

export const incidents = queryOptions({
  queryKey: ["incidents"],
  queryFn: ({ signal }) => get<Shapes["IncidentHome"]>("/api/incidents", {}, signal),
});

export const incident = (id: string) =>
  queryOptions({
    queryKey: ["incident", id],
    queryFn: ({ signal }) => get<Shapes["Incident"]>(`/api/incidents/${encodeURIComponent(id)}`, {}, signal),
  });

export const clinic = queryOptions({
  queryKey: ["clinic"],
  queryFn: ({ signal }) => get<Shapes["Clinic"]>("/api/duties/clinic", {}, signal),
});
