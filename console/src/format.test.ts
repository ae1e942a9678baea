import { describe, expect, it } from "vitest";
import { bytes, dateClock, duration, ms, span } from "./format";

describe("times", () => {
  it("keep the millisecond and drop what a number cannot hold", () => {
    expect(ms("2026-11-22T12:34:56.123456789Z")).toBe(Date.UTC(2026, 10, 22, 12, 34, 56, 123));
  });

  it("are shown in the site's zone, in both languages", () => {
    expect(dateClock("2026-11-22T15:00:01.000000000Z", "ja", "Asia/Tokyo")).toBe("11月23日 00:00:01");
    expect(dateClock("2026-11-22T15:00:01.000000000Z", "en", "Asia/Tokyo")).toContain("00:00:01");
  });

  it("say the day once when a span stays within it", () => {
    const said = span("2026-11-22T01:00:00.000000000Z", "2026-11-22T01:04:00.000000000Z", "ja", "Asia/Tokyo");
    expect(said).toBe("2026年11月22日 10:00〜10:04");
  });
});

describe("sizes and durations", () => {
  it("round to what is read", () => {
    expect([0, 999, 1234, 950_000, 12_345_678].map(bytes)).toEqual(["0 B", "999 B", "1.2 KB", "950 KB", "12.3 MB"]);
    expect([400, 59_000, 240_000, 7_300_000].map((millis) => duration(millis, "ja"))).toEqual(["0秒", "59秒", "4分", "2.0時間"]);
  });
});
