import { encode, type Message } from '../../wire/codec.ts';
import { createMessage } from '../../wire/create-message.ts';
import { LARGE_KB, USUAL_KB } from '../../wire/message-sizes.ts';
import type { Check, CheckResult } from '../check.ts';
import { describeReply, type EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed } from '../errors.ts';
import { image, images, job, jobs, kind, newJobId } from '../notifications.ts';

const needs = ['CON-2', 'NOT-3'];

/** A check whose payloads must all be acknowledged. */
const acknowledges = (
  clause: string,
  payloads: () => Readonly<Record<string, readonly unknown[]>>,
): Check => ({
  clause,
  needs,
  run: async (endpoint) => {
    const cases = Object.entries(payloads());
    for (const [what, payload] of cases) await endpoint.notify(what, payload);
    return `acknowledged: ${cases.map(([what]) => what).join(', ')}`;
  },
});

export const notifyChecks: readonly Check[] = [
  {
    clause: 'NOT-3',
    needs: ['CON-2'],
    run: async (endpoint) => {
      await endpoint.notify('a job', [jobs(job())]);
      await endpoint.notify('an image', [images(image())]);
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
  { clause: 'NOT-5', needs, run: acceptsResendOnNewConnection },
  { clause: 'NOT-8', needs, run: acceptsLargeMessages },
];

/** The last check: it evaluates every acknowledgement of the run. */
export const resendCheck: Check = { clause: 'NOT-4', needs, run: acknowledgesResends };

/** A resend over a new connection, as after a lost acknowledgement. */
async function acceptsResendOnNewConnection(endpoint: EndpointUnderTest): Promise<string> {
  const peer = await endpoint.session();
  const request = createMessage('NOTIFICATION', 'REQUEST', [jobs(job())]);
  await endpoint.send(request);
  await peer.cut();
  await endpoint.requireAcknowledged('sent again over a new connection', await endpoint.send(request));
  return 'a notification whose acknowledgement was lost with the connection is acknowledged over the next one';
}

/** The guide does not say whether a resend keeps its id, timeStamp and content: checks each combination. */
async function acknowledgesResends(endpoint: EndpointUnderTest): Promise<CheckResult> {
  const first = await endpoint.notify('the first time', [jobs(job())]);
  const later = { timeStamp: first.timeStamp + 5 };
  const { id } = createMessage('NOTIFICATION', 'REQUEST', []);
  const merged = [
    jobs(...(first.payload as { data: Record<string, unknown>[] }[]).flatMap(({ data }) => data), job()),
  ];
  const resends: readonly [what: string, request: Message][] = [
    ['the same', first],
    ['the same with a new timeStamp', { ...first, ...later }],
    ['under a new id', { ...first, id }],
    ['under a new id with a new timeStamp', { ...first, id: `${id}-2`, ...later }],
    ['with more notifications', { ...first, payload: merged }],
  ];
  for (const [what, request] of resends)
    await endpoint.requireAcknowledged(`again, ${what}`, await endpoint.send(request));
  const slowest = Math.max(...endpoint.ackTimes);
  const { ackMs } = endpoint.limits;
  if (slowest > ackMs) {
    throw new ClauseFailed(`an acknowledgement took ${slowest} ms; NetBackup waits ${ackMs} ms (PRP-2)`);
  }
  return `sent again: ${resends.map(([what]) => what).join(', ')}; ${endpoint.ackTimes.length} acknowledgements, the slowest after ${slowest} ms`;
}

const KB = 1024;

async function acceptsLargeMessages(endpoint: EndpointUnderTest): Promise<CheckResult> {
  await endpoint.requireAcknowledged(`${USUAL_KB} KB in fragments`, await endpoint.send(batch(USUAL_KB)));
  const limits: string[] = [];
  const beyond: readonly [what: string, request: Message, frameBytes?: number][] = [
    [`${USUAL_KB} KB in one frame`, batch(USUAL_KB), Number.POSITIVE_INFINITY],
    [`${LARGE_KB} KB in fragments`, batch(LARGE_KB)],
  ];
  for (const [what, request, frameBytes] of beyond) {
    const reply = await endpoint.send(request, frameBytes);
    if (reply.kind === 'response') continue;
    limits.push(`${what}: ${describeReply(reply)}`);
    await endpoint.closeSession();
  }
  await endpoint.notify('after large batches', [jobs(job())]);
  if (limits.length > 0) return { limited: `${USUAL_KB} KB in fragments passes; ${limits.join('; ')}` };
  return `${LARGE_KB} KB, and ${USUAL_KB} KB in one frame`;
}

/** A NOTIFICATION REQUEST of at most this size. */
function batch(kilobytes: number): Message {
  const empty = encode(createMessage('NOTIFICATION', 'REQUEST', [jobs()])).length;
  const each = JSON.stringify(job()).length + 1;
  const count = Math.floor((kilobytes * KB - empty) / each);
  return createMessage('NOTIFICATION', 'REQUEST', [jobs(...Array.from({ length: count }, () => job()))]);
}
