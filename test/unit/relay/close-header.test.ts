import { closeOf } from '../../../relay/management/close-header.ts';

it.each([
  ['1000 normal', { code: 1000, reason: 'normal' }],
  ['1008 token-expired', { code: 1008, reason: 'token-expired' }],
  ['4001 superseded by another connection', { code: 4001, reason: 'superseded by another connection' }],
  ['4005', { code: 4005, reason: '' }],
])('%j closes with code and reason', (header, close) => {
  expect(closeOf(header)).toEqual(close);
});

it.each([
  [undefined],
  [''],
  ['normal'],
  ['999 low'],
  ['1004 reserved'],
  ['1005 none'],
  ['1006 abnormal'],
  ['2999 unassigned'],
  ['5000 high'],
  ['10000 long'],
])('%j closes as without the header', (header) => {
  expect(closeOf(header)).toBeUndefined();
});

it('shortens a reason that does not fit into a close frame, in whole characters', () => {
  expect(closeOf(`1008 ${'x'.repeat(200)}`)).toEqual({ code: 1008, reason: 'x'.repeat(123) });
  expect(closeOf(`1008 ${'ü'.repeat(100)}`)).toEqual({ code: 1008, reason: 'ü'.repeat(61) });
});
