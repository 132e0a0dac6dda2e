import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { PERSON_SCOPES, RegisterClientSchema, TRUST_SCOPES } from '#api/authorization';
import { parseStrictJson } from '#vc/strict-json';
import { CLIENT_ID, checkRights } from './domain/client.ts';
import { checkClientKey } from './domain/client-key.ts';
import type { NewClient } from './domain/ports.ts';

const { name, scopes, publicKey } = RegisterClientSchema.properties;
const BootstrapClientSchema = Type.Object(
  { clientId: Type.String({ pattern: CLIENT_ID.source }), name, scopes, publicKey },
  { additionalProperties: false },
);
const shape = Compile(BootstrapClientSchema);

/**
 * The first administrator's client, as BOOTSTRAP_CLIENT_FILE states it.
 * @throws Error that says what is wrong with the file
 */
export async function parseBootstrapClient(bytes: Uint8Array): Promise<NewClient> {
  const stated: unknown = parseStrictJson(bytes);
  if (!shape.Check(stated)) {
    const [fault] = shape.Errors(stated);
    throw new Error(`BOOTSTRAP_CLIENT_FILE: ${fault?.instancePath || '/'} ${fault?.message}`);
  }
  const client: Static<typeof BootstrapClientSchema> = stated;
  if (!client.scopes.includes('clients:admin')) {
    throw new Error('BOOTSTRAP_CLIENT_FILE: the first client needs the scope clients:admin');
  }
  checkRights(client, {
    trustScopes: new Set<string>(TRUST_SCOPES),
    personScopes: new Set<string>(PERSON_SCOPES),
  });
  const key = await checkClientKey(client.publicKey);
  return {
    clientId: client.clientId,
    name: client.name,
    odsCode: null,
    scopes: [...client.scopes],
    key,
  };
}
