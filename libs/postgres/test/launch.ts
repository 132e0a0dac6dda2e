import { startEmbeddedPostgres } from '../embedded-postgres.ts';

// A launcher of its own for the test that kills it: says the server's pid and waits.
const server = await startEmbeddedPostgres({
  dataDir: process.argv[2] ?? '',
  temporary: true,
  settings: { fsync: 'off' },
});
console.log(server.pid);
setInterval(() => {}, 1_000);
