// The desk at the far end of a poor line: desk-far.mjs ADDRESS. Looks until its standard input ends, then prints
// {frames: [[ms, level, [values], waveform blocks, samples in them, [filled values]]], seen: [[ms, number, tag]]}.
//
// What came over the line is kept beside the page's own handling of it; what a person sees is read from the page.
import { chromium } from "@playwright/test";

const [address] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
await page.addInitScript(() => {
  const told = { frames: [], seen: [] };
  window.told = told;
  const wall = () => performance.timeOrigin + performance.now();
  const Line = window.WebSocket;
  window.WebSocket = class extends Line {
    constructor(...more) {
      super(...more);
      this.addEventListener("message", ({ data }) => {
        const length = new DataView(data).getUint32(0, true);
        const frame = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
        const blocks = (frame.moving ?? []).filter((one) => one.s);
        const filled = (frame.filled?.series ?? []).filter((one) => !one.channel.startsWith("waves")).flatMap((one) => one.values);
        told.frames.push([wall(), frame.level, (frame.numerics ?? []).map((one) => one.v), blocks.length, blocks.reduce((sum, one) => sum + one.s[1], 0), filled]);
      });
    }
  };
  setInterval(() => {
    const number = document.querySelector(".desk-value-number")?.firstChild?.textContent ?? "";
    told.seen.push([wall(), Number(number), document.querySelector(".desk-banner [role=status]")?.classList.contains("lost") ? "lost" : "open"]);
  }, 100);
});
await page.goto(`${address}/desk?room=L&role=anaesthesia`, { timeout: 120_000 });
await page.waitForFunction(() => Number(document.querySelector(".desk-value-number")?.firstChild?.textContent) > 0, undefined, { timeout: 120_000 });
console.log("open");
process.stdin.resume();
await new Promise((end) => process.stdin.on("end", end));
console.log(JSON.stringify(await page.evaluate(() => window.told)));
await browser.close();
