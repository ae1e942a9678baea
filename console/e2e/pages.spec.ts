// Every page in both languages, light and dark: it shows, nothing goes wrong, everybody can use it.
import { expect, test } from "@playwright/test";
import { accessible, choose, ids, settled, watch } from "./look";

const TITLES = {
  ja: { "/findings": "確認事項", "/devices": "機器", "/map": "つながり", "/theatre": "手術室・ベッド", "/ledger": "台帳", "/weaknesses": "弱点", "/groups": "種類不明の機器", "/outside": "院外との通信", "/remote": "リモート保守台帳", "/policy": "区画の間の取り決め", "/notices": "通知", "/ask": "記録に聞く", "/settings": "設定と控え", "/people": "使う人", "/audit": "誰が何を見たか", "/rules": "手術室の決まり" },
  en: { "/findings": "Findings", "/devices": "Devices", "/map": "Map", "/theatre": "Theatre & beds", "/ledger": "Ledger", "/weaknesses": "Weaknesses", "/groups": "Unknown devices", "/outside": "Contacts with the outside", "/remote": "Register of remote maintenance", "/policy": "Policy between zones", "/notices": "Notices", "/ask": "Ask the records", "/settings": "Settings & backup", "/people": "People", "/audit": "Who saw what", "/rules": "Rules of the theatre" },
} as const;

for (const lang of ["ja", "en"] as const)
  for (const scheme of ["light", "dark"] as const)
    test.describe(`${lang}, ${scheme}`, () => {
      test.beforeEach(({ page }) => choose(page, lang, scheme));

      test("today", async ({ page }) => {
        const wrong = watch(page);
        await page.goto("/");
        await settled(page);
        await expect(page.locator("html")).toHaveAttribute("lang", lang);
        await expect(page.locator("h1")).toHaveText(lang === "ja" ? "3件、確認してください。" : "3 things need you.");
        await expect(page.locator(".need")).toHaveCount(3);
        for (const summary of await page.locator("main summary").all()) await summary.click();
        await expect(page.locator(".standing")).toHaveText(lang === "ja" ? "今のところ矛盾なし" : "Not contradicted so far");
        await accessible(page);
        expect(wrong).toEqual([]);
      });

      for (const [path, title] of Object.entries(TITLES[lang]))
        test(path, async ({ page }) => {
          const wrong = watch(page);
          await page.goto(path);
          await settled(page);
          await expect(page.locator("h1")).toHaveText(title);
          await accessible(page);
          expect(wrong).toEqual([]);
        });

      test("one finding", async ({ page }) => {
        const wrong = watch(page);
        await page.goto(`/findings/${(await ids(page)).finding}`);
        await settled(page);
        await expect(page.locator("h1")).toContainText("remote.nagisa-echo.example");
        await accessible(page);
        expect(wrong).toEqual([]);
      });

      test("one device, with its proof open", async ({ page }) => {
        const wrong = watch(page);
        await page.goto(`/devices/${(await ids(page)).device}`);
        await settled(page);
        await expect(page.locator("h1")).toHaveText("us01");
        for (const summary of await page.locator(".claim summary").all()) await summary.click();
        await page.evaluate(() => window.scrollTo(0, 0)); // what the bar covers by scrolling is not too small
        await accessible(page);
        await page.locator(".source .chip").first().click();
        await expect(page.getByRole("dialog")).toContainText("Ethernet");
        await accessible(page);
        expect(wrong).toEqual([]);
      });

      test("a zone and a conduit of the map", async ({ page }) => {
        const wrong = watch(page);
        await page.goto("/map");
        await settled(page);
        await page.locator(".map-wire.alarm").first().focus();
        await page.keyboard.press("Enter");
        await expect(page.locator(".talks li").first()).toBeVisible();
        await accessible(page);
        expect(wrong).toEqual([]);
      });
    });

test("nothing was read yet: every page teaches what to do", async ({ page }) => {
  await choose(page, "ja");
  const now = (await (await page.request.get("/api/overview")).json()) as Record<string, unknown>;
  await page.route("**/api/overview", (route) => route.fulfill({ json: { ...now, empty: true, needs: [], needs_total: 0 } }));
  await page.route("**/api/theatre/rooms", (route) => route.fulfill({ json: [] }));
  for (const path of ["/", "/findings", "/devices", "/map"]) {
    await page.goto(path);
    await expect(page.locator(".empty")).toContainText("hinomi read");
  }
  await page.goto("/theatre");
  await expect(page.locator(".nothing")).toContainText("まだ聞こえていません");
  await expect(page.locator(".not-for")).toHaveText("診療・監視の判断に使用不可");
  await accessible(page);
});

test("without an answer the page says so in one sentence", async ({ page }) => {
  await choose(page, "ja");
  await page.goto("/");
  await settled(page);
  await page.route("**/api/**", (route) => route.abort());
  await page.getByRole("link", { name: "つながり" }).click();
  await expect(page.getByRole("alert")).toContainText("火の見につながりません。", { timeout: 20_000 });
});

for (const [name, width, height] of [["phone", 390, 844], ["wall display", 3840, 2160]] as const)
  test(`${name}: nothing runs out of the page`, async ({ page }) => {
    await choose(page, "ja");
    await page.setViewportSize({ width, height });
    const { finding, device } = await ids(page);
    for (const path of ["/", "/devices", "/findings", "/map", "/theatre", "/settings", "/people", "/audit", "/rules", "/clinic", "/papers", `/findings/${finding}`, `/devices/${device}`]) {
      await page.goto(path);
      await settled(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(over, path).toBeLessThanOrEqual(0);
      if (name === "phone") await accessible(page);
    }
  });
