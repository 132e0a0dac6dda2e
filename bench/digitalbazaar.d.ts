/** What only the baseline uses of the @digitalbazaar packages, which ship no types. */
declare module '@digitalbazaar/vc' {
  interface VerifyOptions {
    suite: object;
    documentLoader(url: string): Promise<unknown>;
    checkStatus(): Promise<{ verified: boolean }>;
  }

  export function verifyCredential(
    options: VerifyOptions & { credential: object },
  ): Promise<{ verified: boolean }>;

  export function verify(
    options: VerifyOptions & { presentation: object; challenge: string },
  ): Promise<{ verified: boolean }>;
}

declare module '@digitalbazaar/ed25519-multikey' {
  export function generate(): Promise<{ publicKeyMultibase: string; signer(): object }>;
}
