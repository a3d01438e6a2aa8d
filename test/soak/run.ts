/**
 * Many notifications through the shipped deployment while storage and projector fail randomly, and an independent count: what was
 * sent equals what can be queried.
 */
import type { Deployment } from '../support/deployment.ts';
import type { Frame, RawClient } from '../support/raw-client.ts';
import { realisticDay } from '../support/realistic-day.ts';
import { settled } from '../support/reporting.ts';

export interface SoakOptions {
  readonly notifications: number;
  /** Notifications per message. */
  readonly size: number;
  /** The probability that an AWS call of notify and project fails, from 0 to 1. */
  readonly chance: number;
}

/** The result of an independent count; both columns must be equal. */
export interface SoakResult {
  readonly sent: Counted;
  readonly queried: Counted;
  readonly resends: number;
  readonly faults: number;
}
interface Counted {
  readonly notifications: number;
  readonly jobs: number;
  readonly images: number;
  /** Each job's id with its last state, each image's with its last operation. */
  readonly states: Readonly<Record<string, string>>;
}

/** Sends a message until it is acknowledged, as NBWSS does. @returns how often it was sent again */
const deliver = async (client: RawClient, request: Frame): Promise<number> => {
  const text = JSON.stringify(request);
  for (let resends = 0; resends < 50; resends++) {
    client.sendFragmented(text);
    const answer = await client.next();
    if (answer['type'] === 'NOTIFICATION' && answer['id'] === request['id']) return resends;
  }
  throw new Error('Never acknowledged.');
};

const contentsOf = (request: Frame): { object: string; content: Frame }[] =>
  (request['payload'] as { object: string; data: Frame[] }[]).flatMap(({ object, data }) =>
    data.map((content) => ({ object, content })),
  );

/** Counted from the messages, without code of the deployment. */
const countSent = (messages: readonly Frame[]): Counted => {
  const said = messages.flatMap(contentsOf);
  const states: Record<string, string> = {};
  for (const { object, content } of said) {
    const id = object === 'JOB' ? `job ${content['jobId']}` : `image ${content['backupId']}`;
    states[id] = String(object === 'JOB' ? content['state'] : content['operationId']);
  }
  const ids = Object.keys(states);
  return {
    notifications: said.length,
    jobs: ids.filter((id) => id.startsWith('job ')).length,
    images: ids.filter((id) => id.startsWith('image ')).length,
    states,
  };
};

/** Every page of a list. */
const readAll = async (deployment: Deployment, path: string): Promise<Frame[]> => {
  const items: Frame[] = [];
  let cursor: string | undefined;
  do {
    const { json } = await deployment.http('GET', `${path}?limit=1000${cursor ? `&cursor=${cursor}` : ''}`);
    items.push(...json.items);
    cursor = json.more === false ? undefined : json.cursor;
  } while (cursor);
  return items;
};

const countQueried = async (deployment: Deployment, groupId: string): Promise<Counted> => {
  const base = `/v1/groups/${groupId}`;
  const [jobs, images] = [
    await readAll(deployment, `${base}/jobs`),
    await readAll(deployment, `${base}/images`),
  ];
  const events = new Set((await readAll(deployment, `${base}/events`)).map(({ eventId }) => eventId));
  const states = [
    ...jobs.map(({ jobId, state }) => [`job ${jobId}`, state]),
    ...images.map(({ backupId, operationId }) => [`image ${backupId}`, operationId]),
  ];
  return {
    notifications: events.size,
    jobs: jobs.length,
    images: images.length,
    states: Object.fromEntries(states),
  };
};

export const soak = async (deployment: Deployment, options: SoakOptions): Promise<SoakResult> => {
  const { notifications, size, chance } = options;
  const client = await deployment.connect(await deployment.createGroup('soak'));
  const { messages } = realisticDay(notifications, size);
  const { faults } = deployment.cloud;
  const trouble = (['kill', 'lose', 'fail'] as const).flatMap((what) =>
    (['before', 'after'] as const).flatMap((when) =>
      ['Notify', 'Project'].map((name) =>
        faults.add({
          function: name,
          do: what,
          when,
          // A killed environment has a cold start.
          chance: what === 'kill' ? chance / 10 : chance,
          count: Number.POSITIVE_INFINITY,
        }),
      ),
    ),
  );
  let resends = 0;
  for (const message of messages) {
    resends += await deliver(client, message);
    // The batching window of the stream ends: these records are projected while the next messages arrive.
    deployment.clock.advance(1_000);
  }
  await settled(deployment);
  const hits = trouble.reduce((sum, fault) => sum + fault.hits(), 0);
  faults.clear();
  deployment.clock.advance(6_000);
  return {
    sent: countSent(messages),
    queried: await countQueried(deployment, 'soak'),
    resends,
    faults: hits,
  };
};
