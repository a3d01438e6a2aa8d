import { encode, type Message } from '../../wire/codec.ts';
import { compose } from '../../wire/compose.ts';
import { Breach } from '../breach.ts';
import type { Check, Found } from '../check.ts';
import { image, images, job, jobs, kind, newJobId } from '../notifications.ts';
import { said, type World } from '../world.ts';

const needs = ['CON-2', 'NOT-3'];

/** A check that sends a list of payloads, each of which must be acknowledged. */
const acknowledges = (
  clause: string,
  payloads: () => Readonly<Record<string, readonly unknown[]>>,
): Check => ({
  clause,
  needs,
  run: async (world) => {
    const cases = Object.entries(payloads());
    for (const [what, payload] of cases) await world.notify(what, payload);
    return `acknowledged: ${cases.map(([what]) => what).join(', ')}`;
  },
});

export const notifyChecks: readonly Check[] = [
  {
    clause: 'NOT-3',
    needs: ['CON-2'],
    run: async (world) => {
      await world.notify('a job', [jobs(job())]);
      await world.notify('an image', [images(image())]);
      return 'a job and an image are acknowledged';
    },
  },
  acknowledges('NOT-1', () => ({
    'jobs and images in one batch': [jobs(job(), job()), images(image())],
    'images first': [images(image(), image()), jobs(job())],
    'another object': [kind('POLICY', { policyName: 'p' }), jobs(job())],
    'another notificationType': [{ ...jobs(job()), notificationType: 'WARNING' }],
  })),
  acknowledges('NOT-2', () => {
    const root = newJobId();
    return {
      'an empty policyName': [jobs(job({ jobType: 'RESTORE', policyName: '' }))],
      'a tree': [jobs(job({ jobId: root, parentJobId: root }), job({ parentJobId: root }))],
      'unknown enumeration values': [
        jobs(job({ jobType: 'FUTURE', state: 'PAUSED', policyType: '', scheduleType: 'ST_FUTURE' })),
        images(image({ operationId: 'FUTURE', clientType: '' })),
      ],
      'status 4294967295, time 0': [jobs(job({ status: 4_294_967_295, startTime: 0 }))],
    };
  }),
  acknowledges('NOT-6', () => {
    const done = { state: 'DONE', status: 0 };
    const late = newJobId();
    return {
      'DONE at once': [jobs(job(done))],
      'DONE and failed at once': [jobs(job({ ...done, status: 58 }))],
      'DONE before ACTIVE': [jobs(job({ jobId: late, ...done }), job({ jobId: late }))],
    };
  }),
  acknowledges('NOT-7', () => {
    const shared = image({ operationId: 'UPDATE' });
    return {
      'UPDATE first': [images(image({ operationId: 'UPDATE' }))],
      'UPDATE and NO_LOCAL_COPY_AVAILABLE together': [
        images(shared, { ...shared, operationId: 'NO_LOCAL_COPY_AVAILABLE' }),
      ],
      'DELETE of an unknown image': [images(image({ operationId: 'DELETE' }))],
    };
  }),
  { clause: 'NOT-5', needs, run: deliversAfterwards },
  { clause: 'NOT-8', needs, run: takesBatches },
];

/** Goes last: it looks at every acknowledgement of the run. */
export const resendCheck: Check = { clause: 'NOT-4', needs, run: takesResends };

/** As if the connection had broken before the acknowledgement came: the endpoint cannot tell. */
async function deliversAfterwards(world: World): Promise<string> {
  const peer = await world.session();
  const request = compose('NOTIFICATION', 'REQUEST', [jobs(job())]);
  await world.send(request);
  await peer.cut();
  await world.acknowledged('sent again over a new connection', await world.send(request));
  return 'a notification whose acknowledgement was lost with the connection is acknowledged over the next one';
}

/** Whether a resend keeps id, stamp and composition is not said: each combination. */
async function takesResends(world: World): Promise<Found> {
  const first = await world.notify('the first time', [jobs(job())]);
  const later = { timeStamp: first.timeStamp + 5 };
  const { id } = compose('NOTIFICATION', 'REQUEST', []);
  const merged = [
    jobs(...(first.payload as { data: Record<string, unknown>[] }[]).flatMap(({ data }) => data), job()),
  ];
  const resends: readonly [what: string, request: Message][] = [
    ['the same', first],
    ['the same, stamped anew', { ...first, ...later }],
    ['under a new id', { ...first, id }],
    ['under a new id, stamped anew', { ...first, id: `${id}-2`, ...later }],
    ['with more in it', { ...first, payload: merged }],
  ];
  for (const [what, request] of resends)
    await world.acknowledged(`again, ${what}`, await world.send(request));
  const slowest = Math.max(...world.ackTimes);
  const { ackMs } = world.limits;
  if (slowest > ackMs) {
    throw new Breach(`an acknowledgement took ${slowest} ms; NetBackup waits ${ackMs} ms (PRP-2)`);
  }
  return `sent again: ${resends.map(([what]) => what).join(', ')}; ${world.ackTimes.length} acknowledgements, the slowest after ${slowest} ms`;
}

const KB = 1024;
/** What must pass, and what an outage can come to. */
const USUAL_KB = 100;
const LARGE_KB = 1024;

async function takesBatches(world: World): Promise<Found> {
  await world.acknowledged(`${USUAL_KB} KB in fragments`, await world.send(batch(USUAL_KB)));
  const limits: string[] = [];
  const beyond: readonly [what: string, request: Message, frameBytes?: number][] = [
    [`${USUAL_KB} KB in one frame`, batch(USUAL_KB), Number.POSITIVE_INFINITY],
    [`${LARGE_KB} KB in fragments`, batch(LARGE_KB)],
  ];
  for (const [what, request, frameBytes] of beyond) {
    const reply = await world.send(request, frameBytes);
    if (reply.kind === 'answer') continue;
    limits.push(`${what}: ${said(reply)}`);
    await world.drop();
  }
  await world.notify('after large batches', [jobs(job())]);
  if (limits.length > 0) return { limited: `${USUAL_KB} KB in fragments passes; ${limits.join('; ')}` };
  return `${LARGE_KB} KB, and ${USUAL_KB} KB in one frame`;
}

/** A batch of jobs that is as large as that, encoded; not larger. */
function batch(kilobytes: number): Message {
  const empty = encode(compose('NOTIFICATION', 'REQUEST', [jobs()])).length;
  const each = JSON.stringify(job()).length + 1;
  const count = Math.floor((kilobytes * KB - empty) / each);
  return compose('NOTIFICATION', 'REQUEST', [jobs(...Array.from({ length: count }, () => job()))]);
}
