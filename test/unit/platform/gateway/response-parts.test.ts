/** What the relay may deliver in parts, and what is refused before anything is stored. */
import { readGatewayEvent } from '../../../../lambdas/platform/gateway/events.ts';
import { messageEvent } from '../../../support/fakes.ts';

const MB = 1024 * 1024;
const GOOD = { digest: 'a'.repeat(64), index: 0, count: 16, bytes: 64 * MB };
const read = (part: object, bytes = 1_000) => {
  const event = messageEvent('COMMAND', Buffer.alloc(bytes, 'x').toString('base64'));
  return readGatewayEvent({
    ...event,
    requestContext: { ...event.requestContext, part },
    isBase64Encoded: true,
  });
};

it('a part of the largest message is read', () => {
  const { part, text } = read(GOOD, 4 * MB);
  expect(part).toMatchObject(GOOD);
  expect(part?.content).toHaveLength(4 * MB);
  expect(text).toBe('');
});

it.each<[string, object, number]>([
  ['a message above 64 MB', { ...GOOD, bytes: 64 * MB + 1 }, 1_000],
  ['more than 16 parts', { ...GOOD, count: 17 }, 1_000],
  ['no parts', { ...GOOD, count: 0 }, 1_000],
  ['an index beyond the parts', { ...GOOD, index: 16 }, 1_000],
  ['an index before them', { ...GOOD, index: -1 }, 1_000],
  ['an index between two', { ...GOOD, index: 0.5 }, 1_000],
  ['a digest that is no hex', { ...GOOD, digest: 'A'.repeat(64) }, 1_000],
  [
    'a digest that would lead elsewhere in the bucket',
    { ...GOOD, digest: '../'.repeat(22).slice(0, 64) },
    1_000,
  ],
  ['a part above 4 MB', GOOD, 4 * MB + 1],
  ['an empty part', GOOD, 0],
  ['a part that is larger than the message', { ...GOOD, bytes: 999 }, 1_000],
])('%s is refused', (_, part, bytes) => {
  expect(() => read(part, bytes)).toThrow();
});

it('an event of API Gateway has no part', () => {
  expect(readGatewayEvent(messageEvent('COMMAND', 'e30='))).toMatchObject({ text: 'e30=' });
  expect(readGatewayEvent(messageEvent('COMMAND', 'e30='))).not.toHaveProperty('part');
});
