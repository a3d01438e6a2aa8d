import { compose } from '../../wire/compose.ts';
import { Breach, NotCheckable } from '../breach.ts';
import type { Check } from '../check.ts';
import { image, images, job, jobs } from '../notifications.ts';
import type { Operator } from '../operator.ts';
import { said, type World } from '../world.ts';

const needs = ['CON-2', 'NOT-3'];

/** Printed examples hold JSON like this. */
const BAD_JSON = [
  '{"version":"1.0","id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[}',
  '{"version":"1.0","id":"1,"type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}',
  '{"version":"1.0" "id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[]}',
];

export const trapChecks: readonly Check[] = [
  { clause: 'TRAP-1', needs, run: tellsMessagesApart },
  {
    clause: 'TRAP-3',
    needs,
    run: async (world) => {
      const { timeStamp } = compose('NOTIFICATION', 'REQUEST', []);
      const parts = [[jobs(job())], [images(image())], [jobs(job())]];
      for (const part of parts) await world.notify('another of the same second', part, { timeStamp });
      return `${parts.length} messages stamped alike are acknowledged each`;
    },
  },
  { clause: 'TRAP-4', needs, run: survivesBadJson },
  {
    clause: 'TRAP-6',
    needs,
    run: async (world) => {
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
      for (const payload of payloads) await world.notify(JSON.stringify(payload).slice(0, 80), payload);
      return `${payloads.length} payloads that mean nothing are acknowledged`;
    },
  },
  {
    clause: 'TRAP-8',
    needs,
    run: async (world) => {
      const stamps = { 'of 2001': 1_000_000_000, 'of 2099': 4_070_908_800 };
      for (const [when, timeStamp] of Object.entries(stamps)) {
        await world.notify(`a stamp ${when}`, [jobs(job())], { timeStamp });
      }
      return `stamps ${Object.keys(stamps).join(' and ')} are acknowledged`;
    },
  },
];

async function tellsMessagesApart(world: World): Promise<string> {
  const [first, second] = [job(), job()];
  const { id } = await world.notify('the first of an id', [jobs(first)]);
  await world.notify('another with the same id', [jobs(second)], { id });
  await world.notify('a third with the same id', [images(image())], { id });
  const operator = operatorOf(world);
  if (!operator) return 'three payloads under one id are acknowledged each';
  for (const { jobId } of [first, second]) {
    if (!(await operator.knowsJob(jobId as number, world.limits.answerMs))) {
      throw new Breach(`job ${jobId} was acknowledged, and is not there`);
    }
  }
  return 'three payloads under one id are acknowledged each, and both jobs are there';
}

function operatorOf(world: World): Operator | undefined {
  try {
    return world.operator;
  } catch (error) {
    if (error instanceof NotCheckable) return undefined;
    throw error;
  }
}

/** The endpoint may close on it; it may not fall silent. */
async function survivesBadJson(world: World): Promise<string> {
  for (const text of BAD_JSON) {
    const peer = await world.session();
    peer.sendText(text);
    const request = compose('NOTIFICATION', 'REQUEST', [jobs(job())]);
    let reply = await world.send(request, undefined, peer);
    if (reply.kind === 'closed') reply = await world.send(request);
    if (reply.kind === 'answer') continue;
    await world.drop();
    throw new Breach(`after ${text}: ${said(reply)} to what came next`);
  }
  await world.drop();
  return `${BAD_JSON.length} broken texts do not keep it from going on`;
}
