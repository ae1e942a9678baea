// Drawing by hand what moves: waveforms and tools. One canvas a panel.
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import { useFrames } from "./frames";

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number, colour: (name: string) => string, dense: number) => void;
const STYLE_EVERY_MS = 500; // a change of the theme is seen so soon

/** Draws with what `paint` says at each frame. The words beside it are for those who cannot see it. */
export function Canvas({ paint, label }: { paint: Paint; label: string }) {
  const { ref, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const style = useRef({ read: 0, font: "", colours: new Map<string, string>() });
  useEffect(() => {
    const place = canvas.current;
    if (!place || width < 10 || height < 10) return;
    const dense = window.devicePixelRatio || 1;
    place.width = Math.round(width * dense);
    place.height = Math.round(height * dense);
  }, [width, height]);
  useFrames(() => {
    const place = canvas.current;
    const context = place?.getContext("2d");
    if (!place || !context || width < 10 || height < 10) return;
    const known = style.current;
    if (performance.now() - known.read > STYLE_EVERY_MS) {
      known.read = performance.now();
      known.font = getComputedStyle(place).fontFamily;
      known.colours.clear();
    }
    const colour = (name: string) => {
      let found = known.colours.get(name);
      if (found === undefined) known.colours.set(name, (found = getComputedStyle(place).getPropertyValue(name).trim()));
      return found;
    };
    const dense = window.devicePixelRatio || 1;
    context.setTransform(dense, 0, 0, dense, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `12px ${known.font}`;
    paint(context, width, height, colour, dense);
  });
  return (
    <div ref={ref} className="desk-canvas">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
