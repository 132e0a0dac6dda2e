// Verifies with the installed package, cut off from every network:
// node verify-offline.mjs <plan.json> <material.json> > <answers.json>
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { createOfflineVerifier } from 'staff-passport/offline';

let attempts = 0;
const refuse = () => {
  attempts += 1;
  throw new Error('there is no network');
};
globalThis.fetch = refuse;
Socket.prototype.connect = refuse;
dns.lookup = refuse;
dns.promises.lookup = refuse;

const [plan, material] = process.argv
  .slice(2)
  .map((file) => JSON.parse(readFileSync(file, 'utf8')));
const verifier = await createOfflineVerifier({
  material,
  anchorThumbprint: plan.anchor.thumbprint,
  clock: () => plan.now,
});
const answers = [];
for (const request of plan.requests) {
  answers.push(await verifier.verify(request).catch(({ code }) => ({ refused: code })));
}
console.log(JSON.stringify({ node: process.version, attempts, answers }));
