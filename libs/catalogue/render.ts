import { drawCard } from './render-card.ts';
import { factsOf, type Rendering, summaryOf, validityOf, visible } from './render-facts.ts';

export { codesOf, describeCode } from './render-codes.ts';
export type { Rendering } from './render-facts.ts';

/**
 * A credential in words, for people and screen readers: what it is, who issued it, each claim as `Label: value` in the
 * schema's order, how long it holds. This text is normative; the card shows the same. A claim's text stays exactly as
 * signed, but for codes of the schema's lists, which stand in plain words, and for characters that hide or turn what
 * stands beside them, which are named (`[U+202E]`); further lines of it are indented below its label.
 */
export function renderText(rendering: Rendering): string {
  const { entry, claims, issuerName } = rendering;
  const summary = summaryOf(rendering);
  const facts = factsOf(claims, entry.schema).map(({ depth, label, value }) => {
    const indent = '  '.repeat(depth);
    if (value === undefined) return `${indent}${visible(label)}:`;
    return `${indent}${visible(label)}: ${visible(value).replaceAll('\n', `\n${indent}    `)}`;
  });
  const validity = validityOf(rendering);
  const blocks = [
    [visible(entry.title), ...(summary === undefined ? [] : [summary])],
    issuerName === undefined ? [] : [`Issued by ${oneLine(issuerName)}`],
    facts,
    validity,
  ];
  return blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

/** The same as a picture: an SVG card, whose description is the text. */
export function renderCard(rendering: Rendering): string {
  return drawCard(rendering, renderText(rendering));
}

/** Names come from the registry and have one line: more would look like facts. */
function oneLine(name: string): string {
  return visible(name.replaceAll('\n', ' '));
}
