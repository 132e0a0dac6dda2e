import { credentialTypes } from '#catalogue/catalogue';
import type { CredentialForm } from '#vc/credential-form';
import type { JsonObject, JsonValue } from '#vc/data-model';
import { VcError } from '#vc/error';
import { parseStrictJson } from '#vc/strict-json';
import type { Submitted } from '../../src/domain/forms/credential.ts';
import { issueAs } from '../forms.ts';
import { accredit } from '../trust.ts';
import type { World } from '../world.ts';

/** How many credentials of each form are changed. */
export const CORPUS = 50;

/** SEED=… repeats what a run printed, or tries others. */
export const SEED = Number(process.env['SEED'] ?? 20_261_123);

/** RUNS=… tries more or fewer changes of each form. */
export const RUNS = Number(process.env['RUNS'] ?? 1_500);

/** Fifty credentials of as many places and of every type of the catalogue, one after the other. */
export async function corpusOf(world: World, form: CredentialForm): Promise<Submitted[]> {
  const types = credentialTypes().map(({ type }) => type);
  world.trust.record.accreditations = types.map(accredit);
  const corpus: Submitted[] = [];
  for (let index = 0; index < CORPUS; index += 1) {
    corpus.push(await issueAs(world, form, { type: types[index % types.length] ?? '', index }));
  }
  return corpus;
}

/** What travels of a document. */
export function bytesOf(whole: Submitted): Buffer {
  return Buffer.from(typeof whole === 'string' ? whole : JSON.stringify(whole));
}

/** As it reaches the verifier; undefined: the body that it would be in is refused unread. */
export function readAs(bytes: Buffer, isText: boolean): Submitted | undefined {
  if (isText) return bytes.toString();
  try {
    return parseStrictJson(bytes) as JsonObject;
  } catch (error) {
    if (error instanceof VcError) return undefined;
    throw error;
  }
}

/** What a document says, as one tree: of a signed text the parts that are JSON, its signature and its disclosures. */
export function treeOf(whole: Submitted): JsonObject {
  if (typeof whole !== 'string') return whole;
  const [jwt = '', ...rest] = whole.split('~');
  const keyBinding = rest.pop();
  return {
    ...partsOf(jwt),
    ...(keyBinding !== undefined && { disclosures: rest.map(decode) }),
    ...(keyBinding && { keyBinding: partsOf(keyBinding) }),
  };
}

/** A document that says what a tree does, in the form of `whole`; undefined: in none. */
export function documentOf(tree: JsonValue, whole: Submitted): Submitted | undefined {
  const read = readAs(Buffer.from(JSON.stringify(tree)), false) as JsonValue | undefined;
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined;
  if (typeof whole !== 'string') return read;
  const { disclosures, keyBinding, ...parts } = read;
  if (!whole.includes('~')) return textOf(parts);
  const bound = keyBinding === undefined ? '' : textOf(keyBinding as JsonObject);
  const disclosed = Array.isArray(disclosures) ? disclosures : [disclosures ?? null];
  return [textOf(parts), ...disclosed.map(encode), bound].join('~');
}

function partsOf(jwt: string): JsonObject {
  const [header = '', claims = '', signature = ''] = jwt.split('.');
  return { header: decode(header), claims: decode(claims), signature };
}

function textOf(parts: JsonObject): string {
  const { header = null, claims = null, signature = '' } = parts ?? {};
  const signed = typeof signature === 'string' ? signature : encode(signature);
  return `${encode(header)}.${encode(claims)}.${signed}`;
}

function decode(part: string): JsonValue {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as JsonValue;
}

function encode(value: JsonValue): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
