// The map over time, in a hospital that was heard on two days: by mouse, by keyboard, and in words.
import { spawn, type ChildProcess } from "node:child_process";
import { expect as bare, test } from "@playwright/test";
import { accessible, choose, settled, watch } from "./look";

// A busy machine answers late; what is asked for must come, not come soon.
const expect = bare.configure({ timeout: 60_000 });
const BASE = `http://127.0.0.1:${Number(process.env.HINOMI_E2E_PORT) + 20_001}`;
let server: ChildProcess;

test.use({ baseURL: BASE });

test.beforeAll(async ({ request }) => {
  test.setTimeout(240_000);
  server = spawn("sh", ["e2e/server.sh", new URL(BASE).port, "whole-day"], { stdio: "ignore" });
  await expect.poll(async () => (await request.get(`${BASE}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 230_000 }).toBe(true);
});

test.afterAll(() => server.kill("SIGTERM"));

const WORDS = {
  ja: {
    title: "つながり", hour: "1時間ごと", compare: "2つの日を比べる", choose: "時間を選ぶ", deaf: "この間は聞いていません", before: "前の日", after: "後の日",
    gone: "前の日だけ", table: "図の内容を表で読む", same: "違う日を2つ選んでください。", device: "VPN装置",
  },
  en: {
    title: "Map", hour: "Hour by hour", compare: "Compare two days", choose: "Choose an hour", deaf: "Nobody listened then", before: "Earlier day", after: "Later day",
    gone: "Only on the earlier day", table: "Read the picture as a table", same: "Choose two different days.", device: "VPN",
  },
} as const; // prettier-ignore

for (const lang of ["ja", "en"] as const)
  test(`hours and two days in ${lang}`, async ({ page }) => {
    test.setTimeout(240_000);
    const words = WORDS[lang];
    const wrong = watch(page);
    await choose(page, lang);
    await page.goto("/map");
    await settled(page);
    await expect(page.locator("h1")).toHaveText(words.title);
    const all = await page.locator(".map-wire").count();

    // Hours, by keyboard: each has its own lines, and an hour in which nobody listened says so.
    await page.getByText(words.hour, { exact: true }).click();
    const slider = page.getByRole("slider", { name: words.choose });
    await slider.focus();
    await page.keyboard.press("Home");
    await expect(page).toHaveURL(/moment=/);
    const first = await slider.getAttribute("aria-valuetext");
    await expect(page.locator(".map-wire")).not.toHaveCount(all);
    await expect(page.locator(".map-room.silent").first()).toBeVisible();
    if (process.env.HINOMI_SCREENSHOTS === "1") await page.screenshot({ path: `../docs/screenshots/map-hour-${lang}.png` });
    await page.keyboard.press("ArrowRight");
    await expect(slider).not.toHaveAttribute("aria-valuetext", first ?? "");
    const hours = ((await (await page.request.get("/api/map/times?step=hour")).json()) as { items: { hours: number }[] }).items;
    const deaf = hours.findIndex((one) => one.hours === 0);
    if (deaf >= 0) {
      await slider.fill(String(deaf));
      await expect(page.locator(".map-moment")).toContainText(words.deaf);
      await expect(page.locator(".map-wire")).toHaveCount(0);
    }
    await accessible(page);

    // Two days: signs beside the colours, the same in a table, devices by name.
    await page.getByText(words.compare, { exact: true }).click();
    await expect(page.locator(".map-picture .change-new .map-sign").first()).toBeVisible();
    await expect(page.locator(".map-picture .change-gone .map-sign").first()).toBeVisible();
    await expect(page.locator(".map-side")).toContainText(words.device);
    if (process.env.HINOMI_SCREENSHOTS === "1") await page.screenshot({ path: `../docs/screenshots/map-compare-${lang}.png` });
    await page.getByText(words.table).click();
    await expect(page.getByRole("table")).toContainText(words.gone);
    await accessible(page);
    await page.getByRole("combobox", { name: words.before }).click();
    await page.getByRole("option").first().click();
    await expect(page.getByText(words.same)).toBeVisible();
    expect(wrong).toEqual([]);
  });

test("every device as a dot, by keyboard and by mouse", async ({ page }) => {
  test.setTimeout(240_000);
  const wrong = watch(page);
  await choose(page, "ja");
  await page.goto("/map");
  await settled(page);
  await page.getByLabel("機器を1台ずつ点で見る").check();
  const picture = page.getByRole("region", { name: /区画ごとの機器の図/ });
  await expect(picture.locator("canvas")).toHaveCount(2);
  // The dots are really there: points of more than one colour.
  await expect
    .poll(() =>
      picture.locator("canvas").last().evaluate((canvas) => {
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height];
        const pen = copy.getContext("2d");
        pen?.drawImage(canvas as HTMLCanvasElement, 0, 0);
        const seen = new Set<number>();
        const { data } = pen?.getImageData(0, 0, copy.width, copy.height) ?? { data: [] as number[] };
        for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0));
        return seen.size;
      }),
    )
    .toBeGreaterThanOrEqual(3);
  await picture.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".map-dots-said")).toContainText("院外");
  await page.keyboard.press("ArrowDown");
  await expect(page.locator(".map-dots-said")).not.toContainText("院外");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/zone=/);
  await expect(page.locator(".map-side h2").first()).toBeVisible();
  await accessible(page);
  await page.goto("/map?dots=true");
  await settled(page);
  for (let step = 0; step < 2; step++) await page.getByRole("button", { name: "拡大" }).click();
  await picture.focus();
  await page.keyboard.press("0");
  // That this test looked at the dots is told as a stall; nothing else may be.
  expect(wrong.filter((one) => !one.includes("ReadPixels"))).toEqual([]);
});
