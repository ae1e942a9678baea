// Dots by WebGL: places go to the graphics once, a frame sends four numbers. Without WebGL they are drawn one by one.
import { CELL, type Dots, type View } from "./map-dots-layout";

export type Painter = { draw: (view: View) => void; end: () => void };

const VERTEX = `
attribute vec2 place; attribute float state;
uniform vec4 view; uniform float high; uniform float pointed; varying float kind;
void main() {
  vec2 at = (place * view.x + view.yz) / vec2(view.w, high) * 2.0 - 1.0;
  gl_Position = vec4(at.x, -at.y, 0.0, 1.0);
  gl_PointSize = max(2.0, view.x * pointed);
  kind = state;
}`;

// Known: a disc. Unknown: a ring. A finding: a lozenge. Forms, so that nobody needs to tell colours apart.
const FRAGMENT = `
precision mediump float;
uniform vec3 colours[3]; varying float kind;
void main() {
  vec2 p = gl_PointCoord * 2.0 - 1.0;
  float far = length(p);
  vec3 colour = kind > 1.5 ? colours[2] : kind > 0.5 ? colours[1] : colours[0];
  float away = kind > 1.5 ? abs(p.x) + abs(p.y) - 0.85 : kind > 0.5 ? abs(far - 0.58) - 0.16 : far - 0.68;
  float full = 1.0 - smoothstep(-0.12, 0.12, away);
  gl_FragColor = vec4(colour * full, full);
}`;

export function painter(canvas: HTMLCanvasElement, dots: Dots, colours: string[]): Painter {
  const gl = canvas.getContext("webgl", { antialias: false, preserveDrawingBuffer: true });
  const made = gl ? withGraphics(gl, canvas, dots, colours.map(rgb)) : null;
  return made ?? byHand(canvas, dots, colours);
}

function withGraphics(gl: WebGLRenderingContext, canvas: HTMLCanvasElement, dots: Dots, colours: [number, number, number][]): Painter | null {
  const program = gl.createProgram();
  for (const [kind, text] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS)) return null;
  gl.useProgram(program);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  const buffers = ([["place", dots.at, 2], ["state", dots.states, 1]] as const).map(([name, values, parts]) => {
    const buffer = gl.createBuffer();
    const where = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, values, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(where);
    gl.vertexAttribPointer(where, parts, gl.FLOAT, false, 0, 0);
    return buffer;
  });
  gl.uniform3fv(gl.getUniformLocation(program, "colours"), colours.flat());
  const [view, high, pointed] = ["view", "high", "pointed"].map((name) => gl.getUniformLocation(program, name));
  return {
    draw: ({ x, y, scale }) => {
      const dense = devicePixelRatio;
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.uniform4f(view ?? null, scale * dense, x * dense, y * dense, canvas.width);
      gl.uniform1f(high ?? null, canvas.height);
      gl.uniform1f(pointed ?? null, CELL * 0.9);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.drawArrays(gl.POINTS, 0, dots.states.length);
    },
    end: () => {
      for (const buffer of buffers) gl.deleteBuffer(buffer);
      gl.deleteProgram(program);
    },
  };
}

function byHand(canvas: HTMLCanvasElement, dots: Dots, colours: string[]): Painter {
  const pen = canvas.getContext("2d");
  return {
    draw: ({ x, y, scale }) => {
      if (!pen) return;
      pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      pen.clearRect(0, 0, canvas.width, canvas.height);
      const size = Math.max(2, CELL * scale * 0.62);
      for (let state = 0; state < 3; state++) {
        pen.beginPath();
        for (let slot = 0; slot < dots.states.length; slot++) {
          if (dots.states[slot] !== state) continue;
          const [left, top] = [x + (dots.at[2 * slot] ?? 0) * scale, y + (dots.at[2 * slot + 1] ?? 0) * scale];
          if (left < -size || top < -size || left > canvas.width || top > canvas.height) continue;
          if (state === 2) {
            pen.moveTo(left, top - size * 0.8);
            for (const [dx, dy] of [[0.8, 0], [0, 0.8], [-0.8, 0]] as const) pen.lineTo(left + dx * size, top + dy * size);
            pen.closePath();
          } else {
            pen.moveTo(left + size / 2, top);
            pen.arc(left, top, size / 2, 0, 7);
          }
        }
        pen.fillStyle = pen.strokeStyle = colours[state] ?? "";
        if (state === 1) pen.stroke();
        else pen.fill();
      }
    },
    end: () => undefined,
  };
}

/** A colour of the style sheet as three numbers; the sheet writes them as #rrggbb or rgb(r g b). */
export function rgb(colour: string): [number, number, number] {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  const parts = hex ? hex.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [(parts[0] ?? 0) / 255, (parts[1] ?? 0) / 255, (parts[2] ?? 0) / 255];
}
