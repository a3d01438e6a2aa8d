import {
  isMessageId,
  messageId,
  publicId,
  sameDigest,
  secret,
  sha256,
} from '../../../lambdas/platform/ids.ts';

const many = <T>(make: () => T) => new Set(Array.from({ length: 200 }, make));

describe('ids', () => {
  it('ENV-2 creates message ids that are UUIDs in upper case', () => {
    for (const id of many(messageId)) {
      expect(id).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
      expect(isMessageId(id)).toBe(true);
    }
  });

  it.each(['', 'x', messageId().toLowerCase(), `${messageId()} `, 'A'.repeat(3000)])(
    'isMessageId rejects %j',
    (text) => {
      expect(isMessageId(text)).toBe(false);
    },
  );

  it('creates different values', () => {
    for (const make of [messageId, publicId, secret]) expect(many(make).size).toBe(200);
  });

  it('creates secrets of 256 bits, and public ids without similar characters', () => {
    expect(Buffer.from(secret(), 'base64url')).toHaveLength(32);
    for (const id of many(publicId)) expect(id).toMatch(/^[2-9a-km-np-z]{16}$/);
  });
});

describe('sameDigest', () => {
  const digest = sha256('secret');
  it('I-6 compares complete digests', () => {
    expect(sameDigest(digest, sha256('secret'))).toBe(true);
    expect(sameDigest(digest, sha256('Secret'))).toBe(false);
    expect(sameDigest(digest, digest.slice(0, 62))).toBe(false);
  });
  it('returns false for texts that are not digests', () => {
    expect(sameDigest('', '')).toBe(false);
    expect(sameDigest('no hex', 'no hex')).toBe(false);
  });
});
