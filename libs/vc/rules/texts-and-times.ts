import { isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import type { Problem } from '#vc/error';
import { broken, type Rule, valuesOf } from './parts.ts';

const DESCRIBING = ['name', 'description'];
const LANGUAGE_MEMBERS = new Set(['@value', '@language', '@direction']);
// BCP 47 as far as its shape goes: subtags of letters and digits, at most eight of each.
const LANGUAGE_TAG = /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/i;

/** VCDM 2.0 §11.1: text of which the language and the direction may be said, and nothing else. */
export function isLanguageValue(value: JsonValue): boolean {
  if (!isJsonObject(value)) return false;
  const { '@value': text, '@language': language, '@direction': direction } = value;
  return (
    Object.keys(value).every((name) => LANGUAGE_MEMBERS.has(name)) &&
    typeof text === 'string' &&
    (language === undefined || (typeof language === 'string' && LANGUAGE_TAG.test(language))) &&
    (direction === undefined || direction === 'ltr' || direction === 'rtl')
  );
}

function checkTexts(document: JsonObject, under = ''): Problem | undefined {
  for (const member of DESCRIBING) {
    if (document[member] === undefined || typeof document[member] === 'string') continue;
    // One text, or the same in several languages: a list holds no plain texts.
    const wrong = valuesOf(document, member).find(({ value }) => !isLanguageValue(value));
    if (wrong) return broken(under + wrong.pointer, `A ${member} is no text in one language.`);
  }
  return undefined;
}

function checkIssuerTexts({ issuer }: JsonObject): Problem | undefined {
  return isJsonObject(issuer) ? checkTexts(issuer, '/issuer') : undefined;
}

function dated(member: string) {
  return ({ [member]: time }: JsonObject): Problem | undefined =>
    time === undefined || parseDateTimeStamp(time) !== undefined
      ? undefined
      : broken(`/${member}`, `${member} is not a date and time with its offset.`);
}

function ordered(from: string, until: string) {
  return (document: JsonObject): Problem | undefined => {
    const start = parseDateTimeStamp(document[from]);
    const end = parseDateTimeStamp(document[until]);
    return start !== undefined && end !== undefined && end < start
      ? broken(`/${until}`, 'It ends before it begins.')
      : undefined;
  };
}

function checkIssuanceDate({ issuanceDate }: JsonObject): Problem | undefined {
  return issuanceDate === undefined
    ? broken('/issuanceDate', 'It does not say from when it is valid.')
    : undefined;
}

/** Names and descriptions, and the time for which a credential is good. */
export const TEXT_AND_TIME_RULES: readonly Rule[] = [
  {
    id: 'texts',
    clause: 'names-and-descriptions',
    of: ['credential'],
    versions: ['2.0'],
    check: (document) => checkTexts(document),
  },
  {
    id: 'issuer-texts',
    clause: 'language-and-base-direction',
    of: ['credential'],
    versions: ['2.0'],
    check: checkIssuerTexts,
  },
  {
    id: 'valid-from',
    clause: 'validity-period',
    of: ['credential'],
    versions: ['2.0'],
    check: dated('validFrom'),
  },
  {
    id: 'valid-until',
    clause: 'validity-period',
    of: ['credential'],
    versions: ['2.0'],
    check: dated('validUntil'),
  },
  {
    id: 'validity-order',
    clause: 'validity-period',
    of: ['credential'],
    versions: ['2.0'],
    check: ordered('validFrom', 'validUntil'),
  },
  {
    id: 'issuance-date-present',
    clause: 'issuance-date',
    of: ['credential'],
    versions: ['1.1'],
    check: checkIssuanceDate,
  },
  {
    id: 'issuance-date',
    clause: 'issuance-date',
    of: ['credential'],
    versions: ['1.1'],
    check: dated('issuanceDate'),
  },
  {
    id: 'expiration-date',
    clause: 'expiration',
    of: ['credential'],
    versions: ['1.1'],
    check: dated('expirationDate'),
  },
  {
    id: 'expiration-order',
    clause: 'expiration',
    of: ['credential'],
    versions: ['1.1'],
    check: ordered('issuanceDate', 'expirationDate'),
  },
];
