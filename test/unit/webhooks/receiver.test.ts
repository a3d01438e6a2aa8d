import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import type { SecretStage } from '../../../lambdas/platform/secrets.ts';
import { createFindReceiver } from '../../../lambdas/webhooks/receiver.ts';

const secretOf = (fill: number): string => `whsec_${Buffer.alloc(24, fill).toString('base64')}`;
const URL_SECRET = { urlSecret: 'url', signingSecret: 'key' };
const WITH_URL = { url: 'https://example.com/hook', signingSecret: 'key' };

const world = (texts: Record<string, string>) => {
  let now = 0;
  const reads: string[] = [];
  const read = async (id: string, stage: SecretStage) => {
    reads.push(`${id} ${stage}`);
    return texts[stage === 'AWSCURRENT' ? id : `${id} before`];
  };
  return {
    texts,
    reads,
    find: createFindReceiver(read, () => now),
    advance: (ms: number) => {
      now += ms;
    },
  };
};

test('the URL is that of the configuration or of a secret, and both texts of the key are used', async () => {
  const { find } = world({ url: 'https://example.org/relay\n', key: secretOf(2), 'key before': secretOf(1) });
  const keys = [Buffer.alloc(24, 2), Buffer.alloc(24, 1)];
  expect(await find(WITH_URL)).toEqual({ url: new URL('https://example.com/hook'), keys });
  expect(await find(URL_SECRET)).toEqual({ url: new URL('https://example.org/relay'), keys });
});

test('a previous text that is not a key is left out', async () => {
  const { find } = world({ key: secretOf(2), 'key before': 'changeme' });
  expect((await find(WITH_URL)).keys).toEqual([Buffer.alloc(24, 2)]);
});

test('secrets are read again after five minutes', async () => {
  const { find, texts, reads, advance } = world({ key: secretOf(1) });
  await find(WITH_URL);
  expect(reads).toEqual(['key AWSCURRENT', 'key AWSPREVIOUS']);
  Object.assign(texts, { key: secretOf(2), 'key before': secretOf(1) });
  advance(5 * MINUTE_MS - 1);
  expect((await find(WITH_URL)).keys).toEqual([Buffer.alloc(24, 1)]);
  expect(reads).toHaveLength(2);
  advance(1);
  expect((await find(WITH_URL)).keys).toEqual([Buffer.alloc(24, 2), Buffer.alloc(24, 1)]);
  expect(reads).toHaveLength(4);
});

test('a secret that was missing is used as soon as it exists', async () => {
  const { find, texts } = world({});
  await expect(find(WITH_URL)).rejects.toThrow('The secret key does not exist.');
  texts['key'] = secretOf(3);
  expect((await find(WITH_URL)).keys).toEqual([Buffer.alloc(24, 3)]);
});

test.each(['http://example.com/hook', 'http://127.0.0.1:9001/', 'file:///etc/passwd', 'hook', ''])(
  'the secret of a URL must not be %j',
  async (url) => {
    const { find } = world({ url, key: secretOf(1) });
    await expect(find(URL_SECRET)).rejects.toThrow('The secret url is not a URL that starts with https://.');
  },
);

test.each(['https://user:password@example.com/hook', 'https://user@example.com/hook'])(
  'the secret of a URL must not be %j, which fetch refuses',
  async (url) => {
    const { find } = world({ url, key: secretOf(1) });
    expect(() => new Request(url)).toThrow('credentials');
    await expect(find(URL_SECRET)).rejects.toThrow('The secret url is a URL with a user or a password.');
  },
);

test('the error of a malformed key says how it should be, and not what it is', async () => {
  const { find } = world({ key: 'whsec_c2VjcmV0' });
  await expect(find(WITH_URL)).rejects.toThrow(
    /^The secret key is not whsec_ and the base64 of 24 to 64 bytes\.$/,
  );
});
