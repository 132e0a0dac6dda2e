/** Text that is HTML already. Only `html` and `trusted` make it. */
export interface Html {
  readonly html: string;
}

type Part = string | number | Html | readonly Html[];

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template of HTML; whatever is put into it is escaped, unless it is HTML itself. */
export function html(literals: TemplateStringsArray, ...parts: Part[]): Html {
  return { html: String.raw({ raw: literals }, ...parts.map(toHtml)) };
}

/** What is known to be safe as it stands: a card, which escapes what it shows. */
export function trusted(text: string): Html {
  return { html: text };
}

function toHtml(part: Part): string {
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map((one) => one.html).join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
