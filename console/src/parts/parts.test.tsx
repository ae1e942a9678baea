import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { ReactElement } from "react";
import { ApiError, query } from "../api/client";
import { speech, SpeechProvider, type Lang } from "../texts";
import { Hex } from "./packet";
import { Empty, Trouble } from "./states";
import { Standing, Sure, sureness, Urgency } from "./words";

const show = (what: ReactElement, lang: Lang = "ja") =>
  render(
    <SpeechProvider value={speech(lang)}>
      <MantineProvider>
        <QueryClientProvider client={new QueryClient()}>{what}</QueryClientProvider>
      </MantineProvider>
    </SpeechProvider>,
  );

describe("words", () => {
  it("say urgency in words, not by colour alone", () => {
    const { container } = show(<Urgency of="high" />);
    expect(screen.getByText("急ぎ具合: 早めに")).toBeTruthy();
    expect(container.querySelector("svg path")).toBeTruthy();
  });

  it("tell confidence in steps, and certainty only by a person", () => {
    expect([1, 0.95, 0.8, 0.5, 0.1, 0].map((value) => sureness(value, false).key)).toEqual([
      "sure.almost", "sure.almost", "sure.likely", "sure.perhaps", "sure.hint", "sure.unknown",
    ]); // prettier-ignore
    expect(sureness(1, true).key).toBe("sure.person");
    show(<Sure confidence={0.8} />, "en");
    expect(screen.getByText("Likely")).toBeTruthy();
  });

  it("has the four words of an answer, and unknown looks like none of the others", () => {
    for (const answer of ["contradicted", "not_contradicted", "unknown", "person"] as const) show(<Standing of={answer} />);
    for (const word of ["矛盾あり", "今のところ矛盾なし", "不明", "人が確認"]) expect(screen.getByText(word)).toBeTruthy();
    expect(screen.getByText("不明").className).toContain("standing-unknown");
  });
});

describe("states", () => {
  it("tell a problem in one sentence and what to do", () => {
    const error = new ApiError(503, { ja: "つながりません。", en: "No answer." }, { ja: "確認してください。", en: "Look." });
    show(<Trouble error={error} />);
    expect(screen.getByRole("alert").textContent).toBe("つながりません。確認してください。");
  });

  it("say of an unforeseen error nothing that a person cannot use", () => {
    show(<Trouble error={new TypeError("x is undefined")} />);
    expect(screen.getByRole("alert").textContent).not.toContain("undefined");
  });

  it("teach what to do when nothing was read", () => {
    show(<Empty />, "en");
    expect(screen.getByText("hinomi read FILE.pcap")).toBeTruthy();
  });
});

describe("packets", () => {
  it("show bytes in lines of sixteen with their place", () => {
    show(<Hex hex={"41".repeat(17)} start={54} label="bytes" text />);
    const lines = screen.getByRole("region").textContent?.split("\n") ?? [];
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("0036  41 41");
    expect(lines[0]).toContain("AAAAAAAAAAAAAAAA");
    expect(lines[1]).toMatch(/^0046 {2}41 /);
  });
});

describe("questions", () => {
  it("leave out what is not asked, and keep what is false or zero", () => {
    expect(query({ q: "", zone: undefined, outside: false, offset: 0, columns: ["a", "b"] })).toBe("?outside=false&offset=0&columns=a&columns=b");
    expect(query({})).toBe("");
  });
});
