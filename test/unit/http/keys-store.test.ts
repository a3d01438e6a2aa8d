import { type ApiKey, createKey, KeysStore } from '../../../lambdas/http/keys-store.ts';
import { hasScope, maySee, SCOPES, type Scope } from '../../../lambdas/http/rights.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const { key, stored } = createKey({ scopes: ['read'], groups: ['demo'] }, 1_000);

it('I-6 a key has a known prefix, and its secret is not stored', () => {
  expect(key).toMatch(/^nbk_[0-9a-z]{16}\.[A-Za-z0-9_-]{43}$/);
  expect(JSON.stringify(stored)).not.toContain(key.split('.')[1]);
});

it.each<[Scope, Scope[]]>([
  ['read', ['read']],
  ['command', ['read', 'command']],
  ['inject', ['read', 'command', 'inject']],
  ['admin', ['read', 'command', 'inject', 'admin']],
])('the scope %s gives %j', (scope, given) => {
  expect(SCOPES.filter((wanted) => hasScope({ ...stored, scopes: [scope] }, wanted))).toEqual(given);
});

it('without scopes nothing is allowed', () => {
  expect(SCOPES.filter((wanted) => hasScope({ ...stored, scopes: [] }, wanted))).toEqual([]);
});

it.each([
  [['demo'], 'demo', true],
  [['demo'], 'Demo', false],
  [['demo'], 'demo2', false],
  [['demo'], '*', false],
  [['*'], 'demo', true],
  [[], 'demo', false],
])('I-13 a key for %j sees %s: %s', (groups, groupId, expected) => {
  expect(maySee({ groups }, { groupId })).toBe(expected);
});

describe('KeysStore', () => {
  const setUp = async (change: Partial<ApiKey> = {}) => {
    const dynamodb = new MemoryDynamodb({ keys: { key: ['keyId'], indexes: { all: ['kind', 'keyId'] } } });
    const clock = fakeClock();
    const store = new KeysStore(dynamodb.client, 'keys', clock);
    await store.create({ ...stored, ...change });
    return { dynamodb, clock, store };
  };

  it('verifies the key, with a read each time', async () => {
    const { dynamodb, store } = await setUp();
    expect(await store.verify(key)).toMatchObject({ keyId: stored.keyId });
    dynamodb.set('keys', { ...stored, hash: 'ff' });
    expect(await store.verify(key)).toBeUndefined();
  });

  it.each([
    '',
    'nbk_',
    key.slice(0, -1),
    `${key}x`,
    ` ${key}`,
    key.toUpperCase(),
    key.replace('nbk_', 'nbwss_'),
    `nbk_${'2'.repeat(16)}.${key.split('.')[1]}`,
    `${key.split('.')[0]}.${'A'.repeat(43)}`,
    'x'.repeat(100_000),
  ])('refuses %j', async (text) => {
    const { store } = await setUp();
    expect(await store.verify(text)).toBeUndefined();
  });

  it('reads nothing for a text that is not a key', async () => {
    const { dynamodb, store } = await setUp();
    dynamodb.calls.length = 0;
    await store.verify('nbk_x.y');
    expect(dynamodb.calls).toEqual([]);
  });

  it('refuses a key from the second of its expiry', async () => {
    const { clock, store } = await setUp({ expiresAt: 1_700_000_101 });
    expect(await store.verify(key)).toBeDefined();
    clock.advance(1_000);
    expect(await store.verify(key)).toBeUndefined();
  });

  it('remembers the hour of its last use, and adds older keys to the list', async () => {
    const { dynamodb, clock, store } = await setUp({ kind: undefined });
    expect((await store.list(10)).items).toEqual([]);
    await store.verify(key);
    const used = clock();
    clock.advance(3_599_999);
    await store.verify(key);
    expect(await store.get(stored.keyId)).toMatchObject({ lastUsedAt: used });
    clock.advance(1);
    await store.verify(key);
    expect(await store.get(stored.keyId)).toMatchObject({ lastUsedAt: used + 3_600_000 });
    expect((await store.list(10)).items).toMatchObject([{ keyId: stored.keyId }]);
    expect(dynamodb.calls.filter((call) => call.startsWith('UpdateItem'))).toHaveLength(2);
  });

  it('a key that is revoked meanwhile does not come back', async () => {
    const { store } = await setUp();
    await store.revoke(stored.keyId);
    expect(await store.verify(key)).toBeUndefined();
    expect(await store.get(stored.keyId)).toBeUndefined();
  });

  it('never replaces an existing key', async () => {
    const { store } = await setUp();
    await expect(store.create({ ...stored, hash: 'ff' })).rejects.toThrow('A key with this id exists.');
  });

  it('recognises its own write, which the SDK may repeat', async () => {
    const { store } = await setUp();
    await expect(store.create(stored)).resolves.toBeUndefined();
  });
});
