import { omitUndefined } from '../../../lambdas/platform/omit-undefined.ts';

it('removes the fields that are undefined, and no others', () => {
  const fields = { text: '', number: 0, flag: false, none: null, absent: undefined };
  expect(Object.entries(omitUndefined(fields))).toEqual([
    ['text', ''],
    ['number', 0],
    ['flag', false],
    ['none', null],
  ]);
});

it('makes fields that may be undefined optional', () => {
  const read = (): string | undefined => undefined;
  const result: { readonly id: number; readonly name?: string } = omitUndefined({ id: 1, name: read() });
  expect('name' in result).toBe(false);
});
