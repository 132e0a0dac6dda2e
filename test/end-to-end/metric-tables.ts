import { readFileSync } from 'node:fs';

/** One metric as docs/operations/metrics.md has it. */
export interface DocumentedMetric {
  name: string;
  type: string;
  labels: string[];
  /** `all`, or the names of services */
  services: string[];
}

const PAGE = new URL('../../docs/operations/metrics.md', import.meta.url);

export function readDocumentedMetrics(): DocumentedMetric[] {
  return rows('metric').map(([name = '', type = '', labels = '', services = '']) => ({
    name: codes(name)[0] ?? '',
    type,
    labels: codes(labels),
    services: services.split(/,\s*/),
  }));
}

/** The closed sets that the page spells out, by label; a label whose values are described has none. */
export function readLabelValues(): Map<string, string[]> {
  return new Map(
    rows('label').map(
      ([label = '', values = '']) => [codes(label)[0] ?? '', codes(values)] as const,
    ),
  );
}

/** The cells of the page's table whose first column has this heading. */
function rows(heading: string): string[][] {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

function codes(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
