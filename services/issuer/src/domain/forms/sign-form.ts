import { signCredential } from '#proofs/add-proof';
import { signJwtCredential } from '#proofs/jwt-credential';
import { signSdJwt } from '#proofs/sd-jwt';
import type { Signer } from '#proofs/signer';
import { toDateTimeStamp } from '#vc/clock';
import type { CredentialForm } from '#vc/credential-form';
import { buildSdJwt, disclosableClaims } from './build-sd-jwt.ts';
import { buildVcdm1 } from './build-vcdm1.ts';
import { buildVcdm2 } from './build-vcdm2.ts';
import type { CredentialFacts } from './credential-facts.ts';
import { FORMS } from './form-table.ts';

export interface SignFormOptions {
  form: CredentialForm;
  facts: CredentialFacts;
  signer: Signer;
  /** 128 bits of randomness as base64url, new each time: hides a claim of an SD-JWT (RFC 9901 §9.3) */
  newSalt: () => string;
}

/**
 * One form of a credential, signed: JSON text, or the compact text of a JWT or SD-JWT.
 * @throws VcError PROOF_GENERATION_ERROR
 */
export async function signForm(options: SignFormOptions): Promise<string> {
  const { facts, signer, newSalt } = options;
  const { issuedAt } = facts;
  const traits = FORMS[options.form];
  if (traits.kind === 'jwt') {
    return signJwtCredential({ credential: buildVcdm1(facts), signer, issuedAt });
  }
  if (traits.kind === 'sd-jwt') {
    const payload = buildSdJwt(facts);
    const disclosable = disclosableClaims(facts);
    return signSdJwt({ payload, disclosable, signer, newSalt });
  }
  const credential = traits.kind === 'vcdm2' ? buildVcdm2(facts) : buildVcdm1(facts);
  const { suites } = traits;
  const created = toDateTimeStamp(issuedAt);
  return JSON.stringify(await signCredential({ credential, signer, suites, created }));
}
