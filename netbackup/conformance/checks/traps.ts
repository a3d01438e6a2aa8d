import { createMessage } from '../../wire/create-message.ts';
import type { Check } from '../check.ts';
import { describeReply, type EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed, NotCheckable } from '../errors.ts';
import { image, images, job, jobs } from '../notifications.ts';
import type { Operator } from '../operator.ts';

const needs = ['CON-2', 'NOT-3'];

/** The guide's examples contain such errors. */
const BAD_JSON = [
  '{"version":"1.0","id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[}',
  '{"version":"1.0","id":"1,"type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}',
  '{"version":"1.0" "id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}',
];

export const trapChecks: readonly Check[] = [
  { clause: 'TRAP-1', needs, run: distinguishesMessages },
  {
    clause: 'TRAP-3',
    needs,
    run: async (endpoint) => {
      const { timeStamp } = createMessage('NOTIFICATION', 'REQUEST', []);
      const parts = [[jobs(job())], [images(image())], [jobs(job())]];
      for (const part of parts)
        await endpoint.notify('another message of the same second', part, { timeStamp });
      return `${parts.length} messages with the same timeStamp are all acknowledged`;
    },
  },
  { clause: 'TRAP-4', needs, run: survivesBadJson },
  {
    clause: 'TRAP-6',
    needs,
    run: async (endpoint) => {
      const job1 = job();
      const payloads: readonly unknown[][] = [
        [],
        [{}],
        ['text', 7, null, []],
        [{ notificationType: 'INFO', object: 'JOB' }],
        [{ ...jobs(job1), data: {} }],
        [{ ...jobs(), data: [null, 1, 'text', []] }],
        [jobs({ ...job1, jobId: 'not a number' })],
        [jobs(job1), { notificationType: 7, object: null, data: 'none' }],
      ];
      for (const payload of payloads) await endpoint.notify(JSON.stringify(payload).slice(0, 80), payload);
      return `${payloads.length} payloads with unknown content are acknowledged`;
    },
  },
  {
    clause: 'TRAP-8',
    needs,
    run: async (endpoint) => {
      const stamps = { 'of 2001': 1_000_000_000, 'of 2099': 4_070_908_800 };
      for (const [when, timeStamp] of Object.entries(stamps)) {
        await endpoint.notify(`a timeStamp ${when}`, [jobs(job())], { timeStamp });
      }
      return `timeStamps ${Object.keys(stamps).join(' and ')} are acknowledged`;
    },
  },
];

async function distinguishesMessages(endpoint: EndpointUnderTest): Promise<string> {
  const [first, second] = [job(), job()];
  const { id } = await endpoint.notify('the first of an id', [jobs(first)]);
  await endpoint.notify('another with the same id', [jobs(second)], { id });
  await endpoint.notify('a third with the same id', [images(image())], { id });
  const operator = operatorOf(endpoint);
  if (!operator) return 'three payloads under one id are all acknowledged';
  for (const { jobId } of [first, second]) {
    if (!(await operator.hasJob(jobId as number, endpoint.limits.answerMs))) {
      throw new ClauseFailed(`job ${jobId} was acknowledged, but is not stored`);
    }
  }
  return 'three payloads under one id are all acknowledged, and both jobs are stored';
}

function operatorOf(endpoint: EndpointUnderTest): Operator | undefined {
  try {
    return endpoint.operator;
  } catch (error) {
    if (error instanceof NotCheckable) return undefined;
    throw error;
  }
}

/** The endpoint may close the connection, but must answer afterwards. */
async function survivesBadJson(endpoint: EndpointUnderTest): Promise<string> {
  for (const text of BAD_JSON) {
    const peer = await endpoint.session();
    peer.sendText(text);
    const request = createMessage('NOTIFICATION', 'REQUEST', [jobs(job())]);
    let reply = await endpoint.send(request, undefined, peer);
    if (reply.kind === 'closed') reply = await endpoint.send(request);
    if (reply.kind === 'response') continue;
    await endpoint.closeSession();
    throw new ClauseFailed(`after ${text}: ${describeReply(reply)} to the next message`);
  }
  await endpoint.closeSession();
  return `${BAD_JSON.length} invalid texts do not stop the endpoint`;
}
