// What the watch lets a person do: the register, and the notice for the fax.
import { expect, test } from "@playwright/test";
import { accessible, choose, ids, settled, watch } from "./look";

test.beforeEach(({ page }) => choose(page, "ja"));

test("a path that was heard is taken into the register, approved, and ended", async ({ page }) => {
  const wrong = watch(page);
  await page.goto("/remote");
  await settled(page);
  await expect(page.locator(".path-found")).toHaveCount(1);
  await page.getByRole("button", { name: "台帳に載せる" }).click();
  await expect(page.locator(".path")).toHaveCount(1);
  await expect(page.locator(".path")).toContainText("承認者なし");
  await expect(page.locator("tbody .standing").first()).toHaveText("承認者がいない");
  await page.getByRole("button", { name: /^直す/ }).click();
  await page.getByLabel("保守会社").fill("Maker");
  await page.getByLabel("承認者").fill("情報室長");
  await page.getByRole("button", { name: "毎週の時間を加える" }).click();
  await page.getByLabel("月", { exact: true }).check();
  await accessible(page);
  await page.getByLabel("始まり").fill("06:00");
  await page.getByLabel("終わり").fill("07:00");
  await page.getByRole("button", { name: "登録する", exact: true }).click();
  await expect(page.locator(".path")).toContainText("情報室長");
  await expect(page.locator("tbody .standing").first()).toHaveText("取り決めどおり");
  await page.getByRole("button", { name: /^終わりにする/ }).click();
  await page.getByLabel("終わりにする理由").fill("契約終了");
  await page.getByRole("button", { name: "終わりにする", exact: true }).click();
  await expect(page.locator(".path-ended")).toHaveCount(1);
  await accessible(page);
  expect(wrong).toEqual([]);
});

test("the notice for the fax is one page of A4", async ({ page }) => {
  const wrong = watch(page);
  await page.goto(`/findings/${(await ids(page)).finding}`);
  await settled(page);
  await page.getByRole("link", { name: "FAX用の一枚" }).click();
  await expect(page.locator(".notice")).toContainText("お願いしたいこと");
  await expect(page.locator(".notice")).toContainText("切るとすれば");
  await accessible(page);
  const paper = await page.pdf({ format: "A4", margin: { top: "15mm", bottom: "15mm", left: "15mm", right: "15mm" } });
  expect(paper.toString("latin1").match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  expect(wrong).toEqual([]);
});
