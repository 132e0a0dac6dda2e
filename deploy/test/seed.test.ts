import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Answer, HrClient } from '../local/hr-client.ts';
import { createLayout } from '../local/layout.ts';
import { registerClient } from '../local/seed.ts';

interface Registered {
  clientId: string;
  scopes: readonly string[];
  revokedAt: string | null;
}

function answer(status: number, body: object): Answer {
  return { status, body: body as Answer['body'], text: JSON.stringify(body) };
}

/** An authorization server's clients, as its API tells of them. */
function createAdministrator(clients: Map<string, Registered>): HrClient {
  return {
    token: async () => 'a token',
    async get(_service, path) {
      const found = clients.get(path.slice('/v1/clients/'.length));
      return found === undefined ? answer(404, {}) : answer(200, found);
    },
    async post(_service, _path, body) {
      const { scopes } = body as { scopes: string[] };
      const made = { clientId: `client-${clients.size + 1}`, scopes, revokedAt: null };
      clients.set(made.clientId, made);
      return answer(201, made);
    },
  };
}

t.test('a start on data of an earlier one keeps a client only while it serves', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'staff-passport-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const layout = createLayout(folder, 16_000);
  const clients = new Map<string, Registered>();
  const administrator = createAdministrator(clients);
  const start = async (...scopes: string[]) =>
    (await registerClient(administrator, layout, { name: 'hr', odsCode: 'ZZA01', scopes }))
      .clientId;

  const first = await start('credentials:read');
  t.equal(await start('credentials:read'), first, 'it is there');
  const second = await start('credentials:read', 'events:read');
  t.not(second, first, 'it needs another right by now');
  t.equal(await start('events:read', 'credentials:read'), second, 'in whatever order');
  clients.set(second, {
    ...(clients.get(second) as Registered),
    revokedAt: '2026-11-22T10:00:00Z',
  });
  const third = await start('credentials:read', 'events:read');
  t.not(third, second, 'it was revoked');
  clients.clear();
  t.not(await start('credentials:read', 'events:read'), third, 'the database has lost it');
});
