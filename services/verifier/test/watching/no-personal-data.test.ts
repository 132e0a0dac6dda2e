import { Writable } from 'node:stream';
import t from 'tap';
import { findCredentialType } from '#catalogue/catalogue';
import { TYPE } from '../trust.ts';
import { issue, revoke } from '../world.ts';
import { createWorker, idOf, startReceiver, watched } from './helper.ts';

const CANARY = 'canary-of-a-claim';

t.test(
  'No claim, name or holder is in an event, a table, a log or what webhooks get',
  async (t) => {
    const logged: string[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        logged.push(String(chunk));
        done();
      },
    });
    const verifier = await watched(t, { logger: { level: 'trace', stream } });
    const { admin, world } = verifier;
    const receiver = await startReceiver(t);
    const worker = createWorker(t, verifier, receiver);
    const webhook = await verifier.createWebhook();
    const claims = { ...findCredentialType(TYPE)?.example, learningMethod: CANARY };
    const credentialSubject = { id: world.holder.did, ...claims };
    const credential = await issue(world, { change: { credentialSubject } });
    t.match(await verifier.rely([credential]), { overall: 'pass' });
    revoke(world, 7);
    verifier.later();
    await verifier.watch();
    await worker.run();
    t.match(await verifier.deliveries(webhook), [{ state: 'delivered' }], 'all of it happened');

    const { rows: tables } = await admin.query(
      `select tablename as name from pg_tables where schemaname = 'verifier'`,
    );
    const rows: unknown[] = [];
    for (const { name } of tables) {
      rows.push(...(await admin.query(`select t::text as text from verifier.${name} t`)).rows);
    }
    const places = {
      tables: JSON.stringify(rows),
      logs: logged.join(''),
      events: JSON.stringify(await verifier.events()),
      deliveries: receiver.received.map((one) => JSON.stringify(one.headers) + one.body).join(''),
    };
    for (const place of ['tables', 'events', 'deliveries'] as const) {
      t.ok(places[place].includes(idOf(credential)), `${place} hold the id`);
    }
    t.ok(places.logs.includes('"event":"request"'));
    for (const secret of [world.holder.did, 'Ashmere', CANARY, '1 - Assessed']) {
      for (const [place, text] of Object.entries(places)) {
        t.notOk(text.includes(secret), `${place} do not hold ${secret}`);
      }
    }
  },
);
