/** What people enter for keys and domains, and the requests that it becomes. */
import type { Schemas } from '../../../client/paths.ts';
import { readLabels, readList, writeLabels } from '../../../console/src/format/lists.ts';
import { keyRequestOf, missingOf, NEW_KEY } from '../../../console/src/views/keys/key-form.ts';
import { obstacleOf, stepOf } from '../../../console/src/views/new-domain/steps.ts';
import {
  changesOf,
  formOf,
  isGroupId,
  NEW_GROUP,
  newGroupOf,
  wrongFields,
} from '../../../console/src/views/settings/group-form.ts';

it('lists are separated by blanks, commas or lines', () => {
  expect(readList(' a, b\nc、a ')).toEqual(['a', 'b', 'c']);
  expect(readList('  ')).toEqual([]);
});

it('labels are read as they are written', () => {
  const labels = { customer: 'acme corp', 'site/room': 'b=1', contact: 'Lovelace, Ada', note: 'a,b=c' };
  expect(readLabels(writeLabels(labels))).toEqual(labels);
  expect(readLabels('')).toEqual({});
  for (const text of ['customer', 'a=1\na=2', '=x', 'a=', '.a=1']) expect(readLabels(text)).toBeUndefined();
});

it('a label with a comma stays what it is when another label is added', () => {
  const group = { labels: { contact: 'a,b=c' } } as unknown as Schemas['Group'];
  const form = formOf(group);
  expect(wrongFields({ ...form, groupId: 'x' })).toEqual([]);
  const changed = { ...form, labels: `${form.labels}\nsite=1` };
  expect(changesOf(group, changed)).toEqual({ labels: { contact: 'a,b=c', site: '1' } });
});

describe('a new key', () => {
  it('may see all domains, the named ones, or those with labels', () => {
    expect(keyRequestOf(NEW_KEY)).toEqual({ scopes: ['read'], groups: ['*'], validDays: 90 });
    const named = {
      ...NEW_KEY,
      reach: 'groups',
      groups: 'berlin paris',
      description: ' Night shift ',
    } as const;
    expect(keyRequestOf(named)).toMatchObject({ groups: ['berlin', 'paris'], description: 'Night shift' });
    const labelled = {
      ...NEW_KEY,
      reach: 'labels',
      labels: 'customer=acme',
      addresses: '10.0.0.0/8',
    } as const;
    expect(keyRequestOf(labelled)).toEqual({
      scopes: ['read'],
      labels: { customer: 'acme' },
      addresses: ['10.0.0.0/8'],
      validDays: 90,
    });
  });

  it.each<[Partial<typeof NEW_KEY>, string[]]>([
    [{}, []],
    [{ reach: 'groups' }, ['groups']],
    [{ reach: 'labels' }, ['labels']],
    [{ reach: 'labels', labels: 'nonsense' }, ['labels']],
    [{ validDays: '' }, ['validDays']],
    [{ validDays: '3651' }, ['validDays']],
    [{ validDays: '1.5' }, ['validDays']],
  ])('%j lacks %j', (change, missing) => {
    expect(missingOf({ ...NEW_KEY, ...change })).toEqual(missing);
  });
});

const group: Schemas['Group'] = {
  groupId: 'berlin',
  createdAt: '2026-03-02T09:12:40.000Z',
  session: { connected: false, state: 'never-connected' },
  utcOffset: { source: 'configured' },
  description: 'Berlin',
  timeZone: 'Europe/Berlin',
  labels: { customer: 'acme' },
  allowedCidrs: ['198.51.100.0/24'],
  targetHours: 26,
  targets: [
    { client: 'db*', targetHours: 4 },
    { policy: 'old', retired: true },
  ],
};

describe('the settings of a domain', () => {
  it.each(['berlin', 'a', 'x'.repeat(64), 'a.b-c_1'])('%s is an id', (id) =>
    expect(isGroupId(id)).toBe(true),
  );
  it.each(['', '.', '..', 'a b', 'a/b', 'é', 'x'.repeat(65)])('%j is not an id', (id) =>
    expect(isGroupId(id)).toBe(false),
  );

  it('of a new one are only what was entered', () => {
    expect(newGroupOf({ ...NEW_GROUP, groupId: 'berlin' })).toEqual({ groupId: 'berlin' });
    expect(newGroupOf(formOf(group))).toEqual({
      groupId: 'berlin',
      description: 'Berlin',
      timeZone: 'Europe/Berlin',
      labels: { customer: 'acme' },
      allowedCidrs: ['198.51.100.0/24'],
      targetHours: 26,
      targets: group.targets,
    });
  });

  it('are sent only where they differ, and removed by null', () => {
    const form = formOf(group);
    expect(changesOf(group, form)).toEqual({});
    expect(changesOf(group, { ...form, labels: '', targetHours: '' })).toEqual({
      labels: null,
      targetHours: null,
    });
    expect(changesOf(group, { ...form, targets: [] })).toEqual({ targets: null });
  });

  it('are checked before they are sent', () => {
    const form = formOf(group);
    expect(wrongFields(form)).toEqual([]);
    expect(wrongFields({ ...form, timeZone: 'Europe/Nowhere' })).toEqual(['timeZone']);
    // Names that the API takes and no browser lists.
    for (const timeZone of ['Asia/Kolkata', 'Etc/GMT+5', 'UTC'])
      expect(wrongFields({ ...form, timeZone })).toEqual([]);
    expect(wrongFields({ ...form, labels: 'x' })).toEqual(['labels']);
    expect(wrongFields({ ...form, targetHours: '0' })).toEqual(['targetHours']);
    const row = { client: '', policy: '', hours: '4', isRetired: false };
    expect(wrongFields({ ...form, targets: [row] })).toEqual(['targets']);
    expect(wrongFields({ ...form, targets: [{ ...row, client: 'a', hours: '' }] })).toEqual(['targets']);
  });
});

describe('a domain on its way online', () => {
  const token = { tokenId: 't', createdAt: '2026-03-02T09:12:40.000Z' };
  const endpoint = { enabled: true, tokens: [token] };

  it('is where it is, whatever the browser remembers', () => {
    expect(stepOf(undefined, [])).toBe('domain');
    expect(stepOf(group, [])).toBe('endpoint');
    expect(stepOf(group, [endpoint])).toBe('connection');
    expect(stepOf({ session: { connected: true, state: 'connected' } }, [endpoint])).toBe('online');
  });

  it('cannot connect without an enabled endpoint and a token', () => {
    expect(obstacleOf([endpoint])).toBeUndefined();
    expect(obstacleOf([{ ...endpoint, enabled: false }])).toBe('disabled');
    expect(obstacleOf([{ ...endpoint, tokens: [] }])).toBe('no-token');
  });
});
