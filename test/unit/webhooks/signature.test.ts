import { signatures, signingKey } from '../../../lambdas/webhooks/signature.ts';

/** The vector of the reference implementations (standard-webhooks, libraries/go/webhook_test.go). */
const VECTOR = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  signed: {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  },
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const key = (secret: string): Buffer => signingKey(secret) ?? Buffer.alloc(0);
const secretOf = (bytes: number): string => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

test('a message is signed as the reference implementations sign it', () => {
  expect(signatures([key(VECTOR.secret)], VECTOR.signed)).toBe(VECTOR.signature);
});

test('two keys give two signatures, the current one first', () => {
  const other = key(secretOf(32));
  const alone = signatures([other], VECTOR.signed);
  expect(signatures([other, key(VECTOR.secret)], VECTOR.signed)).toBe(`${alone} ${VECTOR.signature}`);
});

test.each([24, 32, 64])('a secret may have %i bytes', (bytes) => {
  expect(signingKey(secretOf(bytes))).toEqual(Buffer.alloc(bytes, 7));
});

test('a line break at the end of a secret does not matter', () => {
  expect(signingKey(`${VECTOR.secret}\n`)).toEqual(key(VECTOR.secret));
});

test.each([
  ['', 'no text'],
  ['whsec_', 'no key'],
  [secretOf(23), 'a key of 23 bytes'],
  [secretOf(65), 'a key of 65 bytes'],
  [VECTOR.secret.slice(6), 'no prefix'],
  [VECTOR.secret.replace('whsec_', 'whsk_'), 'an asymmetric key'],
  [`${VECTOR.secret}!`, 'another character'],
  [VECTOR.secret.slice(0, -1), 'half a character'],
  [VECTOR.secret.replace('9', '-'), 'base64url'],
])('%j is not a signing secret: %s', (secret) => {
  expect(signingKey(secret)).toBeUndefined();
});
