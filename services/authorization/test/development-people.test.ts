import t from 'tap';
import { parseDevelopmentPeople } from '../src/development-people.ts';
import { build } from './helper.ts';
import { ORLA, PEOPLE } from './people-helper.ts';

const parse = (value: unknown) => parseDevelopmentPeople(Buffer.from(JSON.stringify(value)));
const [first, ...others] = PEOPLE.people;
const withPerson = (changed: object) => ({ ...PEOPLE, people: [{ ...first, ...changed }] });
const withPortal = (changed: object) => ({ ...PEOPLE, portal: { ...PEOPLE.portal, ...changed } });

t.test('the file states the portal and the people who sign in to it', async (t) => {
  const { portal, people } = parse(PEOPLE);
  t.strictSame(portal, PEOPLE.portal);
  t.strictSame(people.get(ORLA), first);
  t.equal(people.size, others.length + 1);
});

t.test('a fault in a person is refused', async (t) => {
  t.ok(parse(withPerson({})), 'the whole one passes');
  for (const [changed, message] of [
    [
      { scopes: ['registry:propose', 'internal:status'] },
      /\/people\/0\/scopes\/1: internal:status/,
    ],
    [{ scopes: ['registry:everything'] }, /registry:everything/],
    [{ scopes: ['credentials:read'] }, /credentials:read/],
    [{ odsCode: 'ZZA01' }, /clients:admin/],
    [{ odsCode: 'ZZA01', scopes: ['registry:admin'] }, /registry:admin/],
    [{ odsCode: 'ZZA01', scopes: ['keys:admin'] }, /keys:admin/],
    [{ scopes: [] }, /scopes/],
    [{ odsCode: undefined }, /odsCode/],
    [{ odsCode: 'zza 1' }, /odsCode/],
    [{ acr: 'AAL9' }, /acr/],
    [{ subject: 'with space' }, /subject/],
    [{ subject: PEOPLE.portal.clientId }, /subject is the portal's/],
    [{ password: 'x' }, /DEVELOPMENT_PEOPLE_FILE/],
  ] as const) {
    t.throws(() => parse(withPerson(changed)), { message }, JSON.stringify(changed));
  }
});

t.test('two people of one subject, and no people, are refused', async (t) => {
  t.throws(() => parse({ ...PEOPLE, people: [first, first] }), {
    message: /\/people\/1\/subject/,
  });
  t.throws(() => parse({ ...PEOPLE, people: [] }), { message: /people/ });
});

t.test('codes are sent by https, or by http to this very machine', async (t) => {
  for (const uri of ['https://portal.example/callback', 'http://[::1]:1/c', 'http://localhost/c']) {
    t.ok(parse(withPortal({ redirectUris: [uri] })), uri);
  }
  for (const uri of [
    'http://portal.example/callback',
    'https://portal.example/callback#part',
    'https://somebody@portal.example/',
    'custom:callback',
    'javascript:alert(1)',
    '/callback',
  ]) {
    t.throws(() => parse(withPortal({ redirectUris: [uri] })), { message: /redirectUris\/0/ }, uri);
  }
  t.throws(() => parse(withPortal({ redirectUris: [] })), { message: /redirectUris/ });
});

t.test('it is refused where PUBLIC_ORIGIN could be anybody’s', async (t) => {
  const { config, file, open } = await build(t);
  const developmentPeopleFile = file('people.json', JSON.stringify(PEOPLE));
  const opening = (publicOrigin: string) => open({ publicOrigin, developmentPeopleFile });
  for (const origin of [
    config.publicOrigin,
    'https://cell.test',
    'https://passport.localhost:8443',
    'http://127.0.0.1:4000',
  ]) {
    await t.resolves(opening(origin), origin);
  }
  for (const origin of [
    'https://passport.northmoor.nhs.uk',
    'https://passport.example.org',
    'https://northmoor-example',
    'https://passport.example.',
    'https://10.0.0.1',
  ]) {
    await t.rejects(
      opening(origin),
      { message: /^DEVELOPMENT_PEOPLE_FILE: .*PUBLIC_ORIGIN/ },
      origin,
    );
    await t.resolves(open({ publicOrigin: origin }), `without the file: ${origin}`);
  }
});

t.test('a fault in the file, or a portal under a system’s id, stops the start', async (t) => {
  const { file, open } = await build(t);
  const opening = (content: unknown) =>
    open({ developmentPeopleFile: file('people.json', JSON.stringify(content)) });
  await t.resolves(opening(PEOPLE));
  await t.rejects(opening(withPerson({ odsCode: undefined })), { message: /odsCode/ });
  await t.rejects(opening(withPortal({ clientId: 'administrator' })), {
    message: /registered client/,
  });
});
