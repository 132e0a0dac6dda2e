import { type CredentialTypeEntry, credentialTypes } from '#catalogue/catalogue';
import { isJsonObject, type JsonObject } from '#vc/data-model';
import { noTypeFits, type RecordFormat, renamed, restored, same } from './record-format.ts';

const evidenceTypes = credentialTypes().filter(({ codePrefixes }) => codePrefixes !== undefined);

const event = same('code', 'description');

/** Vaccinations, tests and observations: the code decides which disease's evidence one becomes. */
export const healthEventFormats: Record<string, RecordFormat> = {
  Vaccination: healthEvent('Vaccination', { ...event, ...same('date') }),
  ClinicalTest: healthEvent('ClinicalTest', {
    ...event,
    ...same('date', 'result', 'interpretation'),
  }),
  Observation: healthEvent('Observation', { ...event, ...same('result') }),
};

function healthEvent(recordType: string, members: RecordFormat['members']): RecordFormat {
  return {
    members,
    toClaims: (record) => {
      const { type, schema } = evidenceTypeOf(record['code']);
      const { targetDisease } = schema['properties'] as { targetDisease: { const: string } };
      const mended = mend(renamed(record, members), recordType === 'Observation');
      // One event is a fact, not a verdict: see docs/decisions/0003.
      return {
        type,
        claims: { targetDisease: targetDisease.const, events: [{ recordType, ...mended }] },
      };
    },
    toRecords: (type, { events }) => {
      if (!Array.isArray(events) || !evidenceTypes.some((one) => one.type === type)) return [];
      return events
        .filter(isJsonObject)
        .filter((one) => one['recordType'] === recordType)
        .map((one) => ({ recordType, ...restored(one, members) }));
    },
  };
}

function evidenceTypeOf(code: unknown): CredentialTypeEntry {
  const prefix = typeof code === 'string' ? /^([A-Z]{2,6})[0-9]{3}$/.exec(code)?.[1] : undefined;
  const entry = evidenceTypes.find(
    ({ codePrefixes = [] }) => prefix !== undefined && codePrefixes.includes(prefix),
  );
  if (entry !== undefined) return entry;
  const known = evidenceTypes.flatMap(({ codePrefixes = [] }) => codePrefixes).join(', ');
  throw noTypeFits('code', `code must be three digits after one of: ${known}`);
}

/**
 * The format's examples write "Not Detected" where its list says "Not detected", and its unquoted Yes and No are
 * booleans to a YAML 1.1 reader.
 */
function mend(claims: JsonObject, isObservation: boolean): JsonObject {
  const { interpretation, result } = claims;
  if (interpretation === 'Not Detected') return { ...claims, interpretation: 'Not detected' };
  if (!isObservation || typeof result !== 'boolean') return claims;
  return { ...claims, result: result ? 'Yes' : 'No' };
}
