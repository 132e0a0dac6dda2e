import t from 'tap';
import { CREDENTIALS_V2_CONTEXT, type JsonObject } from '#vc/data-model';
import { verifyCredential } from '../../src/domain/verify-credential.ts';
import { issueText } from '../forms.ts';
import { createWorld } from '../world.ts';
import { breaksInEveryForm, JWT, malformedAs, passes, SD_JWT } from './form-helper.ts';

function enveloped(mediaType: string, text: string, change: JsonObject = {}): JsonObject {
  return {
    '@context': CREDENTIALS_V2_CONTEXT,
    id: `data:${mediaType},${text}`,
    type: 'EnvelopedVerifiableCredential',
    ...change,
  };
}

t.test('A text in an envelope of its media type passes', async (t) => {
  for (const type of ['application/jwt', 'application/vc+jwt']) {
    await passes(t, JWT, async (world, form) => enveloped(type, await issueText(world, form)));
  }
  for (const type of ['application/dc+sd-jwt', 'application/vc+sd-jwt']) {
    await passes(t, SD_JWT, async (world, form) => enveloped(type, await issueText(world, form)));
  }
});

t.test('An envelope of another media type than its text’s fails', async (t) => {
  for (const [form, type] of [
    ['jwt_vc_json', 'application/dc+sd-jwt'],
    ['dc+sd-jwt', 'application/vc+jwt'],
    ['jwt_vc_json', 'text/plain'],
    ['jwt_vc_json', 'application/jwt;base64'],
  ] as const) {
    await malformedAs(t, [form], async (world) => enveloped(type, await issueText(world, form)));
  }
});

t.test('An envelope that says more than its text fails', async (t) => {
  for (const more of [{ issuer: 'did:key:z' }, { credentialSubject: {} }]) {
    await breaksInEveryForm(
      t,
      async (world, form) => enveloped('application/jwt', await issueText(world, form), more),
      { forms: JWT, check: 'data-model', code: 'UNKNOWN_TERM' },
    );
  }
  const here = createWorld();
  const more = enveloped('application/jwt', await issueText(here, 'jwt_vc_json'), { 'a/b~': 1 });
  const { checks } = await verifyCredential(more, here.ports);
  t.match(
    checks.find(({ check }) => check === 'data-model'),
    { pointer: '/a~1b~0' },
  );
  for (const change of [
    { '@context': ['https://e.example'] },
    { type: ['EnvelopedVerifiableCredential', 'ResuscitationCredential'] },
  ]) {
    await malformedAs(t, JWT, async (world, form) =>
      enveloped('application/jwt', await issueText(world, form), change),
    );
  }
});
