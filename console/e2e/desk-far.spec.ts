// The desk from afar: an invitation, a guest in a browser of his own, drawing both ways, and the end of it.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import { accessible, choose, settled } from "./look";

const running: ChildProcess[] = [];
let folder = "";
let base = "";

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hinomi-far-"));
  const env = { ...process.env, HINOMI_HOME: folder, PYTHONPATH: "src:." };
  const start = (...args: string[]) => {
    const one = spawn(".venv/bin/python", args, { cwd: "..", env, stdio: ["ignore", "pipe", "ignore"] });
    running.push(one);
    return one;
  };
  writeFileSync(join(folder, "room.toml"), 'room = "OR7"\nlab = true\nauto = false\n');
  start("-m", "hinomi.cli", "desk", "run", join(folder, "room.toml"));
  const api = start("-m", "hinomi.cli", "serve", "--port", "0");
  base = await new Promise<string>((told) => api.stdout.once("data", (line: Buffer) => told(line.toString().trim().split("\n")[0] ?? "")));
  const record = spawn("sh", ["-c", "until .venv/bin/python -m hinomi.cli desk record OR7 start; do sleep 0.5; done"], { cwd: "..", env, stdio: "ignore" });
  await new Promise((end) => record.once("exit", end));
  start("lab/peers/picture_line.py", join(folder, "theatre", "OR7.sock"));
});

test.afterAll(async () => {
  for (const one of running) one.kill("SIGTERM");
  await Promise.all(running.map((one) => new Promise((end) => (one.exitCode === null && one.signalCode === null ? one.once("exit", end) : end(0)))));
  rmSync(folder, { recursive: true, force: true });
});

const draw = async (page: Page, from: [number, number], to: [number, number]) => {
  const surface = page.locator(".desk-sketch > svg").first();
  const box = await surface.boundingBox();
  if (!box) throw new Error("no picture to draw on");
  const at = ([x, y]: [number, number]) => [box.x + box.width * x, box.y + box.height * y] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 8 });
  await page.mouse.up();
};

test("an expert far away draws on the picture, all see it, it stays in the record, and the invitation ends", async ({ page, browser }) => {
  test.setTimeout(240_000);
  await choose(page, "en");
  await page.goto(`${base}/desk?room=OR7&role=surgeon`);
  await settled(page);
  await page.getByRole("button", { name: "Invite" }).click({ timeout: 60_000 });
  await page.getByRole("textbox", { name: "Name of the person" }).fill("Dr. Far");
  await page.getByRole("button", { name: "Make the invitation" }).click();
  const address = (await page.locator(".desk-word").textContent()) ?? "";
  expect(address).toContain("word=");
  await accessible(page);
  await page.keyboard.press("Escape");

  const away = await browser.newContext({ viewport: { width: 1000, height: 800 } });
  const guest = await away.newPage();
  const asked: string[] = [];
  guest.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await choose(guest, "en");
  await guest.goto(address);
  await expect(guest.getByText("You are invited to OR7")).toBeVisible({ timeout: 60_000 });
  await expect(guest.locator(".desk-sketch img")).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => guest.locator(".desk-sketch img").evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 60_000 }).toBe(320);
  await expect(guest.getByRole("button", { name: "Invite" })).toHaveCount(0);
  expect(asked.filter((path) => path.startsWith("/api/desk/") && !["/api/desk/image", "/api/desk/advice", "/api/desk/record"].includes(path))).toEqual([]);

  await draw(guest, [0.25, 0.25], [0.75, 0.5]);
  const seen = page.locator(".desk-sketch path.desk-stroke-line");
  await expect(seen.first()).toBeAttached({ timeout: 60_000 });
  await expect(page.locator(".desk-sketch-by", { hasText: "Dr. Far" })).toBeVisible();
  const path = (await seen.first().getAttribute("d")) ?? "";
  const [x = 0, y = 0] = path.slice(1).split("L")[0]?.split(" ").map(Number) ?? [];
  expect(Math.abs(x - 0.25)).toBeLessThan(0.02);
  expect(Math.abs(y - 0.25)).toBeLessThan(0.02);

  await draw(page, [0.5, 0.5], [0.5, 0.5]);
  await expect(guest.locator(".desk-sketch path.desk-stroke-point").first()).toBeAttached({ timeout: 60_000 });
  await accessible(guest);

  const { records } = (await (await page.request.get(`${base}/api/desk`)).json()) as { records: { id: string; room: string }[] };
  const record = records.find((one) => one.room === "OR7")?.id ?? "";
  const kept = (await (await page.request.get(`${base}/api/desk/advice?id=${record}`)).json()) as { by: string; kind: string; panel: string }[];
  expect(kept.map((one) => [one.kind, one.panel]).sort()).toEqual([["line", "images"], ["point", "images"]]);
  expect(kept.find((one) => one.kind === "line")?.by).toBe("Dr. Far");
  await page.goto(`${base}/desk?id=${record}&role=surgeon`);
  await settled(page);
  await page.getByRole("slider").first().press("End");
  await expect(page.locator(".desk-sketch path.desk-stroke-line").first()).toBeAttached({ timeout: 60_000 });

  const [invitation] = (await (await page.request.get(`${base}/api/desk/invitations`)).json()) as { id: string }[];
  await page.request.delete(`${base}/api/desk/invitations?id=${invitation?.id}`, { headers: { Origin: base } });
  const word = new URL(address).searchParams.get("word") ?? "";
  const refused = await page.request.get(`${base}/api/desk/advice?${new URLSearchParams({ id: record, word }).toString()}`);
  expect(refused.status()).toBe(403);
  await expect(guest.locator(".desk-banner [role=status]").first()).toHaveClass(/lost/, { timeout: 60_000 });
  await away.close();
});
