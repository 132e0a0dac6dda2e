import { asArray, isJsonObject, type JsonObject, type JsonValue } from '#vc/data-model';
import type { Audience } from './presentation.ts';

/**
 * What the embedded proofs of a presentation were made over and for. Data Integrity 1.0 §4.4 compares sets of domains:
 * a proof for several is for none of them alone.
 */
export function audiencesOf({ proof }: JsonObject): Audience[] {
  return asArray<JsonValue>(proof)
    .filter(isJsonObject)
    .map(({ challenge, domain }) => {
      const domains = [...new Set(asArray<JsonValue>(domain))];
      return { challenge, domains: domains.length === 1 ? domains : [] };
    });
}
