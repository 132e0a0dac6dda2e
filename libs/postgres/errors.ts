// SQLSTATE classes and codes that mean "not now" and never "not so" (PostgreSQL, appendix A)
const UNAVAILABLE_CLASSES = new Set([
  '08', // connection
  '28', // login refused: its password is being changed
  '40', // deadlock, serialization
  '53', // connections, disk, memory used up
  '58', // the server's own input and output
]);
const UNAVAILABLE_CODES = new Set([
  '25006', // a demoted primary takes no writes
  '25P03', // idle in transaction for too long
  '3D000', // the database is being made or restored
  '55P03', // lock not available in time
  '57014', // statement timeout
  '57P01', // shutdown by the administrator
  '57P02', // crash of another backend
  '57P03', // starting up
  '57P05', // idle session timeout
]);
const CONNECTION_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EMFILE',
]);
// the driver's own errors carry no code
const DRIVER_MESSAGES =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|Postgres connection has been discarded|read E|write E)/;

/** Whether the database was lost, full or late: the same request may pass later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isUnavailable);
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && DRIVER_MESSAGES.test(error.message);
  if (CONNECTION_CODES.has(code) || UNAVAILABLE_CODES.has(code)) return true;
  return /^[0-9A-Z]{5}$/.test(code) && UNAVAILABLE_CLASSES.has(code.slice(0, 2));
}

/** Whether a unique constraint (or index), the named one if given, refused a row. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  if (codeOf(error) !== '23505') return false;
  return constraint === undefined || (error as { constraint?: string }).constraint === constraint;
}

/** Whether another transaction kept for too long what this one wanted: a lock timeout or a deadlock. */
export function isLockedOut(error: unknown): boolean {
  const code = codeOf(error);
  return code === '55P03' || code === '40P01';
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
