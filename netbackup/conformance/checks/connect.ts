import { compose, connectRequest, isValid } from '../../wire/compose.ts';
import { Breach } from '../breach.ts';
import type { Check } from '../check.ts';
import { job, jobs } from '../notifications.ts';
import { said, type World } from '../world.ts';

/** Whether a connection comes about, and only for who may. */
export const openingChecks: readonly Check[] = [
  {
    clause: 'CON-1',
    run: async (world) => {
      const peer = await world.dial();
      await peer.ended(world.limits.silenceMs);
      if (peer.end) throw new Breach(`closed with ${peer.end.code} before CONNECT REQUEST`);
      await peer.close();
      return 'the upgrade needs no credentials, and nothing comes before CONNECT REQUEST';
    },
  },
  {
    clause: 'CON-2',
    needs: ['CON-1'],
    run: async (world) => {
      const peer = await world.connect();
      await peer.ended(world.limits.silenceMs);
      // NetBackup's own doing, on a packet that it does not take.
      if (peer.end && !peer.isOverrun) throw new Breach(`valid: true, and then closed with ${peer.end.code}`);
      await peer.close();
      return 'the token is accepted';
    },
  },
  { clause: 'CON-3', needs: ['CON-1'], run: refusesOthers },
  {
    clause: 'CON-7',
    needs: ['CON-2'],
    run: async (world) => {
      const peer = await world.session();
      const times: number[] = [];
      for (let count = 0; count < 3; count++) {
        const ms = await peer.ping(world.limits.answerMs);
        if (ms === undefined) throw new Breach('a ping was not answered');
        times.push(ms);
      }
      return `three pings, answered within ${Math.max(...times)} ms`;
    },
  },
];

/** What a second connection does to the first. */
export const reconnectingChecks: readonly Check[] = [
  { clause: 'CON-4', needs: ['CON-2', 'NOT-3'], run: keepsOne },
  { clause: 'CON-6', needs: ['CON-2'], run: reconnects },
];

async function refusesOthers(world: World): Promise<string> {
  const { token } = world.details;
  const last = token.at(-1) === 'A' ? 'B' : 'A';
  const payloads: readonly [what: string, payload: unknown][] = [
    ['a made-up token', { token: 'nbwss-conformance' }],
    ['the token with another last character', { token: token.slice(0, -1) + last }],
    ['an empty token', { token: '' }],
    ['no token', {}],
    ['a number for a token', { token: 1 }],
  ];
  for (const [what, payload] of payloads) {
    const peer = await world.dial();
    const reply = await peer.ask(connectRequest('', { payload }), world.limits.answerMs);
    if (reply.kind !== 'answer') throw new Breach(`${what}: ${said(reply)}, where valid: false was due`);
    if (isValid(reply.message)) throw new Breach(`${what} was accepted`);
    // What may come after a refusal is judged with everything that came.
    await peer.ended(world.limits.silenceMs / payloads.length);
    await peer.close();
  }
  return payloads.map(([what]) => what).join(', ');
}

/** A newer connection takes the place of the older one, or is refused; both must not stand. */
async function keepsOne(world: World): Promise<string> {
  await world.drop();
  const older = await world.connect();
  const newer = await world.dial();
  const reply = await newer.ask(connectRequest(world.details.token), world.limits.answerMs);
  const isTaken = reply.kind === 'answer' && isValid(reply.message);
  if (!isTaken) {
    await Promise.all([older.close(), newer.close()]);
    return 'a second connection is refused while the first stands';
  }
  const end = await older.ended(world.limits.answerMs);
  if (!end) {
    await Promise.all([older.close(), newer.close()]);
    throw new Breach('two connections of one group stand at the same time');
  }
  const request = compose('NOTIFICATION', 'REQUEST', [jobs(job())]);
  await world.acknowledged('on the newer connection', await world.send(request, undefined, newer));
  await newer.close();
  return `the older connection is closed with ${end.code}, the newer one goes on`;
}

/** CON-6: after a close, after a cut, and while the old connection still looks alive to the endpoint. */
async function reconnects(world: World): Promise<string> {
  await world.drop();
  const leave: readonly [how: string, leave: (peer: Awaited<ReturnType<World['connect']>>) => unknown][] = [
    ['after a close', (peer) => peer.close()],
    ['after the network broke', (peer) => peer.cut()],
    ['while the old connection is half-open', (peer) => peer.mute()],
  ];
  for (const [how, go] of leave) {
    const first = await world.connect();
    await go(first);
    try {
      const second = await world.connect();
      await second.close();
    } catch (error) {
      throw error instanceof Breach ? new Breach(`${how}: ${error.message}`) : error;
    } finally {
      await first.cut();
    }
  }
  return leave.map(([how]) => how).join(', ');
}
