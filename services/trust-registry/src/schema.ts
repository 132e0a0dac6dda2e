/** What the database must have before this service starts: its newest migration. */
export const SCHEMA = { schema: 'trust_registry', migration: '0003-trust' };
