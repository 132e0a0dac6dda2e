/** The entry `staff-passport/offline` of the package: verifying without a network. */
export type {
  Check,
  CredentialVerification,
  Verification,
  VerificationRequest,
} from '#api/verifier';
export { VcError } from '#vc/error';
export {
  collectTrustMaterial,
  type CollectedMaterial,
  type CollectOptions,
} from './offline/collect-trust-material.ts';
export {
  createOfflineVerifier,
  type OfflineLimits,
  type OfflineVerifier,
  type OfflineVerifierOptions,
} from './offline/offline-verifier.ts';
export type { SavedSnapshot, SavedStatusList, TrustMaterial } from './offline/trust-material.ts';
