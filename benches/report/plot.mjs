/** Plots as SVG, in colours that both a light and a dark page can show. */

import { time } from "./tables.mjs";

const WIDTH = 760;
const ROW = 30;
const LEFT = 270;
const RIGHT = 100;
const OURS = "#2a7d6f";
const THEIRS = "#8a8f98";
const INK = "#77808a";

const text = (x, y, what, more = "") =>
  `<text x="${x}" y="${y}" fill="${INK}" ${more}>${escape(what)}</text>`;
const escape = (what) => what.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const frame = (height, title, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" ` +
  `font-family="system-ui, sans-serif" font-size="13"><title>${escape(title)}</title>\n` +
  `${body.join("\n")}\n</svg>\n`;

/** Contenders' values, on a scale on which each step is ten times the last. */
export function bars(title, found, unit = time) {
  const entries = Object.entries(found);
  // What is less than nothing by noise has no place on this scale, and the least bar.
  const values = entries.map(([, it]) => it.nanoseconds).filter((value) => value > 0);
  const least = Math.floor(Math.log10(Math.min(...values)));
  const most = Math.max(Math.ceil(Math.log10(Math.max(...values))), least + 1);
  const room = WIDTH - LEFT - RIGHT;
  const place = (value) => ((Math.log10(value) - least) / (most - least)) * room;
  const body = [text(10, 22, `${title} (each line is ten times the one before)`)];
  const bottom = 44 + entries.length * ROW;
  for (let power = least; power <= most; power++) {
    const x = LEFT + place(10 ** power);
    body.push(`<path d="M${x.toFixed(1)} 38V${bottom}" stroke="${INK}" stroke-opacity="0.3"/>`);
    body.push(text(x.toFixed(1), bottom + 16, unit(10 ** power), 'text-anchor="middle"'));
  }
  entries.forEach(([name, { nanoseconds }], at) => {
    const y = 44 + at * ROW;
    const width = nanoseconds > 0 ? Math.max(place(nanoseconds), 1) : 1;
    const colour = name.startsWith("keyrack") ? OURS : THEIRS;
    body.push(text(LEFT - 8, y + 16, name, 'text-anchor="end"'));
    body.push(
      `<rect x="${LEFT}" y="${y + 3}" width="${width.toFixed(1)}" height="18" fill="${colour}"/>`,
    );
    body.push(text((LEFT + width + 6).toFixed(1), y + 16, unit(nanoseconds)));
  });
  return frame(bottom + 26, title, body);
}

/** Lines over a count that grows tenfold, both scales by powers of ten. */
export function lines(title, xs, series) {
  const height = 300;
  const [top, bottom, left, right] = [44, height - 40, 70, WIDTH - 190];
  const all = Object.values(series).flat();
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
  const first = Math.log10(xs[0]);
  const span = Math.log10(xs.at(-1)) - first;
  const across = (x) => left + ((Math.log10(x) - first) / span) * (right - left);
  const up = (y) => bottom - ((Math.log10(y) - low) / (high - low)) * (bottom - top);
  const body = [text(10, 22, title)];
  for (let power = low; power <= high; power++) {
    const y = up(10 ** power);
    body.push(`<path d="M${left} ${y.toFixed(1)}H${right}" stroke="${INK}" stroke-opacity="0.3"/>`);
    body.push(text(left - 6, (y + 4).toFixed(1), time(10 ** power), 'text-anchor="end"'));
  }
  for (const x of xs) {
    const where = across(x).toFixed(1);
    body.push(text(where, bottom + 18, x.toLocaleString("en-GB"), 'text-anchor="middle"'));
  }
  Object.entries(series).forEach(([name, ys], at) => {
    const colour = `hsl(${(165 + at * 75) % 360} 45% 45%)`;
    const points = ys.map((y, place) => `${across(xs[place]).toFixed(1)},${up(y).toFixed(1)}`);
    body.push(`<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    const [x, y] = [right + 8, up(ys.at(-1)) + 4];
    body.push(`<text x="${x}" y="${y.toFixed(1)}" fill="${colour}">${escape(name)}</text>`);
  });
  return frame(height, title, body);
}
