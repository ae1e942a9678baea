// One door to the API: typed by its description, problems told as problems.
import { presence } from "./idle";
import type { components } from "./schema";

export type Shapes = components["schemas"];
export type Words = Shapes["Words"];
export type DeviceRow = Shapes["DeviceRow"];
export type DeviceRef = Shapes["DeviceRef"];
export type Device = Shapes["Device"];
export type Attribute = Shapes["Attribute"];
export type Source = Shapes["Source"];
export type Evidence = Shapes["Evidence"];
export type FindingRow = Shapes["FindingRow"];
export type Finding = Shapes["Finding"];
export type Severity = Shapes["Severity"];
export type Status = Shapes["Status"];
export type Timeline = Shapes["Timeline"];
export type Room = Shapes["Room"];

/** What went wrong, in both languages: a sentence and a hint. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly title: Words,
    readonly hint: Words,
    readonly id = "",
  ) {
    super(title.en);
  }
}

const unreachable = () =>
  new ApiError(
    0,
    { ja: "火の見につながりません。", en: "Hinomi does not answer." },
    { ja: "hinomi serve が動いているか確認してください。", en: "See whether hinomi serve is running." },
  );

async function ask<T>(path: string, init?: RequestInit & { headers?: Record<string, string> }): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers: { ...presence(), ...init?.headers } });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
  if (response.status === 204) return undefined as T;
  if (response.ok) return (await response.json()) as T;
  const said = (await response.json().catch(() => null)) as Shapes["Problem"] | null;
  if (!said?.title) throw unreachable();
  throw new ApiError(
    response.status,
    { ja: said.title_ja || said.title, en: said.title },
    { ja: said.hint_ja ?? "", en: said.hint ?? "" },
    said.type.replace("urn:hinomi:problem:", ""),
  );
}

type Value = string | number | boolean | null | undefined | readonly string[];

/** A query string without what is empty. */
export function query(values: Record<string, Value>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value)) value.forEach((one) => params.append(name, String(one)));
    else params.append(name, String(value));
  }
  const text = params.toString();
  return text ? `?${text}` : "";
}

export const get = <T>(path: string, values: Record<string, Value> = {}, signal?: AbortSignal) =>
  ask<T>(path + query(values), { signal });

export const post = <T>(path: string, body: unknown) =>
  ask<T>(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/** Keeps something whole under its name; the answer has no body. */
export const put = (path: string, body: unknown) =>
  ask<undefined>(path, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const del = (path: string, values: Record<string, Value>) => ask<undefined>(path + query(values), { method: "DELETE" });

/** A file that a person hands in, as bytes. */
export const upload = <T>(path: string, values: Record<string, Value>, content: Blob) =>
  ask<T>(path + query(values), { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: content });

/** Posts, and saves what comes back as a file. */
export async function download(path: string, body: unknown, name: string): Promise<void> {
  const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw unreachable();
  });
  if (!response.ok) {
    const said = (await response.json().catch(() => null)) as Shapes["Problem"] | null;
    if (!said?.title) throw unreachable();
    throw new ApiError(response.status, { ja: said.title_ja ?? said.title, en: said.title }, { ja: said.hint_ja ?? "", en: said.hint ?? "" });
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const remove = <T>(path: string) => ask<T>(path, { method: "DELETE" });
