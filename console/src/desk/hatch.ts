/** Nothing was heard here: never an empty field, which could be read as calm. Stripes stand still while time moves. */
export function hatch(c: CanvasRenderingContext2D, x: number, y: number, width: number, height: number, colour: string, dense = 1): void {
  if (width < 1) return;
  c.save();
  c.beginPath();
  c.rect(x, y, width, height);
  c.clip();
  c.strokeStyle = colour;
  c.lineWidth = 4 * dense;
  c.beginPath();
  const step = 11 * dense;
  for (let at = Math.floor((x - height) / step) * step; at < x + width; at += step) {
    c.moveTo(at, y + height);
    c.lineTo(at + height, y);
  }
  c.stroke();
  c.restore();
}
