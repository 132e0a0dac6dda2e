import { parser } from '@prometheus-io/lezer-promql';

export interface Matcher {
  label: string;
  /** as written, without its quotes */
  value: string;
}

export interface Query {
  /** the metrics that it selects, and by which labels */
  selectors: { metric: string; matchers: Matcher[] }[];
  /** the labels that it groups or matches by */
  grouping: string[];
}

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/** @throws Error for what is not PromQL, by Prometheus' own grammar */
export function parsePromql(text: string): Query {
  const query: Query = { selectors: [], grouping: [] };
  const textOf = (node: SyntaxNode | null) => (node === null ? '' : text.slice(node.from, node.to));
  parser.parse(text).iterate({
    enter({ name, type, from, node }) {
      if (type.isError) throw new Error(`Not PromQL at ${from}: ${text}`);
      if (name === 'VectorSelector') {
        const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
        query.selectors.push({
          metric: textOf(node.getChild('Identifier')),
          matchers: matchers.map((matcher) => ({
            label: textOf(matcher.getChild('LabelName')),
            value: textOf(matcher.getChild('StringLiteral')).slice(1, -1),
          })),
        });
      }
      if (name === 'GroupingLabels') {
        query.grouping.push(...node.getChildren('LabelName').map(textOf));
      }
    },
  });
  return query;
}
