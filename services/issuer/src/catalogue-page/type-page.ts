import type { TypeDescription } from '../domain/describe-catalogue.ts';
import { fieldTable } from './field-table.ts';
import { type Html, html, trusted } from './html.ts';
import { page } from './page.ts';
import { whoMayIssue } from './words.ts';

/** One type: its card, the same in words, its fields, and what to send. */
export function typePage(described: TypeDescription): Html {
  const { title, description, group, version, status, rendering, example, send, trustFramework } =
    described;
  return page({
    title,
    main: html`<nav aria-label="Breadcrumb"><ol class="crumbs">
<li><a href="/docs/catalogue">Credential catalogue</a></li><li aria-current="page">${title}</li>
</ol></nav>
<h1>${title}</h1>
<p class="lead">${description}</p>
<dl class="facts">
<dt>Group</dt><dd>${group}</dd>
<dt>Who may issue it</dt><dd>${capital(whoMayIssue(described.mayIssue))}</dd>
<dt>In practice</dt><dd>${described.issuedBy}</dd>
<dt>Where the facts come from</dt><dd>${trustFramework.origin} (${trustFramework.pedigree})</dd>
<dt>Version</dt><dd>${version}, ${status}</dd>
</dl>
<section aria-labelledby="card">
<h2 id="card">What it looks like</h2>
<p>An example, about an invented person: as a card, and in the words that count.</p>
<div class="looks">
<div class="card">${trusted(rendering.svg)}</div>
<pre class="words">${rendering.text}</pre>
</div>
</section>
<section aria-labelledby="fields">
<h2 id="fields">What it says</h2>
<p>A field that the holder can withhold stays out of sight when they share the credential as an SD-JWT and leave it out. In the other forms all fields are shown.</p>
${fieldTable(described)}
${
  described.rules.length === 0
    ? []
    : html`<h3>What must fit together</h3>
<ul>${described.rules.map((rule) => html`<li>${rule}</li>`)}</ul>`
}
</section>
<section aria-labelledby="send">
<h2 id="send">What to send</h2>
<p>The body of <code>${send.request}</code>. <code>employeeId</code> is ${send.employeeId}. This is the example of the card; one click selects all of it.</p>
${json(example.request, 'Request body')}
${
  example.record === null
    ? []
    : html`<p>Or, from a system that keeps records in the Digital Staff Passport API format, <code>{"employeeId": …, "record": …}</code> with a record such as this, as far as that format can hold it:</p>
${json(example.record, 'Workforce record')}`
}
<h3>With these headers</h3>
${glossary(send.headers)}
<h3>Also in the body, if you like</h3>
${glossary(send.optional)}
<h3>To bind a wallet to a person</h3>
<ol>${send.bindHolder.map((step) => html`<li>${step}</li>`)}</ol>
<p>Each call is in the <a href="/docs">API</a>.</p>
</section>
<section aria-labelledby="programs">
<h2 id="programs">For programs</h2>
<ul>
<li><a href="${described.url}">All of this as JSON, with the JSON Schema of the fields</a></li>
<li>Schema of the whole credential: <code>${described.credentialSchema}</code></li>
<li>Type of its SD-JWT: <code>${described.vct}</code></li>
<li>Forms: ${described.forms.map((form, at) => html`${at === 0 ? '' : ', '}<code>${form}</code>`)}</li>
</ul>
<p class="quiet">${described.provenance}</p>
</section>`,
  });
}

function json(value: unknown, label: string): Html {
  return html`<pre class="json" tabindex="0" role="region" aria-label="${label}"><code>${JSON.stringify(value, null, 2)}</code></pre>`;
}

function glossary(terms: Record<string, string>): Html {
  return html`<dl class="facts">${Object.entries(terms).map(
    ([term, meaning]) => html`<dt><code>${term}</code></dt><dd>${meaning}</dd>`,
  )}</dl>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
