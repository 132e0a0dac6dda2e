import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { PublicJwk } from '../domain/ports.ts';

type Moment = ColumnType<Date, Date, never>;
type ChangingMoment = ColumnType<Date | null, Date | null | undefined, Date>;

export interface Tables {
  clients: {
    client_id: string;
    number: Generated<number>;
    name: string;
    ods_code: string | null;
    scopes: string[];
    created_at: Moment;
    revoked_at: ChangingMoment;
  };
  client_keys: {
    client_id: string;
    kid: string;
    jwk: JSONColumnType<PublicJwk>;
    added_at: Moment;
    valid_until: ChangingMoment;
  };
  oidc_models: {
    model: string;
    id: string;
    payload: JSONColumnType<object>;
    expires_at: ColumnType<Date, Date, Date>;
  };
  signing_keys: {
    kid: string;
    public_jwk: JSONColumnType<PublicJwk>;
    sealed: Buffer;
    signs_from: Moment;
    published_until: ChangingMoment;
  };
}
