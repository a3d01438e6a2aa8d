import type { Clock, Timer } from '../../gateway/clock.ts';
import { errorDetail, type Log } from '../log.ts';
import { type CertificateAndKey, expiryOf } from './certificate.ts';
import type { CertificateSource } from './sources.ts';

/** How often the certificate is read again: a renewed one is served an hour later at most. */
const READ_MS = 3_600_000;
/** The same while there is none. */
const RETRY_MS = 30_000;
const DAY_MS = 86_400_000;
/** ACM and most certificate authorities renew earlier than this before the end. */
const EXPIRES_SOON_MS = 14 * DAY_MS;

/**
 * Reads a certificate at the start, every hour, and when its source says that it has changed. One that cannot be read or
 * used leaves the one before it in place.
 * @param serve is given every certificate that differs from the one before it
 */
export function createCertificateReloader(
  source: CertificateSource,
  { serve, log, clock }: { serve(certificate: CertificateAndKey): void; log: Log; clock: Clock },
) {
  let served: CertificateAndKey | undefined;
  let timer: Timer;
  let reading: Promise<void> | undefined;
  let changedMeanwhile = false;
  let stopped = false;

  async function read(): Promise<void> {
    try {
      const found = await source.read();
      if (!stopped) take(found);
    } catch (error) {
      log.warn('certificate-not-readable', { ...errorDetail(error), served: served !== undefined });
    }
  }

  function take(found: CertificateAndKey): void {
    const expiresAt = expiryOf(found);
    const expires = new Date(expiresAt).toISOString();
    if (expiresAt - clock.now() < EXPIRES_SOON_MS) log.warn('certificate-expiring', { expires });
    // An export from ACM has the same key with every passphrase, but only after it was decrypted, as here.
    if (found.cert === served?.cert && found.key === served.key) return;
    serve(found);
    served = found;
    log.info('certificate-served', { expires });
  }

  /** One reading at a time: what changes during one is read after it. */
  function readAndSchedule(): Promise<void> {
    if (stopped) return Promise.resolve();
    if (reading) {
      changedMeanwhile = true;
      return reading;
    }
    clock.clearTimeout(timer);
    reading = read().then(() => {
      reading = undefined;
      if (stopped) return undefined;
      if (changedMeanwhile) {
        changedMeanwhile = false;
        return readAndSchedule();
      }
      timer = clock.setTimeout(readAndSchedule, served ? READ_MS : RETRY_MS);
      return undefined;
    });
    return reading;
  }

  const unwatch = source.watch?.(() => void readAndSchedule());
  return {
    /** Resolves after the first reading, whether it succeeded or not. */
    started: readAndSchedule(),
    hasCertificate: (): boolean => served !== undefined,
    stop(): void {
      stopped = true;
      clock.clearTimeout(timer);
      unwatch?.();
    },
  };
}
