import { ECDSA, type KeyPair, makeCertificate } from '../../../bin/nbwss/certificate.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { createLog } from '../../../relay/log.ts';
import type { CertificateAndKey } from '../../../relay/tls/certificate.ts';
import { createCertificateKeeper } from '../../../relay/tls/keeper.ts';
import { ManualClock } from '../../support/clocks.ts';

const HOUR_MS = 3_600_000;
const make = (days: number) =>
  makeCertificate({ commonName: 'relay', algorithm: ECDSA, days, names: ['localhost'] });
let [first, second, old]: KeyPair[] = [];
beforeAll(async () => {
  [first, second, old] = await Promise.all([make(90), make(90), make(10)]);
});

/** A keeper whose source gives what it is told. */
function keep(...answers: (CertificateAndKey | Error | undefined)[]) {
  const clock = new ManualClock();
  const served: CertificateAndKey[] = [];
  const logged: string[] = [];
  const state = { reads: 0, changed: () => {}, unwatched: false };
  const keeper = createCertificateKeeper(
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
  return { keeper, served, logged, state, settled, advance };
}

it('reads again every hour, and serves only another certificate', async () => {
  const { keeper, served, logged, state, advance } = keep(first, first, second);
  await keeper.started;
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
  const { keeper, served, logged, state, advance } = keep(first, new Error('denied'), second);
  await keeper.started;
  await advance(HOUR_MS);
  expect(served).toEqual([first]);
  expect(keeper.hasCertificate()).toBe(true);
  expect(logged).toEqual(['certificate-served', 'certificate-unreadable']);
  await advance(HOUR_MS);
  expect(state.reads).toBe(3);
  expect(served).toEqual([first, second]);
});

it('has none at first if it cannot be read, and tries again soon', async () => {
  const { keeper, served, advance } = keep(new Error('not there yet'), first);
  await keeper.started;
  expect(keeper.hasCertificate()).toBe(false);
  await advance(30_000);
  expect(keeper.hasCertificate()).toBe(true);
  expect(served).toEqual([first]);
});

it('reads when the source has changed, and once more for a change during a reading', async () => {
  const { keeper, served, state, settled } = keep(first, first, second);
  await keeper.started;
  state.changed();
  state.changed();
  state.changed();
  await settled();
  expect(state.reads).toBe(3);
  expect(served).toEqual([first, second]);
});

it('warns at every reading of a certificate that expires soon', async () => {
  const { keeper, logged, advance } = keep(old);
  await keeper.started;
  await advance(HOUR_MS);
  expect(logged).toEqual(['certificate-expires', 'certificate-served', 'certificate-expires']);
});

it('does nothing after it was stopped', async () => {
  const { keeper, state, advance, settled } = keep(first);
  await keeper.started;
  keeper.stop();
  expect(state.unwatched).toBe(true);
  state.changed();
  await settled();
  await advance(DAY_MS);
  expect(state.reads).toBe(1);
});
