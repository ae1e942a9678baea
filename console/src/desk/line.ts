// The live line: a WebSocket that answers each frame, and opens again when it was cut.
import { useEffect, useRef, useState } from "react";
import { LiveStore, type LiveFrame } from "./model";

export type LineState = "opening" | "open" | "cut" | "refused";
const AGAIN_MS = 1000;

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
    const open = () => {
      const place = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/desk/live`;
      const params = new URLSearchParams({ room, ...(word ? { word } : {}) });
      socket = new WebSocket(`${place}?${params.toString()}`);
      socket.onopen = () => setState("open");
      socket.onmessage = (message: MessageEvent<string>) => {
        const frame = JSON.parse(message.data) as LiveFrame;
        store.current.take(frame);
        socket?.send(JSON.stringify({ ack: frame.f }));
      };
      socket.onclose = (event) => {
        if (over) return;
        if (event.code === 4403 || event.code === 4429) return setState("refused");
        setState("cut");
        again = window.setTimeout(open, AGAIN_MS);
      };
    };
    open();
    const ticking = window.setInterval(() => setTurn((before) => before + 1), 250);
    return () => {
      over = true;
      window.clearTimeout(again);
      window.clearInterval(ticking);
      socket?.close();
    };
  }, [room, word]);
  return { store: store.current, state, turn };
}
