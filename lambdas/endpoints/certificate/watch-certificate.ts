/** Watches the certificate that NetBackup is shown, and has stored: a new one may have to be approved again (EPT-5). */
import { type Bus, type BusEvent, event } from '../../platform/bus/bus.ts';
import { tryToPublish } from '../../platform/bus/try-to-publish.ts';
import { type Clock, DAY_MS, isoTime } from '../../platform/clock.ts';
import { sha256 } from '../../platform/ids.ts';
import type { Log } from '../../platform/logger.ts';
import type { Reconcile } from '../../problems/reconcile.ts';
import {
  type Certificate,
  type CertificateChange,
  changeOf,
  daysLeft,
  isExpiring,
  isWarningDue,
  type KnownCertificate,
} from './certificate.ts';
import { type CertificateStore, CHECK_PERIOD_MS } from './certificate-store.ts';
import { changedFinding } from './changed-certificate.ts';
import type { ReadCertificate } from './read-certificate.ts';

export interface CertificateWatchContext {
  readonly certificates: Pick<CertificateStore, 'claim' | 'save' | 'forgetChange'>;
  readonly reconcile: Reconcile;
  readonly read: ReadCertificate;
  /** `wss://host[:port]/stage` of this deployment. */
  readonly webSocketUrl: string;
  readonly warningDays: number;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

const viewOf = ({ fingerprint, issuer, validFrom, validTo }: Certificate) => ({
  fingerprint,
  issuer,
  validFrom: isoTime(validFrom),
  validTo: isoTime(validTo),
});

const changedEvent = (
  host: string,
  seen: Certificate,
  { previous, isKeyNew }: CertificateChange,
  now: number,
): BusEvent => {
  const eventId = sha256(
    JSON.stringify(['Certificate Changed', host, previous.fingerprint, seen.fingerprint]),
  );
  const detail = { eventId, host, ...viewOf(seen), previous: viewOf(previous), isKeyNew, at: isoTime(now) };
  return event('Certificate Changed', detail);
};

const expiringEvent = (host: string, seen: Certificate, now: number): BusEvent => {
  const day = Math.floor(now / DAY_MS);
  const eventId = sha256(JSON.stringify(['Certificate Expiring', host, seen.fingerprint, day]));
  return event('Certificate Expiring', { eventId, host, ...viewOf(seen), at: isoTime(now) });
};

/** Logs and publishes what is new. @returns what to store; undefined when the events must be published again */
const report = async (
  context: CertificateWatchContext,
  known: KnownCertificate,
  seen: Certificate,
  now: number,
): Promise<Pick<KnownCertificate, 'warnedAt' | 'changedAt'> | undefined> => {
  const { log, warningDays } = context;
  const { host } = known;
  const change = changeOf(known, seen);
  if (change) {
    const { previous, isKeyNew } = change;
    const { fingerprint } = seen;
    log.warn('certificate-changed', { host, fingerprint, previous: previous.fingerprint, isKeyNew });
    if (!(await tryToPublish(context, [changedEvent(host, seen, change, now)]))) return undefined;
  }
  const changed = change ? { changedAt: now } : {};
  if (!isExpiring(seen, now, warningDays)) return changed;
  log.warn('certificate-expiring', { host, ...viewOf(seen), days: daysLeft(seen, now) });
  if (!isWarningDue(known, seen, now)) return changed;
  const isPublished = await tryToPublish(context, [expiringEvent(host, seen, now)]);
  return isPublished ? { ...changed, warnedAt: now } : changed;
};

/** Once an hour while the change is a problem. Once it is over, its mark is removed last, so that a failure repeats the whole. */
const reconcileChange = async (
  { certificates, reconcile }: CertificateWatchContext,
  known: KnownCertificate,
  now: number,
): Promise<void> => {
  const { host, changedAt } = known;
  if (changedAt === undefined) return;
  const finding = changedFinding(known, changedAt, now);
  await reconcile({ subject: { host }, kinds: ['certificate-changed'] }, finding ? [finding] : []);
  if (!finding) await certificates.forgetChange(host);
};

/**
 * To be called every minute. Reads the certificate once an hour: the execution environment remembers when, and the table
 * lets only one of several do it. Never rejects.
 */
export const certificateWatch = (context: CertificateWatchContext): (() => Promise<void>) => {
  const { certificates, read, webSocketUrl, clock, log } = context;
  const host = new URL(webSocketUrl).hostname;
  let dueAt = Number.NEGATIVE_INFINITY;

  const check = async (now: number): Promise<void> => {
    const claim = await certificates.claim(host, now);
    if ('checkedAt' in claim) {
      dueAt = claim.checkedAt + CHECK_PERIOD_MS;
      return;
    }
    const { known } = claim;
    let seen: Certificate;
    try {
      seen = await read(webSocketUrl);
    } catch (error) {
      log.warn('certificate-not-readable', { host, reason: String((error as Error).message) });
      return;
    }
    const reported = await report(context, known, seen, now);
    if (!reported) return;
    await reconcileChange(context, await certificates.save(host, seen, now, reported), now);
  };

  return async () => {
    const now = clock();
    if (now < dueAt) return;
    dueAt = now + CHECK_PERIOD_MS;
    await check(now).catch((error: unknown) => log.error('certificate-not-watched', error, { host }));
  };
};
