// The commonest tasks of a clinical engineer, each in at most five clicks from Today.
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { choose, ids, settled } from "./look";

test.beforeEach(({ page }) => choose(page, "ja"));

test("the device that rang: its story, its proof, the packet, and its content only with a reason", async ({ page }) => {
  await page.goto("/");
  await settled(page);
  const need = page.locator(".need", { hasText: "us01" });
  await need.getByRole("link").click(); // 1
  await expect(page.locator(".section-act li").first()).toContainText("us01");
  await page.locator(".row", { hasText: "us01" }).getByRole("link").first().click(); // 2
  await expect(page.locator("h1")).toHaveText("us01");
  await expect(page.locator(".device-type")).toHaveText("超音波診断装置");
  await expect(page.getByRole("row", { name: /remote\.nagisa-echo\.example/ })).toContainText("院外");
  await page.locator(".claim", { hasText: "メーカー" }).locator("summary").click(); // 3
  await page.locator(".claim[open] .chip").first().click(); // 4
  const packet = page.getByRole("dialog");
  await expect(packet).toContainText("TCP");
  const open = packet.getByRole("button", { name: "理由を記録して中身を開く" });
  await expect(open).toBeDisabled();
  await packet.getByLabel("開く理由").fill("機種の確認");
  await open.click(); // 5
  await expect(packet.getByRole("region", { name: "中身のバイト" })).toContainText(/^[0-9a-f]{4} {2}([0-9a-f]{2} ){8}/);
});

test("decide: a reason is needed, the finding leaves Today and comes back", async ({ page }) => {
  const { finding } = await ids(page);
  await page.goto("/");
  await settled(page);
  await page.locator(".need", { hasText: "us01" }).getByRole("link").click();
  await page.getByLabel("説明がついた").check();
  await page.getByRole("button", { name: "判断を記録する" }).click();
  await expect(page.getByText("理由を書いてください。")).toBeVisible();
  await page.getByLabel("理由(必須)").fill("保守会社に電話で確認。定期点検。");
  await page.getByRole("combobox", { name: "期限" }).click();
  await page.getByRole("option", { name: "1か月" }).click();
  await page.getByRole("button", { name: "判断を記録する" }).click();
  await expect(page.locator(".saved")).toHaveText("記録しました。");
  await expect(page.locator(".story-marks")).toContainText("説明がついた");
  await expect(page.locator(".history")).toContainText("保守会社に電話で確認。定期点検。");
  await page.getByRole("link", { name: "今日" }).click();
  await expect(page.locator(".need")).toHaveCount(2);
  await page.goto("/findings?show=decided");
  await expect(page.locator(".finding-line")).toHaveCount(1);

  await page.goto(`/findings/${finding}`);
  await page.getByLabel("未対応に戻す").check();
  await page.getByLabel("理由(必須)").fill("もう一度確認する");
  await page.getByRole("button", { name: "判断を記録する" }).click();
  await expect(page.locator(".saved")).toHaveText("記録しました。");
  await page.goto("/");
  await expect(page.locator(".need")).toHaveCount(3);
});

test("print for the boss: only the story on paper, with a line to answer on", async ({ page }) => {
  await page.goto(`/findings/${(await ids(page)).finding}`);
  await settled(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".places")).toBeHidden();
  await expect(page.getByRole("button", { name: "判断を記録する" })).toBeHidden();
  await expect(page.locator(".reply")).toBeVisible();
  await expect(page.locator(".foot .print-only")).toContainText("印刷");
  const paper = await page.pdf({ format: "A4" });
  expect(paper.length).toBeGreaterThan(10_000);
  // A fax has few pages.
  expect((paper.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length).toBeLessThanOrEqual(3);
});

test("find a device: by a Japanese word, by an address, by a place", async ({ page }) => {
  await page.goto("/devices");
  await settled(page);
  const rows = page.locator(".list [role=row]:not([aria-rowindex='1'])");
  const search = page.getByRole("searchbox", { name: "機器を探す" });
  await search.fill("超音波");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("us01");
  await search.fill("10.30.1.11");
  await expect(rows.first()).toContainText("mon-or1");
  await expect(rows).toHaveCount(1);
  await search.fill("そんな機器はない");
  await expect(page.locator(".nothing")).toContainText("当てはまる機器はありません");
  await page.getByRole("button", { name: "絞り込みを解除" }).click();
  await page.getByRole("combobox", { name: "場所" }).click();
  await page.getByRole("option", { name: /ICU/ }).click();
  await expect(rows).toHaveCount(4);
  await page.reload();
  await expect(rows).toHaveCount(4); // what is shown stands in the address
});

test("what is exported is exactly what is shown", async ({ page }) => {
  await page.goto("/devices?zone=&outside=false&sort=label");
  await settled(page);
  const shown = await page.locator(".list").getAttribute("aria-label");
  expect(shown).toBe("機器の一覧");
  const total = Number((await page.locator(".list-count").innerText()).match(/\d+/)?.[0]);
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "この一覧をCSVで保存" }).click();
  const text = readFileSync(await (await waiting).path(), "utf8");
  const lines = text.trim().split("\r\n");
  expect(lines).toHaveLength(total + 1);
  expect(lines[0]?.replace("\ufeff", "").split(",")).toEqual([
    "名前", "種類", "場所(ゾーン)", "IPアドレス", "メーカー", "型式", "使用中", "未対応の確認事項", "種類の確からしさ",
  ]); // prettier-ignore
  const first = await page.locator(".list [role=rowheader]").first().innerText();
  expect(lines[1]?.split(",")[0]).toBe(first);
});

test("columns are chosen once and stay", async ({ page }) => {
  await page.goto("/devices");
  await settled(page);
  await page.getByRole("button", { name: "表示する列" }).click();
  await page.getByRole("checkbox", { name: "製造番号" }).check();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "製造番号" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("columnheader", { name: "製造番号" })).toBeVisible();
});

test("from the map to the devices that talk, by keyboard alone", async ({ page }) => {
  await page.goto("/map");
  await settled(page);
  const street = page.locator(".map-wire.alarm", { hasText: "院外" });
  await street.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".map-detail-head")).toContainText("us01 が院外の");
  await expect(page.locator(".talks")).toContainText("remote.nagisa-echo.example");
  await page.getByLabel("確認事項のある線だけ").focus();
  await page.keyboard.press("Space");
  const alarms = await page.locator(".map-wire.alarm").count();
  await expect(page.locator(".map-wire")).toHaveCount(alarms);
  expect(alarms).toBeGreaterThan(1);
});

test("the theatre: one second in all tracks, zoom by keyboard, never for diagnosis", async ({ page }) => {
  await page.goto("/theatre?room=OR1%5E1%5E1");
  await settled(page);
  await expect(page.locator(".not-for")).toHaveText("診療・監視の判断に使用不可");
  await expect(page.locator(".track")).not.toHaveCount(0);
  await expect(page.locator(".track", { hasText: "心拍数" })).toContainText("/min");
  await page.locator(".track-plot .u-over").first().hover({ position: { x: 400, y: 30 } });
  await expect(page.locator(".at")).toContainText("の値");
  await expect(page.locator(".lane-at").first()).toBeAttached();
  await page.locator(".axis").focus();
  await page.keyboard.press("+");
  await expect(page).toHaveURL(/from=\d+/);
  await page.keyboard.press("0");
  await expect(page).not.toHaveURL(/from=\d+/);
});

test("a person's correction shows at once and stands there as such", async ({ page }) => {
  const { monitor } = await ids(page);
  await page.goto(`/devices/${monitor}`);
  await settled(page);
  await page.getByRole("button", { name: "訂正する" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("combobox", { name: "項目" }).click();
  await page.getByRole("option", { name: "部署" }).click();
  await dialog.getByLabel("正しい内容").fill("中央手術部");
  await dialog.getByLabel("理由(必須)").fill("現場で確認");
  await dialog.getByRole("button", { name: "訂正を記録する" }).click();
  const claim = page.locator(".claim", { hasText: "部署" });
  await expect(claim).toContainText("中央手術部");
  await expect(claim).toContainText("人が確認");
});

test("what another person does shows on an open page without reloading", async ({ page }) => {
  const { finding } = await ids(page);
  await page.goto("/");
  await settled(page);
  await expect(page.locator(".need")).toHaveCount(3);
  const say = (status: string) =>
    page.request.post(`/api/findings/${finding}/decision`, { data: { status, reason: "別の端末で判断" } });
  expect((await say("acknowledged")).status()).toBe(200);
  await expect(page.locator(".need")).toHaveCount(2, { timeout: 15_000 });
  expect((await say("open")).status()).toBe(200);
  await expect(page.locator(".need")).toHaveCount(3, { timeout: 15_000 });
});

test("language and light are remembered", async ({ browser }) => {
  const context = await browser.newContext({ locale: "ja-JP", colorScheme: "light" });
  const page = await context.newPage();
  await page.goto("/");
  await settled(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "ja");
  await page.getByRole("button", { name: /^English/ }).click();
  await page.getByRole("button", { name: "Use the dark display" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await expect(page.locator("h1")).toHaveText("3 things need you.");
  await context.close();
});

test("every device of the ground truth is shown with its type", async ({ page }) => {
  type Host = { ip: string[]; attributes: { type: string }; visible?: boolean };
  const truth = JSON.parse(readFileSync("../cases/first-light/truth.json", "utf8")) as { hosts: Host[] };
  const { types } = (await (await page.request.get("/api/vocabulary")).json()) as { types: { id: string; words: { ja: string } }[] };
  const words = new Map(types.map((type) => [type.id, type.words.ja]));
  await page.setViewportSize({ width: 1600, height: 3000 });
  await page.goto("/devices");
  await settled(page);
  const shown = await page.locator(".list [role=row]").allInnerTexts();
  const missing = truth.hosts
    .filter((host) => host.ip.length > 0 && host.visible !== false)
    .filter((host) => !shown.some((line) => host.ip.some((ip) => line.split(/\s+/).includes(ip)) && line.includes(words.get(host.attributes.type) ?? "?")))
    .map((host) => `${host.ip.join(" ")} ${host.attributes.type}`);
  expect(truth.hosts.length).toBeGreaterThan(15);
  expect(missing).toEqual([]);
});

test("every incident of the script is told, with its packets, and nothing else", async ({ page }) => {
  const truth = JSON.parse(readFileSync("../cases/first-light/truth.json", "utf8")) as { incidents: { detection: string }[] };
  const told = (await (await page.request.get("/api/findings")).json()) as { items: { id: string; detection: string }[] };
  expect(told.items.map((item) => item.detection).sort()).toEqual(truth.incidents.map((incident) => incident.detection).sort());
  for (const item of told.items) {
    await page.goto(`/findings/${item.id}`);
    await settled(page);
    await page.getByRole("button", { name: /^パケット \d+$/ }).first().click();
    await expect(page.getByRole("dialog")).toContainText("IPv4");
  }
});
