// Signing in, being refused, the second factor, roles, and a page left open: with real people and sessions.
import { createHmac } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { spawn, type ChildProcess } from "node:child_process";
import { expect as bare, test, type Page } from "@playwright/test";
import { accessible, choose, settled, watch } from "./look";

// A busy machine answers late; what is asked for must come, not come soon.
const expect = bare.configure({ timeout: 60_000 });
const port = Number(process.env.HINOMI_E2E_PORT) + 10_000;
const BASE = `http://127.0.0.1:${port}`;
let server: ChildProcess;

test.use({ baseURL: BASE });

test.beforeAll(async ({ request }) => {
  test.setTimeout(180_000);
  server = spawn("sh", ["e2e/server.sh", String(port), "people"], { stdio: "ignore" });
  await expect.poll(async () => (await request.get(`${BASE}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 170_000 }).toBe(true);
});

test.afterAll(() => server.kill("SIGTERM"));

const password = (name: string) => `kawa-no-nagare-7 ${name}`;

async function enter(page: Page, name: string, word = password(name)): Promise<void> {
  await page.goto("/");
  await page.locator('input[autocomplete="username"]').fill(name);
  await page.locator('input[autocomplete="current-password"]').fill(word);
  await page.locator('input[autocomplete="current-password"]').press("Enter");
}

/** What an authenticator app shows (RFC 6238). */
function code(key: string, step: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const letter of key.replaceAll(/[^A-Z2-7]/g, "")) bits += letters.indexOf(letter).toString(2).padStart(5, "0");
  const secret = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const sum = createHmac("sha1", secret).update(counter).digest();
  const at = (sum.at(-1) ?? 0) & 15;
  return String((sum.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

for (const lang of ["ja", "en"] as const)
  test(`signing in and out, by keyboard, ${lang}`, async ({ page }) => {
    await choose(page, lang);
    const wrong = watch(page);
    await page.goto("/audit");
    await expect(page.locator("h1")).toHaveText(lang === "ja" ? "サインイン" : "Sign in");
    await accessible(page);
    expect(wrong).toEqual([]);
    await page.locator('input[autocomplete="username"]').fill("auditor");
    await page.keyboard.press("Tab");
    await page.keyboard.type(password("auditor"));
    await page.keyboard.press("Enter");
    // The page that was asked for, not the first one.
    await expect(page.locator("h1")).toHaveText(lang === "ja" ? "誰が何を見たか" : "Who saw what");
    await settled(page);
    await expect(page.locator(".audit-table tbody tr").first()).toContainText(lang === "ja" ? "サインインした" : "Signed in");
    await page.getByRole("button", { name: lang === "ja" ? /サインアウト/ : /Sign out/ }).click();
    await expect(page.locator("h1")).toHaveText(lang === "ja" ? "サインイン" : "Sign in");
    expect((await page.request.get("/api/audit")).status()).toBe(401);
  });

test("a role sees its own places only", async ({ page }) => {
  await choose(page, "ja");
  await enter(page, "viewer");
  await expect(page.getByRole("button", { name: "そのほか" })).toBeVisible();
  await page.getByRole("button", { name: "そのほか" }).click();
  await expect(page.getByRole("link", { name: "使う人" })).toBeVisible();
  for (const name of ["設定と控え", "誰が何を見たか", "手術室の決まり"]) await expect(page.getByRole("link", { name })).toHaveCount(0);
  await page.goto("/settings");
  await expect(page.getByRole("alert").first()).toBeVisible();
  await expect(page.getByText("控えを受け取る")).toHaveCount(0);
});

test("too many wrong passwords: it says how long to wait, and the right one waits too", async ({ page }) => {
  await choose(page, "ja");
  await page.goto("/");
  for (let wrong = 0; wrong < 6; wrong++) {
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/session") && answer.request().method() === "POST");
    await page.locator('input[autocomplete="username"]').fill("clinical_engineer");
    await page.locator('input[autocomplete="current-password"]').fill(`guess ${wrong}`);
    await page.locator('input[autocomplete="current-password"]').press("Enter");
    expect((await answered).status()).toBe(wrong < 5 ? 401 : 429);
  }
  await expect(page.getByRole("alert")).toContainText("秒");
  await accessible(page);
  await enter(page, "clinical_engineer");
  await expect(page.getByRole("alert")).toContainText("秒");
});

test("people, a first password, the second factor, and a backup", async ({ page, browser }) => {
  test.setTimeout(300_000);
  await choose(page, "ja");
  await enter(page, "administrator");
  await expect(page.locator("h1")).toContainText("確認してください");
  await page.goto("/people");
  await page.getByRole("button", { name: "人を加える" }).click();
  await page.getByLabel("サインインの名前").fill("hana");
  await page.getByLabel("画面に出る名前").fill("佐藤 花");
  await accessible(page);
  await page.getByRole("button", { name: "加えて、最初のパスワードを作る" }).click();
  const first = (await page.locator(".big-code").textContent()) ?? "";
  expect(first.length).toBeGreaterThan(11);
  await expect(page.getByText("佐藤 花")).toBeVisible();
  await accessible(page);

  // The person makes it their own; a short password needs a second factor.
  const other = await (await browser.newContext({ baseURL: BASE })).newPage();
  await choose(other, "ja");
  await enter(other, "hana", first);
  await expect(other.locator("h1")).toHaveText("パスワードを自分のものに変える");
  await accessible(other);
  await other.locator('input[autocomplete="current-password"]').fill(first);
  await other.locator('input[autocomplete="new-password"]').fill("yuki-no-1");
  await other.locator('input[autocomplete="new-password"]').press("Enter");
  await expect(other.locator("h1")).toHaveText("二つ目の認証を設定する");
  await other.locator('input[autocomplete="current-password"]').fill("yuki-no-1");
  await other.locator('input[autocomplete="current-password"]').press("Enter");
  await expect(other.getByRole("img", { name: "認証アプリで読み取る絵" })).toBeVisible();
  await accessible(other);
  const key = ((await other.getByText("入力する鍵").textContent()) ?? "").split(": ")[1] ?? "";
  const now = () => Math.floor(Date.now() / 30_000);
  const used = now();
  await other.locator('input[autocomplete="one-time-code"]').fill(code(key, used));
  await other.locator('input[autocomplete="one-time-code"]').press("Enter");
  await expect(other.locator("h1")).toContainText("確認してください");

  // At the next sign-in the code is asked for, and the one that was used is not taken again.
  await other.context().clearCookies();
  await enter(other, "hana", "yuki-no-1");
  const field = other.locator('input[autocomplete="one-time-code"]');
  await expect(field).toBeVisible();
  await accessible(other);
  await field.fill(code(key, used));
  await field.press("Enter");
  await expect(other.getByRole("alert")).toBeVisible();
  await expect.poll(now, { timeout: 60_000 }).toBeGreaterThan(used);
  await field.fill(code(key, now()));
  await field.press("Enter");
  await expect(other.locator("h1")).toContainText("確認してください");

  // The backup asks for the password once more.
  await page.context().clearCookies();
  await enter(page, "administrator");
  await expect(page.locator("h1")).toContainText("確認してください");
  await page.goto("/settings");
  await page.getByLabel("あなたのパスワード（もう一度）").fill("wrong");
  await page.getByRole("button", { name: "控えを受け取る" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  const coming = page.waitForEvent("download");
  await page.getByLabel("あなたのパスワード（もう一度）").fill(password("administrator"));
  await page.getByRole("button", { name: "控えを受け取る" }).click();
  const file = await (await coming).path();
  expect(readFileSync(file).subarray(0, 2).toString()).toBe("PK");
  writeFileSync(file, "");
  await expect(page.getByText("最後の控え")).toBeVisible();
  await accessible(page);
});

/** A key inside the browser, of which `checks` says that it knows its person's finger (Chromium's own, over its protocol). */
async function authenticator(page: Page, checks: boolean) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2", transport: checks ? "internal" : "usb", hasResidentKey: checks, hasUserVerification: checks,
      isUserVerified: checks, automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

test.describe("passkeys", () => {
  test.use({ baseURL: `http://localhost:${port}` });

  for (const lang of ["ja", "en"] as const)
    test(`made, used without a password, named and removed, ${lang}`, async ({ page }) => {
      const ja = lang === "ja";
      const name = ja ? "auditor" : "viewer";
      await choose(page, lang);
      const { cdp, authenticatorId } = await authenticator(page, true);
      await enter(page, name);
      await expect(page.getByRole("button", { name: ja ? /サインアウト/ : /Sign out/ })).toBeVisible();
      await page.goto("/people");
      await page.getByRole("button", { name: ja ? "パスキーを加える" : "Add a passkey" }).click();
      await page.getByLabel(ja ? "呼び名" : "What you call it").fill(ja ? "病棟のパソコン" : "Ward computer");
      await page.locator('input[autocomplete="current-password"]').fill(password(name));
      await accessible(page);
      await page.getByRole("button", { name: ja ? "この機器で作る" : "Make it on this device" }).click();
      await expect(page.getByText(ja ? "病棟のパソコン" : "Ward computer")).toBeVisible();
      await expect(page.getByText(ja ? "パスワードなしで使えます" : "Works without a password")).toBeVisible();
      await accessible(page);
      expect((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials).toHaveLength(1);

      // The password alone is no longer enough; the passkey alone is.
      await page.getByRole("button", { name: ja ? /サインアウト/ : /Sign out/ }).click();
      await expect(page.locator("h1")).toHaveText(ja ? "サインイン" : "Sign in");
      await enter(page, name);
      await expect(page.getByRole("button", { name: ja ? "パスキーを使う" : "Use a passkey" })).toBeVisible();
      await accessible(page);
      await page.goto("/people");
      await accessible(page);
      await page.getByRole("button", { name: ja ? "パスキーでサインインする" : "Sign in with a passkey" }).click();
      await expect(page.getByText(ja ? "病棟のパソコン" : "Ward computer")).toBeVisible();
      expect((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials[0]?.signCount).toBeGreaterThan(1);

      // A copy of the key gives itself away: its count is behind.
      const own = (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials[0];
      if (!own) throw new Error("the passkey is gone");
      await page.getByRole("button", { name: ja ? /サインアウト/ : /Sign out/ }).click();
      await expect(page.locator("h1")).toHaveText(ja ? "サインイン" : "Sign in");
      await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: own.credentialId });
      await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...own, signCount: 0 } });
      await page.getByRole("button", { name: ja ? "パスキーでサインインする" : "Sign in with a passkey" }).click();
      await expect(page.getByRole("alert")).toContainText(ja ? "確認できませんでした" : "could not be accepted");
      await cdp.send("WebAuthn.removeCredential", { authenticatorId, credentialId: own.credentialId });
      await cdp.send("WebAuthn.addCredential", { authenticatorId, credential: { ...own, signCount: own.signCount + 5 } });

      // Behind the password, then its name, then its end.
      await enter(page, name);
      await page.getByRole("button", { name: ja ? "パスキーを使う" : "Use a passkey" }).click();
      await expect(page.getByRole("button", { name: ja ? /サインアウト/ : /Sign out/ })).toBeVisible();
      await page.goto("/people");
      await page.getByRole("button", { name: ja ? "名前を変える" : "Rename" }).click();
      await page.locator(".row input").fill(ja ? "机の鍵" : "Desk key");
      await page.getByRole("button", { name: ja ? "変える" : "Rename it", exact: true }).click();
      await expect(page.getByText(ja ? "机の鍵" : "Desk key")).toBeVisible();
      await page.getByRole("button", { name: ja ? "消す" : "Remove", exact: true }).click();
      await page.locator('input[autocomplete="current-password"]').fill(password(name));
      await page.locator('input[autocomplete="current-password"]').press("Enter");
      await expect(page.getByText(ja ? "まだありません。" : "None yet.")).toBeVisible();
      await page.getByRole("button", { name: ja ? /サインアウト/ : /Sign out/ }).click();
      await expect(page.locator("h1")).toHaveText(ja ? "サインイン" : "Sign in");
      await page.getByRole("button", { name: ja ? "パスキーでサインインする" : "Sign in with a passkey" }).click();
      await expect(page.getByRole("alert")).toContainText(ja ? "確認できませんでした" : "could not be accepted");
    });
});

test.describe("the hospital's own accounts", () => {
  const there = port + 4_000;
  test.use({ baseURL: `http://localhost:${there}` });
  let hinomi: ChildProcess;
  let provider: ChildProcess;
  test.beforeAll(async ({ request }) => {
    test.setTimeout(240_000);
    const back = `http://localhost:${there}/signed-in`;
    provider = spawn("node", ["../tests/api/oidc_provider.mjs", back], { stdio: ["ignore", "pipe", "ignore"] });
    const issuer = await new Promise<string>((told) => {
      provider.stdout?.on("data", (said: Buffer) => {
        const found = /^http\S+/m.exec(String(said));
        if (found) told(found[0]);
      });
    });
    hinomi = spawn("sh", ["e2e/server.sh", String(there), "people"], { stdio: "ignore", env: { ...process.env, HINOMI_E2E_ISSUER: issuer } });
    await expect.poll(async () => (await request.get(`http://localhost:${there}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 200_000 }).toBe(true);
  });
  test.afterAll(() => {
    hinomi.kill("SIGTERM");
    provider.kill("SIGTERM");
  });

  for (const lang of ["ja", "en"] as const)
    test(`open the page that was asked for, ${lang}`, async ({ page }) => {
      const ja = lang === "ja";
      await choose(page, lang);
      await page.goto("/findings");
      const button = page.getByRole("button", { name: ja ? "病院のアカウントでサインインする" : "Sign in with the hospital's account" });
      await expect(button).toBeVisible();
      await accessible(page);
      // Turning back at the provider is no fault.
      await button.click();
      await page.getByRole("link", { name: /Cancel/ }).click();
      await expect(page.getByRole("status")).toBeVisible();
      await accessible(page);
      await button.click();
      await page.locator('input[name="login"]').fill("ken");
      await page.locator('input[name="password"]').fill("x");
      await page.locator('button[type="submit"]').click();
      await page.getByRole("button", { name: "Continue" }).click();
      await expect(page.getByRole("button", { name: ja ? /ken of the ward ・ サインアウト/ : /ken of the ward ・ Sign out/ })).toBeVisible();
      expect(new URL(page.url()).pathname).toBe("/findings");
      expect(new URL(page.url()).search).not.toContain("code");
    });
});

test.describe("a page left open", () => {
  const BASE_IDLE = `http://127.0.0.1:${port + 5_000}`;
  let idle: ChildProcess;
  test.use({ baseURL: BASE_IDLE });
  test.beforeAll(async ({ request }) => {
    test.setTimeout(180_000);
    idle = spawn("sh", ["e2e/server.sh", String(port + 5_000), "idle"], { stdio: "ignore" });
    await expect
      .poll(async () => (await request.get(`${BASE_IDLE}/api/health`).catch(() => null))?.ok() ?? false, { timeout: 170_000 })
      .toBe(true);
  });
  test.afterAll(() => idle.kill("SIGTERM"));

  test("says whether a person is there, and is closed when nobody was", async ({ page }) => {
    test.setTimeout(240_000);
    await choose(page, "ja");
    await page.clock.install();
    await enter(page, "auditor");
    await expect(page.getByRole("button", { name: /サインアウト/ })).toBeVisible();
    // The next question of the clock: it is set again only when the answer before has come, so time goes in steps.
    const asked = async (here: boolean): Promise<string> => {
      const question = page.waitForRequest((one) => one.url().endsWith("/api/session") && one.method() === "GET");
      let heard = false;
      void question.then(() => (heard = true), () => (heard = true));
      while (!heard) {
        if (here) await page.keyboard.press("Shift");
        await page.clock.fastForward(10_000);
      }
      return (await question).headers()["x-hinomi-idle"] ?? "";
    };
    expect(await asked(true)).toBe("");
    expect(await asked(true)).toBe("");
    await page.clock.fastForward(61_000);
    // Nobody touches it any more: only the clock asks, until the session is over.
    await expect
      .poll(async () => {
        expect(await asked(false)).toBe("1");
        return (await page.locator("h1").textContent()) ?? "";
      }, { intervals: [1000], timeout: 180_000 })
      .toBe("サインイン");
    await expect(page.getByText("確認してください")).toHaveCount(0);
  });
});
