import t from 'tap';
import { readConfig } from '../src/config.ts';

const ENVIRONMENT = {
  PORT: '4003',
  MANAGEMENT_PORT: '4103',
  PUBLIC_ORIGIN: 'https://passport.northmoor.example',
  AUTHORIZATION_URL: 'http://127.0.0.1:4005',
  DATABASE_URL: 'postgres://trust_registry_login@127.0.0.1/passport',
  AUDIT_KEY_FILE: 'audit.jwk',
  AUDIT_CHECKPOINT_FILE: 'audit.jsonl',
  CELL_ODS_CODE: 'QZN',
  GENESIS_FILE: 'genesis.jwt',
  ANCHOR_THUMBPRINT: 'A'.repeat(43),
  REGISTRY_KEY_FILE: 'registry.jwk',
};

t.test('a whole environment is read', async (t) => {
  t.match(readConfig(ENVIRONMENT), {
    port: 4003,
    host: '127.0.0.1',
    cellOdsCode: 'QZN',
    snapshotValidMs: 3_600_000,
  });
});

t.test('everything that is missing is named in one message', async (t) => {
  t.throws(() => readConfig({ ...ENVIRONMENT, CELL_ODS_CODE: '', DATABASE_URL: '' }), {
    message: /DATABASE_URL is missing\n- CELL_ODS_CODE is missing/,
  });
});

t.test('no trust is configured by default', async (t) => {
  const { GENESIS_FILE: _, ANCHOR_THUMBPRINT: __, REGISTRY_KEY_FILE: ___, ...rest } = ENVIRONMENT;
  t.throws(() => readConfig(rest), {
    message:
      /GENESIS_FILE is missing\n- ANCHOR_THUMBPRINT is missing\n- REGISTRY_KEY_FILE is missing/,
  });
});
