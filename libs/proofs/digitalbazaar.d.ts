/** What this product uses of the @digitalbazaar packages, which ship no types. */
declare module '@digitalbazaar/vc' {
  interface SigningOptions {
    suite: object;
    documentLoader(url: string): Promise<unknown>;
  }

  /** Adds a proof to the credential handed in, and returns it. */
  export function issue<T>(options: SigningOptions & { credential: T; now: string }): Promise<T>;

  /** Adds a proof to the presentation handed in, and returns it. */
  export function signPresentation<T>(
    options: SigningOptions & { presentation: T; challenge: string; domain?: string },
  ): Promise<T>;
}

declare module '@digitalbazaar/ed25519-signature-2020' {
  export class Ed25519Signature2020 {
    constructor(options: { signer?: object; date?: string; proof?: object });
    canonize(document: object): Promise<string>;
    createVerifyData(options: { document: object; proof: object }): Promise<Uint8Array>;
  }
}

declare module '@digitalbazaar/data-integrity' {
  interface ProofOptions {
    document: object;
    purpose: { update(proof: object): Promise<object> };
  }

  export class DataIntegrityProof {
    constructor(options: { signer?: object; date?: string; cryptosuite: object });
    /** members that the new proof starts with */
    proof?: object;
    createVerifyData(options: { document: object; proof: object }): Promise<Uint8Array>;
    createProof(options: ProofOptions): Promise<object>;
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: { name: string; requiredAlgorithm: string };
}
