import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHrClient } from '../local/hr-client.ts';
import { publicPart, type PrivateJwk } from '../local/secrets.ts';
import { administratorId } from './prepare.ts';

// node deploy/single-host/register.ts <folder of prepare> <public origin> <ODS code of the ICS> [<address of the host>]
// Registers the clients of issuer and status-list, each once, and says what deploy/.env is to have. The address is
// for a host to which its public name does not lead yet; an authority of your own is trusted by NODE_EXTRA_CA_CERTS.

const CLIENTS = { issuer: 'internal:status', 'status-list': 'internal:sign-list' } as const;

const [folder, publicOrigin, odsCode, address = publicOrigin] = process.argv.slice(2);
if (!folder || !publicOrigin || !odsCode || !address) {
  console.error('usage: register <folder> <public origin> <ODS code of the ICS> [<address>]');
  process.exit(2);
}
const administrator = createHrClient(
  { publicOrigin, services: { authorization: address }, tokenEndpoint: `${address}/token` },
  {
    clientId: administratorId(odsCode),
    privateKeyFile: join(folder, 'administrator.client.jwk'),
  },
);
try {
  for (const [name, scope] of Object.entries(CLIENTS)) {
    const clientId = await register(folder, name, scope);
    console.log(`${name.replace('-', '_').toUpperCase()}_CLIENT_ID=${clientId}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function register(from: string, name: string, scope: string): Promise<string> {
  const idFile = join(from, `${name}.client.id`);
  if (existsSync(idFile)) return readFileSync(idFile, 'utf8');
  const key = JSON.parse(readFileSync(join(from, `${name}.client.jwk`), 'utf8')) as PrivateJwk;
  const client = { name: `${name}-service`, scopes: [scope], publicKey: publicPart(key) };
  const { status, text, body } = await administrator.post('authorization', '/v1/clients', client);
  if (status !== 201) throw new Error(`${name} was not registered: ${status} ${text}`);
  const clientId = String(body['clientId']);
  writeFileSync(idFile, clientId);
  return clientId;
}
