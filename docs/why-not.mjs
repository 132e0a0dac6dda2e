// Why is a presentation not accepted? node why-not.mjs <stack.json> [name of an exhibit]
import { readFileSync } from 'node:fs';
import { createClient } from 'staff-passport/client';

const [stackFile, exhibit = 'HOLDER_MISMATCH'] = process.argv.slice(2);
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const getJson = async (url) => (await fetch(url)).json();

const { services, tokenEndpoint, publicOrigin, clients, zoo } = readJson(stackFile);
const { clientId, privateKeyFile } = clients.find(({ odsCode }) => odsCode === 'ZZB02');
const privateKey = readJson(privateKeyFile);
const client = createClient({ ...services, tokenEndpoint, publicOrigin, clientId, privateKey });

await getJson(zoo); // the first request has the zoo made
const request = await getJson(new URL(`${exhibit}.json`, zoo));
const { verdict, sentence, checks, credentials } = await client.verify(request);
console.log(`${verdict}: ${sentence}`);

const shown = request.verifiablePresentation ?? request.verifiableCredential;
const placeOf = (names) => JSON.stringify(names.reduce((value, name) => value?.[name], shown));
const allChecks = [checks, ...credentials.map((credential) => credential.checks)].flat();
for (const { outcome, check, code, pointer = '' } of allChecks) {
  if (outcome !== 'fail' && outcome !== 'unknown') continue;
  const at = pointer && ` at ${pointer}`; // '' is the whole of it
  const place = pointer && placeOf(pointer.split('/').slice(1)); // none in an SD-JWT or a JWT
  console.log(`${check} ${outcome}: ${code}${at}${place ? `, where it says ${place}` : ''}`);
}
