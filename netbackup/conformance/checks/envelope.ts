import { encode, type Message } from '../../wire/codec.ts';
import { connectRequest, createMessage, isTokenAccepted } from '../../wire/create-message.ts';
import type { Check } from '../check.ts';
import { describeReply, type EndpointUnderTest } from '../endpoint-under-test.ts';
import { ClauseFailed } from '../errors.ts';
import { image, images, job, jobs } from '../notifications.ts';

const IDS = [
  'A1B6A1F0-3D5E-4A6E-8A19-7C0F5D1E2B3A',
  'a1b6a1f0-3d5e-4a6e-8a19-7c0f5d1e2b3a',
  '7',
  '"quoted" \\ and/or ünïcödé 日本',
  'x'.repeat(200),
];

/** Texts that NetBackup never sends: every response to them must be decodable. */
const INVALID_TEXTS = [
  '[]',
  '{}',
  '"text"',
  '{"type":"COMMAND"}',
  '{"type":"UNKNOWN","subType":"REQUEST","id":"1","version":"1.0","timeStamp":1,"payload":{}}',
  '{"message":"hello"}',
];

export const envelopeChecks: readonly Check[] = [
  {
    clause: 'ENV-4',
    needs: ['CON-2', 'NOT-3'],
    // Whether ids are returned unchanged is checked on all messages of the run.
    run: async (endpoint) => {
      for (const id of IDS) await endpoint.notify(`the id ${JSON.stringify(id)}`, [jobs(job())], { id });
      await (await endpoint.session()).waitForClose(endpoint.limits.silenceMs);
      return `${IDS.length} kinds of id, upper and lower case, quotes, Unicode, 200 characters`;
    },
  },
  {
    clause: 'ENV-5',
    needs: ['CON-2'],
    run: async (endpoint) => {
      for (const text of INVALID_TEXTS) {
        const peer = await endpoint.session();
        peer.sendText(text);
        // The endpoint may close the connection: the next text then needs a new one.
        await peer.waitForClose(endpoint.limits.silenceMs / INVALID_TEXTS.length);
      }
      // Responses to the texts arrive before the response to this message, or soon after.
      await endpoint.send(createMessage('NOTIFICATION', 'REQUEST', [jobs(job())]));
      await (await endpoint.session()).waitForClose(endpoint.limits.silenceMs);
      await endpoint.closeSession();
      return `${INVALID_TEXTS.length} invalid messages, and every response can be decoded`;
    },
  },
  { clause: 'ENV-6', needs: ['CON-2', 'NOT-3'], run: toleratesFields },
];

async function toleratesFields(endpoint: EndpointUnderTest): Promise<string> {
  await endpoint.closeSession();
  const peer = await endpoint.open();
  const connect = connectRequest('', { payload: { trace: { on: true }, token: endpoint.details.token } });
  const reply = await peer.request(connect, endpoint.limits.answerMs, { text: reordered(connect) });
  const isAccepted = reply.kind === 'response' && isTokenAccepted(reply.message);
  if (!isAccepted) {
    await peer.close();
    throw new ClauseFailed(
      `CONNECT with unknown fields, in another order: ${refusal(reply.kind, describeReply(reply))}`,
    );
  }
  const payload = [{ ...jobs(job({ severity: 3 })), batch: 1 }, images(image({ copies: [1, 2] }))];
  const request = createMessage('NOTIFICATION', 'REQUEST', payload);
  const acknowledged = await peer.request(request, endpoint.limits.answerMs, { text: reordered(request) });
  await peer.close();
  if (acknowledged.kind !== 'response') {
    throw new ClauseFailed(
      `NOTIFICATION with unknown fields, in another order: ${describeReply(acknowledged)}`,
    );
  }
  return 'CONNECT and NOTIFICATION with unknown fields, in another order';
}

const refusal = (kind: string, otherwise: string): string => (kind === 'response' ? 'refused' : otherwise);

/** The message with reversed fields and an unknown one. */
function reordered(message: Message): string {
  const fields = Object.entries(JSON.parse(encode(message)) as Record<string, unknown>);
  return JSON.stringify({ later: ['x'], ...Object.fromEntries(fields.reverse()) });
}
