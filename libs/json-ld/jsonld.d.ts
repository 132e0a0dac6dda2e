/** What this product uses of jsonld, which ships no types. */
declare module 'jsonld' {
  import type { JsonValue } from '#vc/data-model';

  export interface RdfTerm {
    termType: 'NamedNode' | 'BlankNode' | 'Literal' | 'DefaultGraph';
    value: string;
  }

  export interface RdfQuad {
    subject: RdfTerm;
    predicate: RdfTerm;
    object: RdfTerm;
    graph: RdfTerm;
  }

  export interface RemoteDocument {
    contextUrl: string | null;
    documentUrl: string;
    document: unknown;
    tag?: 'static';
  }

  export interface ExpandOptions {
    base: string | null;
    safe: boolean;
    skipExpansion?: boolean;
    rdfDirection: 'i18n-datatype';
    documentLoader(url: string): Promise<RemoteDocument>;
  }

  export interface CanonizeOptions {
    canonicalIdMap?: Map<string, string>;
    maxDeepIterations?: number;
    messageDigestAlgorithm?: 'sha256' | 'sha384';
    signal?: AbortSignal | null;
  }

  /** The term definitions in force at a node. */
  export interface ActiveContext {
    mappings: Map<string, unknown>;
    protected: Record<string, unknown>;
    inverse: unknown;
    getInverse: unknown;
    previousContext?: ActiveContext;
    clone: (this: ActiveContext) => ActiveContext;
    revertToPreviousContext: (this: ActiveContext) => ActiveContext;
    '@base'?: unknown;
    '@language'?: unknown;
    '@vocab'?: unknown;
  }

  const jsonld: {
    /** Of no context: the initial one, which is the same object each time. */
    processContext(activeContext: object, context: null, options: object): Promise<ActiveContext>;
    expand(document: unknown, options: ExpandOptions): Promise<JsonValue[]>;
    toRDF(document: unknown, options: ExpandOptions): Promise<RdfQuad[]>;
    canonize(
      document: unknown,
      options:
        | (ExpandOptions & { canonizeOptions: CanonizeOptions })
        | { inputFormat: 'application/n-quads'; canonizeOptions: CanonizeOptions },
    ): Promise<string>;
  };
  export default jsonld;
}
