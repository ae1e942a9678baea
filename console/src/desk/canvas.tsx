// Drawing by hand what moves: waveforms and tools. One canvas a panel, thirty frames a second, none when hidden.
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";

export type Paint = (context: CanvasRenderingContext2D, width: number, height: number, colour: (name: string) => string) => void;

/** Draws with what `paint` says at each frame. The words beside it are for those who cannot see it. */
export function Canvas({ paint, label, still = false }: { paint: Paint; label: string; still?: boolean }) {
  const { ref, width, height } = useElementSize();
  const canvas = useRef<HTMLCanvasElement>(null);
  const painting = useRef(paint);
  painting.current = paint;
  useEffect(() => {
    const place = canvas.current;
    const context = place?.getContext("2d");
    if (!place || !context || width < 10 || height < 10) return;
    const dense = window.devicePixelRatio || 1;
    place.width = Math.round(width * dense);
    place.height = Math.round(height * dense);
    let style = getComputedStyle(place);
    let frame = 0;
    let last = 0;
    const draw = (time: number) => {
      frame = requestAnimationFrame(draw);
      if (time - last < (still ? 200 : 30)) return;
      last = time;
      style = getComputedStyle(place);
      context.setTransform(dense, 0, 0, dense, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = `12px ${style.fontFamily}`;
      painting.current(context, width, height, (name) => style.getPropertyValue(name).trim());
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [width, height, still]);
  return (
    <div ref={ref} className="desk-canvas">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}
