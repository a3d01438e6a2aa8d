import { createPrivateKey } from 'node:crypto';
import { ECDSA, type KeyPair, makeCertificate } from '../../../bin/nbwss/certificate.ts';
import { DAY_MS } from '../../../lambdas/platform/clock.ts';
import { certificateFrom, certificateFromText, expiryOf } from '../../../relay/tls/certificate.ts';

const make = (commonName: string) =>
  makeCertificate({ commonName, algorithm: ECDSA, days: 30, names: ['relay.example.com'] });
let own: KeyPair;
let other: KeyPair;
beforeAll(async () => {
  own = await make('own');
  other = await make('other');
});

it('reads a chain and a key from one PEM text, in any order', () => {
  const chain = `${own.cert}\n${other.cert}`;
  const read = certificateFromText(`subject: a comment\n${own.key}\n${chain}`);
  expect(read).toEqual(certificateFromText(`${chain}${own.key}`));
  expect(read.cert.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(read.key).toBe(own.key);
});

it('reads JSON', () => {
  const text = JSON.stringify({ certificate: own.cert, privateKey: own.key });
  expect(certificateFromText(` ${text}`)).toEqual(certificateFrom(own.cert, own.key));
});

it('reads a key of the older forms too', () => {
  const key = createPrivateKey(own.key).export({ type: 'sec1', format: 'pem' }) as string;
  expect(key).toContain('BEGIN EC PRIVATE KEY');
  expect(certificateFrom(own.cert, key)).toEqual(certificateFrom(own.cert, own.key));
});

it('decrypts a key with its passphrase', () => {
  const key = createPrivateKey(own.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'right',
  }) as string;
  expect(certificateFrom(own.cert, key, 'right').key).toBe(own.key);
  expect(() => certificateFrom(own.cert, key, 'wrong')).toThrow('cannot be parsed, or is encrypted');
  expect(() => certificateFrom(own.cert, key)).toThrow('cannot be parsed, or is encrypted');
});

it('knows when it expires', () => {
  const left = expiryOf(certificateFrom(own.cert, own.key)) - Date.now();
  expect(left).toBeGreaterThan(28 * DAY_MS);
  expect(left).toBeLessThan(30 * DAY_MS);
});

it('says what is wrong in one sentence, without what it read', () => {
  const message = (text: string): string => {
    try {
      certificateFromText(text);
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing';
  };
  expect(message(own.key)).toBe('There is no certificate in PEM form.');
  expect(message(own.cert)).toBe('There is no private key in PEM form.');
  expect(message(`${own.cert}${other.key}`)).toBe(
    'The private key does not belong to the first certificate.',
  );
  expect(message(`${other.cert}${own.cert}${own.key}`)).toBe(
    'The private key does not belong to the first certificate.',
  );
  expect(message('{"privateKey":"c2VjcmV0",')).toBe('There is no certificate in PEM form.');
  expect(message('{}')).toBe('There is no certificate in PEM form.');
  expect(message('')).toBe('There is no certificate in PEM form.');
  const broken = own.cert.replace('MII', 'AAA');
  expect(message(`${broken}${own.key}`)).toBe('The first certificate cannot be parsed.');
});
