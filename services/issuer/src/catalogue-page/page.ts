import { type Html, html } from './html.ts';

/** What is the same on every page of the catalogue. */
export function page({ title, main }: { title: string; main: Html }): Html {
  return html`<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} - Staff Passport</title>
<link rel="stylesheet" href="/docs/catalogue/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to main content</a>
<header><div class="wide">
<p class="product"><a href="/docs/catalogue">Staff Passport</a></p>
<nav aria-label="Documentation"><ul>
<li><a href="/docs/catalogue">Credential catalogue</a></li>
<li><a href="/docs">API</a></li>
</ul></nav>
</div></header>
<main id="main" tabindex="-1"><div class="wide">
${main}
</div></main>
<footer><div class="wide">
<p>Staff Passport is open and independent. It is not run or endorsed by the NHS. The people and organisations in its examples are invented.</p>
</div></footer>
</body>
</html>
`;
}
