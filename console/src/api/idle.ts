// Whether a person is there. Questions that only a clock asks say so, and the session of a page left open ends.
const HERE_MS = 60_000;
let last = Date.now();

const seen = () => {
  last = Date.now();
};
for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"])
  window.addEventListener(kind, seen, { capture: true, passive: true });

/** Headers of a question: the idle word when nobody touched the page for a minute. */
export const presence = (): Record<string, string> => (Date.now() - last < HERE_MS ? {} : { "X-Hinomi-Idle": "1" });
