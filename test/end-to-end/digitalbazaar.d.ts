/** What only tests use of @digitalbazaar/vc: its own verification. */
declare module '@digitalbazaar/vc' {
  export function verifyCredential(options: {
    credential: object;
    suite: object[];
    documentLoader(url: string): Promise<unknown>;
    now: Date;
    checkStatus(): Promise<{ verified: boolean }>;
  }): Promise<{
    verified: boolean;
    results?: { proof: { type: string }; verified: boolean }[];
    error?: Error & { errors?: Error[] };
  }>;
}
