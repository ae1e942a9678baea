// The questions that pages ask, each once.
import { queryOptions } from "@tanstack/react-query";
import { get, type Shapes } from "./client";

export type DeviceFilter = {
  q?: string;
  zone?: string;
  type?: string;
  outside?: boolean;
  unknown?: boolean;
  finding?: boolean;
  sort?: string;
  descending?: boolean;
};

export const PAGE = 200;

/** Who asks; answered before anybody signed in. */
export const session = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => get<Shapes["Me"]>("/api/session", {}, signal),
});

export const overview = queryOptions({
  queryKey: ["overview"],
  queryFn: ({ signal }) => get<Shapes["Overview"]>("/api/overview", {}, signal),
});

export const vocabulary = queryOptions({
  queryKey: ["vocabulary"],
  queryFn: ({ signal }) => get<Shapes["Vocabulary"]>("/api/vocabulary", {}, signal),
});

export const coverage = queryOptions({
  queryKey: ["coverage"],
  queryFn: ({ signal }) => get<Shapes["Coverage"]>("/api/coverage", {}, signal),
});

export const devices = (filter: DeviceFilter, page: number) =>
  queryOptions({
    queryKey: ["devices", filter, page],
    queryFn: ({ signal }) =>
      get<Shapes["DevicePage"]>("/api/devices", { ...filter, offset: page * PAGE, limit: PAGE }, signal),
  });

export const device = (id: string) =>
  queryOptions({
    queryKey: ["device", id],
    queryFn: ({ signal }) => get<Shapes["Device"]>(`/api/devices/${encodeURIComponent(id)}`, {}, signal),
  });

export const habits = (id: string) =>
  queryOptions({
    queryKey: ["habits", id],
    queryFn: ({ signal }) => get<Shapes["Habits"]>(`/api/devices/${encodeURIComponent(id)}/habits`, {}, signal),
  });

export const packet = (evidence: Shapes["Evidence"]) =>
  queryOptions({
    queryKey: ["packet", evidence],
    queryFn: ({ signal }) =>
      get<Shapes["Packet"]>(
        `/api/evidence/${encodeURIComponent(evidence.capture)}/${evidence.packet}`,
        { offset: evidence.offset },
        signal,
      ),
    staleTime: Infinity,
  });

export const map = queryOptions({
  queryKey: ["map"],
  queryFn: ({ signal }) => get<Shapes["Map"]>("/api/map", {}, signal),
});

export const mapTimes = (step: "hour" | "day") =>
  queryOptions({
    queryKey: ["map times", step],
    queryFn: ({ signal }) => get<Shapes["MapTimes"]>("/api/map/times", { step }, signal),
  });

export const mapDevices = queryOptions({
  queryKey: ["map devices"],
  queryFn: ({ signal }) => get<Shapes["MapDevices"]>("/api/map/devices", {}, signal),
});

export const mapPart = (start: number, end: number) =>
  queryOptions({
    queryKey: ["map part", start, end],
    queryFn: ({ signal }) => get<Shapes["MapPart"]>("/api/map/part", { start_ms: start, end_ms: end }, signal),
  });

export const mapDifference = (before: string, after: string) =>
  queryOptions({
    queryKey: ["map difference", before, after],
    queryFn: ({ signal }) => get<Shapes["MapDifference"]>("/api/map/difference", { before, after }, signal),
  });

export const conversations = (zone: string | undefined, other: string | undefined, limit = 200) =>
  queryOptions({
    queryKey: ["conversations", zone, other, limit],
    queryFn: ({ signal }) =>
      get<Shapes["ConversationPage"]>("/api/conversations", { zone, other_zone: other, limit }, signal),
  });

export const findings = (status: readonly Shapes["Status"][]) =>
  queryOptions({
    queryKey: ["findings", status],
    queryFn: ({ signal }) => get<Shapes["FindingPage"]>("/api/findings", { status, limit: 500 }, signal),
  });

export const finding = (id: string) =>
  queryOptions({
    queryKey: ["finding", id],
    queryFn: ({ signal }) => get<Shapes["Finding"]>(`/api/findings/${encodeURIComponent(id)}`, {}, signal),
  });

export const rooms = queryOptions({
  queryKey: ["rooms"],
  queryFn: ({ signal }) => get<Shapes["Room"][]>("/api/theatre/rooms", {}, signal),
});

export const timeline = (room: string, start?: number, end?: number) =>
  queryOptions({
    queryKey: ["timeline", room, start, end],
    queryFn: ({ signal }) =>
      get<Shapes["Timeline"]>("/api/theatre/timeline", { room, start_ms: start, end_ms: end }, signal),
  });

export const remote = queryOptions({
  queryKey: ["remote"],
  queryFn: ({ signal }) => get<Shapes["RemoteRegister"]>("/api/remote", {}, signal),
});

export const outside = queryOptions({
  queryKey: ["outside"],
  queryFn: ({ signal }) => get<Shapes["Outside"]>("/api/outside", {}, signal),
});

export const advice = (id: string) =>
  queryOptions({
    queryKey: ["advice", id],
    queryFn: ({ signal }) => get<Shapes["Advice"]>(`/api/findings/${encodeURIComponent(id)}/advice`, {}, signal),
  });

export const policy = queryOptions({
  queryKey: ["policy"],
  queryFn: ({ signal }) => get<Shapes["Policy"]>("/api/policy", {}, signal),
});

export const policyText = (form: string) =>
  queryOptions({
    queryKey: ["policy-text", form],
    queryFn: ({ signal }) => get<Shapes["PolicyText"]>(`/api/policy/export/${form}`, {}, signal),
  });

export const indicatorLists = queryOptions({
  queryKey: ["indicators"],
  queryFn: ({ signal }) => get<Shapes["IndicatorLists"]>("/api/indicators", {}, signal),
});

export const sigmaRules = queryOptions({
  queryKey: ["sigma"],
  queryFn: ({ signal }) => get<Shapes["SigmaRules"]>("/api/sigma", {}, signal),
});

export const notices = queryOptions({
  queryKey: ["notices"],
  queryFn: ({ signal }) => get<Shapes["Notices"]>("/api/notices", {}, signal),
});

export const settings = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => get<Shapes["Settings"]>("/api/settings", {}, signal),
});

export const retention = queryOptions({
  queryKey: ["retention"],
  queryFn: ({ signal }) => get<Shapes["Retention"]>("/api/retention", {}, signal),
});

export const people = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => get<Shapes["People"]>("/api/people", {}, signal),
});

export const account = queryOptions({
  queryKey: ["account"],
  queryFn: ({ signal }) => get<Shapes["Account"]>("/api/account", {}, signal),
});

export const auditVerdict = queryOptions({
  queryKey: ["audit-verdict"],
  queryFn: ({ signal }) => get<Shapes["AuditVerdict"]>("/api/audit/verify", {}, signal),
});

export const deskHome = queryOptions({
  queryKey: ["desk"],
  queryFn: ({ signal }) => get<Shapes["DeskHome"]>("/api/desk", {}, signal),
});

export const consents = queryOptions({
  queryKey: ["consents"],
  queryFn: ({ signal }) => get<Shapes["DeskConsent"][]>("/api/desk/consent", {}, signal),
});

export const invitations = queryOptions({
  queryKey: ["invitations"],
  queryFn: ({ signal }) => get<Shapes["DeskInvitation"][]>("/api/desk/invitations", {}, signal),
});

export const askRecords = queryOptions({
  queryKey: ["ask-records"],
  queryFn: ({ signal }) => get<Shapes["AskRecords"]>("/api/ask/records", {}, signal),
});

export const askKept = queryOptions({
  queryKey: ["ask-kept"],
  queryFn: ({ signal }) => get<Shapes["KeptQuestions"]>("/api/ask/kept", {}, signal),
});
