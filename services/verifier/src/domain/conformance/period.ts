import type { JsonObject } from '#vc/data-model';
import { parseDateTimeStamp } from '#vc/date-time';
import { checkValidity } from '../checks/validity.ts';
import { VCDM_2_0, vcdmOf } from '../forms/vcdm.ts';
import type { Finding } from '../report.ts';

/** VCDM 2.0 §4.9 leaves both ends out where they are not told. */
export function checkPeriod(document: JsonObject, now: number): Finding {
  const { validFrom, validUntil } = vcdmOf(document) ?? VCDM_2_0;
  const period = {
    validFrom: parseDateTimeStamp(document[validFrom]) ?? -Infinity,
    validUntil: parseDateTimeStamp(document[validUntil]),
  };
  return checkValidity(period, now);
}
