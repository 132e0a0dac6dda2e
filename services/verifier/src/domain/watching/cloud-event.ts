import type { StatusEvent } from './ports.ts';

const TYPE = 'example.staffpassport.credential.status-changed.v1';

/** An event in CloudEvents 1.0, the same in the feed and to webhooks. Ids only: no claim, no name, no holder. */
export function toCloudEvent(event: StatusEvent, publicOrigin: string) {
  return {
    specversion: '1.0' as const,
    id: event.id,
    source: `${publicOrigin}/verifier`,
    type: TYPE,
    subject: event.credentialId,
    time: new Date(event.at).toISOString(),
    datacontenttype: 'application/json' as const,
    data: {
      credentialId: event.credentialId,
      issuer: event.issuer,
      statusPurpose: event.purpose,
      value: event.value,
      statusListVersion: event.listVersion,
    },
  } as const;
}
