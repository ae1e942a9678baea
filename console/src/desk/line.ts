// The live line: a WebSocket that answers each frame, and opens again when it was cut.
import { useEffect, useRef, useState } from "react";
import { COMPLETE, LiveStore, opened } from "./model";

export type LineState = "opening" | "open" | "cut" | "refused";
const AGAIN_MS = 1000;
const DEAD_MS = 5000;
const LOOK_MS = 250; // words and health are shown so soon; what moves is drawn in the browser's frames
const TURN_MS = 1000;

export function useLine(room: string | null, word: string): { store: LiveStore; state: LineState; turn: number } {
  const store = useRef(new LiveStore());
  const [state, setState] = useState<LineState>("opening");
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (room === null) return;
    store.current = new LiveStore();
    let socket: WebSocket | null = null;
    let again = 0;
    let over = false;
    let heard = performance.now();
    let asked: { from: number; to: number } | null = null;
    const cut = () => {
      if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
      socket?.close();
      socket = null;
      if (asked) store.current.missing.unshift(asked); // it was asked for and did not come
      asked = null;
      store.current.cut();
      setState("cut");
      window.clearTimeout(again);
      again = window.setTimeout(open, AGAIN_MS);
    };
    const open = () => {
      const place = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/desk/live`;
      const params = new URLSearchParams({ room, form: "binary", ...(word ? { word } : {}) });
      const line = new WebSocket(`${place}?${params.toString()}`);
      socket = line;
      heard = performance.now();
      line.onopen = () => setState("open");
      line.binaryType = "arraybuffer";
      line.onmessage = (message: MessageEvent<ArrayBuffer>) => {
        heard = performance.now();
        const frame = opened(message.data);
        store.current.take(frame);
        line.send(`{"ack":${frame.f}}`);
        if (frame.filled) asked = null;
        const span = asked || frame.level > COMPLETE ? null : store.current.want();
        if (span) {
          asked = span;
          line.send(JSON.stringify({ want: [span.from, span.to] }));
        }
      };
      line.onclose = (event) => {
        if (over) return;
        if (event.code === 4403 || event.code === 4429) return setState("refused");
        cut();
      };
    };
    open();
    let shown = -1;
    let turned = 0;
    const ticking = window.setInterval(() => {
      if (store.current.words !== shown || performance.now() - turned >= TURN_MS) {
        shown = store.current.words;
        turned = performance.now();
        setTurn((before) => before + 1);
      }
      // A cut far away is not told to us: something comes each second, else the line is dead.
      if (socket && performance.now() - heard > DEAD_MS) cut();
    }, LOOK_MS);
    return () => {
      over = true;
      window.clearTimeout(again);
      window.clearInterval(ticking);
      socket?.close();
    };
  }, [room, word]);
  return { store: store.current, state, turn };
}
