import t from 'tap';
import { readConfig } from '../src/config.ts';

const COMPLETE = {
  PORT: '4004',
  MANAGEMENT_PORT: '4104',
  PUBLIC_ORIGIN: 'https://passport.northmoor.example',
  DATABASE_URL: 'postgres://status_list_login@127.0.0.1/passport',
  AUTHORIZATION_URL: 'http://127.0.0.1:4005',
  ISSUER_URL: 'http://127.0.0.1:4001',
  CLIENT_ID: 'status-list',
  CLIENT_KEY_FILE: '/keys/client.jwk',
  KEY_ENCRYPTION_KEY_FILE: '/keys/kek',
  AUDIT_KEY_FILE: '/keys/audit.jwk',
  AUDIT_CHECKPOINT_FILE: '/audit/status-list.jsonl',
};

t.test('times have the defaults of the design', async (t) => {
  t.match(readConfig(COMPLETE), {
    publishTickMs: 10_000,
    listTtlMs: 15_000,
    listResignMs: 300_000,
  });
});

t.test('every variable without a default is missed, all in one message', async (t) => {
  const fault = t.throws(() => readConfig({})) as Error;
  for (const name of Object.keys(COMPLETE)) t.match(fault.message, `${name} is missing`);
});
