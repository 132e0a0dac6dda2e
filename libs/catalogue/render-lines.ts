import { MONTHS } from './render-dates.ts';

// Where a line must break, without a font at hand. Widths are those of a common sans-serif (Helvetica's metrics), in
// thousandths of the size, and a tenth more: readers without it use a wider one, and a card's edge leaves room for that.
const MARGIN = 1.1;
const WIDTHS: Record<number, string> = {
  222: "ijl'|",
  278: ' !,./:;[\\]ftI',
  333: '()-`r{}"*',
  500: 'ckszvxyJ',
  556: '0123456789abdeghnopquL?#$_^',
  584: '+<=>~',
  611: 'FTZ',
  667: '&ABEKPSVXY',
  722: 'wCDHNRU',
  778: 'GOQ',
  833: 'mM',
  889: '%',
  944: 'W',
  1015: '@',
};
const OF_CHARACTER = new Map(
  Object.entries(WIDTHS).flatMap(([width, characters]) =>
    characters.split('').map((character): [string, number] => [character, Number(width)]),
  ),
);
const LATIN = 722;
const OTHER = 1100;
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

// A word keeps the spaces before it. A date is one word, and so is `level 2,`: what is torn there is hard to read.
const WORDS = new RegExp(
  String.raw`\s*(?:\d{1,2} (?:${MONTHS.join('|')}) \d{4}\S*|\S+(?: \d{1,2}[,.](?!\S))?)|\s+$`,
  'g',
);

export interface Font {
  size: number;
  bold?: boolean;
}

/** About how wide a text stands, in pixels; rather too wide than too narrow. */
export function measure(text: string, { size, bold = false }: Font): number {
  let thousandths = 0;
  for (const { segment } of GRAPHEMES.segment(text)) thousandths += widthOf(segment);
  return (thousandths * size * MARGIN * (bold ? 1.14 : 1)) / 1000;
}

function widthOf(grapheme: string): number {
  const known = OF_CHARACTER.get(grapheme);
  if (known !== undefined) return known;
  const point = grapheme.codePointAt(0) ?? 0;
  // U+024F ends Latin Extended-B; marks joined to a letter add nothing, ligatures of many code points may
  return point <= 0x24f ? LATIN : OTHER * Math.max(1, grapheme.length / 4);
}

/** The lines of a text that are no wider than `width`: broken at line feeds, at spaces, and inside a word too long. */
export function wrap(text: string, width: number, font: Font): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, width, font));
}

/** As `wrap`, with lines about equally long: a heading whose last word stood alone would look torn. */
export function wrapEvenly(text: string, width: number, font: Font): string[] {
  const lines = wrap(text, width, font);
  let narrow = lines;
  for (let less = width - 8; less > width / 2; less -= 8) {
    const tried = wrap(text, less, font);
    if (tried.length > lines.length) return narrow;
    narrow = tried;
  }
  return narrow;
}

function wrapLine(text: string, width: number, font: Font): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.match(WORDS) ?? ['']) {
    if (measure(line + word, font) <= width) {
      line += word;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word.trimStart(), width, font);
    line = pieces.pop() ?? '';
    lines.push(...pieces);
  }
  return [...lines, line];
}

function breakWord(word: string, width: number, font: Font): string[] {
  if (measure(word, font) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const { segment } of GRAPHEMES.segment(word)) {
    if (piece !== '' && measure(piece + segment, font) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += segment;
  }
  return [...pieces, piece];
}
