/** Who sends: systems by their client's key, services by theirs, people after a sign-in. */
export type Teller =
  | 'nobody'
  | 'ashmere'
  | 'brackendale'
  | 'dunmere'
  | 'administrator'
  | 'issuer-service'
  | 'status-list-service'
  | 'maker'
  | 'approver'
  | 'officer'
  | 'manager';

/** Service, operation, example, who sends it. */
export type Step = readonly [service: string, operationId: string, name: string, teller: Teller];

/** The order in which the examples can be sent: each stands on the answers to those before it. */
export const STORY: readonly Step[] = [
  ['authorization', 'getAuthorizationServerMetadata', 'metadata', 'nobody'],
  ['authorization', 'getOpenIdConfiguration', 'metadata', 'nobody'],
  ['authorization', 'getTokenKeys', 'keys', 'nobody'],
  ['authorization', 'getToken', 'system', 'nobody'],
  ['authorization', 'beginSignIn', 'person', 'nobody'],
  ['authorization', 'getSignInPage', 'person', 'nobody'],
  ['authorization', 'chooseWhoSignsIn', 'person', 'nobody'],
  ['authorization', 'resumeSignIn', 'person', 'nobody'],
  ['authorization', 'getToken', 'person', 'nobody'],
  ['authorization', 'registerClient', 'hrSystem', 'administrator'],
  ['authorization', 'listClients', 'firstPage', 'administrator'],
  ['authorization', 'getClient', 'hrSystem', 'administrator'],
  ['authorization', 'addClientKey', 'nextKey', 'administrator'],
  ['authorization', 'revokeClient', 'hrSystem', 'administrator'],
  ['issuer', 'listCatalogue', 'newest', 'nobody'],
  ['issuer', 'getCatalogueEntry', 'fireSafety', 'nobody'],
  ['issuer', 'createHolderChallenge', 'challenge', 'ashmere'],
  ['issuer', 'bindHolder', 'wallet', 'ashmere'],
  ['issuer', 'setFormDefault', 'fireSafety', 'ashmere'],
  ['issuer', 'listFormDefaults', 'fireSafety', 'ashmere'],
  ['issuer', 'removeFormDefault', 'fireSafety', 'ashmere'],
  ['issuer', 'mintCredential', 'fireSafety', 'ashmere'],
  ['issuer', 'issueCredential', 'fireSafety', 'ashmere'],
  ['issuer', 'getCredential', 'fireSafety', 'ashmere'],
  ['issuer', 'getCredentialForm', 'fireSafety', 'ashmere'],
  ['issuer', 'searchCredentials', 'ofAnEmployee', 'ashmere'],
  ['issuer', 'getCredentialRecord', 'fireSafety', 'ashmere'],
  ['issuer', 'getWorkforceRecords', 'fireSafety', 'ashmere'],
  ['issuer', 'changeLifecycle', 'accepted', 'ashmere'],
  ['issuer', 'listLifecycleEvents', 'accepted', 'ashmere'],
  ['verifier', 'getWebhookKeys', 'keys', 'nobody'],
  ['verifier', 'createWebhook', 'hrSystem', 'brackendale'],
  ['verifier', 'listWebhooks', 'hrSystem', 'brackendale'],
  ['verifier', 'verifyCredential', 'fireSafety', 'brackendale'],
  ['verifier', 'createChallenge', 'challenge', 'brackendale'],
  ['verifier', 'verifyPresentation', 'fireSafety', 'brackendale'],
  ['verifier', 'createChallenge', 'challenge', 'brackendale'],
  ['verifier', 'createVerification', 'credential', 'brackendale'],
  ['verifier', 'createVerification', 'presentation', 'brackendale'],
  ['issuer', 'changeCredentialStatus', 'suspended', 'ashmere'],
  ['issuer', 'listStatusChanges', 'suspended', 'ashmere'],
  ['issuer', 'reissueCredential', 'walletLost', 'ashmere'],
  ['issuer', 'updateCredentialStatus', 'revoked', 'ashmere'],
  ['verifier', 'listEvents', 'suspended', 'brackendale'],
  ['verifier', 'listDeliveries', 'first', 'brackendale'],
  ['verifier', 'replayWebhook', 'deadLetters', 'brackendale'],
  ['verifier', 'endWebhook', 'hrSystem', 'brackendale'],
  ['issuer', 'proposeStatusBatch', 'duplicates', 'officer'],
  ['issuer', 'listStatusBatches', 'newest', 'officer'],
  ['issuer', 'getStatusBatch', 'duplicates', 'officer'],
  ['issuer', 'listStatusBatchCredentials', 'duplicates', 'officer'],
  ['issuer', 'confirmStatusBatch', 'duplicates', 'officer'],
  ['issuer', 'approveStatusBatch', 'duplicates', 'manager'],
  ['issuer', 'undoStatusBatch', 'duplicates', 'officer'],
  ['issuer', 'proposeStatusBatch', 'again', 'officer'],
  ['issuer', 'rejectStatusBatch', 'again', 'manager'],
  ['status-list', 'leaseIndexes', 'pair', 'issuer-service'],
  ['status-list', 'changeStatus', 'suspend', 'issuer-service'],
  ['status-list', 'changeStatuses', 'reinstate', 'issuer-service'],
  ['status-list', 'getStatusList', 'revocation', 'nobody'],
  ['issuer', 'signStatusList', 'first', 'status-list-service'],
  ['issuer', 'signStatusListToken', 'first', 'status-list-service'],
  ['trust-registry', 'listOrganisations', 'trusts', 'nobody'],
  ['trust-registry', 'getOrganisation', 'trust', 'nobody'],
  ['trust-registry', 'getContacts', 'trust', 'brackendale'],
  ['trust-registry', 'getCellDidDocument', 'cell', 'nobody'],
  ['trust-registry', 'getTrustDidDocument', 'trust', 'nobody'],
  ['trust-registry', 'getJwtVcIssuer', 'trust', 'nobody'],
  ['trust-registry', 'queryAuthorization', 'mayIssue', 'nobody'],
  ['trust-registry', 'queryRecognition', 'cell', 'nobody'],
  ['trust-registry', 'getSnapshot', 'snapshot', 'nobody'],
  ['trust-registry', 'getSnapshotChanges', 'changes', 'nobody'],
  ['trust-registry', 'getGenesis', 'genesis', 'nobody'],
  ['trust-registry', 'getContext', 'context', 'nobody'],
  ['trust-registry', 'getStatusContext', 'context', 'nobody'],
  ['trust-registry', 'getCredentialSchema', 'fireSafety', 'nobody'],
  ['trust-registry', 'getTypeMetadata', 'fireSafety', 'nobody'],
  ['trust-registry', 'getProblem', 'notFound', 'nobody'],
  ['trust-registry', 'proposeChange', 'invite', 'maker'],
  ['trust-registry', 'getChange', 'invite', 'maker'],
  ['trust-registry', 'listChanges', 'newest', 'maker'],
  ['trust-registry', 'approveChange', 'invite', 'approver'],
  ['trust-registry', 'getChecklist', 'invited', 'maker'],
  ['trust-registry', 'createKeyChallenge', 'key', 'administrator'],
  ['issuer', 'createKey', 'assertion', 'administrator'],
  ['trust-registry', 'proposeChange', 'pinKey', 'maker'],
  ['trust-registry', 'rejectChange', 'pinKey', 'approver'],
  ['trust-registry', 'submitTestIssue', 'test', 'dunmere'],
  ['trust-registry', 'markKeyCompromised', 'key', 'administrator'],
  ['trust-registry', 'suspendOrganisation', 'trust', 'administrator'],
  ['authorization', 'rotateSigningKey', 'next', 'administrator'],
];

/** Steps whose answer is first there after a while. */
export const AWAITED: ReadonlySet<string> = new Set([
  'listEvents',
  'listDeliveries',
  'undoStatusBatch',
]);
