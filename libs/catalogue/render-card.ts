import {
  factsOf,
  type Fact,
  type Rendering,
  summaryOf,
  validityOf,
  visible,
} from './render-facts.ts';
import { type Font, wrap, wrapEvenly } from './render-lines.ts';

const WIDTH = 640;
const LEFT = 32;
const RIGHT = WIDTH - LEFT;
const VALUE = 244;
const INDENT = 16;
const RADIUS = 16;
const INK = '#17202b';
const QUIET = '#4a5666';
const HAIRLINE = '#dfe4ea';
const EDGE = '#c3ccd6';
const FAMILY = 'Arial, Helvetica, Liberation Sans, sans-serif';

const LABEL = { size: 14 };
const TEXT = { size: 15, bold: true };
const LINE = 21;

/** Colours of the groups: white text on `deep`, ink on `pale`, both above 7 to 1 (WCAG 2.2, 1.4.6). */
const PALETTE: [words: string, deep: string, pale: string][] = [
  ['identity', '#3b2a7e', '#f1effa'],
  ['access', '#334155', '#eef1f5'],
  ['employment', '#0b4a5c', '#e9f3f6'],
  ['assignment', '#5a2a63', '#f6eef7'],
  ['core skills', '#1d5236', '#ebf5ef'],
  ['training', '#6b3d0a', '#faf2e8'],
  ['vaccination', '#7d1f3f', '#faedf1'],
  ['health', '#7d1f3f', '#faedf1'],
];
const PLAIN = ['', '#334155', '#eef1f5'] as const;

interface Band {
  height: number;
  svg: string;
}

/**
 * A credential as a card: an SVG picture 640 wide, as high as its facts need, that stands alone. It has no script, no
 * style sheet, no ids and no reference, so it may stand in any page, beside other cards and under a strict policy.
 * Its description is the normative text.
 * @param described what `renderText` says of the same credential
 */
export function drawCard(rendering: Rendering, described: string): string {
  const title = visible(rendering.entry.title);
  const [, deep, pale] = colours(rendering.entry.group);
  const bands = [
    banner(rendering, title),
    ...summaryBand(rendering, pale),
    ...factsOf(rendering.claims, rendering.entry.schema).map((fact, at) => row(fact, at, deep)),
    footer(rendering, pale),
  ];
  let top = 0;
  const placed = bands.map(({ height, svg }) => {
    const group = `<g transform="translate(0 ${top})">${svg}</g>`;
    top += height;
    return group;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="${FAMILY}" xml:space="preserve">`,
    `<title>${escapeXml(title)}</title><desc>${escapeXml(described)}</desc>`,
    `<rect width="${WIDTH}" height="${top}" rx="${RADIUS}" fill="#ffffff"/>`,
    ...placed,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${top - 1}" rx="${RADIUS - 0.5}" fill="none" stroke="${EDGE}"/>`,
    '</svg>',
  ].join('');
}

/** The colours of a card's group; by a word of its name, so that a new group only lacks one of its own. */
function colours(group: string): (typeof PALETTE)[number] | typeof PLAIN {
  const name = group.toLowerCase();
  return PALETTE.find(([words]) => name.includes(words)) ?? PLAIN;
}

function banner({ entry }: Rendering, title: string): Band {
  const [, deep] = colours(entry.group);
  const over = { size: 13 };
  const head = { size: 26, bold: true };
  const group = wrap(visible(entry.group), RIGHT - LEFT - 96, over);
  const lines = wrapEvenly(title, RIGHT - LEFT - 96, head);
  const first = 38 + (group.length - 1) * 18;
  const height = first + 34 + (lines.length - 1) * 32 + 24;
  const middle = height / 2;
  return {
    height,
    svg: [
      `<path d="M0 ${height}V${RADIUS}A${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} 0H${WIDTH - RADIUS}A${RADIUS} ${RADIUS} 0 0 1 ${WIDTH} ${RADIUS}V${height}Z" fill="${deep}"/>`,
      // a page in a ring; no tick, as not everything that is signed was checked
      `<g transform="translate(${RIGHT - 28} ${middle})" fill="none" stroke="#ffffff" stroke-linecap="round" stroke-linejoin="round"><circle r="27" stroke-opacity="0.35" stroke-width="1.5"/><path d="M-10-14H5L11-8V14H-10Z" stroke-width="2"/><path d="M-5-2H6M-5 3H6M-5 8H2" stroke-width="2"/></g>`,
      ...group.map((line, at) => text(line, LEFT, 38 + at * 18, over, '#ffffff')),
      ...lines.map((line, at) => text(line, LEFT, first + 34 + at * 32, head, '#ffffff')),
    ].join(''),
  };
}

function summaryBand(rendering: Rendering, pale: string): Band[] {
  const summary = summaryOf(rendering);
  if (summary === undefined) return [];
  const font = { size: 17 };
  const lines = wrapEvenly(summary, RIGHT - LEFT, font);
  const height = lines.length * 25 + 27;
  return [
    {
      height,
      svg:
        `<rect width="${WIDTH}" height="${height}" fill="${pale}"/>` +
        lines.map((line, at) => text(line, LEFT, 32 + at * 25, font, INK)).join(''),
    },
  ];
}

/** Label and value side by side; what has facts inside stands alone, as their heading. */
function row({ depth, label, value }: Fact, at: number, deep: string): Band {
  const x = LEFT + depth * INDENT;
  const heading = value === undefined;
  const above = at === 0 ? 12 : 0;
  const font = heading ? { size: 14, bold: true } : LABEL;
  const labels = wrap(visible(label), (heading ? RIGHT : VALUE - 16) - x, font);
  const values = heading ? [] : wrap(visible(value), RIGHT - VALUE, TEXT);
  const height = above + Math.max(labels.length, values.length) * LINE + 14;
  const base = above + 22;
  const rule = (from: number) =>
    `<path d="M${from} 0.5H${RIGHT}" stroke="${HAIRLINE}" fill="none"/>`;
  // what is inside of something hangs on a bar
  const bar = `<rect x="${x - INDENT}" width="3" height="${height}" fill="${deep}" fill-opacity="0.3"/>`;
  return {
    height,
    svg: [
      at === 0 ? '' : rule(x),
      depth === 0 ? '' : bar,
      ...labels.map((line, n) => text(line, x, base + n * LINE, font, heading ? deep : QUIET)),
      ...values.map((line, n) => text(line, VALUE, base + n * LINE, TEXT, INK)),
    ].join(''),
  };
}

function footer(rendering: Rendering, pale: string): Band {
  const small = { size: 13 };
  const name = { size: 15, bold: true };
  const issuer = rendering.issuerName === undefined ? [] : [visible(rendering.issuerName)];
  const lines = issuer.flatMap((one) => wrap(one, RIGHT - LEFT, name));
  const validity = validityOf(rendering).join('  ·  ');
  const shown = [
    ...(lines.length === 0 ? [] : [{ line: 'Issued by', font: small, fill: QUIET }]),
    ...lines.map((line) => ({ line, font: name, fill: INK })),
    ...wrap(validity, RIGHT - LEFT - 130, small).map((line) => ({
      line,
      font: small,
      fill: QUIET,
    })),
  ].filter(({ line }) => line !== '');
  const height = 30 + Math.max(1, shown.length) * LINE;
  const top = 12;
  const mark = { size: 13, bold: true };
  return {
    height: height + top,
    svg: [
      `<path d="M0 ${top}H${WIDTH}V${top + height - RADIUS}A${RADIUS} ${RADIUS} 0 0 1 ${WIDTH - RADIUS} ${top + height}H${RADIUS}A${RADIUS} ${RADIUS} 0 0 1 0 ${top + height - RADIUS}Z" fill="${pale}"/>`,
      ...shown.map(({ line, font, fill }, at) =>
        text(line, LEFT, top + 30 + at * LINE, font, fill),
      ),
      text('Staff Passport', RIGHT, top + height - 21, mark, QUIET, 'end'),
    ].join(''),
  };
}

function text(
  line: string,
  x: number,
  y: number,
  font: Font,
  fill: string,
  anchor: 'start' | 'end' = 'start',
): string {
  const attributes = [
    `x="${x}" y="${y}" font-size="${font.size}" fill="${fill}"`,
    font.bold === true ? ' font-weight="700"' : '',
    anchor === 'end' ? ' text-anchor="end"' : '',
  ].join('');
  return line === '' ? '' : `<text ${attributes}>${escapeXml(line)}</text>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeXml(value: string): string {
  return value.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
