import jsonld, { type ActiveContext } from 'jsonld';

/**
 * Makes jsonld.js share what it would copy. It copies every term definition for every node that has a type or a
 * context, and copies them anew to get back from a typed node to what was in force around it. The copy has another
 * identity, so nothing that it kept about the original is found again: every node that names a context has all of it
 * processed, which is 1.5 ms a node that a document of 100 KB may have 1,480 of.
 *
 * Term definitions are not changed once they are in force, and contexts only between being copied and being kept
 * (jsonld.js 9.0.0, lib/context.js): maps of the same definitions do, and one copy for all ways back. Every active
 * context descends from the one changed here and takes both functions from it. What a copy leaves out stays left out,
 * so that nothing means anything else; test/active-contexts.test.ts compares with jsonld.js as it comes.
 */
export async function shareActiveContexts(): Promise<void> {
  const initial = await jsonld.processContext({}, null, {});
  initial.clone = clone;
  initial.revertToPreviousContext = revertToPreviousContext;
}

function clone(this: ActiveContext): ActiveContext {
  const { previousContext } = this;
  return {
    mappings: new Map(this.mappings),
    clone: this.clone,
    inverse: null,
    getInverse: this.getInverse,
    protected: { ...this.protected },
    ...(previousContext && { previousContext }),
    revertToPreviousContext: this.revertToPreviousContext,
    ...('@base' in this && { '@base': this['@base'] }),
    ...('@language' in this && { '@language': this['@language'] }),
    ...('@vocab' in this && { '@vocab': this['@vocab'] }),
  };
}

const copies = new WeakMap<ActiveContext, ActiveContext>();

function revertToPreviousContext(this: ActiveContext): ActiveContext {
  const { previousContext } = this;
  if (previousContext === undefined) return this;
  const copy = copies.get(previousContext) ?? previousContext.clone();
  copies.set(previousContext, copy);
  return copy;
}
