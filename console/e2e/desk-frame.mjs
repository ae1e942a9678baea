// How late is what is drawn: desk-frame.mjs ADDRESS SECONDS. Prints
// {edges: [[level, ms]], numbers: [[value, ms]], cpu: {process: seconds of processor in a second}}.
//
// The device's square wave goes up and down, its number counts. Told by what is on the page: the height at which
// the first curve ends in a drawn frame, and the text of the number; the time is the wall clock after that frame.
import { chromium } from "@playwright/test";

const [address, seconds] = process.argv.slice(2);
const executable = process.env.CHROMIUM ?? "/usr/bin/chromium";
const browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
await page.addInitScript(() => {
  const told = { edges: [], numbers: [], on: false };
  window.told = told;
  const wall = () => performance.timeOrigin + performance.now();
  // After the frame in which something was drawn: a task that comes behind the frame's own work.
  const after = (then) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  };
  let level = null;
  let from = null; // where the newest piece of a curve begins
  let last = null; // and ends
  const prototype = CanvasRenderingContext2D.prototype;
  const { lineTo, stroke } = prototype;
  prototype.lineTo = function (x, y) {
    from ??= x;
    last = { x, y };
    return lineTo.call(this, x, y);
  };
  let first = null; // the first curve's end: rows are drawn from above
  let complete = false;
  prototype.stroke = function (...more) {
    // Pieces of one curve follow each other from left to right; the next curve begins at the left again.
    if (last && this.lineWidth > 1.2 && this.lineWidth < 2 && !complete) {
      if (first === null) queueMicrotask(() => judge());
      if (first === null || from >= first.x) first = last;
      else complete = true;
    }
    from = last = null;
    return stroke.apply(this, more);
  };
  let highest = Infinity;
  let lowest = -Infinity;
  let inFrame = false;
  const judge = () => {
    if (first === null) return;
    const y = first.y;
    first = null;
    complete = false;
    highest = Math.min(highest, y);
    lowest = Math.max(lowest, y);
    const now = y < (highest + lowest) / 2 ? 1 : 0;
    if (level !== null && now !== level && told.on) after(() => told.edges.push([now, wall()]));
    level = now;
  };
  // This comes before the page's own work of the frame; a promise asked for by the first stroke comes behind it.
  const frame = () => {
    requestAnimationFrame(frame);
    inFrame = true;
    after(() => void (inFrame = false));
  };
  requestAnimationFrame(frame);
  let shown = "";
  const look = () => {
    const text = document.querySelector(".desk-value-number")?.firstChild?.textContent ?? "";
    if (text !== shown) {
      shown = text;
      const value = Number(text);
      if (!told.on || !Number.isFinite(value)) return;
      const tell = () => after(() => told.numbers.push([value, wall()]));
      if (inFrame) tell();
      else requestAnimationFrame(tell); // it was written between two frames: the next one shows it
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
});
await page.goto(`${address}/desk?room=L&role=anaesthesia`);
await page.waitForFunction(() => document.querySelectorAll(".desk-canvas canvas").length > 0 && document.querySelector(".desk-value-number"), undefined, { timeout: 120_000 });
await page.waitForTimeout(6000); // the curve must fill the panel once: its height is known then
const system = await browser.newBrowserCDPSession();
const used = async () => Object.fromEntries((await system.send("SystemInfo.getProcessInfo")).processInfo.map((one) => [`${one.type} ${one.id}`, one.cpuTime]));
await page.evaluate(() => void (window.told.on = true));
const before = await used();
const begun = Date.now();
await page.waitForTimeout(Number(seconds) * 1000);
const took = (Date.now() - begun) / 1000;
const cpu = {};
for (const [name, time] of Object.entries(await used())) {
  const kind = name.split(" ")[0];
  cpu[kind] = (cpu[kind] ?? 0) + (time - (before[name] ?? 0)) / took;
}
console.log(JSON.stringify({ ...(await page.evaluate(() => ({ edges: window.told.edges, numbers: window.told.numbers }))), cpu }));
await browser.close();
