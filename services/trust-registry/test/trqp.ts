import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { typeIri } from '#catalogue/catalogue';
import { ASHMERE_DID, CELL_DID, type TestRegistry } from './helper.ts';

const ajv = new Ajv2020();
addFormats.default(ajv);

function compile(name: string) {
  const url = new URL(`contracts/trqp/trqp_${name}.schema.json`, import.meta.url);
  return ajv.compile(JSON.parse(readFileSync(url, 'utf8')));
}

const CONTRACTS = {
  authorization: {
    isRequest: compile('authorization_request'),
    isResponse: compile('authorization_response'),
  },
  recognition: {
    isRequest: compile('recognition_request'),
    isResponse: compile('recognition_response'),
  },
};

export const QUERY = {
  entity_id: ASHMERE_DID,
  authority_id: CELL_DID,
  action: 'issue',
  resource: typeIri('FireSafetyCredential'),
};

/** Posts a TRQP query. */
export function post(
  registry: Pick<TestRegistry, 'app'>,
  query: unknown,
  { url = '/authorization', accept = 'application/json' } = {},
) {
  return registry.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept },
    payload: JSON.stringify(query),
  });
}

/** The answer to a query, which like the query is valid by the protocol's own schemas. */
export async function ask(
  registry: Pick<TestRegistry, 'app'>,
  query: Record<string, unknown>,
  operation: keyof typeof CONTRACTS = 'authorization',
) {
  const { isRequest, isResponse } = CONTRACTS[operation];
  if (!isRequest(query)) throw new Error('not a TRQP request');
  const answer = await post(registry, query, { url: `/${operation}` });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  if (!isResponse(answer.json())) throw new Error(JSON.stringify(isResponse.errors));
  return answer.json();
}
