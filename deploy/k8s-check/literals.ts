/** Lines of a TypeScript literal, and for each the path of the field that stands on it. */
export interface Literal {
  lines: string[];
  /** `spec.replicas`; the empty string is the object itself */
  paths: string[];
}

/** Writes a value of parsed YAML as a literal, one field a line, so that a compiler's line names the field. */
export function writeLiteral(value: unknown): Literal {
  const literal: Literal = { lines: [], paths: [] };
  write(literal, { value, path: '', before: '', after: '' });
  return literal;
}

interface Part {
  value: unknown;
  path: string;
  /** what stands on the line in front of the value and behind it */
  before: string;
  after: string;
}

function write(literal: Literal, { value, path, before, after }: Part): void {
  const line = (text: string) => {
    literal.lines.push(text);
    literal.paths.push(path);
  };
  if (Array.isArray(value)) {
    line(`${before}[`);
    for (const [index, item] of value.entries())
      write(literal, { value: item, path: `${path}[${index}]`, before: '', after: ',' });
    line(`]${after}`);
    return;
  }
  if (typeof value === 'object' && value !== null) {
    line(`${before}{`);
    for (const [key, item] of Object.entries(value)) {
      const below = path === '' ? key : `${path}.${key}`;
      write(literal, { value: item, path: below, before: `${JSON.stringify(key)}: `, after: ',' });
    }
    line(`}${after}`);
    return;
  }
  line(`${before}${JSON.stringify(value)}${after}`);
}
