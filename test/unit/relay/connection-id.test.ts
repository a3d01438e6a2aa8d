import { newConnectionId, taskOf } from '../../../relay/connection-id.ts';

it('names the task, in characters that URLs allow', () => {
  const id = newConnectionId({ address: '10.0.12.255', port: 8081 });
  expect(id).toMatch(/^relay\.0a000cff1f91\.[\w-]{16}$/);
  expect(encodeURIComponent(id)).toBe(id);
  expect(taskOf(id)).toEqual({ address: '10.0.12.255', port: 8081 });
});

it('is another one each time', () => {
  const ids = Array.from({ length: 1000 }, () => newConnectionId({ address: '10.0.0.1', port: 1 }));
  expect(new Set(ids).size).toBe(1000);
});

it.each([
  'L0SM9cOFvHcCIhw=',
  '',
  'relay.',
  'relay.0a000cff1f91',
  'relay.0a000cff1f91.short',
  'relay.0A000CFF1F91.abcdefghijklmnop',
  'relay.0a000cff1f91.abcdefghijklmnop/..',
  'relay.0a000cff1f91.abcdefghijklmnop\n',
])('%j is not an id of a relay', (id) => {
  expect(taskOf(id)).toBeUndefined();
});
