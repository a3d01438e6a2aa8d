import { GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES, utf8Bytes } from '../../../lambdas/protocol/limits.ts';

it('I-7 has the limits of API Gateway and NBWSS', () => {
  expect([GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES]).toEqual([131_072, 2_097_152]);
});

it.each([
  ['', 0],
  ['a', 1],
  ['ä', 2],
  ['夜', 3],
  ['😀', 4],
])('I-7 counts %j as %i bytes', (text, bytes) => {
  expect(utf8Bytes(text)).toBe(bytes);
});
