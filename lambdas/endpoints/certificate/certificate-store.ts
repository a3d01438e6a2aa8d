import { randomUUID } from 'node:crypto';
import { HOUR_MS, MINUTE_MS } from '../../platform/clock.ts';
import { mayClaim } from '../../platform/dynamodb/claim.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Certificate, KnownCertificate } from './certificate.ts';

/** Less than an hour, so that every hour has a check although runs of the sweep are a little early or late. */
export const CHECK_PERIOD_MS = HOUR_MS - 2 * MINUTE_MS;

/** Of one host. No endpoint has such an id, and without a group the item is in no index. */
const keyOf = (host: string) => ({ endpointId: `certificate of ${host}` });

/** One item in the Endpoints table for each host that the deployment has had: what endpoint details say about it. */
export class CertificateStore {
  readonly #table: Table<KnownCertificate>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  get(host: string): Promise<KnownCertificate | undefined> {
    return this.#table.get(keyOf(host), { consistent: false });
  }

  /** Takes over a check that is due. @returns what is known so far; of a check that is not due yet, the time of the last one */
  async claim(
    host: string,
    now: number,
  ): Promise<{ readonly known: KnownCertificate } | { readonly checkedAt: number }> {
    const claim = randomUUID();
    const claimed = await this.#table.update(
      keyOf(host),
      { set: { host, checkedAt: now, claim } },
      mayClaim(claim, now - CHECK_PERIOD_MS, 'checkedAt'),
    );
    return claimed.ok ? { known: claimed.item } : { checkedAt: claimed.existing?.checkedAt ?? now };
  }

  /** @param others unchanged if not given */
  async save(
    host: string,
    certificate: Certificate,
    readAt: number,
    others: Pick<KnownCertificate, 'warnedAt' | 'changedAt'> = {},
  ): Promise<KnownCertificate> {
    const set = omitUndefined({ certificate, readAt, ...others });
    const written = await this.#table.update(keyOf(host), { set });
    return written.ok ? written.item : { host, checkedAt: readAt, ...set };
  }

  /** The change is no problem any more. */
  async forgetChange(host: string): Promise<void> {
    await this.#table.update(keyOf(host), { remove: ['changedAt'] });
  }
}
