// What a person does with the inventory: loads a ledger, links a row, names a zone, takes the diagram.
import { expect, test } from "@playwright/test";
import { accessible, choose, settled, watch } from "./look";

const LEDGER = "医療機器台帳\n管理番号,機器名称,型式,IPアドレス,設置場所\nME-1,超音波,NE-700,10.20.0.21,検査室\nME-2,除細動器,AD-2,,救急\n";

test.beforeEach(({ page }) => choose(page, "ja"));

test("a ledger is read, confirmed, and a row is linked and unlinked", async ({ page }) => {
  const wrong = watch(page);
  await page.goto("/ledger");
  await settled(page);
  const chosen = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "台帳のファイルを選ぶ" }).click();
  await (await chosen).setFiles({ name: "台帳.csv", mimeType: "text/csv", buffer: Buffer.from(LEDGER, "utf8") });
  await expect(page.getByRole("heading", { name: "この読み方でよいですか" })).toBeVisible();
  await expect(page.getByRole("combobox", { name: "「設置場所」の読み方" })).toHaveValue("設置場所");
  await accessible(page);
  await page.getByRole("button", { name: "この読み方で取り込む" }).click();
  await page.getByText("通信に出てこない 1").click();
  await page.getByRole("button", { name: "機器と結び付ける" }).click();
  await page.getByRole("dialog").getByPlaceholder("名前、アドレス、型式で探す").click();
  await page.getByRole("option").first().click();
  await page.getByLabel("理由(現物を見た、など)").fill("現物を見た");
  await page.getByRole("button", { name: "結び付ける", exact: true }).click();
  await page.getByText("一致 2").click();
  await page.getByRole("button", { name: "取り消す" }).click();
  await expect(page.getByText("一致 1")).toBeVisible();
  await accessible(page);
  expect(wrong).toEqual([]);
});

test("the diagram comes in three forms", async ({ page }) => {
  await page.goto("/map");
  await settled(page);
  for (const name of ["構成図(PDF)", "画像(SVG)", "編集用(draw.io)"]) {
    const href = await page.getByRole("link", { name }).getAttribute("href");
    const file = await page.request.get(href ?? "");
    expect(file.status()).toBe(200);
    expect((await file.body()).length).toBeGreaterThan(2000);
  }
});

test("a file of switches is read, and nonsense is told so", async ({ page }) => {
  await page.goto("/ledger");
  await settled(page);
  await page.getByLabel("スイッチ・サーバの名前").fill("sw-1");
  await page.getByLabel("出力を貼り付け").fill("これは表ではありません");
  await page.getByRole("button", { name: "読み込む", exact: true }).click();
  await expect(page.getByRole("alert")).toContainText("MAC アドレス表としても読めません");
});

test("the same is written on several devices and taken back; a view is kept", async ({ page }) => {
  const wrong = watch(page);
  await page.goto("/devices");
  await settled(page);
  await page.getByRole("searchbox", { name: "機器を探す" }).fill("ちょうおんぱ");
  const rows = page.getByRole("table").getByRole("rowheader");
  await expect(rows).toHaveCount(1);
  const name = (await rows.first().innerText()).trim();
  await page.getByRole("button", { name: "表示する列" }).click();
  await page.getByRole("checkbox", { name: "部署" }).check();
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "保存した見方" }).click();
  await page.getByLabel("今の見方の名前").fill("超音波");
  await page.getByRole("button", { name: "残す", exact: true }).click();
  await expect(page.getByRole("button", { name: "超音波", exact: true })).toBeVisible();
  await accessible(page);
  await page.keyboard.press("Escape");

  const department = page.locator(".cell-department").first();
  const before = (await department.innerText()).trim();
  await page.getByRole("button", { name: "まとめて書く" }).click();
  await page.getByRole("checkbox", { name: `${name} を選ぶ` }).check();
  await expect(page.getByText("1 台を選択中")).toBeVisible();
  await page.getByRole("button", { name: "一覧の 1 台すべてを選ぶ" }).click();
  await accessible(page);
  await page.getByRole("button", { name: "部署・場所・管理者を書く" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("部署").fill("臨床工学室");
  await dialog.getByLabel("理由").fill("棚卸し");
  await accessible(page);
  await dialog.getByRole("button", { name: "書き込む", exact: true }).click();
  await expect(page.getByText("1 台に書き込みました。")).toBeVisible();
  await expect(department).toHaveText("臨床工学室");
  await page.getByRole("button", { name: "取り消す", exact: true }).click();
  await expect(page.getByText("取り消しました。")).toBeVisible();
  await expect(department).toHaveText(before, { timeout: 60_000 });
  await page.getByRole("button", { name: "選択を終える" }).click();

  await page.goto("/devices");
  await settled(page);
  await page.getByRole("button", { name: "保存した見方" }).click();
  await page.getByRole("button", { name: "超音波", exact: true }).click();
  await expect(rows).toHaveCount(1);
  expect(wrong).toEqual([]);
});
