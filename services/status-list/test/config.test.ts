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

t.test('a bucket wants its region, and list files in a directory are another choice', async (t) => {
  const bucket = {
    LIST_BUCKET_URL: 'https://s3.example/northmoor-lists',
    LIST_BUCKET_REGION: 'eu-west-2',
  };
  t.same(readConfig({ ...COMPLETE, ...bucket }).listBucket, {
    url: 'https://s3.example/northmoor-lists',
    region: 'eu-west-2',
    accessKeyFile: undefined,
    acl: undefined,
  });
  t.equal(readConfig(COMPLETE).listBucket, undefined);
  t.throws(
    () => readConfig({ ...COMPLETE, ...bucket, LIST_BUCKET_REGION: '' }),
    /LIST_BUCKET_REGION is missing/,
  );
  t.throws(
    () => readConfig({ ...COMPLETE, ...bucket, LIST_DIRECTORY: '/lists' }),
    /LIST_DIRECTORY and LIST_BUCKET_URL/,
  );
});
