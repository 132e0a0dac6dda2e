import type { TypeSummary } from '../domain/describe-catalogue.ts';
import { type Html, html } from './html.ts';
import { page } from './page.ts';
import { whoMayIssue } from './words.ts';

/** Every type that can be issued, by group. */
export function listPage(types: readonly TypeSummary[]): Html {
  const groups = [...Map.groupBy(types, ({ group }) => group)];
  return page({
    title: 'Credential catalogue',
    main: html`<h1>Credential catalogue</h1>
<p class="lead">A staff passport is made of credentials: facts about one person, signed by an organisation. These are the ${types.length} kinds. Each page shows what one says, how it came to be known, who may issue it and what to send for it.</p>
<nav aria-label="Groups"><ul class="groups">${groups.map(
      ([group, inside], at) =>
        html`<li><a href="#group-${at + 1}">${group}</a> (${inside.length})</li>`,
    )}</ul></nav>
${groups.map(
  ([group, inside], at) => html`<section aria-labelledby="group-${at + 1}">
<h2 id="group-${at + 1}">${group}</h2>
<ul class="types">${inside.map(
    (one) => html`<li>
<h3><a href="/docs/catalogue/${one.type}">${one.title}</a></h3>
<p>${one.description}</p>
<p class="quiet">Issued by ${whoMayIssue(one.mayIssue)}</p>
</li>`,
  )}</ul>
</section>`,
)}`,
  });
}
