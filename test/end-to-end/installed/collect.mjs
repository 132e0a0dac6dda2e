// Collects trust material with the installed package: node collect.mjs <plan.json> > <material.json>
import { readFileSync } from 'node:fs';
import { collectTrustMaterial } from 'staff-passport/offline';

const { anchor, origins, credentials, presentations } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
);
const material = await collectTrustMaterial({
  genesis: anchor.genesis,
  anchorThumbprint: anchor.thumbprint,
  credentials,
  presentations,
  fetch: (url, init) => {
    const [from, to] = origins.find(([prefix]) => String(url).startsWith(prefix)) ?? [];
    if (from === undefined) throw new TypeError(`${url} is not of the cell`);
    return fetch(String(url).replace(from, to), init);
  },
});
console.log(JSON.stringify(material));
