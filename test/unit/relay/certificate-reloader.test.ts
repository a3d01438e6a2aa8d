import { ECDSA, type KeyPair, makeCertificate } from '../../../bin/nbwss/certificate.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { createLog } from '../../../relay/log.ts';
import type { CertificateAndKey } from '../../../relay/tls/certificate.ts';
import { createCertificateReloader } from '../../../relay/tls/reloader.ts';
import { ManualClock } from '../../support/clocks.ts';

const HOUR_MS = 3_600_000;
const make = (days: number) =>
  makeCertificate({ commonName: 'relay', algorithm: ECDSA, days, names: ['localhost'] });
let [first, second, old]: KeyPair[] = [];
beforeAll(async () => {
  [first, second, old] = await Promise.all([make(90), make(90), make(10)]);
});

/** A reloader whose source gives what it is told. */
function reloaderOf(...answers: (CertificateAndKey | Error | undefined)[]) {
  const clock = new ManualClock();
  const served: CertificateAndKey[] = [];
  const logged: string[] = [];
  const state = { reads: 0, changed: () => {}, unwatched: false };
  const reloader = createCertificateReloader(
    {
      read: async () => {
        const answer = answers[Math.min(state.reads, answers.length - 1)];
        state.reads += 1;
        if (answer instanceof Error || !answer) throw answer;
        return answer;
      },
      watch: (changed) => {
        state.changed = changed;
        return () => {
          state.unwatched = true;
        };
      },
    },
    {
      serve: (certificate) => served.push(certificate),
      log: createLog((line) => logged.push(JSON.parse(line).code), 'INFO'),
      clock,
    },
  );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const advance = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  return { reloader, served, logged, state, settled, advance };
}

it('reads again every hour, and serves only another certificate', async () => {
  const { reloader, served, logged, state, advance } = reloaderOf(first, first, second);
  await reloader.started;
  expect(served).toEqual([first]);
  await advance(HOUR_MS - 1);
  expect(state.reads).toBe(1);
  await advance(1);
  expect(state.reads).toBe(2);
  expect(served).toEqual([first]);
  await advance(HOUR_MS);
  expect(served).toEqual([first, second]);
  expect(logged).toEqual(['certificate-served', 'certificate-served']);
});

it('keeps the old one when the new one cannot be read, and says so', async () => {
  const { reloader, served, logged, state, advance } = reloaderOf(first, new Error('denied'), second);
  await reloader.started;
  await advance(HOUR_MS);
  expect(served).toEqual([first]);
  expect(reloader.hasCertificate()).toBe(true);
  expect(logged).toEqual(['certificate-served', 'certificate-not-readable']);
  await advance(HOUR_MS);
  expect(state.reads).toBe(3);
  expect(served).toEqual([first, second]);
});

it('has none at first if it cannot be read, and tries again soon', async () => {
  const { reloader, served, advance } = reloaderOf(new Error('not there yet'), first);
  await reloader.started;
  expect(reloader.hasCertificate()).toBe(false);
  await advance(30_000);
  expect(reloader.hasCertificate()).toBe(true);
  expect(served).toEqual([first]);
});

it('reads when the source has changed, and once more for a change during a reading', async () => {
  const { reloader, served, state, settled } = reloaderOf(first, first, second);
  await reloader.started;
  state.changed();
  state.changed();
  state.changed();
  await settled();
  expect(state.reads).toBe(3);
  expect(served).toEqual([first, second]);
});

it('warns at every reading of a certificate that expires soon', async () => {
  const { reloader, logged, advance } = reloaderOf(old);
  await reloader.started;
  await advance(HOUR_MS);
  expect(logged).toEqual(['certificate-expiring', 'certificate-served', 'certificate-expiring']);
});

it('does nothing after it was stopped', async () => {
  const { reloader, state, advance, settled } = reloaderOf(first);
  await reloader.started;
  reloader.stop();
  expect(state.unwatched).toBe(true);
  state.changed();
  await settled();
  await advance(DAY_MS);
  expect(state.reads).toBe(1);
});
