// Musashikosugi, replayed: from the first finding to a complete first report, by the console alone.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect as bare, test } from "@playwright/test";
import { accessible, choose, settled, watch } from "./look";

// A busy machine answers late; what is asked for must come, not come soon.
const expect = bare.configure({ timeout: 30_000 });
const port = Number(process.env.HINOMI_E2E_PORT) + 20_000;
const BASE = `http://127.0.0.1:${port}`;
let server: ChildProcess;

test.use({ baseURL: BASE });

test.beforeAll(async ({ request }) => {
  test.setTimeout(180_000);
  server = spawn("sh", ["e2e/server.sh", String(port), "musashikosugi-2026"], { stdio: "ignore" });
  await expect.poll(async () => (await request.get(`${BASE}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 170_000 }).toBe(true);
});

test.afterAll(() => server.kill("SIGTERM"));

test("from the first finding to a complete first report", async ({ page }) => {
  test.setTimeout(180_000);
  const began = Date.now();
  const wrong = watch(page);
  await choose(page, "ja");

  // The finding that rang, and the one button.
  await page.goto("/");
  await settled(page);
  await page.locator(".need").first().getByRole("link").first().click();
  await expect(page.getByRole("button", { name: "ここから事故対応を始める" })).toBeVisible();
  await page.getByRole("button", { name: "ここから事故対応を始める" }).click();
  await expect(page.locator(".incident-clock")).toBeVisible();
  await page.getByLabel("記録する人の名前").fill("当直 高橋");

  // Containment in the ministry's order: backups, outside, range, segments; the device itself last.
  const steps = page.locator(".contain > li");
  await expect(steps).toHaveCount(4);
  const order = ["バックアップ", "院外との線", "どこまで広がったか", "区画の境目"];
  for (const [place, words] of order.entries()) await expect(steps.nth(place).locator("h3")).toContainText(words);
  await expect(steps.nth(1)).toContainText("203.0.113.66");
  await expect(steps.nth(2)).toContainText("nursecall");
  await expect(steps.nth(3).locator(".cut").last()).toContainText("最後の手段");
  // Monitors on patients are told before anything is cut, and unknown counts as in use.
  const used = page.getByRole("region", { name: "使用中・使用中かもしれない機器" });
  await expect(used.locator(".use-yes").first()).toHaveText("使用中");
  await expect(used.locator(".use-unknown").first()).toBeVisible();

  // Roles, tasks and a decision go into the log with name and time.
  const roles = page.getByRole("region", { name: "役割" });
  await roles.getByLabel("名前").fill("病院長 佐藤");
  await roles.getByRole("button", { name: "決める" }).click();
  await expect(roles).toContainText("病院長 佐藤");
  for (const place of [0, 1]) {
    await steps.nth(place).getByRole("checkbox").click();
    await expect(steps.nth(place).getByRole("checkbox")).toBeDisabled();
    await expect(steps.nth(place)).toContainText("当直 高橋");
  }
  await page.getByLabel("内容").fill("外来を紙の記録に切り替える");
  await page.getByRole("button", { name: "書き足す" }).click();
  const timeline = page.getByRole("region", { name: "時系列" });
  await expect(timeline).toContainText("外来を紙の記録に切り替える");

  // The first report: what is known is there with its source, the rest is for a person.
  const drafts = page.getByRole("region", { name: "報告の下書き" });
  await expect(drafts).toContainText("何が起きたか");
  const outline = drafts.locator(".draft-line", { hasText: "何が起きたか" });
  await expect(outline).toContainText(/出どころ: .*F-.*#\d+/);
  for (const [field, text] of [
    ["連絡先", "病院長 佐藤 (内線1001)"],
    ["診療への影響", "ナースコールが使えない病棟は巡回。電子カルテは使用中。"],
    ["頼みたいこと", "初動対応チームの派遣"],
  ] as const) {
    const line = drafts.locator(".draft-line", { hasText: field });
    await line.getByRole("button").click();
    await line.getByRole("textbox").fill(text);
    await line.getByRole("button", { name: "記録する" }).click();
    await expect(line).toContainText(text);
  }
  await expect(drafts.locator(".draft-line .unknown")).toHaveCount(0); // complete
  const report = await page.request.get((await drafts.getByRole("link", { name: "下書きを印刷(PDF)" }).getAttribute("href")) ?? "");
  expect((await report.body()).subarray(0, 5).toString()).toBe("%PDF-");

  // Sent: the ministry's clock is done, the commission's runs on.
  const deadlines = page.getByRole("region", { name: "報告の期限" });
  await deadlines.getByRole("button", { name: /送った: 厚生労働省/ }).click();
  await expect(deadlines.getByRole("row", { name: /厚生労働省/ })).toContainText("済");
  await expect(deadlines.getByRole("row", { name: /速報/ })).toContainText("期限内");

  // The evidence of each finding, and the whole story on paper.
  const finding = page.getByRole("region", { name: "証拠" }).getByRole("link").first();
  const href = await finding.getAttribute("href");
  const whole = await page.request.get((await page.getByRole("link", { name: "報告書を作る(PDF)" }).getAttribute("href")) ?? "");
  expect((await whole.body()).length).toBeGreaterThan(20_000);
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "手元用を保存(ネットワーク不要)" }).click();
  const offline = readFileSync(await (await waiting).path(), "utf8");
  expect(offline).toContain("いまの事故");
  expect(offline).toContain("病院長 佐藤");
  expect(offline).not.toContain("<script");
  await accessible(page);
  await page.goto(href ?? "");
  await expect(page.locator(".chip").first()).toBeVisible();
  expect(wrong).toEqual([]);
  test.info().annotations.push({ type: "seconds", description: String(Math.round((Date.now() - began) / 1000)) });
});

for (const lang of ["ja", "en"] as const)
  test(`checklist, registers, papers and incidents in ${lang}`, async ({ page }) => {
    const wrong = watch(page);
    await choose(page, lang);
    for (const path of ["/checklist", "/registers?name=backup", "/registers?name=server", "/papers", "/clinic", "/incidents"]) {
      await page.goto(path);
      await settled(page);
      await accessible(page);
    }
    expect(wrong).toEqual([]);
  });

test("a yes that was heard to be otherwise turns amber, with its packet", async ({ page }) => {
  await choose(page, "ja");
  await page.goto("/checklist");
  await settled(page);
  await expect(page.locator(".duty-amber")).toHaveCount(0);
  const item = page.locator(".duty", { hasText: "リモートメンテナンス" });
  await item.getByRole("button", { name: "2-② に答える" }).click();
  await item.getByLabel("はい", { exact: true }).check();
  await item.getByLabel("確認した人").fill("事務長");
  await item.getByRole("button", { name: "記録する" }).click();
  await expect(page.locator(".duty-amber")).toHaveCount(1);
  await expect(page.locator(".duty-amber")).toContainText("openvpn");
  await page.locator(".duty-amber .chip").first().click();
  await expect(page.getByRole("dialog")).toContainText("203.0.113.66");
});

test("an official form is loaded, looked at where unsure, and becomes the edition", async ({ page }) => {
  await choose(page, "ja");
  const form = execFileSync("../.venv/bin/python", ["-c", "import sys; sys.path.insert(0, '../tests/duties'); from made_up_form import make; sys.stdout.buffer.write(make())"]);
  await page.goto("/checklist");
  await settled(page);
  const room = page.getByRole("region", { name: "公式の様式を読み込む" });
  await room.locator("input[type=file]").setInputFiles({ name: "form.xlsx", mimeType: "application/octet-stream", buffer: form });
  await expect(room.getByRole("status")).toContainText("7 行を読みました");
  const odd = room.locator("li", { hasText: "朝礼で合言葉" });
  await expect(odd).toContainText("確かめてください");
  await odd.getByRole("checkbox").uncheck();
  await room.getByLabel("版の名前").fill("R9");
  await accessible(page);
  await room.getByRole("button", { name: "この版として使う" }).click();
  await expect(page.locator(".duty-edition")).toContainText("架空年度版");
  await expect(page.locator(".duty")).toHaveCount(6);
  await expect(page.getByRole("link", { name: "様式に書き入れて保存" })).toBeVisible();
});
