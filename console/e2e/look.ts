// What every test of a page looks at, besides its own subject.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Collects what must not happen: errors, refused styles or scripts, requests to elsewhere. */
export function watch(page: Page): string[] {
  const wrong: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") wrong.push(message.text());
  });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== "data:" && hostname !== "127.0.0.1") wrong.push(`asked ${request.url()}`);
  });
  return wrong;
}

/** WCAG 2.2 AA, as far as a program can tell. */
export async function accessible(page: Page): Promise<void> {
  // Fading of drawers would be measured as low contrast.
  await page.waitForTimeout(350);
  // From the top: a field half under the bar, to which a person would scroll, would be measured as too small.
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.evaluate(axe);
  const found = await page.evaluate(async (rules) => {
    const { axe } = window as unknown as { axe: { run: (context: Document, options: object) => Promise<AxeResults> } };
    return axe.run(document, { runOnly: { type: "tag", values: rules } });
  }, RULES);
  expect(found.passes.length).toBeGreaterThan(5);
  expect(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`)).toEqual([]);
}

export async function settled(page: Page): Promise<void> {
  await expect(page.locator("h1").first()).toBeVisible();
  await expect(page.locator(".loading")).toHaveCount(0);
  await page.waitForLoadState("load");
}

/** Language and light as a person would have chosen them. */
export async function choose(page: Page, lang: "ja" | "en", scheme: "light" | "dark" = "light"): Promise<void> {
  await page.addInitScript(
    ([language, colour]) => {
      localStorage.setItem("hinomi.language", language ?? "ja");
      localStorage.setItem("mantine-color-scheme-value", colour ?? "light");
    },
    [lang, scheme],
  );
}

/** Ids that the tests need, asked from the API as the pages do. */
export async function ids(page: Page): Promise<{ finding: string; device: string; monitor: string }> {
  const findings = (await (await page.request.get("/api/findings")).json()) as { items: { id: string; detection: string }[] };
  const one = async (q: string) => {
    const page1 = (await (await page.request.get(`/api/devices?q=${q}`)).json()) as { items: { id: string; label: string }[] };
    return page1.items.find((item) => item.label === q)?.id ?? "";
  };
  return {
    finding: findings.items.find((item) => item.detection === "first_contact_outside")?.id ?? "",
    device: await one("us01"),
    monitor: await one("mon-or1"),
  };
}
