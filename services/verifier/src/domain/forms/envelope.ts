import { asArray, CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { VcError } from '#vc/error';
import { escapePointer } from '#vc/strict-json';
import type { Submitted } from './credential.ts';

export interface Envelope {
  type: string;
  /** which kind of text a media type announces */
  mediaTypes: Readonly<Record<string, SignedText['kind']>>;
}

export interface SignedText {
  kind: 'jwt' | 'sd-jwt';
  text: string;
}

export const CREDENTIAL_ENVELOPE: Envelope = {
  type: 'EnvelopedVerifiableCredential',
  mediaTypes: {
    'application/jwt': 'jwt',
    'application/vc+jwt': 'jwt',
    'application/dc+sd-jwt': 'sd-jwt',
    'application/vc+sd-jwt': 'sd-jwt',
  },
};

export const PRESENTATION_ENVELOPE: Envelope = {
  type: 'EnvelopedVerifiablePresentation',
  mediaTypes: {
    'application/jwt': 'jwt',
    'application/vp+jwt': 'jwt',
    'application/dc+sd-jwt': 'sd-jwt',
    'application/vc+sd-jwt': 'sd-jwt',
  },
};

const TERMS = new Set(['@context', 'id', 'type']);
const DATA_URL = /^data:([a-z0-9.+-]+\/[a-z0-9.+-]+),([\w.~-]+)$/;

/**
 * The signed text that came as it is or in an envelope (VCDM 2.0 §4.14); undefined for a JSON-LD document.
 * @throws VcError MALFORMED_VALUE_ERROR or UNKNOWN_TERM for an envelope whose text is not of its media type, or that
 * says more than its text: that would be signed by nobody
 */
export function unwrap(input: Submitted, { type, mediaTypes }: Envelope): SignedText | undefined {
  if (typeof input === 'string') return { kind: kindOf(input), text: input };
  if (!isEnvelope(input, type)) return undefined;
  const unknownTerm = Object.keys(input).find((term) => !TERMS.has(term));
  if (unknownTerm !== undefined) {
    const pointer = `/${escapePointer(unknownTerm)}`;
    const errors = [{ pointer, detail: 'is not a term of an envelope' }];
    throw new VcError('UNKNOWN_TERM', 'The envelope says more than its text', { errors });
  }
  if (asArray(input['type']).length !== 1) throw malformed('/type');
  if (!isContext(input['@context'])) throw malformed('/@context');
  const { id } = input;
  const [, mediaType = '', text = ''] = (typeof id === 'string' && DATA_URL.exec(id)) || [];
  const kind = Object.hasOwn(mediaTypes, mediaType) ? mediaTypes[mediaType] : undefined;
  if (kind === undefined || kind !== kindOf(text)) throw malformed('/id');
  return { kind, text };
}

/** Whether a presented object only carries a text. */
export function isEnvelope({ type }: JsonObject, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

function kindOf(text: string): SignedText['kind'] {
  return text.includes('~') ? 'sd-jwt' : 'jwt';
}

function isContext(context: unknown): boolean {
  const [first, ...others] = Array.isArray(context) ? context : [context];
  return first === CREDENTIALS_V2_CONTEXT && others.length === 0;
}

function malformed(pointer: string): VcError {
  const errors = [{ pointer, detail: 'is not that of an envelope with a JWT or an SD-JWT' }];
  return new VcError('MALFORMED_VALUE_ERROR', 'The envelope cannot be read', { errors });
}
