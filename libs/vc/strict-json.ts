import { VcError } from './error.ts';

export interface StrictJsonLimits {
  /** nesting of arrays and objects */
  maxDepth: number;
  /** members and elements of the whole document */
  maxNodes: number;
}

// The largest honest document, a presentation of 64 of our widest credentials, has 5,000. Ten times as many take 100 ms.
const DEFAULT_LIMITS: StrictJsonLimits = { maxDepth: 32, maxNodes: 30_000 };
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

interface Frame {
  value: unknown;
  depth: number;
  pointer: string;
}

/**
 * Parses JSON (RFC 8259) that may be signed or stored, and refuses what parsers disagree about: invalid UTF-8,
 * duplicate keys, NUL and lone surrogates, numbers that a double cannot hold, `__proto__` as key or value,
 * nesting and size past the limits.
 * @param bytes UTF-8 JSON text
 * @throws VcError PARSING_ERROR, with a JSON pointer where there is one
 */
export function parseStrictJson(
  bytes: Uint8Array,
  limits: Partial<StrictJsonLimits> = {},
): unknown {
  const { maxDepth, maxNodes } = { ...DEFAULT_LIMITS, ...limits };
  const text = decode(bytes);
  const { colons, commas } = countMarks(text, maxDepth);
  // Each stands before one more member or element.
  if (commas >= maxNodes) throw tooMany(maxNodes);
  const value = parse(text);
  const keys = checkTree(value, maxDepth, maxNodes);
  // Every member has one colon outside of strings, and a duplicate key leaves one member fewer than colons.
  if (colons !== keys) throw refusal('', 'an object names the same key twice');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new VcError('PARSING_ERROR', 'The body is not valid UTF-8', { cause });
  }
}

/**
 * Counts what stands between the strings of a text, before the parser makes anything of it.
 * @throws VcError PARSING_ERROR when it nests too deep
 */
function countMarks(text: string, maxDepth: number): { colons: number; commas: number } {
  let depth = 0;
  let colons = 0;
  let commas = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x3a) colons++;
    else if (character === 0x2c) commas++;
    else if (character === 0x5b || character === 0x7b) {
      depth++;
      if (depth > maxDepth) throw refusal('', `nested deeper than ${maxDepth} levels`);
    } else if (character === 0x5d || character === 0x7d) depth--;
  }
  return { colons, commas };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new VcError('PARSING_ERROR', 'The body is not valid JSON', { cause });
  }
}

/** Walks without recursion; returns how many members the objects have together. */
function checkTree(root: unknown, maxDepth: number, maxNodes: number): number {
  const stack: Frame[] = [{ value: root, depth: 0, pointer: '' }];
  let nodes = 0;
  let keys = 0;
  for (let frame = stack.pop(); frame !== undefined; frame = stack.pop()) {
    const { value, depth, pointer } = frame;
    nodes++;
    if (nodes > maxNodes) throw tooMany(maxNodes);
    if (depth > maxDepth) throw refusal(pointer, `nested deeper than ${maxDepth} levels`);
    if (typeof value === 'string') checkString(value, pointer);
    else if (typeof value === 'number') checkNumber(value, pointer);
    else if (Array.isArray(value)) {
      if (nodes + value.length > maxNodes) throw tooMany(maxNodes);
      value.forEach((item, at) =>
        stack.push({ value: item, depth: depth + 1, pointer: `${pointer}/${at}` }),
      );
    } else if (value !== null && typeof value === 'object') {
      for (const [key, member] of Object.entries(value)) {
        keys++;
        checkKey(key, pointer);
        stack.push({
          value: member,
          depth: depth + 1,
          pointer: `${pointer}/${escapePointer(key)}`,
        });
      }
    }
  }
  return keys;
}

function checkKey(key: string, pointer: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw refusal(pointer, `the key ${key} is not allowed`);
  checkString(key, pointer);
}

function checkString(value: string, pointer: string): void {
  if (value === '__proto__') throw refusal(pointer, 'the value __proto__ is not allowed');
  if (value.includes('\0')) throw refusal(pointer, 'a string holds NUL');
  if (!value.isWellFormed()) throw refusal(pointer, 'a string holds a lone surrogate');
}

function checkNumber(value: number, pointer: string): void {
  if (!Number.isFinite(value)) throw refusal(pointer, 'a number is out of range');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw refusal(pointer, 'an integer is beyond 2^53-1 and would be changed by reading it');
  }
}

/** One reference token of a JSON Pointer (RFC 6901 section 3). */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function tooMany(maxNodes: number): VcError {
  return refusal('', `more than ${maxNodes} members and elements`);
}

function refusal(pointer: string, detail: string): VcError {
  return new VcError('PARSING_ERROR', `The JSON is refused: ${detail}`, {
    errors: [{ pointer, detail }],
  });
}
