// Every page in both languages, held against its picture in docs/screenshots: the same look, as far as coarse cells
// tell (letters may be another font's): HINOMI_SCREENSHOTS=compare npm run e2e -- screenshots. With =1 it writes them
// anew. Without the word only the comparing itself is tested: a page that was changed on purpose is no fault.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { expect as bare, test, type Page } from "@playwright/test";
import { choose, ids, settled } from "./look";

// A busy machine answers late; what is asked for must come, not come soon.
const expect = bare.configure({ timeout: 60_000 });
const FOLDER = "../docs/screenshots";
const BYTES_MAX = 300_000;
const ASKED = process.env.HINOMI_SCREENSHOTS;
const WRITE = ASKED !== undefined && ASKED !== "compare";
/** A picture is looked at as so many cells; of those that are not bare, so many may differ by more than `FAR` of 255. */
const CELLS = { across: 64, down: 43 };
const FAR = 10;
const SHARE_MAX = 0.35;
// A server of its own: what other tests do to theirs is not in the pictures.
const BASE = `http://127.0.0.1:${Number(process.env.HINOMI_E2E_PORT) + 20_002}`;
let server: ChildProcess | undefined;

test.use({ baseURL: BASE });
test.beforeAll(async ({ request }) => {
  if (!ASKED) return;
  test.setTimeout(180_000);
  mkdirSync(FOLDER, { recursive: true });
  server = spawn("sh", ["e2e/server.sh", new URL(BASE).port], { stdio: "ignore" });
  await expect.poll(async () => (await request.get(`${BASE}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 170_000 }).toBe(true);
});
test.afterAll(() => server?.kill("SIGTERM"));

/** The share of cells with something in them in which two pictures differ; 1 when they are not of one size. */
async function differ(page: Page, one: Buffer, other: Buffer): Promise<number> {
  const apart = await page.context().newPage();
  const share = await apart.evaluate(
    async ({ pictures, across, down, far }) => {
      const drawn = await Promise.all(
        pictures.map(async (text) => {
          const image = new Image();
          image.src = `data:image/png;base64,${text}`;
          await image.decode();
          const canvas = Object.assign(document.createElement("canvas"), { width: across, height: down });
          const pen = canvas.getContext("2d");
          if (!pen) throw new Error("no canvas");
          pen.imageSmoothingQuality = "high";
          pen.drawImage(image, 0, 0, across, down);
          return { size: `${image.width} ${image.height}`, data: pen.getImageData(0, 0, across, down).data };
        }),
      );
      const [a, b] = drawn;
      if (!a || !b || a.size !== b.size) return 1;
      const apart = (p: Uint8ClampedArray, q: Uint8ClampedArray, here: number, there: number) =>
        Math.max(...[0, 1, 2].map((part) => Math.abs((p[here + part] ?? 0) - (q[there + part] ?? 0))));
      // The colour that most of a page's edge has is bare paper.
      const bare = 4 * (across * Math.floor(down / 2));
      let [filled, other] = [0, 0];
      for (let at = 0; at < a.data.length; at += 4) {
        if (apart(a.data, a.data, at, bare) > 6 || apart(b.data, b.data, at, bare) > 6) filled += 1;
        if (apart(a.data, b.data, at, at) > far) other += 1;
      }
      return other / Math.max(1, filled);
    },
    { pictures: [one, other].map((bytes) => bytes.toString("base64")), ...CELLS, far: FAR },
  );
  await apart.close();
  return share;
}

async function picture(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const path = `${FOLDER}/${name}.png`;
  if (WRITE) {
    await page.screenshot({ path });
    expect(statSync(path).size, name).toBeLessThan(BYTES_MAX);
    return;
  }
  const kept = readFileSync(path);
  await expect.poll(async () => differ(page, await page.screenshot(), kept), { message: name }).toBeLessThan(SHARE_MAX);
}

const PAGES = [
  ["today", "/"], ["findings", "/findings"], ["devices", "/devices"], ["map", "/map"], ["map-dots", "/map?dots=true"],
  ["theatre", "/theatre?room=OR1%5E1%5E1"], ["outside", "/outside"], ["remote", "/remote"], ["policy", "/policy"], ["ledger", "/ledger"],
  ["groups", "/groups"], ["weaknesses", "/weaknesses"], ["checklist", "/checklist"], ["registers", "/registers"], ["papers", "/papers"],
  ["incidents", "/incidents"], ["notices", "/notices"], ["ask", "/ask"], ["settings", "/settings"], ["people", "/people"],
  ["audit", "/audit"], ["rules", "/rules"], ["clinic", "/clinic"],
] as const; // prettier-ignore

for (const lang of ["ja", "en"] as const) {
  test(`pictures in ${lang}`, async ({ page }) => {
    test.skip(!ASKED, "only when asked");
    test.setTimeout(600_000);
    await choose(page, lang);
    await page.setViewportSize({ width: 1280, height: 860 });
    for (const [name, path] of PAGES) {
      await page.goto(path);
      await picture(page, `${name}-${lang}`);
    }
    const { finding, device } = await ids(page);
    await page.goto(`/devices/${device}`);
    await settled(page);
    await page.locator(".claim summary").nth(1).click();
    await picture(page, `device-${lang}`);
    await page.goto(`/findings/${finding}`);
    await picture(page, `finding-${lang}`);
    await page.locator(".chip").first().click();
    await expect(page.getByRole("dialog")).toContainText("Ethernet");
    await picture(page, `packet-${lang}`);
  });
}

test("in the dark, on a phone and on paper", async ({ page }) => {
  test.skip(!ASKED, "only when asked");
  test.setTimeout(300_000);
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

test("another page is seen to be another", async ({ page }) => {
  const [today, map, dark] = ["today-ja", "map-ja", "theatre-dark-ja"].map((name) => readFileSync(`${FOLDER}/${name}.png`));
  if (!today || !map || !dark) throw new Error("the pictures are missing");
  expect(await differ(page, today, today)).toBe(0);
  expect(await differ(page, today, dark)).toBeGreaterThan(SHARE_MAX);
  expect(await differ(page, today, map)).toBeGreaterThan(SHARE_MAX);
});
