import type { TypeDescription } from '../domain/describe-catalogue.ts';
import type { FieldDescription } from '../domain/describe-fields.ts';
import { type Html, html } from './html.ts';
import { careOf } from './words.ts';

const HEADS = ['Field', 'What it means', 'Needed', 'Sensitive?', 'Can the holder withhold it?'];

type Property = Omit<FieldDescription, 'inside' | 'sensitivity' | 'alwaysDisclosed'>;

/** The fields, each with what is inside of it below. */
// Narrow screens stack a row's cells; roles keep it a table for who listens to it.
export function fieldTable({ fields }: TypeDescription): Html {
  return html`<table role="table" aria-labelledby="fields">
<thead role="rowgroup"><tr role="row">${HEADS.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${fields.map(rowsOf)}</tbody>
</table>`;
}

function rowsOf({ inside, sensitivity, alwaysDisclosed, ...field }: FieldDescription): Html {
  const care = careOf(sensitivity);
  const whole = `Only all of \u201c${field.label}\u201d`;
  const rows = inside.map((inner) =>
    row(
      { ...inner, label: `${field.label}: ${inner.label}`, name: `${field.name} / ${inner.name}` },
      [neededOf(inner), care, alwaysDisclosed ? 'No' : whole],
    ),
  );
  return html`${row(field, [neededOf(field), care, alwaysDisclosed ? 'No' : 'Yes'])}${rows}`;
}

function row(property: Property, cells: string[]): Html {
  const meaning = html`${property.description}${codeList(property)}`;
  return html`<tr role="row"><th role="rowheader" scope="row">${property.label} <code>${property.name}</code></th>${[
    meaning,
    ...cells.map((cell) => html`${cell}`),
  ].map(
    (cell, at) =>
      html`<td role="cell"><span class="head" aria-hidden="true">${HEADS[at + 1] ?? ''}</span><span>${cell}</span></td>`,
  )}</tr>`;
}

/** The values that there are, each as people read it, and as it is sent where that differs. */
function codeList({ codes }: Property): Html {
  const shown = codes.map(({ code, label }, at) => {
    const sent = code === label ? html`` : html` (<code>${code}</code>)`;
    return html`${at === 0 ? '' : '; '}${label}${sent}`;
  });
  if (shown.length === 0) return html``;
  return html`<br><span class="quiet">${shown.length === 1 ? 'Always: ' : 'One of: '}${shown}</span>`;
}

function neededOf({ required, requiredAtTimes }: Property): string {
  if (required) return 'Yes';
  return requiredAtTimes ? 'In some cases' : 'If there is one';
}
