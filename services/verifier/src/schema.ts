/** What the database must have before this service starts: its newest migration. */
export const SCHEMA = { schema: 'verifier', migration: '0006-events-of-a-credential' };
