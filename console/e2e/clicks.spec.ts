// docs/tasks.md: the ten commonest tasks, each counted from Today; and the first run on a home without anything.
import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test, type Locator, type Page } from "@playwright/test";
import { accessible, choose, settled, watch } from "./look";

const CLICKS_MAX = 5;
const LEDGER = "医療機器台帳\n管理番号,機器名称,型式,IPアドレス,設置場所\nME-1,超音波,NE-700,10.20.0.21,検査室\n";
// Servers of their own: what is done here changes what other tests look at.
const port = Number(process.env.HINOMI_E2E_PORT) + 20_001;
const servers: ChildProcess[] = [];

async function serve(at: number, name: string, page: Page): Promise<string> {
  const base = `http://127.0.0.1:${at}`;
  servers.push(spawn("sh", ["e2e/server.sh", String(at), name], { stdio: "ignore" }));
  const up = async () => (await page.request.get(`${base}/api/health`).catch(() => null))?.ok() ?? false;
  await expect.poll(up, { timeout: 170_000 }).toBe(true);
  return base;
}

test.afterAll(() => {
  for (const server of servers) server.kill("SIGTERM");
});

/** Clicks as a person does, and counts. Typing goes into the field that a click or Tab reached. */
class Hand {
  readonly done: string[] = [];
  constructor(private readonly page: Page) {}

  async click(what: Locator): Promise<void> {
    this.done.push(what.toString());
    await what.click();
  }

  /** From where the last click left the keyboard on to the field, by Tab, and no click. */
  async tabTo(field: Locator, text: string): Promise<void> {
    for (let step = 0; step < 12; step++) {
      if (await field.evaluate((one) => one === document.activeElement)) break;
      await this.page.keyboard.press("Tab");
    }
    await expect(field).toBeFocused();
    await this.page.keyboard.insertText(text);
  }
}

const more = (page: Page) => page.getByRole("button", { name: "そのほか" });
const place = (page: Page, name: string) => page.locator("#more-places").getByRole("link", { name, exact: true });
const rang = (page: Page) => page.locator(".need", { hasText: "us01" }).getByRole("link");

const TASKS: Record<string, (page: Page, hand: Hand) => Promise<void>> = {
  "1 find the device that rang": async (page, hand) => {
    await hand.click(rang(page));
    await hand.click(page.locator(".row", { hasText: "us01" }).getByRole("link").first());
    await expect(page.locator("h1")).toHaveText("us01");
  },
  "2 see what it talks to": async (page, hand) => {
    await hand.click(rang(page));
    await hand.click(page.locator(".row", { hasText: "us01" }).getByRole("link").first());
    await expect(page.getByRole("row", { name: /remote\.nagisa-echo\.example/ })).toContainText("院外");
  },
  "3 show the packet that proves it": async (page, hand) => {
    await hand.click(rang(page));
    await hand.click(page.locator(".chip").first());
    await expect(page.getByRole("dialog")).toContainText("Ethernet");
  },
  "4 print for the boss": async (page, hand) => {
    await hand.click(rang(page));
    await page.evaluate(() => {
      window.print = () => document.body.setAttribute("data-printed", "yes");
    });
    await hand.click(page.getByRole("button", { name: "この画面を印刷" }));
    await expect(page.locator("body")).toHaveAttribute("data-printed", "yes");
  },
  "5 find a device by a Japanese word": async (page, hand) => {
    await hand.click(page.getByRole("link", { name: "機器", exact: true }));
    const field = page.getByRole("searchbox", { name: "機器を探す" });
    await hand.click(field);
    await page.keyboard.insertText("超音波");
    const found = page.locator(".list [role=rowheader]");
    await expect(found).toHaveCount(1);
    await hand.click(found.getByRole("link"));
    await expect(page.locator("h1")).toHaveText("us01");
  },
  "6 name a zone": async (page, hand) => {
    await hand.click(page.getByRole("region", { name: "はじめの手順" }).getByRole("link", { name: "区画を開く" }));
    await hand.click(page.getByRole("button", { name: "この区画に名前を付ける" }));
    const dialog = page.getByRole("dialog");
    await expect(dialog).toBeVisible();
    await hand.tabTo(dialog.getByLabel("名前", { exact: true }), "三階西病棟");
    await hand.click(dialog.getByRole("button", { name: "付ける" }));
    await expect(page.locator(".map-detail-head h2")).toContainText("三階西病棟");
  },
  "7 answer an item of the checklist": async (page, hand) => {
    await hand.click(more(page));
    await hand.click(place(page, "点検票"));
    const item = page.locator(".duty", { hasText: "リモートメンテナンス" });
    await hand.click(item.getByRole("button", { name: "2-② に答える" }));
    await hand.click(item.getByLabel("はい", { exact: true }));
    await hand.tabTo(item.getByLabel("確認した人"), "臨床工学技士");
    await hand.click(item.getByRole("button", { name: "記録する" }));
    await expect(item).toContainText("臨床工学技士");
  },
  "8 register a path of remote maintenance": async (page, hand) => {
    await hand.click(more(page));
    await hand.click(place(page, "リモート保守"));
    await hand.click(page.getByRole("button", { name: "台帳に載せる" }));
    await expect(page.locator(".path")).toHaveCount(1);
  },
  "9 load the ledger": async (page, hand) => {
    await hand.click(page.getByRole("link", { name: "台帳へ" }));
    const chosen = page.waitForEvent("filechooser");
    await hand.click(page.getByRole("button", { name: "台帳のファイルを選ぶ" }));
    await (await chosen).setFiles({ name: "台帳.csv", mimeType: "text/csv", buffer: Buffer.from(LEDGER, "utf8") });
    await hand.click(page.getByRole("button", { name: "この読み方で取り込む" }));
    await expect(page.getByText("一致 1")).toBeVisible();
  },
  "10 decide": async (page, hand) => {
    await hand.click(rang(page));
    await hand.click(page.getByLabel("確認中"));
    await hand.tabTo(page.getByLabel("理由(必須)"), "保守会社に電話で確認中");
    await hand.click(page.getByRole("button", { name: "判断を記録する" }));
    await expect(page.locator(".saved")).toHaveText("記録しました。");
  },
};

test("the ten commonest tasks: at most five clicks each from Today", async ({ page }) => {
  test.setTimeout(300_000);
  const base = await serve(port, "first-light", page);
  await choose(page, "ja");
  const written = readFileSync("../docs/tasks.md", "utf8");
  expect(Object.keys(TASKS)).toHaveLength(10);
  for (const [name, task] of Object.entries(TASKS))
    await test.step(name, async () => {
      const hand = new Hand(page);
      await page.goto(`${base}/`);
      await settled(page);
      await task(page, hand);
      expect(hand.done.length, `${name}: ${hand.done.join(", ")}`).toBeGreaterThan(0);
      expect(hand.done.length, `${name}: ${hand.done.join(", ")}`).toBeLessThanOrEqual(CLICKS_MAX);
      // The page of tasks says the same number.
      const [number = ""] = name.split(" ");
      expect(written).toMatch(new RegExp(`^\\| ${number} \\|.*\\| ${hand.done.length} \\|$`, "m"));
    });
});

test("the first run: an empty home teaches what to do, a full one what is left", async ({ page }) => {
  test.setTimeout(240_000);
  const base = await serve(port + 1, "empty", page);
  const wrong = watch(page);
  await choose(page, "ja");
  await page.goto(`${base}/`);
  await settled(page);
  const guide = page.getByRole("region", { name: "はじめの手順" });
  await expect(guide.locator(".guide-step")).toHaveCount(4);
  await expect(guide.locator(".guide-step.done")).toHaveCount(0);
  await expect(guide.locator("code")).toHaveText("hinomi read 記録ファイル.pcap");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await guide.getByRole("button", { name: "コピー" }).click();
  await expect(guide.getByRole("button", { name: "コピーしました" })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("hinomi read 記録ファイル.pcap");
  await accessible(page);
  // Listening instead: each Ethernet interface of this machine, with what to type for it.
  const places = (await (await page.request.get(`${base}/api/overview`)).json()).places as { name: string; listen: string }[];
  await guide.getByText("または、ミラーポートを直接聞く").click();
  for (const place of places) {
    await guide.getByLabel("ミラーポートにつないだインターフェイス").selectOption(place.name);
    await expect(guide.locator("code").last()).toHaveText(place.listen);
  }
  if (places.length === 0) await expect(guide.getByText("Ethernet のインターフェイスが見つかりません")).toBeVisible();
  await accessible(page);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  if (process.env.HINOMI_LOOK) await page.screenshot({ path: `${process.env.HINOMI_LOOK}/guide-phone.png` });
  await page.setViewportSize({ width: 1280, height: 860 });
  // The ledger can be loaded before anything was heard, and its step is then done.
  await page.getByRole("link", { name: "台帳へ" }).click();
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "台帳のファイルを選ぶ" }).click();
  await (await chosen).setFiles({ name: "台帳.csv", mimeType: "text/csv", buffer: Buffer.from(LEDGER, "utf8") });
  await page.getByRole("button", { name: "この読み方で取り込む" }).click();
  await expect(page.getByRole("heading", { name: "この読み方でよいですか" })).toBeHidden();
  await page.goto(`${base}/`);
  await expect(guide.locator(".guide-step.done")).toHaveCount(1);
  await page.getByRole("button", { name: /^English/ }).click();
  await expect(page.getByRole("region", { name: "First steps" }).locator("code")).toContainText("hinomi read");
  await accessible(page);
  if (process.env.HINOMI_LOOK) await page.screenshot({ path: `${process.env.HINOMI_LOOK}/guide.png` });
  expect(wrong).toEqual([]);
});

test("what is left of the first run stands on Today until it is put away", async ({ page }) => {
  await choose(page, "ja");
  await page.goto("/");
  await settled(page);
  const left = page.getByRole("region", { name: "はじめの手順" });
  await expect(left.locator(".guide-step")).toHaveCount(3);
  if (process.env.HINOMI_LOOK) await page.screenshot({ path: `${process.env.HINOMI_LOOK}/left.png`, fullPage: true });
  await left.getByRole("button", { name: "片付ける" }).click();
  await expect(left).toHaveCount(0);
  await page.reload();
  await settled(page);
  await expect(left).toHaveCount(0);
});
