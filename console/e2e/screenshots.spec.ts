// The pictures of the README. They are written only when asked: HINOMI_SCREENSHOTS=1 npm run e2e -- screenshots
import { mkdirSync, statSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { choose, ids, settled } from "./look";

const FOLDER = "../docs/screenshots";
const BYTES_MAX = 300_000;

test.skip(!process.env.HINOMI_SCREENSHOTS, "only when asked");
test.beforeAll(() => mkdirSync(FOLDER, { recursive: true }));

async function picture(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const path = `${FOLDER}/${name}.png`;
  await page.screenshot({ path });
  expect(statSync(path).size, name).toBeLessThan(BYTES_MAX);
}

for (const lang of ["ja", "en"] as const)
  test(`pictures in ${lang}`, async ({ page }) => {
    await choose(page, lang);
    await page.setViewportSize({ width: 1280, height: 860 });
    const { finding, device } = await ids(page);
    for (const [name, path] of [
      ["today", "/"],
      ["findings", "/findings"],
      ["finding", `/findings/${finding}`],
      ["devices", "/devices"],
      ["device", `/devices/${device}`],
      ["map", "/map"],
      ["theatre", "/theatre?room=OR1%5E1%5E1"],
    ] as const) {
      await page.goto(path);
      if (name === "device") await page.locator(".claim summary").nth(1).click();
      await picture(page, `${name}-${lang}`);
    }
    await page.goto(`/findings/${finding}`);
    await settled(page);
    await page.locator(".chip").first().click();
    await expect(page.getByRole("dialog")).toContainText("Ethernet");
    await picture(page, `packet-${lang}`);
  });

test("in the dark, on a phone and on paper", async ({ page }) => {
  await choose(page, "ja", "dark");
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.goto("/theatre?room=OR1%5E1%5E1");
  await picture(page, "theatre-dark-ja");
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/");
  await picture(page, "today-phone-dark-ja");
  await page.setViewportSize({ width: 794, height: 1123 });
  await page.goto(`/findings/${(await ids(page)).finding}`);
  await settled(page);
  await page.emulateMedia({ media: "print", colorScheme: "light" });
  await picture(page, "finding-paper-ja");
});
