import t from 'tap';
import type { JsonObject } from '#vc/data-model';
import { canonicalize } from '../canonicalize.ts';
import { knownContext, knownContextUrls } from '../document-loader.ts';
import { nameScopedContexts } from '../scoped-contexts.ts';

const given = knownContextUrls().map((url): [string, JsonObject] => [url, knownContext(url) ?? {}]);

t.test('put back in their places the named contexts are the pinned ones', async (t) => {
  const { contexts, scoped } = nameScopedContexts(given);
  t.ok(scoped.size > 20, `${scoped.size} contexts were named`);
  // Undoes the naming, which the replacement of a name by a name's own context would not end.
  const putBack = (text: string): string => {
    const whole = text.replaceAll(/"(urn:sha256:[0-9a-f]{64})"/g, (_name, name: string) =>
      JSON.stringify(scoped.get(name)?.['@context']),
    );
    return whole === text ? text : putBack(whole);
  };
  for (const [url, context] of given) {
    const restored = JSON.parse(putBack(JSON.stringify(contexts.get(url)))) as JsonObject;
    t.strictSame(restored, { '@context': context['@context'] }, url);
  }
});

t.test('a document cannot use the name of a scoped context', async (t) => {
  const [name = ''] = nameScopedContexts(given).scoped.keys();
  const document = { '@context': ['https://www.w3.org/ns/credentials/v2', name], id: 'urn:x' };
  await t.rejects(canonicalize(document), { code: 'CONTEXT_NOT_ALLOWED' });
});
