import type { Type } from 'typebox';
import type { CatalogueEntrySchema, CatalogueSchema } from '#api/catalogue';
import type {
  ChangeCredentialStatusSchema,
  CredentialInFormSchema,
  CredentialRecordSchema,
  CredentialStatusAnswerSchema,
  CredentialStatusChangesSchema,
} from '#api/credential-record';
import type {
  BindHolderSchema,
  CredentialPageSchema,
  HolderChallengeSchema,
  HolderSchema,
  IssuedFamilySchema,
  MintCredentialSchema,
  SearchCredentialsSchema,
} from '#api/issuer';
import type { OrganisationPageSchema, OrganisationQuerySchema } from '#api/trust-registry';
import type {
  ChallengeSchema,
  CreateWebhookSchema,
  DeliveryPageSchema,
  EventPageSchema,
  ReplayAnswerSchema,
  ReplaySchema,
  Verification,
  VerificationRequest,
  WebhookPageSchema,
  WebhookSchema,
} from '#api/verifier';
import type { CredentialForm } from '#vc/credential-form';
import { readAddress } from './address.ts';
import { ClientError } from './client-error.ts';
import { type Call, createSender, type SenderOptions } from './sender.ts';

export type {
  Check,
  CredentialVerification,
  Verification,
  VerificationRequest,
} from '#api/verifier';
export type { ProblemDocument } from '#kit/problem';
export { ClientError } from './client-error.ts';
export type { Fetch } from './fetch-http.ts';
export type { PrivateJwk } from './private-key.ts';
export type { RetryOptions } from './with-retries.ts';

/** Addresses are of the services, https or on this machine; only those that are used are needed. */
export interface ClientOptions extends SenderOptions {
  issuer?: string;
  verifier?: string;
  trustRegistry?: string;
}

export interface PageQuery {
  /** 1 to 200; left out: 50 */
  limit?: number;
  /** the `next` of the page before */
  after?: string;
}

/** Left out: one of its own, kept through repetitions. Name one to be able to repeat a call after a crash. */
export interface WriteOptions {
  idempotencyKey?: string;
}

/**
 * What a trust's systems do over HTTP. Every method is bounded in time and size, follows no redirect, and throws
 * ClientError: `code` is the problem's own, `status` of HTTP, `problem` the whole of it (RFC 9457). After 429, 503 and
 * no answer a call is repeated, with waits, where that is safe.
 */
export interface Client {
  /**
   * Verifies one credential, or one presentation with the challenge that was given out for it and the domain that it
   * was asked for. The answer has every check; that they fail is no error. A presentation is sent again after a 429
   * alone, because its challenge may have been used up.
   */
  verify(request: VerificationRequest): Promise<Verification>;
  /** A challenge for one presentation: good once, within ten minutes, for this trust. */
  createChallenge(): Promise<Answer<typeof ChallengeSchema>>;
  /** What changed of that on which the trust relied, oldest first. `next` goes on from there, also later. */
  listEvents(page?: PageQuery): Promise<Answer<typeof EventPageSchema>>;
  createWebhook(
    webhook: Answer<typeof CreateWebhookSchema>,
    options?: WriteOptions,
  ): Promise<Answer<typeof WebhookSchema>>;
  listWebhooks(): Promise<Answer<typeof WebhookPageSchema>>;
  /** What still waits for it becomes a dead letter. Doing so again changes nothing. */
  endWebhook(id: string): Promise<void>;
  listDeliveries(
    webhookId: string,
    page?: PageQuery & { state?: 'waiting' | 'delivered' | 'dead' },
  ): Promise<Answer<typeof DeliveryPageSchema>>;
  /** Sends events again: the dead letters, or all since one. */
  replayWebhook(
    id: string,
    what?: Answer<typeof ReplaySchema>,
    options?: WriteOptions,
  ): Promise<Answer<typeof ReplayAnswerSchema>>;

  /** A challenge that a person's wallet signs, so that credentials can be issued to it. */
  createHolderChallenge(): Promise<Answer<typeof HolderChallengeSchema>>;
  /** Binds a wallet's key to a person, by an empty presentation signed over challenge and domain. */
  bindHolder(
    binding: Answer<typeof BindHolderSchema>,
    options?: WriteOptions,
  ): Promise<Answer<typeof HolderSchema>>;
  /** Mints a credential from a workforce record, or from a type of the catalogue and its claims. */
  issue(
    credential: Answer<typeof MintCredentialSchema>,
    options?: WriteOptions,
  ): Promise<Answer<typeof IssuedFamilySchema>>;
  /** All that is recorded of a credential of this trust but its documents. @param id the UUID */
  getCredential(id: string): Promise<Answer<typeof CredentialRecordSchema>>;
  /** The credential itself, in one of the forms in which it was issued. */
  getCredentialForm(
    id: string,
    form: CredentialForm,
  ): Promise<Answer<typeof CredentialInFormSchema>>;
  searchCredentials(
    query?: Answer<typeof SearchCredentialsSchema>,
  ): Promise<Answer<typeof CredentialPageSchema>>;
  /** Suspends a credential, makes it active again, or revokes it for ever, with a reason. */
  changeStatus(
    id: string,
    change: Answer<typeof ChangeCredentialStatusSchema>,
    options?: WriteOptions,
  ): Promise<Answer<typeof CredentialStatusAnswerSchema>>;
  /** Oldest first. */
  listStatusChanges(id: string): Promise<Answer<typeof CredentialStatusChangesSchema>>;
  /** The types that can be issued, each in its newest version. */
  listCatalogue(): Promise<Answer<typeof CatalogueSchema>>;
  /** Everything that issuing one type takes, with an example. */
  getCatalogueEntry(type: string, version: string): Promise<Answer<typeof CatalogueEntrySchema>>;

  /** The organisations of the cell. */
  listOrganisations(
    query?: Answer<typeof OrganisationQuerySchema>,
  ): Promise<Answer<typeof OrganisationPageSchema>>;
}

type Answer<T extends Type.TSchema> = Type.Static<T>;
type Query = Record<string, string | number | boolean | undefined>;
const SERVICES = ['issuer', 'verifier', 'trustRegistry'] as const;
type Service = (typeof SERVICES)[number];

/**
 * A client of one trust's system, with the key of `private_key_jwt` (RFC 7523) that it registered.
 * @throws ClientError INVALID_REQUEST for an address or a key that cannot be used
 */
export function createClient(options: ClientOptions): Client {
  const sender = createSender(options);
  for (const service of SERVICES) {
    const address = options[service];
    if (address !== undefined) readAddress(service, address);
  }
  const at = (service: Service, path: string, query: Query = {}): string => {
    const base = options[service];
    if (base === undefined) {
      throw new ClientError('INVALID_REQUEST', `createClient was not told where ${service} is`);
    }
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, String(value));
    }
    const asked = search.size > 0 ? `?${search.toString()}` : '';
    return base.replace(/\/$/, '') + path + asked;
  };
  const get = async <T>(service: Service, path: string, query?: object): Promise<T> =>
    sender.get(at(service, path, query as Query));
  const getPublic = async <T>(service: Service, path: string, query?: object): Promise<T> =>
    sender.get(at(service, path, query as Query), { isPublic: true });
  const post = async <T>(service: Service, path: string, call: Call): Promise<T> =>
    sender.post(at(service, path), call);

  return {
    verify: async (body) =>
      post('verifier', '/v1/verifications', {
        body,
        idempotencyKey: null,
        repeatable: isOfPresentation(body) ? 'when-refused' : 'always',
      }),
    createChallenge: () => post('verifier', '/challenges', { idempotencyKey: null }),
    listEvents: (page) => get('verifier', '/v1/events', page),
    createWebhook: (body, write) => post('verifier', '/v1/webhooks', { body, ...write }),
    listWebhooks: () => get('verifier', '/v1/webhooks'),
    endWebhook: async (id) => sender.remove(at('verifier', `/v1/webhooks/${segment(id)}`)),
    listDeliveries: async (id, page) =>
      get('verifier', `/v1/webhooks/${segment(id)}/deliveries`, page),
    replayWebhook: async (id, body = {}, write = {}) =>
      post('verifier', `/v1/webhooks/${segment(id)}/replay`, { body, ...write }),

    createHolderChallenge: () => post('issuer', '/v1/holders/challenges', {}),
    bindHolder: (body, write) => post('issuer', '/v1/holders', { body, ...write }),
    issue: (body, write) => post('issuer', '/v1/credentials', { body, ...write }),
    getCredential: async (id) => get('issuer', `/v1/credentials/${segment(id)}`),
    getCredentialForm: async (id, form) =>
      get('issuer', `/v1/credentials/${segment(id)}/forms/${segment(form)}`),
    searchCredentials: (query) => get('issuer', '/v1/credentials', query),
    changeStatus: async (id, body, write) =>
      post('issuer', `/v1/credentials/${segment(id)}/status`, { body, ...write }),
    listStatusChanges: async (id) => get('issuer', `/v1/credentials/${segment(id)}/status-changes`),
    listCatalogue: () => getPublic('issuer', '/v1/catalogue'),
    getCatalogueEntry: async (type, version) =>
      getPublic('issuer', `/v1/catalogue/${segment(type)}/${segment(version)}`),

    listOrganisations: (query) => getPublic('trustRegistry', '/v1/organisations', query),
  };
}

function isOfPresentation(request: VerificationRequest): boolean {
  if (typeof request === 'object' && request !== null) return 'verifiablePresentation' in request;
  const said = 'verify takes { verifiableCredential } or { verifiablePresentation, options }';
  throw new ClientError('INVALID_REQUEST', said);
}

/** One segment of a path, whatever it holds: an id from elsewhere leads to no other route. */
function segment(text: string): string {
  if (text === '' || text === '.' || text === '..') {
    throw new ClientError('INVALID_REQUEST', 'An id is empty, or leads elsewhere');
  }
  return encodeURIComponent(text);
}
