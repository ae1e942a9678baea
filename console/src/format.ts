// Times, sizes and counts as people read them. Every time shown names its zone once per page.
import type { Lang } from "./texts";

const LOCALES: Record<Lang, string> = { ja: "ja-JP", en: "en-GB" };
const made = new Map<string, Intl.DateTimeFormat>();

function formatter(lang: Lang, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${lang} ${zone} ${JSON.stringify(options)}`;
  let found = made.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat(LOCALES[lang], { timeZone: zone, hourCycle: "h23", ...options });
    made.set(key, found);
  }
  return found;
}

/** Milliseconds of an RFC 3339 time; the digits below a millisecond fall away. */
export const ms = (time: string): number => Date.parse(time.replace(/(\.\d{3})\d*/, "$1"));

export const dateTime = (time: string | number, lang: Lang, zone: string): string =>
  formatter(lang, zone, { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }).format(
    typeof time === "number" ? time : ms(time),
  );

export const dateOnly = (time: string | number, lang: Lang, zone: string): string =>
  formatter(lang, zone, { year: "numeric", month: "short", day: "numeric" }).format(
    typeof time === "number" ? time : ms(time),
  );

export const clock = (time: string | number, lang: Lang, zone: string): string =>
  formatter(lang, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(
    typeof time === "number" ? time : ms(time),
  );

export const dateClock = (time: string | number, lang: Lang, zone: string): string =>
  formatter(lang, zone, {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).format(typeof time === "number" ? time : ms(time));

/** A span in one go; the day is said once when both ends share it. */
export function span(from: string, to: string, lang: Lang, zone: string): string {
  const same = dateOnly(from, lang, zone) === dateOnly(to, lang, zone);
  const dash = lang === "ja" ? "〜" : " – ";
  return `${dateTime(from, lang, zone)}${dash}${same ? clock(to, lang, zone).slice(0, 5) : dateTime(to, lang, zone)}`;
}

export function bytes(count: number): string {
  let size = count;
  for (const unit of ["B", "KB", "MB", "GB"]) {
    if (size < 1000) return `${unit === "B" || size >= 100 ? Math.round(size) : size.toFixed(1)} ${unit}`;
    size /= 1000;
  }
  return `${size.toFixed(1)} TB`;
}

export const count = (value: number): string => value.toLocaleString("en-US");

export function duration(millis: number, lang: Lang): string {
  const seconds = Math.round(millis / 1000);
  const ja = lang === "ja";
  if (seconds < 60) return ja ? `${seconds}秒` : `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return ja ? `${minutes}分` : `${minutes} min`;
  const hours = minutes / 60;
  if (hours < 48) return ja ? `${hours.toFixed(1)}時間` : `${hours.toFixed(1)} h`;
  return ja ? `${Math.round(hours / 24)}日` : `${Math.round(hours / 24)} days`;
}

/** An RFC 3339 time as an input of type datetime-local holds it, on the clock of `zone`. */
export function localInput(time: string, zone: string): string {
  const parts = Object.fromEntries(
    formatter("en", zone, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" })
      .formatToParts(ms(time))
      .map((part) => [part.type, part.value]),
  );
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}

/** The opposite: what the clock of `zone` showed then, as an RFC 3339 time. */
export function zonedTime(local: string, zone: string): string {
  const wanted = Date.parse(`${local}Z`);
  let guess = wanted;
  // Twice: the distance from UTC may differ at the first guess, near a change of the clocks.
  for (let turn = 0; turn < 2; turn += 1) guess += wanted - Date.parse(`${localInput(new Date(guess).toISOString(), zone)}Z`);
  return new Date(guess).toISOString();
}

/** A country's name by its ISO code; the code itself where the browser knows none. */
export function country(code: string, lang: Lang): string {
  return new Intl.DisplayNames([LOCALES[lang]], { type: "region", fallback: "code" }).of(code) ?? code;
}

/** A time zone by the name that people use: 日本標準時, Japan Standard Time. */
export function zoneWord(zone: string, lang: Lang): string {
  const parts = formatter(lang, zone, { hour: "2-digit", timeZoneName: "long" }).formatToParts(0);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}
