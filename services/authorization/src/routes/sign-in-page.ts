import { hash } from 'node:crypto';
import type { Person } from '../domain/person.ts';

const STYLE = `
body { font-family: system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
.notice { border-left: 0.5rem solid; padding: 0.5rem 1rem; }
li { list-style: none; margin: 0.75rem 0; }
button { font: inherit; padding: 0.75rem 1rem; width: 100%; text-align: left; }
`;

/**
 * Nothing but the page, its one style and its form. The browser counts the redirects after a form as its targets, so
 * the client's origin is one.
 */
export function pagePolicy(returnsTo: string | undefined): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
    `form-action 'self'${returnsTo === undefined ? '' : ` ${returnsTo}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
}

/** One form with a button for each person. */
export function signInPage(uid: string, people: readonly Person[]): string {
  return page(
    'Who is signing in?',
    `<form method="post" action="/sign-in/${escape(uid)}">
<ul>
${people.map(button).join('\n')}
</ul>
</form>`,
  );
}

/** For a sign-in that ended, is another browser's, or was answered with nobody of this list. */
export function endedPage(): string {
  return page(
    'This sign-in cannot go on',
    '<p>It has ended, was begun in another browser, or was answered with somebody who is not known here. Go back to where you came from and begin again.</p>',
  );
}

function button({ subject, name, odsCode, acr }: Person): string {
  return `<li><button name="subject" value="${escape(subject)}"><strong>${escape(name)}</strong> for ${escape(odsCode)}, at ${escape(acr)}</button></li>`;
}

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} - development sign-in</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
<p class="notice">This stands in for a staff login during development. It asks for no password and proves nothing: choose any of these invented people.</p>
${content}
</main>
</body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
