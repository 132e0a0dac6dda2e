import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { createHolder } from '../../../deploy/local/holder.ts';
import type { StackFile } from '../../../deploy/local/hr-client.ts';
import type { DocumentedExample } from './documented-examples.ts';
import type { Memory } from './memory.ts';

export interface TellOptions {
  stack: StackFile;
  memory: Memory;
  /** asks for the token of whoever sends; undefined: nobody */
  token: (() => Promise<string>) | undefined;
}

export interface Told {
  status: number;
  media: string | undefined;
  /** parsed where it is JSON */
  answer: unknown;
  location: string | null;
}

const cookies = new Map<string, string>();
const holder = createHolder();

/** Sends one example, filled with what was learned before. What only a wallet or a client's key can sign is signed anew. */
export async function tell(example: DocumentedExample, options: TellOptions): Promise<Told> {
  const { stack, memory, token } = options;
  const url = addressOf(example, options);
  const filled = await sign(memory.fill(example.body), stack);
  const isForm = example.bodyMedia === 'application/x-www-form-urlencoded';
  const response = await fetch(url, {
    method: example.method,
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    headers: {
      'idempotency-key': randomUUID(),
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(token && { authorization: `Bearer ${await token()}` }),
      ...(filled !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(filled !== undefined && {
      body: isForm ? new URLSearchParams(filled as Record<string, string>) : JSON.stringify(filled),
    }),
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '') cookies.delete(name);
    else cookies.set(name, value);
  }
  const media = response.headers.get('content-type')?.split(';')[0];
  const text = await response.text();
  const isJson = /json|application\/vc$/.test(media ?? '') && text !== '';
  return {
    status: response.status,
    media,
    answer: isJson ? JSON.parse(text) : text,
    location: response.headers.get('location'),
  };
}

function addressOf(example: DocumentedExample, { stack, memory }: TellOptions): string {
  const path = example.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(memory.fill(example.pathParameters[name]))),
  );
  const query = new URLSearchParams(
    Object.entries(example.query).map(([name, value]): [string, string] => [
      name,
      String(memory.fill(value)),
    ]),
  ).toString();
  const search = query === '' ? '' : `?${query}`;
  return `${stack.services[example.service]}${path}${search}`;
}

type Members = Record<string, unknown>;

async function sign(body: unknown, stack: StackFile): Promise<unknown> {
  if (typeof body !== 'object' || body === null) return body;
  const { verifiablePresentation: presentation, client_assertion: assertion } = body as Members;
  if (assertion !== undefined) return { ...body, client_assertion: await assertClient(stack) };
  if (presentation === undefined) return body;
  const { proof, verifiableCredential } = presentation as Members;
  const { challenge, domain } = proof as { challenge: string; domain: string };
  const credentials = verifiableCredential as Parameters<
    typeof holder.present
  >[0]['verifiableCredential'];
  const signed = await holder.present({
    challenge,
    domain,
    ...(credentials && { verifiableCredential: credentials }),
  });
  return { ...body, verifiablePresentation: signed };
}

async function assertClient({ clients: [client], publicOrigin }: StackFile): Promise<string> {
  if (client === undefined) throw new Error('stack.json names trusts');
  const key = JSON.parse(readFileSync(client.privateKeyFile, 'utf8')) as { kid: string };
  return new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(publicOrigin)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(createPrivateKey({ key, format: 'jwk' }));
}
