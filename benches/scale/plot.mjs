/** A chart with logarithmic axes, as SVG that says in words what it shows. */

const WIDTH = 760;
const HEIGHT = 460;
const LEFT = 70;
const RIGHT = 150;
const TOP = 48;
const BOTTOM = 56;
/** Told apart without colour too: each has its own marker and its name beside it. */
const COLOURS = [
  ..."#0b5cad #b3261e #1b7f3b #7a3fa0 #a15c00 #00707a #555555 #8a6d00 #a02060".split(" "),
];
const LABEL_GAP = 15;

/**
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.description
 * @param {string} chart.x what grows
 * @param {string} chart.y
 * @param {(value: number) => string} chart.unit writes a value of the y axis
 * @param {{ name: string, points: [number, number][] }[]} chart.lines
 */
export function plot({ title, description, x, y, unit, lines }) {
  const across = axis(lines.flatMap(({ points }) => points.map(([at]) => at)), false);
  const up = axis(lines.flatMap(({ points }) => points.map(([, value]) => value)), true);
  const placeX = (value) => LEFT + across.share(value) * (WIDTH - LEFT - RIGHT);
  const placeY = (value) => HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img"`,
    ` aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(LEFT, 26, title, `font-size="15" font-weight="600"`),
  ];
  for (const value of up.ticks) {
    const at = placeY(value);
    parts.push(rule(LEFT, at, WIDTH - RIGHT, at));
    parts.push(text(LEFT - 8, at + 4, unit(value), `text-anchor="end"`));
  }
  for (const value of across.ticks) {
    const at = placeX(value);
    parts.push(rule(at, TOP, at, HEIGHT - BOTTOM));
    parts.push(text(at, HEIGHT - BOTTOM + 18, value.toLocaleString("en"), `text-anchor="middle"`));
  }
  parts.push(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, x, `text-anchor="middle"`));
  parts.push(text(LEFT - 58, TOP - 10, y, ""));
  const labels = apart(lines.map(({ points }) => placeY(points.at(-1)[1])));
  lines.forEach(({ name, points }, number) => {
    const colour = COLOURS[number % COLOURS.length];
    const placed = points.map(([at, value]) => [placeX(at), placeY(value)].map(short));
    const path = placed.map((pair) => pair.join(",")).join(" ");
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const [atX, atY] of placed) parts.push(marker(number, atX, atY, colour));
    parts.push(text(WIDTH - RIGHT + 10, labels[number] + 4, name, `fill="${colour}"`));
  });
  return `${parts.join("\n")}\n</svg>\n`;
}

/** A logarithmic axis: where a value stands on it, from 0 to 1, and its powers of ten. */
function axis(values, isWhole) {
  const logs = values.map(Math.log10);
  const [least, most] = [Math.min(...logs), Math.max(...logs)];
  const low = isWhole ? Math.floor(least) : least;
  const high = isWhole ? Math.ceil(most) : most;
  const ticks = [];
  for (let power = Math.ceil(low - 1e-9); power <= high + 1e-9; power++) ticks.push(10 ** power);
  return { share: (value) => (Math.log10(value) - low) / (high - low || 1), ticks };
}

/** Heights of labels, moved so far that none lies on another. */
function apart(heights) {
  const order = heights.map((height, at) => ({ height, at }));
  order.sort((one, other) => one.height - other.height);
  const found = [];
  let last = -Infinity;
  for (const { height, at } of order) found[at] = last = Math.max(height, last + LABEL_GAP);
  return found;
}

function marker(number, x, y, colour) {
  const shapes = [
    `<circle cx="${x}" cy="${y}" r="4" fill="${colour}"/>`,
    `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="${colour}"/>`,
    `<path d="M${x} ${y - 5}l5 9h-10z" fill="${colour}"/>`,
    `<path d="M${x} ${y - 5}l5 5l-5 5l-5 -5z" fill="${colour}"/>`,
    `<circle cx="${x}" cy="${y}" r="4" fill="#ffffff" stroke="${colour}" stroke-width="2"/>`,
    `<rect x="${x - 4}" y="${y - 4}" width="8" height="8" fill="#ffffff" stroke="${colour}"/>`,
    `<path d="M${x - 4} ${y - 4}l8 8m0 -8l-8 8" stroke="${colour}" stroke-width="2"/>`,
    `<path d="M${x - 5} ${y}h10m-5 -5v10" stroke="${colour}" stroke-width="2"/>`,
    `<path d="M${x} ${y + 5}l5 -9h-10z" fill="#ffffff" stroke="${colour}"/>`,
  ];
  return shapes[number % shapes.length];
}

const short = (value) => Math.round(value * 10) / 10;
const rule = (x1, y1, x2, y2) =>
  `<path d="M${short(x1)} ${short(y1)}L${short(x2)} ${short(y2)}" stroke="#dddddd"/>`;
const text = (x, y, words, more) => `<text x="${short(x)}" y="${short(y)}" ${more}>${escaped(words)}</text>`;
const escaped = (words) => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
