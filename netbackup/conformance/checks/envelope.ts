import { encode, type Message } from '../../wire/codec.ts';
import { compose, connectRequest, isValid } from '../../wire/compose.ts';
import { Breach } from '../breach.ts';
import type { Check } from '../check.ts';
import { image, images, job, jobs } from '../notifications.ts';
import { said, type World } from '../world.ts';

const IDS = [
  'A1B6A1F0-3D5E-4A6E-8A19-7C0F5D1E2B3A',
  'a1b6a1f0-3d5e-4a6e-8a19-7c0f5d1e2b3a',
  '7',
  '"quoted" \\ and/or ünïcödé 日本',
  'x'.repeat(200),
];

/** What no NetBackup sends: none of it may bring anything back that NetBackup could not decode. */
const ODD_TEXTS = [
  '[]',
  '{}',
  '"text"',
  '{"type":"COMMAND"}',
  '{"type":"NOTIFICATION","subType":"REQUEST"}',
  '{"type":"UNKNOWN","subType":"REQUEST","id":"1","version":"1.0","timeStamp":1,"payload":{}}',
  '{"message":"hello"}',
];

export const envelopeChecks: readonly Check[] = [
  {
    clause: 'ENV-4',
    needs: ['CON-2', 'NOT-3'],
    // That the ids come back unchanged is seen on every message of the run.
    run: async (world) => {
      for (const id of IDS) await world.notify(`the id ${JSON.stringify(id)}`, [jobs(job())], { id });
      await (await world.session()).ended(world.limits.silenceMs);
      return `${IDS.length} kinds of id, upper and lower case, quotes, Unicode, 200 characters`;
    },
  },
  {
    clause: 'ENV-5',
    needs: ['CON-2'],
    run: async (world) => {
      for (const text of ODD_TEXTS) {
        const peer = await world.session();
        peer.sendText(text);
        // Time to close, if that is how it takes it: the next one needs a connection.
        await peer.ended(world.limits.silenceMs / ODD_TEXTS.length);
      }
      // What it has to say about them comes before the answer to this, or soon after.
      await world.send(compose('NOTIFICATION', 'REQUEST', [jobs(job())]));
      await (await world.session()).ended(world.limits.silenceMs);
      await world.drop();
      return `${ODD_TEXTS.length} odd messages brought nothing foreign back`;
    },
  },
  { clause: 'ENV-6', needs: ['CON-2', 'NOT-3'], run: toleratesFields },
];

async function toleratesFields(world: World): Promise<string> {
  await world.drop();
  const peer = await world.dial();
  const connect = connectRequest('', { payload: { trace: { on: true }, token: world.details.token } });
  const reply = await peer.ask(connect, world.limits.answerMs, { text: shuffled(connect) });
  const isAccepted = reply.kind === 'answer' && isValid(reply.message);
  if (!isAccepted) {
    await peer.close();
    throw new Breach(`CONNECT with unknown fields, in another order: ${refusal(reply.kind, said(reply))}`);
  }
  const payload = [{ ...jobs(job({ severity: 3 })), batch: 1 }, images(image({ copies: [1, 2] }))];
  const request = compose('NOTIFICATION', 'REQUEST', payload);
  const acknowledged = await peer.ask(request, world.limits.answerMs, { text: shuffled(request) });
  await peer.close();
  if (acknowledged.kind !== 'answer') {
    throw new Breach(`NOTIFICATION with unknown fields, in another order: ${said(acknowledged)}`);
  }
  return 'CONNECT and NOTIFICATION with unknown fields, in another order';
}

const refusal = (kind: string, otherwise: string): string => (kind === 'answer' ? 'refused' : otherwise);

/** The message with its fields the other way round, and one that nobody knows. */
function shuffled(message: Message): string {
  const fields = Object.entries(JSON.parse(encode(message)) as Record<string, unknown>);
  return JSON.stringify({ later: ['x'], ...Object.fromEntries(fields.reverse()) });
}
