import { isWithin, maySee, type Reach } from '../../../lambdas/http/rights.ts';

const ACME = { customer: 'acme' };
const acme: Reach = { groups: [], labels: ACME };
const acmeEast: Reach = { groups: [], labels: { ...ACME, region: 'east' } };

it.each<[string, Reach, object, boolean]>([
  ['its label', acme, ACME, true],
  ['its label and others', acme, { ...ACME, region: 'east' }, true],
  ['all of its labels', acmeEast, { ...ACME, region: 'east' }, true],
  ['one of its two labels', acmeEast, ACME, false],
  ['another value', acme, { customer: 'acme2' }, false],
  ['no labels', acme, {}, false],
  ['a label, but the key has none to look for', { groups: [], labels: {} }, ACME, false],
  ['a label, but the key has neither groups nor labels', { groups: [] }, ACME, false],
  ['a name of every object', { groups: [], labels: { constructor: 'x' } }, {}, false],
])('I-13 a key by labels and a group with %s', (_, key, labels, expected) => {
  expect(maySee(key, { groupId: 'berlin', labels: labels as Record<string, string> })).toBe(expected);
});

it('I-13 a key by labels does not see a group whose labels are not known', () => {
  expect(maySee(acme, { groupId: 'berlin' })).toBe(false);
});

it.each<[string, Reach, Reach, boolean]>([
  ['the same label', acme, acme, true],
  ['one more label', acmeEast, acme, true],
  ['one label less', acme, acmeEast, false],
  ['another value', { groups: [], labels: { customer: 'other' } }, acme, false],
  ['a group id', { groups: ['berlin'] }, acme, false],
  ['all groups', { groups: ['*'] }, acme, false],
  ['all groups beside the label', { groups: ['*'], labels: ACME }, acme, false],
  ['nothing', { groups: [] }, acme, true],
  ['a label, by a key for ids', acme, { groups: ['berlin'] }, false],
  ['a label, by a key for nothing', acme, { groups: [] }, false],
  ['a label, by a key for all groups', acme, { groups: ['*'] }, true],
])('I-13 is within the rights of another key: %s', (_, wanted, own, expected) => {
  expect(isWithin(wanted, own)).toBe(expected);
});
